// The form controls of each policy.
import { LANGUAGES, t } from "../../i18n/index.js";
import { html } from "../../vendor/preact.js";
import { CheckField, SelectField, TextField, ZoneField, errorAt } from "../form.js";
import { Button } from "../ui.js";
import { PAY_ANCHOR, WEEKDAYS, dateOfYear, tiersOf, weekdayName } from "./policies.js";

/** @typedef {import("./policies.js").Settings} Settings */
/** @typedef {{ form: Settings, set: (part: any) => void, refusal: import("../form.js").Refusal }} Props */

/** The maximum number of automatic break deductions. */
const MAX_TIERS = 4;

/** The controls by policy. @type {Record<string, (props: Props) => any>} */
const CONTROLS = { company: Company, shift: Shift, lateness: Lateness, window: ClockInWindow, deduction: Deduction, overtime: Overtime, forgotten: Forgotten, photo: Photo, breaks: Breaks, leave: Leave, leave_year: LeaveYear, roster: Roster, pay: Pay, time_accounts: TimeAccounts, offline: Offline, kiosk: Kiosk, requests: Requests, sign_in: SignIn };

/** @param {Props & { policy: string }} props */
export function PolicyFields({ policy, ...props }) {
  return CONTROLS[policy]?.(props);
}

/**
 * Returns a field for a number.
 * @param {Props} props
 * @param {string} name
 * @param {string} label
 * @param {unknown} value
 * @param {(value: string) => void} change
 * @param {string} [hint]
 */
function numeric({ refusal }, name, label, value, change, hint) {
  return html`<${TextField} label=${label} hint=${hint} inputmode="decimal" autocomplete="off" value=${String(value ?? "")} error=${errorAt(refusal, name)} onChange=${change} />`;
}

/** @param {Props} props */
function Company({ form, set, refusal }) {
  return html`<${TextField} label=${t("policy.company_name")} value=${form.company_name} error=${errorAt(refusal, "company_name")} onChange=${(/** @type {string} */ company_name) => set({ company_name })} maxlength="100" autofocus />
    <${ZoneField} label=${t("people.zone")} value=${form.time_zone} error=${errorAt(refusal, "time_zone")} onChange=${(/** @type {string} */ time_zone) => set({ time_zone })} />
    <${SelectField} label=${t("people.language")} value=${form.language} error=${errorAt(refusal, "language")} onChange=${(/** @type {string} */ language) => set({ language })} options=${Object.entries(LANGUAGES)} />`;
}

/** @param {Props} props */
function Shift(props) {
  const { form, set, refusal } = props;
  const shift = (/** @type {object} */ part) => set({ default_shift: { ...form.default_shift, ...part } });
  const offs = /** @type {string[]} */ (form.default_weekly_offs);
  const toggle = (/** @type {string} */ one) => set({ default_weekly_offs: WEEKDAYS.filter((day) => (day === one ? !offs.includes(day) : offs.includes(day))) });
  const error = errorAt(refusal, "default_weekly_offs");
  return html`<div class="two">
      <${TextField} type="time" label=${t("policy.start")} value=${form.default_shift.start} error=${errorAt(refusal, "default_shift.start")} onChange=${(/** @type {string} */ start) => shift({ start })} />
      <${TextField} type="time" label=${t("policy.end")} value=${form.default_shift.end} error=${errorAt(refusal, "default_shift.end")} onChange=${(/** @type {string} */ end) => shift({ end })} />
    </div>
    ${numeric(props, "default_shift.break_minutes", t("policy.break_minutes"), form.default_shift.break_minutes, (break_minutes) => shift({ break_minutes }))}
    <fieldset><legend class="strong">${t("policy.offs")}</legend>
      ${error && html`<p class="field"><span class="error">${error}</span></p>`}
      <div class="weekdays">${WEEKDAYS.map((day) => html`<${CheckField} key=${day} label=${weekdayName(day)} checked=${offs.includes(day)} onChange=${() => toggle(day)} />`)}</div>
    </fieldset>`;
}

