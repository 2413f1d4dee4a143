// Asks for a correction of a day: when work began and ended, and the breaks. Opened for a forgotten punch, its times are those
// that are most likely, so that sending it is the second tap.
import { post } from "../api.js";
import { t } from "../i18n/index.js";
import { day as dayText, dateOf, instantOf, ms, now, plusDays, time } from "../time.js";
import { html, useState } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";
import { useAction } from "./query.js";
import { toast } from "./toast.js";
import { Button, Field, Notice } from "./ui.js";

/** @typedef {import("../types").Day} Day */
/** @typedef {{ from: string, to: string }} Times Times of day; `to` is empty while it lasts. */
/** @typedef {Times & { id?: string, breaks: Times[] }} Row */

/**
 * @param {{ day: Day, forgotten?: "in" | "out", onClose: () => void, onSent?: () => void }} props
 */
export function CorrectionDialog({ day, forgotten, onClose, onSent }) {
  const [rows, setRows] = useState(() => suggested(day, forgotten));
  const [reason, setReason] = useState(forgotten ? t(`correction.forgot_${forgotten}`) : "");
  const send = useAction(async () => {
    const sessions = rows.map((row) => session(day, row));
    await post("/attendance/{user_id}/{date}/corrections", { path: { user_id: "me", date: day.date }, body: { sessions, reason } });
    toast(t("correction.sent"));
    onSent?.();
    onClose();
  });
  const change = (/** @type {number} */ index, /** @type {Partial<Row>} */ values) =>
    setRows(rows.map((row, at) => (at === index ? { ...row, ...values } : row)));
  const footer = html`<${Button} onClick=${onClose}>${t("action.cancel")}<//>
    <${Button} kind="primary" icon="send" type="submit" busy=${send.busy}>${t("correction.send")}<//>`;
  return html`<${Dialog} title=${t("correction.title")} onClose=${onClose} onSubmit=${() => void send.run()} footer=${footer}>
    <p class="muted">${t("correction.about", { date: dayText(day.date) })}</p>
    ${send.error && html`<${Notice} tone="bad" role="alert">${send.error.code === "offline" ? t("state.offline") : send.error.message}<//>`}
    <ol class="stack">
      ${rows.map(
        (row, index) => html`<li key=${index} class="session-row">
          <${Range} label=${t("correction.session", { number: index + 1 })} value=${row} onChange=${(/** @type {Times} */ value) => change(index, value)}
            onRemove=${rows.length > 1 ? () => setRows(rows.filter((_, at) => at !== index)) : undefined} />
          ${row.breaks.map(
            (pause, at) => html`<${Range} key=${at} label=${t("correction.break", { number: at + 1 })} value=${pause}
              onChange=${(/** @type {Times} */ value) => change(index, { breaks: row.breaks.map((one, n) => (n === at ? value : one)) })}
              onRemove=${() => change(index, { breaks: row.breaks.filter((_, n) => n !== at) })} />`,
          )}
          <${Button} kind="quiet" icon="plus" onClick=${() => change(index, { breaks: [...row.breaks, { from: "12:00", to: "12:30" }] })}>${t("correction.add_break")}<//>
        </li>`,
      )}
    </ol>
    <${Button} icon="plus" onClick=${() => setRows([...rows, { from: "", to: "", breaks: [] }])}>${t("correction.add_session")}<//>
    <${Field} label=${t("correction.reason")}>
      ${(/** @type {object} */ attributes) =>
        html`<input ...${attributes} required maxlength="500" value=${reason} onInput=${(/** @type {any} */ event) => setReason(event.target.value)} />`}
    <//>
  <//>`;
}

/**
 * From one time of day to another.
 * @param {{ label: string, value: Times, onChange: (value: Times) => void, onRemove?: () => void }} props
 */
function Range({ label, value, onChange, onRemove }) {
  const input = (/** @type {"from" | "to"} */ end) =>
    html`<label class="field grow"><span class="small muted">${t(`correction.${end}`)}</span>
      <input class="input" type="time" aria-label=${`${label}: ${t(`correction.${end}`)}`} value=${value[end]}
        onInput=${(/** @type {any} */ event) => onChange({ ...value, [end]: event.target.value })} />
    </label>`;
  return html`<fieldset class="range"><legend class="small strong">${label}</legend>
    ${input("from")}${input("to")}
    ${onRemove && html`<${Button} kind="quiet" icon="trash-2" label=${t("correction.remove", { what: label })} onClick=${onRemove} />`}
  </fieldset>`;
}

/**
 * What the day is, with the forgotten punch put where its shift has it.
 * @param {Day} day
 * @param {"in" | "out"} [forgotten]
 * @returns {Row[]}
 */
function suggested(day, forgotten) {
  const at = (/** @type {string | null | undefined} */ instant) => (instant ? time(instant, day.time_zone) : "");
  const rows = day.sessions.map((one) => ({
    id: one.id,
    from: at(one.clock_in.at),
    to: at(one.clock_out?.at),
    breaks: one.breaks.map((pause) => ({ from: at(pause.started_at), to: at(pause.ended_at) })),
  }));
  const shift = day.shifts.at(-1);
  const isOver = shift !== undefined && ms(shift.end_at) <= now();
  const last = rows.at(-1);
  const first = rows[0];
  if (forgotten === "out" && last && last.to === "" && isOver) last.to = at(shift.end_at);
  if (forgotten === "in" && first && day.shifts[0]) first.from = at(day.shifts[0].start_at);
  if (rows.length > 0) return rows;
  return [{ from: at(day.shifts[0]?.start_at), to: isOver ? at(shift.end_at) : "", breaks: [] }];
}

/**
 * The instants of a row. A time that isn't after the one before it is of the next day.
 * @param {Day} day
 * @param {Row} row
 */
function session(day, row) {
  const start = instantOf(day.date, row.from, day.time_zone);
  const after = (/** @type {string} */ timeOfDay, /** @type {string} */ earlier) => {
    const date = dateOf(earlier, day.time_zone);
    const same = instantOf(date, timeOfDay, day.time_zone);
    return ms(same) > ms(earlier) ? same : instantOf(plusDays(date, 1), timeOfDay, day.time_zone);
  };
  const breaks = row.breaks.map((pause) => {
    const from = after(pause.from, start);
    return { started_at: from, ended_at: pause.to === "" ? null : after(pause.to, from) };
  });
  return { ...(row.id ? { id: row.id } : {}), clock_in: start, clock_out: row.to === "" ? null : after(row.to, start), breaks };
}
