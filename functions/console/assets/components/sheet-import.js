// A dialog that imports a sheet, pasted or from a file. The API checks the whole sheet and then imports it in a job. The dialog shows the
// sheet as a table, with errors in their cells, a preview of the changes, and the progress of the job.
import { changesMade, sendSheet } from "../api.js";
import { t } from "../i18n/index.js";
import { html, useState } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";
import { useAction } from "./query.js";
import { parse, writeRows } from "./sheet.js";
import { toast } from "./toast.js";
import { Button, Field, Icon, Notice } from "./ui.js";

/** @typedef {import("../types").Schemas["Import"]} Import The progress of a job, the same type for all sheets. */
/** @typedef {{ row: number, column: string, text: string }} Fault `row`: the row number in the sheet. */
/** @typedef {{ created?: number, changed: number, unchanged: number, failures?: Import["failures"] }} Preview `failures`: the entries that can't be imported. */
/** @typedef {import("./sheet.js").Row} Row */
/** @typedef {{ sheet: Row[], sent?: Row[], faults: Fault[] }} Prepared A sheet with the API's columns, the part that is sent, and the errors found before sending. */
/** @typedef {{ id: string, [field: string]: unknown }} Started The API's response when a job starts. */

const POLL_MS = 1_000;
/** The maximum number of rows that are shown. All rows are sent. */
const MAX_SHOWN = 200;

/**
 * @param {{ title: string, about: string, hint: string, example: string, path: import("../types").PathsOf<"post">,
 *   follow: (id: string) => Promise<Import>, hasPreview?: boolean, query?: Record<string, unknown>, prepare?: (sheet: Row[]) => Prepared,
 *   labels?: Record<string, string>, tools?: import("./ui.js").Children, after?: (prepared: Prepared, job: Import) => Promise<void>,
 *   started?: (started: Started, job: Import | null) => import("./ui.js").Children, onDone: () => void, onClose: () => void }} props
 *   `hasPreview`: the API previews a sheet before the import. `labels`: the displayed names of columns. `after`: the action after
 *   the end of the job. `started`: the content that is shown once the job has started; the dialog stays open for it.
 */