/** @param {Props} props */
function Lateness(props) {
  const { form, set } = props;
  return html`${numeric(props, "late_grace_minutes", t("policy.late_grace"), form.late_grace_minutes, (late_grace_minutes) => set({ late_grace_minutes }))}
    ${numeric(props, "early_leave_grace_minutes", t("policy.early_grace"), form.early_leave_grace_minutes, (early_leave_grace_minutes) => set({ early_leave_grace_minutes }))}`;
}

/** @param {Props} props */
function ClockInWindow(props) {
  const { form, set, refusal } = props;
  const change = (/** @type {object} */ part) => set({ clock_in_window: { ...form.clock_in_window, ...part } });
  const { before_minutes: before, after_minutes: after, outside } = form.clock_in_window;
  const choices = [["refuse", t("policy.refuse")], ["flag", t("policy.flag")]];
  return html`<div class="two">
      ${numeric(props, "clock_in_window.before_minutes", t("policy.before"), before, (before_minutes) => change({ before_minutes }))}
      ${numeric(props, "clock_in_window.after_minutes", t("policy.after"), after, (after_minutes) => change({ after_minutes }), t("policy.after_hint"))}
    </div>
    <${SelectField} label=${t("policy.outside")} value=${outside ?? "refuse"} error=${errorAt(refusal, "clock_in_window.outside")} onChange=${(/** @type {string} */ value) => change({ outside: value })} options=${choices} />
    <${SelectField} label=${t("policy.on_leave")} value=${form.clock_in_on_leave} error=${errorAt(refusal, "clock_in_on_leave")} onChange=${(/** @type {string} */ clock_in_on_leave) => set({ clock_in_on_leave })} options=${choices} />
    <${CheckField} label=${t("policy.allow_unscheduled")} checked=${form.allow_unscheduled} onChange=${(/** @type {boolean} */ allow_unscheduled) => set({ allow_unscheduled })} />`;
}

/** @param {Props} props */
function Deduction(props) {
  const { form, set, refusal } = props;
  const change = (/** @type {object} */ part) => set({ late_deduction: { ...form.late_deduction, ...part } });
  const { mode, every, days, free_minutes_per_month: free } = form.late_deduction;
  const modes = /** @type {const} */ (["off", "per_minute", "per_occurrence"]).map((one) => [one, t(`policy.mode_${one}`)]);
  return html`<${SelectField} label=${t("policy.deduction")} value=${mode} error=${errorAt(refusal, "late_deduction.mode")} onChange=${(/** @type {string} */ value) => change({ mode: value })} options=${modes} />
    ${mode === "per_minute" && numeric(props, "late_deduction.free_minutes_per_month", t("policy.free_minutes"), free, (free_minutes_per_month) => change({ free_minutes_per_month }))}
    ${mode === "per_occurrence" &&
    html`<div class="two">
      ${numeric(props, "late_deduction.every", t("policy.every"), every, (value) => change({ every: value }))}
      ${numeric(props, "late_deduction.days", t("policy.cost_days"), days, (value) => change({ days: value }))}
    </div>`}`;
}

/** @param {Props} props */
function Photo({ form, set, refusal }) {
  const kept = [30, 90, 180, 365].map((days) => [String(days), t("people.days", { days })]);
  return html`<${SelectField} label=${t("policy.photo_rule")} value=${form.photo} error=${errorAt(refusal, "photo")} onChange=${(/** @type {string} */ photo) => set({ photo })}
      options=${/** @type {const} */ (["off", "optional", "required"]).map((one) => [one, t(`policy.photo_${one}`)])} />
    <${SelectField} label=${t("policy.photo_kept")} value=${String(form.photo_retention_days)} error=${errorAt(refusal, "photo_retention_days")}
      onChange=${(/** @type {string} */ days) => set({ photo_retention_days: Number(days) })} options=${kept} />
    <${SelectField} label=${t("policy.geofence_rule")} value=${form.geofence} error=${errorAt(refusal, "geofence")} onChange=${(/** @type {string} */ geofence) => set({ geofence })}
      options=${/** @type {const} */ (["off", "flag", "enforce"]).map((one) => [one, t(`policy.geofence_${one}`)])} />`;
}

