// One-line texts for an item of the approvals: its kind and its date.
import { leaveTypeName, t, word } from "../i18n/index.js";
import { day as dayText, duration, number, times } from "../time.js";

/** @typedef {import("./approvals-data.js").Approval} Approval */

/** @type {Record<import("./approvals-data.js").Kind, string>} */
export const ICONS = {
  leave_request: "palmtree",
  correction: "pencil",
  swap: "arrow-left-right",
  day_to_review: "clock-alert",
  flagged_clock_in: "triangle-alert",
  pay_approval: "timer",
  registration: "user",
};

/**
 * Returns the name of the person that the item is about. Responses contain names in addition to ids.
 * @param {Approval} item
 */
export function nameOf(item) {
  if (item.kind === "registration") return item.user.full_name;
  return item.user_name ?? t("approvals.somebody");
}

/**
 * @param {Approval} item
 * @param {(code: string) => string} typeName
 */
export function what(item, typeName) {
  switch (item.kind) {
    case "leave_request":
      return `${typeName(item.leave_request.type)}, ${t("requests.days", { count: item.leave_request.days })}`;
    case "swap":
      return t("approvals.swap_with", { name: item.swap.with_user_name ?? t("approvals.somebody") });
    case "pay_approval":
      return t("approvals.pay", { time: duration(item.pay_approval.waiting.reduce((sum, one) => sum + one.seconds, 0)) });
    case "day_to_review":
    case "flagged_clock_in":
    case "correction":
    case "registration":
      return word("approvals.what", item.kind);
  }
}

/** @param {Approval} item */
export function when(item) {
  switch (item.kind) {
    case "leave_request":
      return period(item.leave_request);
    case "correction":
      return dayText(item.correction.date, "medium");
    case "swap":
      return [item.swap.my_date, item.swap.their_date].flatMap((date) => (date ? [dayText(date, "medium")] : [])).join(" ↔ ");
    case "day_to_review":
    case "flagged_clock_in":
      return dayText(item.day.date, "medium");
    case "pay_approval":
      return dayText(item.pay_approval.date, "medium");
    case "registration":
      return item.user.email ?? item.user.username ?? "";
  }
}

/** @param {{ start_date: string, end_date: string, start_half?: string | null, end_half?: string | null }} leave */
export function period({ start_date: start, end_date: end, start_half: startHalf, end_half: endHalf }) {
  const dates = start === end ? dayText(start, "medium") : `${dayText(start, "medium")} – ${dayText(end, "medium")}`;
  const half = startHalf ?? endHalf;
  return half ? `${dates}, ${word("half", half)}` : dates;
}

/**
 * Returns the shifts of a swap as text.
 * @param {import("../types").Schemas["RosterShift"][]} shifts
 */
export function shiftsText(shifts) {
  return shifts.map((shift) => `${dayText(shift.id.slice(0, 10), "medium")}, ${times(shift.start_at, shift.end_at)}`).join("; ");
}

/**
 * Returns a function that returns the name of a leave type.
 * @param {import("../types").Schemas["LeaveType"][] | undefined} types
 */
export function typeNames(types) {
  return (/** @type {string} */ code) => leaveTypeName(code, types?.find((one) => one.code === code)?.name);
}

/** @param {number} days */
export function daysText(days) {
  return number(days, { maximumFractionDigits: 2 });
}
