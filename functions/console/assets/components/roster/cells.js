// The content of a roster cell: the shifts of a person on a date, and the conversion between shifts and text.
import { t } from "../../i18n/index.js";

/** @typedef {import("../../types").Schemas} Schemas */
/** @typedef {Schemas["RosterRow"]} Row */
/** @typedef {Schemas["RosterRowDay"]} RowDay */
/** @typedef {{ start: string, end: string, break_minutes: number, site_id?: string | null }} PlannedShift */
/** @typedef {{ shifts: PlannedShift[], isReset?: boolean }} Plan No shifts means off. `isReset`: the date returns to the pattern. */

/** One shift of a cell: 9-17, 09:00–17:30, 22:00-06:00/45. The number after the slash is the break in minutes. */
const SHIFT = /^(\d{1,2})(?::?(\d{2}))?\s*[-–—]\s*(\d{1,2})(?::?(\d{2}))?(?:\s*\/\s*(\d{1,4}))?$/;
/** Words for a day off that are accepted in addition to the reader's own word. Files use them. */
const OFF = ["off", "-", "–", "x", "0"];
/** The maximum number of shifts on a date. */
const MAX_SHIFTS = 6;

/**
 * Returns the API's plan of a date.
 * @param {RowDay} day
 * @returns {Plan}
 */
export function planOf(day) {
  return { shifts: day.shifts.map((one) => ({ start: one.start_at.slice(11, 16), end: one.end_at.slice(11, 16), break_minutes: one.break_minutes, site_id: one.site_id ?? null })) };
}

/** Returns a shift as displayed text. @param {PlannedShift} shift */
export const shiftText = ({ start, end }) => `${start}–${end}`;

/** Returns a plan as displayed text. @param {Plan} plan */
export const planText = (plan) => (plan.isReset ? t("roster.pattern_again") : typed(plan));

/** Returns a plan as editable text. It contains the breaks, so that reading it back loses nothing. @param {Plan} plan */
export function typed({ shifts }) {
  if (shifts.length === 0) return t("roster.off");
  return shifts.map((one) => `${one.start}-${one.end}${one.break_minutes > 0 ? `/${one.break_minutes}` : ""}`).join(", ");
}

/**
 * Returns the plan of a text, or null if the text is invalid.
 * @param {string} text
 * @param {Plan} [before] Its breaks and sites stay if the text contains none.
 * @returns {Plan | null}
 */
export function read(text, before) {
  const plain = text.trim();
  if ([...OFF, t("roster.off").toLocaleLowerCase()].includes(plain.toLocaleLowerCase())) return { shifts: [] };
  const parts = plain.split(/[,;|]/).map((one) => one.trim()).filter(Boolean);
  if (parts.length === 0 || parts.length > MAX_SHIFTS) return null;
  const shifts = parts.map((part, index) => shift(part, before?.shifts[index]));
  return shifts.includes(null) ? null : { shifts: /** @type {PlannedShift[]} */ (shifts) };
}

/**
 * @param {string} text
 * @param {PlannedShift | undefined} before
 * @returns {PlannedShift | null}
 */
function shift(text, before) {
  const [, fromHour, fromMinute, toHour, toMinute, pause] = SHIFT.exec(text) ?? [];
  if (fromHour === undefined || toHour === undefined) return null;
  const start = timeOfDay(fromHour, fromMinute);
  const end = timeOfDay(toHour, toMinute);
  if (start === null || end === null) return null;
  return { start, end, break_minutes: pause === undefined ? (before?.break_minutes ?? 0) : Number(pause), site_id: before?.site_id ?? null };
}

/**
 * Returns a time of day, or null if it is invalid. 24 means midnight at the end of a day.
 * @param {string} hour
 * @param {string} [minute]
 */
function timeOfDay(hour, minute = "00") {
  const hours = Number(hour) === 24 && minute === "00" ? 0 : Number(hour);
  return hours > 23 || Number(minute) > 59 ? null : `${String(hours).padStart(2, "0")}:${minute}`;
}

/** Returns whether two plans are equal. @param {Plan} a @param {Plan} b */
export function isSame(a, b) {
  return !a.isReset && !b.isReset && key(a) === key(b);
}

/** @param {Plan} plan */
const key = ({ shifts }) => JSON.stringify(shifts.map(({ start, end, break_minutes, site_id }) => [start, end, break_minutes, site_id ?? null]));

/** Returns the request body of a plan. @param {Plan} plan @param {string} reason */
export function bodyOf({ shifts }, reason) {
  return shifts.length === 0 ? { off: true, reason } : { shifts: shifts.map((one) => ({ ...one, site_id: one.site_id ?? null })), reason };
}
