// A dialog for one date of one person: shifts with breaks and sites, off, or the pattern.
import { get, post } from "../../api.js";
import { t } from "../../i18n/index.js";
import { day as dayText } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { Dialog } from "../dialog.js";
import { SelectField, TextField } from "../form.js";
import { useQuery } from "../query.js";
import { Button, Segments } from "../ui.js";
import { bodyOf, isSame, planOf } from "./cells.js";
import { PreviewText, usePreview } from "./preview.js";

/** @typedef {import("./cells.js").Plan} Plan */
/** @typedef {import("./cells.js").PlannedShift} PlannedShift */

/** @type {PlannedShift} */
const NEW = { start: "09:00", end: "17:00", break_minutes: 30, site_id: null };

/** @param {{ row: import("./cells.js").Row, day: import("./cells.js").RowDay, plan: Plan, onPlan: (plan: Plan) => void, onClose: () => void }} props */
export function DayPlanDialog({ row, day: it, plan, onPlan, onClose }) {
  const [kind, setKind] = useState(plan.isReset ? "pattern" : plan.shifts.length === 0 ? "off" : "shifts");
  const [shifts, setShifts] = useState(plan.shifts.length === 0 ? [NEW] : plan.shifts);
  const sites = useQuery(() => get("/sites", { query: { limit: 200 } }), []).data?.items ?? [];
  const next = /** @type {Plan} */ (kind === "pattern" ? { shifts: [], isReset: true } : { shifts: kind === "off" ? [] : shifts });
  const body = kind === "pattern" ? undefined : bodyOf(next, "–");
  const path = { user_id: row.user_id, date: it.date };
  const preview = usePreview(() => post("/roster/{user_id}/days/{date}/preview", { path, body }), body && !isSame(next, planOf(it)) ? JSON.stringify(body) : "");
  const set = (/** @type {number} */ index, /** @type {Partial<PlannedShift>} */ part) => setShifts(shifts.map((one, at) => (at === index ? { ...one, ...part } : one)));
  const submit = () => {
    onPlan(next);
    onClose();
  };
  const options = [["shifts", t("roster.kind_shifts")], ["off", t("day_kind.weekly_off")], ...(it.overridden || it.swapped || plan.isReset ? [["pattern", t("roster.pattern_again")]] : [])];
  const footer = html`<${Button} onClick=${onClose}>${t("action.cancel")}<//><${Button} kind="primary" icon="check" type="submit">${t("roster.apply")}<//>`;
  return html`<${Dialog} title=${`${row.full_name}, ${dayText(it.date, "medium")}`} onClose=${onClose} onSubmit=${submit} footer=${footer}>
    <${Segments} label=${t("roster.plan")} value=${kind} options=${options} onChange=${setKind} />
    ${kind === "shifts" &&
    shifts.map(
      (one, index) => html`<fieldset class="roster-shift" key=${index}>
        <legend class="small strong">${t("roster.shift", { number: index + 1 })}</legend>
        <div class="two">
          <${TextField} type="time" label=${t("policy.start")} value=${one.start} onChange=${(/** @type {string} */ start) => set(index, { start })} />
          <${TextField} type="time" label=${t("policy.end")} value=${one.end} onChange=${(/** @type {string} */ end) => set(index, { end })} />
        </div>
        <div class="two">
          <${TextField} label=${t("policy.break_minutes")} inputmode="numeric" value=${String(one.break_minutes)} onChange=${(/** @type {string} */ value) => set(index, { break_minutes: Number(value.replace(/\D/g, "")) })} />
          <${SelectField} label=${t("people.site")} value=${one.site_id ?? ""} options=${[["", t("roster.own_site")], ...sites.map(({ id, name }) => [id, name])]} onChange=${(/** @type {string} */ site) => set(index, { site_id: site || null })} />
        </div>
        ${shifts.length > 1 && html`<${Button} kind="quiet" icon="trash-2" onClick=${() => setShifts(shifts.filter((_, at) => at !== index))}>${t("roster.remove_shift")}<//>`}
      </fieldset>`,
    )}
    ${kind === "shifts" && shifts.length < 6 && html`<div><${Button} icon="plus" onClick=${() => setShifts([...shifts, NEW])}>${t("roster.add_shift")}<//></div>`}
    ${kind === "pattern" ? html`<p class="muted">${t("roster.pattern_about")}</p>` : html`<${PreviewText} state=${preview} />`}
  <//>`;
}