export function SheetImport({ title, about, hint, example, path, follow, hasPreview = false, query = {}, prepare, labels = {}, tools, after, started, onDone, onClose }) {
  const [text, setText] = useState("");
  /** The chosen workbook. It isn't shown, because only the API can read it. */
  const [book, setBook] = useState(/** @type {File | null} */ (null));
  const [preview, setPreview] = useState(/** @type {Preview | null} */ (null));
  const [begun, setBegun] = useState(/** @type {Started | null} */ (null));
  const [job, setJob] = useState(/** @type {Import | null} */ (null));
  const parsed = parse(text);
  const prepared = /** @type {Prepared} */ (prepare && parsed.length > 0 ? prepare(parsed) : { sheet: parsed, faults: [] });
  const { sheet } = prepared;
  const send = useAction(async () => {
    const body = book ?? (prepare ? writeRows(prepared.sent ?? sheet) : text);
    if (hasPreview && preview === null) return setPreview(/** @type {Preview} */ (await sendSheet(path, body, { ...query, preview: true })));
    // A started job isn't started again: its response contains data that the API shows only once.
    const start = begun ?? /** @type {Started} */ (await sendSheet(path, body, query));
    setBegun(start);
    let state = await follow(start.id);
    while (state.status === "queued" || state.status === "running") {
      setJob(state);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      state = await follow(start.id);
    }
    if (state.status === "done") await after?.(prepared, state);
    setJob(state);
    changesMade.value++;
    onDone();
    if (started || state.status === "failed" || state.failures.length > 0) return;
    toast(t("roster.imported", { count: state.progress.done }));
    onClose();
  });
  const change = (/** @type {string} */ next, /** @type {File | null} */ file = null) => {
    setText(next);
    setBook(file);
    setPreview(null);
    setBegun(null);
    setJob(null);
    send.clear();
  };
  const choose = async (/** @type {any} */ event) => {
    const file = /** @type {File | undefined} */ (event.target.files[0]);
    if (file?.name.endsWith(".xlsx")) change("", file);
    else if (file) change(await file.text());
  };
  const failures = job?.failures ?? preview?.failures ?? [];
  const refused = [...prepared.faults, ...faultsOf(send.error?.errors ?? [])];
  const faults = [...refused, ...faultsOf(failures)];
  const others = (send.error?.errors ?? []).filter(({ path }) => !/^row \d+/.test(path));
  const work = preview ? (preview.created ?? 0) + preview.changed : undefined;
  const isDone = job?.status === "done";
  const isReady = (book !== null || sheet.length > 1) && prepared.faults.length === 0 && work !== 0 && !isDone;
  const isCheck = hasPreview && preview === null;
  const footer = html`<${Button} onClick=${onClose}>${t(isDone ? "action.close" : "action.cancel")}<//>
    ${!isDone && html`<${Button} kind="primary" icon=${isCheck ? "check" : "upload"} type="submit" busy=${send.busy} blocked=${!isReady}>${t(isCheck ? "sheet.check" : "roster.import_do")}<//>`}`;
  return html`<${Dialog} title=${title} isWide onClose=${onClose} onSubmit=${() => isReady && void send.run()} footer=${footer}>
    <p class="muted">${about}</p>
    <div class="row"><label class="button file"><${Icon} name="upload" />${t("roster.choose_file")}<input type="file" accept=".csv,.xlsx,text/csv" class="visually-hidden" onChange=${choose} /></label>${tools}</div>
    ${book && html`<p class="row"><${Icon} name="file-text" />${book.name}</p>`}
    <${Field} label=${t("roster.sheet")} hint=${hint}>
      ${(/** @type {object} */ attributes) => html`<textarea ...${attributes} rows="5" class="input secret" placeholder=${example} spellcheck=${false} value=${text} onInput=${(/** @type {any} */ event) => change(event.target.value)}></textarea>`}
    <//>
    ${refused.length > 0 && !job && html`<${Notice} tone="warn" role="alert">${t("roster.import_faults", { count: refused.length })}<//>`}
    ${send.error && (others.length > 0 || send.error.errors.length === 0) &&
    html`<${Notice} tone="bad" role="alert"><p>${send.error.code === "offline" ? t("state.offline_kept") : send.error.message}</p>
      ${others.length > 0 && html`<ul>${others.map(({ path, message }) => html`<li key=${path}>${[path, message].filter(Boolean).join(": ")}</li>`)}</ul>`}<//>`}
    ${preview && !begun && html`<${Notice} tone=${work === 0 ? "info" : "good"} role="status"><p>${[preview.created ? t("sheet.would_create", { count: preview.created }) : "", preview.changed > 0 || !preview.created ? t("sheet.would", { count: preview.changed }) : "", preview.unchanged > 0 ? t("sheet.unchanged", { count: preview.unchanged }) : ""].filter(Boolean).join(" ")}</p><//>`}
    ${begun && started && html`<${Notice} tone=${isDone ? "good" : "info"} role="status">${started(begun, job)}<//>`}
    ${job && html`<div role="status"><p>${t("roster.importing", { done: job.progress.done, total: job.progress.total })}</p>
      <progress max=${Math.max(1, job.progress.total)} value=${job.progress.done} aria-label=${title}></progress></div>`}
    ${job?.error && html`<${Notice} tone="bad" role="alert">${job.error}<//>`}
    ${failures.length > 0 && html`<${Notice} tone="bad" role="alert"><ul>${failures.map(({ path, message }) => html`<li key=${path}>${path}: ${message}</li>`)}</ul><//>`}
    ${sheet.length > 0 && html`<${SheetTable} sheet=${sheet} labels=${labels} faults=${faults} />`}
  <//>`;
}

/** @param {{ sheet: Row[], labels: Record<string, string>, faults: Fault[] }} props */
function SheetTable({ sheet, labels, faults }) {
  const [first, ...lines] = sheet;
  const head = first?.cells ?? [];
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${t("roster.sheet")}>
    <table class="table small">
      <thead><tr><th scope="col">#</th>${head.map((name, at) => html`<th key=${at} scope="col">${labels[name] ?? name}</th>`)}</tr></thead>
      <tbody>
        ${lines.slice(0, MAX_SHOWN).map(({ number, cells }) => {
          const own = faults.filter(({ row }) => row === number);
          const whole = own.filter(({ column }) => !head.includes(column));
          return html`<tr key=${number} class=${own.length > 0 ? "has-fault" : ""}>
            <th scope="row">${number}${whole.length > 0 && html`<span class="fault">${whole.map((one) => one.text).join(" · ")}</span>`}</th>
            ${head.map((name, at) => {
              const fault = own.find(({ column }) => column === name);
              return html`<td key=${at} class=${fault ? "is-fault" : ""}>${cells[at] ?? ""}${fault && html`<span class="fault"><${Icon} name="circle-alert" />${fault.text}</span>`}</td>`;
            })}
          </tr>`;
        })}
      </tbody>
    </table>
    ${lines.length > MAX_SHOWN && html`<p class="small muted">${t("roster.more_rows", { count: lines.length - MAX_SHOWN })}</p>`}
  </div>`;
}

/**
 * Returns errors by row and column.
 * @param {{ path: string, message: string }[]} errors
 * @returns {Fault[]}
 */
function faultsOf(errors) {
  return errors.flatMap(({ path, message }) => {
    const [, row, column] = /^row (\d+)(?:, column (.+))?$/.exec(path) ?? [];
    return row === undefined ? [] : [{ row: Number(row), column: column ?? "", text: message }];
  });
}
