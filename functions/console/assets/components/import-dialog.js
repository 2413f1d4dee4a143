// A dialog that imports the lines of a sheet, pasted or from a file. It checks all cells before it adds the lines one after the other.
import { Problem } from "../api.js";
import { t } from "../i18n/index.js";
import { html, useState } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";
import { useAction } from "./query.js";
import { columnOf, parse } from "./sheet.js";
import { Badge, Button, Field, Icon, Notice } from "./ui.js";

/** @typedef {Record<string, string>} Values The values by column. */
/** @typedef {{ number: number, values: Values, body: Record<string, unknown>, faults: Values }} Line */
/** @typedef {Omit<Line, "number" | "values"> & { values?: Values }} Checked */
/** @template R @typedef {{ made: R } | { error: string }} Outcome */

/** The maximum number of lines. Each line is a call, so longer sheets have to be split. */
const MAX_LINES = 500;

/**
 * @template R
 * @param {{ title: string, about: string, example: string, columns: Values, needed: string, check: (values: Values, index: number) => Checked,
 *   add: (body: Record<string, unknown>) => Promise<R>, confirm: (count: number) => string, done?: (made: R[], isAll: boolean) => import("./ui.js").Children,
 *   onSaved: () => void, onClose: () => void }} props `columns`: the displayed names; a header may also use the API's names. `needed`: the required column.
 */
export function ImportDialog({ title, about, example, columns, needed, check, add, confirm, done, onSaved, onClose }) {
  const [text, setText] = useState("");
  const [outcomes, setOutcomes] = useState(/** @type {Map<number, Outcome<R>>} */ (new Map()));
  const [first, ...rest] = parse(text);
  const head = (first?.cells ?? []).map((name) => columnOf(name, columns));
  const lines = rest.map((row, index) => checked(head, row, index, columns, check));
  const faulty = lines.filter(({ faults }) => Object.keys(faults).length > 0).length;
  const send = useAction(async () => {
    const results = new Map(outcomes);
    for (const [index, { body }] of lines.entries()) {
      // A repeated run skips the lines that are already added.
      if ("made" in (results.get(index) ?? {})) continue;
      try {
        results.set(index, { made: await add(body) });
      } catch (error) {
        if (!(error instanceof Problem) || error.status === 0) throw error;
        results.set(index, { error: error.message });
      }
      setOutcomes(new Map(results));
    }
    onSaved();
  });
  const change = (/** @type {string} */ next) => {
    setText(next);
    setOutcomes(new Map());
  };
  const choose = async (/** @type {any} */ event) => change((await event.target.files[0]?.text()) ?? "");
  const made = [...outcomes.values()].flatMap((one) => ("made" in one ? [one.made] : []));
  const isDone = lines.length > 0 && made.length === lines.length;
  const isReady = lines.length > 0 && lines.length <= MAX_LINES && faulty === 0 && head.includes(needed);
  const footer = html`<${Button} onClick=${onClose}>${t(isDone ? "action.close" : "action.cancel")}<//>
    ${!isDone && html`<${Button} kind="primary" icon="upload" type="submit" busy=${send.busy} blocked=${!isReady}>${lines.length === 0 ? title : confirm(lines.length)}<//>`}`;
  return html`<${Dialog} title=${title} isWide onClose=${onClose} onSubmit=${() => isReady && !isDone && void send.run()} footer=${footer}>
    <p class="muted">${about}</p>
    <div class="row"><label class="button file"><${Icon} name="upload" />${t("roster.choose_file")}<input type="file" accept=".csv,text/csv" class="visually-hidden" onChange=${choose} /></label></div>
    <${Field} label=${t("roster.sheet")} hint=${t("sheet.hint")}>
      ${(/** @type {object} */ attributes) => html`<textarea ...${attributes} rows="5" class="input secret" placeholder=${example} spellcheck=${false} value=${text} onInput=${(/** @type {any} */ event) => change(event.target.value)}></textarea>`}
    <//>
    ${send.error && html`<${Notice} tone="bad" role="alert">${send.error.message || t("state.offline_kept")}<//>`}
    ${lines.length > 0 && !head.includes(needed) && html`<${Notice} tone="bad" role="alert">${t("sheet.needs", { column: columns[needed] ?? needed })}<//>`}
    ${lines.length > MAX_LINES && html`<${Notice} tone="bad" role="alert">${t("sheet.too_many", { count: MAX_LINES })}<//>`}
    ${faulty > 0 && html`<${Notice} tone="warn" role="alert">${t("roster.import_faults", { count: faulty })}<//>`}
    ${made.length > 0 && html`<${Notice} tone=${isDone ? "good" : "info"} role="status"><p>${t("sheet.added", { count: made.length })}</p>${done?.(made, isDone)}<//>`}
    ${lines.length > 0 && html`<${Preview} head=${head} columns=${columns} lines=${lines} outcomes=${outcomes} />`}
  <//>`;
}

/**
 * @param {string[]} head
 * @param {import("./sheet.js").Row} row
 * @param {number} index
 * @param {Values} columns
 * @param {(values: Values, index: number) => Checked} check
 * @returns {Line}
 */
function checked(head, { number, cells }, index, columns, check) {
  const values = Object.fromEntries(head.map((name, at) => [name, (cells[at] ?? "").trim()]));
  const result = check(values, index);
  const unknown = Object.fromEntries(head.filter((name) => !(name in columns) && values[name]).map((name) => [name, t("sheet.unknown_column")]));
  return { number, values: { ...values, ...result.values }, body: result.body, faults: { ...result.faults, ...unknown } };
}

/** @param {{ head: string[], columns: Values, lines: Line[], outcomes: Map<number, Outcome<unknown>> }} props */
function Preview({ head, columns, lines, outcomes }) {
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${t("roster.sheet")}>
    <table class="table small">
      <thead><tr><th scope="col">#</th>${head.map((name) => html`<th key=${name} scope="col">${columns[name] ?? name}</th>`)}</tr></thead>
      <tbody>${lines.map(({ number, values, faults }, index) => {
        const outcome = outcomes.get(index);
        const isFaulty = Object.keys(faults).length > 0 || (outcome !== undefined && "error" in outcome);
        return html`<tr key=${index} class=${isFaulty ? "has-fault" : ""}>
          <th scope="row">${number} ${outcome && ("made" in outcome ? html`<${Badge} tone="good" icon="check">${t("sheet.ok")}<//>` : html`<span class="fault"><${Icon} name="circle-alert" />${outcome.error}</span>`)}</th>
          ${head.map((name) => html`<td key=${name} class=${faults[name] ? "is-fault" : ""}>${values[name] ?? ""}${faults[name] && html`<span class="fault"><${Icon} name="circle-alert" />${faults[name]}</span>`}</td>`)}
        </tr>`;
      })}</tbody>
    </table>
  </div>`;
}
