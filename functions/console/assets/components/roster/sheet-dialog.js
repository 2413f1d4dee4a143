// Rosters from a sheet: pasted or from a file, shown as a table, with what is wrong in the cells that it is wrong in.
import { get, sendText } from "../../api.js";
import { t } from "../../i18n/index.js";
import { html, useState } from "../../vendor/preact.js";
import { Dialog } from "../dialog.js";
import { useAction } from "../query.js";
import { saveFile } from "../save-file.js";
import { parse, write } from "../sheet.js";
import { toast } from "../toast.js";
import { Button, Field, Icon, Notice } from "../ui.js";
import { planOf } from "./cells.js";

/** @typedef {{ row: number, column: string, text: string }} Fault */
/** @typedef {import("../../types").Schemas["Import"]} Import */

const EXAMPLE = "username,effective_from,weekday,start,end,break_minutes\n";
const POLL_MS = 1_000;
/** So many rows are shown; all are sent. */
const MAX_SHOWN = 200;

/** @param {{ rows: import("./cells.js").Row[], onDone: () => void, onClose: () => void }} props */
export function SheetDialog({ rows, onDone, onClose }) {
  const [text, setText] = useState("");
  const [job, setJob] = useState(/** @type {Import | null} */ (null));
  const sheet = parse(text);
  const send = useAction(async () => {
    const id = (/** @type {any} */ (await sendText("/roster/import", text))).id;
    let state = await get("/roster/import/{id}", { path: { id } });
    while (state.status === "queued" || state.status === "running") {
      setJob(state);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      state = await get("/roster/import/{id}", { path: { id } });
    }
    setJob(state);
    onDone();
    if (state.status === "failed" || state.failures.length > 0) return;
    toast(t("roster.imported", { count: state.progress.done }));
    onClose();
  });
  const faults = faultsOf(send.error, job);
  const others = (send.error?.errors ?? []).filter(({ path }) => !/^row \d+/.test(path));
  const choose = async (/** @type {any} */ event) => setText((await event.target.files[0]?.text()) ?? "");
  const template = () => saveFile(new Blob([editable(rows)], { type: "text/csv" }), "roster-to-change.csv");
  const footer = html`<${Button} onClick=${onClose}>${t("action.cancel")}<//>
    <${Button} kind="primary" icon="upload" type="submit" busy=${send.busy} blocked=${sheet.length < 2}>${t("roster.import_do")}<//>`;
  return html`<${Dialog} title=${t("roster.import")} isWide onClose=${onClose} onSubmit=${() => sheet.length > 1 && void send.run()} footer=${footer}>
    <p class="muted">${t("roster.import_about")}</p>
    <div class="row"><label class="button file"><${Icon} name="upload" />${t("roster.choose_file")}<input type="file" accept=".csv,text/csv" class="visually-hidden" onChange=${choose} /></label>
      <${Button} icon="download" onClick=${template}>${t("roster.template")}<//></div>
    <${Field} label=${t("roster.sheet")} hint=${t("roster.sheet_hint")}>
      ${(/** @type {object} */ attributes) => html`<textarea ...${attributes} rows="5" class="input secret" placeholder=${EXAMPLE} spellcheck=${false} value=${text} onInput=${(/** @type {any} */ event) => setText(event.target.value)}></textarea>`}
    <//>
    ${send.error &&
    html`<${Notice} tone="bad" role="alert"><p>${send.error.code === "offline" ? t("state.offline_kept") : faults.length > 0 ? t("roster.import_faults", { count: faults.length }) : send.error.message}</p>
      ${others.length > 0 && html`<ul>${others.map(({ path, message }) => html`<li key=${path}>${[path, message].filter(Boolean).join(": ")}</li>`)}</ul>`}<//>`}
    ${job && html`<p role="status">${t("roster.importing", { done: job.progress.done, total: job.progress.total })}</p>`}
    ${job?.error && html`<${Notice} tone="bad" role="alert">${job.error}<//>`}
    ${job && job.failures.length > 0 && html`<${Notice} tone="bad" role="alert"><ul>${job.failures.map(({ path, message }) => html`<li key=${path}>${path}: ${message}</li>`)}</ul><//>`}
    ${sheet.length > 0 && html`<${SheetTable} sheet=${sheet} faults=${faults} />`}
  <//>`;
}

/** @param {{ sheet: string[][], faults: Fault[] }} props */
function SheetTable({ sheet, faults }) {
  const [head = [], ...lines] = sheet;
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${t("roster.sheet")}>
    <table class="table small">
      <thead><tr><th scope="col">#</th>${head.map((name, at) => html`<th key=${at} scope="col">${name}</th>`)}</tr></thead>
      <tbody>
        ${lines.slice(0, MAX_SHOWN).map((line, index) => {
          // As a spreadsheet program counts: the head is row 1.
          const number = index + 2;
          const own = faults.filter(({ row }) => row === number);
          const whole = own.filter(({ column }) => !head.includes(column));
          return html`<tr key=${number} class=${own.length > 0 ? "has-fault" : ""}>
            <th scope="row">${number}${whole.length > 0 && html`<span class="fault">${whole.map((one) => one.text).join(" · ")}</span>`}</th>
            ${head.map((name, at) => {
              const fault = own.find(({ column }) => column === name);
              return html`<td key=${at} class=${fault ? "is-fault" : ""}>${line[at] ?? ""}${fault && html`<span class="fault"><${Icon} name="circle-alert" />${fault.text}</span>`}</td>`;
            })}
          </tr>`;
        })}
      </tbody>
    </table>
    ${lines.length > MAX_SHOWN && html`<p class="small muted">${t("roster.more_rows", { count: lines.length - MAX_SHOWN })}</p>`}
  </div>`;
}

/**
 * What is wrong, by row and column.
 * @param {import("../../api.js").Problem | undefined} refusal
 * @param {Import | null} job
 * @returns {Fault[]}
 */
function faultsOf(refusal, job) {
  const all = [...(refusal?.errors ?? []), ...(job?.failures ?? [])];
  return all.flatMap(({ path, message }) => {
    const [, row, column] = /^row (\d+)(?:, column (.+))?$/.exec(path) ?? [];
    return row === undefined ? [] : [{ row: Number(row), column: column ?? "", text: message }];
  });
}

/** The dates that are shown, as a sheet that can be changed and taken in again. @param {import("./cells.js").Row[]} rows */
function editable(rows) {
  const lines = rows.flatMap(({ user_id, days }) =>
    days.flatMap((it) => {
      const { shifts } = planOf(it);
      return shifts.length === 0 ? [[user_id, it.date, "", "", "", ""]] : shifts.map((one) => [user_id, it.date, one.start, one.end, String(one.break_minutes), ""]);
    }),
  );
  return write([["user_id", "date", "start", "end", "break_minutes", "reason"], ...lines]);
}
