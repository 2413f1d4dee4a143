// A dialog that requests a correction of a day: the times of the sessions and the breaks. For a forgotten punch, the dialog suggests the
// most likely times, so that the person only has to send it.
import { post } from "../api.js";
import { t } from "../i18n/index.js";
import { day as dayText, ms, now, time } from "../time.js";
import { html, useState } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";
import { Refused, errorAt } from "./form.js";
import { useAction } from "./query.js";
import { SessionRows, fieldsOf, lacksTime, rowsOf, sessionsOf, timesOf } from "./session-rows.js";
import { TimelineEdit } from "./timeline-edit.js";
import { toast } from "./toast.js";
import { Button, Field } from "./ui.js";

/** @typedef {import("../types").Day} Day */
/** @typedef {import("./session-rows.js").Row} Row */

/**
 * @param {{ day: Day, forgotten?: "in" | "out", onClose: () => void, onSent?: () => void }} props
 */
export function CorrectionDialog({ day, forgotten, onClose, onSent }) {
  const [rows, setRows] = useState(() => suggested(day, forgotten));
  const [reason, setReason] = useState(forgotten ? t(`correction.forgot_${forgotten}`) : "");
  const [checked, setChecked] = useState(false);
  const send = useAction(async () => {
    const sessions = /** @type {any} */ (sessionsOf(rows, day.date, day.time_zone));
    await post("/attendance/{user_id}/{date}/corrections", { path: { user_id: "me", date: day.date }, body: { sessions, reason: reason.trim() } });
    toast(t("correction.sent"));
    onSent?.();
    onClose();
  });
  const submit = () => {
    setChecked(true);
    if (!lacksTime(rows) && reason.trim() !== "") void send.run();
  };
  const footer = html`<${Button} onClick=${onClose}>${t("action.cancel")}<//>
    <${Button} kind="primary" icon="send" type="submit" busy=${send.busy}>${t("correction.send")}<//>`;
  return html`<${Dialog} title=${t("correction.title")} onClose=${onClose} onSubmit=${submit} footer=${footer}>
    <p class="muted">${t("correction.about", { date: dayText(day.date) })}</p>
    <${Refused} refusal=${send.error} fields=${["reason", ...fieldsOf(rows)]} />
    <${TimelineEdit} day=${day} rows=${rows} onChange=${setRows} />
    <${SessionRows} rows=${rows} date=${day.date} zone=${day.time_zone} isChecked=${checked} refusal=${send.error} onChange=${setRows} />
    <${Field} label=${t("correction.reason")} error=${checked && reason.trim() === "" ? t("reason.missing") : errorAt(send.error, "reason")}>
      ${(/** @type {object} */ attributes) =>
        html`<input ...${attributes} required maxlength="500" value=${reason} onInput=${(/** @type {any} */ event) => setReason(event.target.value)} />`}
    <//>
  <//>`;
}

/**
 * Returns the sessions of the day, with the forgotten punch at the planned time of its shift.
 * @param {Day} day
 * @param {"in" | "out"} [forgotten]
 * @returns {Row[]}
 */
function suggested(day, forgotten) {
  const at = (/** @type {string | null | undefined} */ instant) => (instant ? time(instant, day.time_zone) : "");
  const rows = rowsOf(timesOf(day), day.time_zone);
  const shift = day.shifts.at(-1);
  const isOver = shift !== undefined && ms(shift.end_at) <= now();
  const last = rows.at(-1);
  const first = rows[0];
  if (forgotten === "out" && last && last.to === "" && isOver) last.to = at(shift.end_at);
  if (forgotten === "in" && first && day.shifts[0]) first.from = at(day.shifts[0].start_at);
  if (rows.length > 0) return rows;
  return [{ from: at(day.shifts[0]?.start_at), to: isOver ? at(shift.end_at) : "", breaks: [] }];
}
