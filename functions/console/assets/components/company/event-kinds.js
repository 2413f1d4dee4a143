// The names of the event kinds that a webhook can send.
import { t, word } from "../../i18n/index.js";
import { html } from "../../vendor/preact.js";
import { CheckField } from "../form.js";
import { Icon } from "../ui.js";

/** The kinds that other systems use, by group. The API has more kinds that only Rollcall uses. */
const GROUPS = /** @type {const} */ ({
  punches: ["clocked_in", "clocked_out", "break_started", "break_ended", "late", "left_early", "auto_clocked_out", "clock_in_flagged", "clock_in_reviewed", "cost_center_switched"],
  days: ["not_arrived", "absent", "days_to_review", "day_edited", "day_excused", "correction_requested", "correction_decided", "correction_withdrawn"],
  leave: ["leave_requested", "leave_request_changed", "leave_decided", "leave_cancelled", "leave_granted", "leave_carried_over", "leave_expiring", "leave_expired", "leave_adjusted", "late_deducted", "leave_balance_low"],
  roster: ["pattern_changed", "day_planned", "day_plan_removed", "swap_requested", "swap_accepted", "swap_made", "swap_ended"],
  people: ["user_created", "user_registered", "user_activated", "user_changed", "user_disabled", "employment_corrected", "badge_assigned", "badge_revoked"],
  pay: ["timesheet_submitted", "timesheet_approved", "timesheet_rejected", "timesheet_voided", "pay_period_closed", "pay_period_reopened", "days_changed_after_close", "pay_run_made", "pay_approval_needed", "pay_approval_decided", "time_account_changed"],
  company: ["settings_changed", "department_created", "department_changed", "department_deleted", "site_created", "site_changed", "site_deleted", "holiday_added", "holiday_removed", "holiday_subscription_failed", "leave_type_changed", "kiosk_pins_failing", "terminal_silent", "terminal_clock_wrong", "import_finished", "report_exported", "report_export_failed"],
});
const OFFERED = new Set(/** @type {readonly string[]} */ (Object.values(GROUPS).flat()));

/** Returns the name of a kind of event, audit entry or notification. @param {string} kind */
export function eventName(kind) {
  const raw = kind.replaceAll("_", " ");
  return ["event", "audit", "kind"].map((prefix) => word(prefix, kind)).find((text) => text !== raw) ?? raw;
}

/**
 * Checkboxes for the kinds. A selected kind that is no longer offered stays, and can be deselected.
 * @param {{ value: readonly string[], error?: string, onChange: (kinds: string[]) => void }} props
 */
export function EventKinds({ value, error, onChange }) {
  const others = value.filter((kind) => !OFFERED.has(kind));
  const groups = /** @type {[keyof typeof GROUPS | "other", readonly string[]][]} */ ([...Object.entries(GROUPS), ...(others.length > 0 ? [["other", others]] : [])]);
  const toggle = (/** @type {string} */ kind) => onChange(value.includes(kind) ? value.filter((one) => one !== kind) : [...value, kind]);
  return html`<fieldset class="stack event-kinds">
    <legend class="strong">${t("webhooks.kinds")}</legend>
    <p class="hint">${t("webhooks.kinds_hint")}</p>
    ${error && html`<p class="field"><span class="error"><${Icon} name="circle-alert" />${error}</span></p>`}
    ${groups.map(([group, kinds]) => {
      const count = kinds.filter((kind) => value.includes(kind)).length;
      return html`<details key=${group}>
        <summary>${t(`webhooks.group_${group}`)} <span class="muted small">${t("webhooks.chosen", { count, total: kinds.length })}</span></summary>
        <div class="stack">${kinds.map((kind) => html`<${CheckField} key=${kind} label=${eventName(kind)} checked=${value.includes(kind)} onChange=${() => toggle(kind)} />`)}</div>
      </details>`;
    })}
  </fieldset>`;
}