/** @param {Props} props */
function Breaks(props) {
  const { form, set } = props;
  const change = (/** @type {object} */ part) => set({ breaks: { ...form.breaks, ...part } });
  const tiers = tiersOf(form);
  const setTiers = (/** @type {object[]} */ all) => change({ auto_deduct: all.length === 0 ? null : all });
  const tier = (/** @type {number} */ index, /** @type {object} */ part) => setTiers(tiers.map((one, at) => (at === index ? { ...one, ...part } : one)));
  return html`<${CheckField} label=${t("policy.breaks_paid")} checked=${form.breaks.paid ?? false} onChange=${(/** @type {boolean} */ paid) => change({ paid })} />
    ${tiers.map(
      (one, index) => html`<fieldset class="span" key=${index}>
        <legend class="visually-hidden">${t("policy.tier", { number: index + 1 })}</legend>
        ${numeric(props, `breaks.auto_deduct[${index}].after_minutes`, t("policy.tier_after"), one.after_minutes, (after_minutes) => tier(index, { after_minutes }))}
        ${numeric(props, `breaks.auto_deduct[${index}].minutes`, t("policy.tier_minutes"), one.minutes, (minutes) => tier(index, { minutes }))}
        <${Button} kind="quiet" icon="trash-2" label=${t("correction.remove", { what: t("policy.tier", { number: index + 1 }) })} onClick=${() => setTiers(tiers.filter((_, at) => at !== index))} />
      </fieldset>`,
    )}
    ${tiers.length < MAX_TIERS && html`<div><${Button} icon="plus" onClick=${() => setTiers([...tiers, { after_minutes: 360, minutes: 30 }])}>${t("policy.add_tier")}<//></div>`}
    ${numeric(props, "breaks.max_minutes_per_day", t("policy.max_break"), form.breaks.max_minutes_per_day, (max_minutes_per_day) => change({ max_minutes_per_day }), t("policy.max_break_hint"))}`;
}

/** @param {Props} props */
function Leave(props) {
  const { form, set } = props;
  return html`${numeric(props, "annual_leave_days", t("people.allowance"), form.annual_leave_days, (annual_leave_days) => set({ annual_leave_days }), t("policy.leave_hint"))}
    ${numeric(props, "carry_over_days", t("policy.carry_over"), form.carry_over_days, (carry_over_days) => set({ carry_over_days }))}
    ${numeric(props, "low_balance_days", t("policy.low_balance"), form.low_balance_days, (low_balance_days) => set({ low_balance_days }))}
    ${numeric(props, "leave_day_minutes", t("policy.leave_day"), form.leave_day_minutes, (leave_day_minutes) => set({ leave_day_minutes }), t("policy.leave_day_hint"))}`;
}

/**
 * Returns a field for a yearly date. Only the month and the day count.
 * @param {Props} props
 * @param {string} name
 * @param {string} label
 * @param {string | null | undefined} value
 * @param {(value: string | null) => void} change
 * @param {string} [hint]
 */
function yearly({ refusal }, name, label, value, change, hint) {
  return html`<${TextField} type="date" label=${label} hint=${hint} value=${value ? dateOfYear(value) : ""} error=${errorAt(refusal, name)} onChange=${(/** @type {string} */ date) => change(date === "" ? null : date.slice(5))} />`;
}

/** @param {Props} props */
function Overtime(props) {
  const { form, set } = props;
  const change = (/** @type {object} */ part) => set({ overtime: { ...form.overtime, ...part } });
  return html`${numeric(props, "overtime.min_minutes", t("policy.overtime_min"), form.overtime.min_minutes, (min_minutes) => change({ min_minutes }))}
    <${CheckField} label=${t("policy.overtime_early")} checked=${form.overtime.count_before_shift ?? false} onChange=${(/** @type {boolean} */ count_before_shift) => change({ count_before_shift })} />`;
}

/** @param {Props} props */
function Forgotten(props) {
  const { form, set } = props;
  return numeric(props, "auto_clock_out_after_minutes", t("policy.forgotten_after"), form.auto_clock_out_after_minutes, (auto_clock_out_after_minutes) => set({ auto_clock_out_after_minutes }));
}

/** @param {Props} props */
function LeaveYear(props) {
  const { form, set, refusal } = props;
  const change = (/** @type {object} */ part) => set({ proration: { ...form.proration, ...part } });
  return html`${yearly(props, "leave_year_start", t("policy.leave_year_start"), form.leave_year_start, (leave_year_start) => leave_year_start && set({ leave_year_start }), t("policy.year_hint"))}
    ${numeric(props, "carry_over_expires_after_months", t("policy.carry_over_months"), form.carry_over_expires_after_months, (carry_over_expires_after_months) => set({ carry_over_expires_after_months }), t("policy.carry_over_months_hint"))}
    <${CheckField} label=${t("policy.expire_after_notice")} checked=${form.expire_only_after_notice} onChange=${(/** @type {boolean} */ expire_only_after_notice) => set({ expire_only_after_notice })} />
    <${CheckField} label=${t("policy.prorate")} checked=${form.prorate_first_year} onChange=${(/** @type {boolean} */ prorate_first_year) => set({ prorate_first_year })} />
    ${form.prorate_first_year &&
    html`<div class="two">
      <${SelectField} label=${t("policy.proration_unit")} value=${form.proration.unit ?? "month"} error=${errorAt(refusal, "proration.unit")} onChange=${(/** @type {string} */ unit) => change({ unit })}
        options=${/** @type {const} */ (["month", "day"]).map((one) => [one, t(`policy.unit_${one}`)])} />
      <${SelectField} label=${t("policy.proration_rounding")} value=${form.proration.rounding ?? "half_up"} error=${errorAt(refusal, "proration.rounding")} onChange=${(/** @type {string} */ rounding) => change({ rounding })}
        options=${/** @type {const} */ (["half_up", "half_nearest", "day_up", "day_nearest", "none"]).map((one) => [one, t(`policy.rounding_${one}`)])} />
    </div>`}`;
}

/** @param {Props} props */
function Roster(props) {
  const { form, set } = props;
  const change = (/** @type {object} */ part) => set({ weekly_offs: { ...form.weekly_offs, ...part } });
  return html`<div class="two">
      ${numeric(props, "weekly_offs.min", t("policy.min_offs"), form.weekly_offs.min, (min) => change({ min }))}
      ${numeric(props, "weekly_offs.max", t("policy.max_offs"), form.weekly_offs.max, (max) => change({ max }))}
    </div>
    ${numeric(props, "min_rest_minutes", t("policy.min_rest"), form.min_rest_minutes, (min_rest_minutes) => set({ min_rest_minutes }))}`;
}

/** @param {Props} props */
function TimeAccounts(props) {
  const { form, set, refusal } = props;
  const account = form.time_accounts;
  const change = (/** @type {object} */ part) => set({ time_accounts: { ...account, ...part } });
  const hours = (/** @type {"cap_hours" | "floor_hours" | "warn_above_hours" | "warn_below_hours" | "carry_over_hours"} */ name) =>
    numeric(props, `time_accounts.${name}`, t(`policy.account_${name}`), account[name], (value) => change({ [name]: value }), name === "carry_over_hours" ? undefined : t("policy.account_hint"));
  return html`<div class="two">${hours("cap_hours")}
      <${SelectField} label=${t("policy.above_cap")} value=${account.above_cap ?? "flag"} error=${errorAt(refusal, "time_accounts.above_cap")} onChange=${(/** @type {string} */ above_cap) => change({ above_cap })} options=${/** @type {const} */ (["flag", "cut", "pay"]).map((one) => [one, t(`policy.above_cap_${one}`)])} /></div>
    <div class="two">${hours("floor_hours")}
      <${SelectField} label=${t("policy.below_floor")} value=${account.below_floor ?? "refuse"} error=${errorAt(refusal, "time_accounts.below_floor")} onChange=${(/** @type {string} */ below_floor) => change({ below_floor })} options=${/** @type {const} */ (["refuse", "warn"]).map((one) => [one, t(`policy.below_floor_${one}`)])} /></div>
    <div class="two">${hours("warn_above_hours")}${hours("warn_below_hours")}</div>
    <div class="two">${yearly(props, "time_accounts.settled_on", t("policy.settled_on"), account.settled_on, (settled_on) => change({ settled_on }), t("policy.settled_hint"))}${account.settled_on && hours("carry_over_hours")}</div>`;
}

/** @param {Props} props */
function Offline(props) {
  const { form, set } = props;
  const change = (/** @type {object} */ part) => set({ offline: { ...form.offline, ...part } });
  return html`<div class="two">
      ${numeric(props, "offline.accept_hours", t("policy.offline_accept"), form.offline.accept_hours, (accept_hours) => change({ accept_hours }))}
      ${numeric(props, "offline.review_after_hours", t("policy.offline_review"), form.offline.review_after_hours, (review_after_hours) => change({ review_after_hours }))}
    </div>
    ${numeric(props, "offline.max_skew_seconds", t("policy.offline_skew"), form.offline.max_skew_seconds, (max_skew_seconds) => change({ max_skew_seconds }))}`;
}

/** @param {Props} props */
function Pay(props) {
  const { form, set, refusal } = props;
  const remind = (/** @type {object} */ part) => set({ timesheet_reminders: { ...form.timesheet_reminders, ...part } });
  const period = form.pay_period;
  const kinds = /** @type {const} */ (["month", "half_month", "two_weeks", "week"]);
  const anchor = period?.anchor ?? PAY_ANCHOR;
  return html`<${SelectField} label=${t("policy.pay_kind")} value=${period?.kind ?? ""} error=${errorAt(refusal, "pay_period.kind")} onChange=${(/** @type {string} */ kind) => set({ pay_period: kind === "" ? null : { kind, anchor } })}
      options=${[["", t("policy.pay_none")], ...kinds.map((kind) => [kind, t(`policy.pay_${kind}`)])]} />
    ${period && period.kind !== "half_month" && html`<${TextField} label=${t("policy.pay_anchor")} hint=${t("policy.pay_anchor_hint")} type="date" value=${anchor} error=${errorAt(refusal, "pay_period.anchor")} onChange=${(/** @type {string} */ value) => set({ pay_period: { ...period, anchor: value } })} />`}
    ${period && html`<div class="two">
      ${numeric(props, "timesheet_reminders.days_before_end", t("policy.days_before_end"), form.timesheet_reminders.days_before_end, (days_before_end) => remind({ days_before_end }), t("policy.zero_never"))}
      ${numeric(props, "timesheet_reminders.days_after_end", t("policy.days_after_end"), form.timesheet_reminders.days_after_end, (days_after_end) => remind({ days_after_end }), t("policy.zero_never"))}
    </div>`}`;
}

/** @param {Props} props */
function Kiosk({ form, set }) {
  return html`<${CheckField} label=${t("policy.kiosk_names")} checked=${form.kiosk.show_names ?? false} onChange=${(/** @type {boolean} */ show_names) => set({ kiosk: { ...form.kiosk, show_names } })} />`;
}

/** @param {Props} props */
function Requests({ form, set, refusal }) {
  return html`<${SelectField} label=${t("policy.registration")} value=${form.registration} error=${errorAt(refusal, "registration")} onChange=${(/** @type {string} */ registration) => set({ registration })}
      options=${/** @type {const} */ (["off", "approval", "open"]).map((one) => [one, t(`policy.registration_${one}`)])} />
    <${CheckField} label=${t("policy.swap_needs_manager")} checked=${form.swap_needs_manager} onChange=${(/** @type {boolean} */ swap_needs_manager) => set({ swap_needs_manager })} />`;
}

/** @param {Props} props */
function SignIn(props) {
  const { form, set, refusal } = props;
  const change = (/** @type {object} */ part) => set({ sessions: { ...form.sessions, ...part } });
  return html`<${SelectField} label=${t("policy.second_factor")} value=${form.second_factor_required_for} error=${errorAt(refusal, "second_factor_required_for")}
      onChange=${(/** @type {string} */ second_factor_required_for) => set({ second_factor_required_for })}
      options=${/** @type {const} */ (["nobody", "admins", "managers"]).map((one) => [one, t(`policy.second_factor_${one}`)])} />
    <div class="two">
      ${numeric(props, "sessions.absolute_days", t("policy.absolute_days"), form.sessions.absolute_days, (absolute_days) => change({ absolute_days }))}
      ${numeric(props, "sessions.idle_days", t("policy.idle_days"), form.sessions.idle_days, (idle_days) => change({ idle_days }))}
    </div>`;
}
