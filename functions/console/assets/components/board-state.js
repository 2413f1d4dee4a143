// The state of a line on the board, such as missing, late, at work or away, and the order of the lines.
import { ms } from "../time.js";

/** @typedef {import("../types").Schemas["BoardLine"]} BoardLine */
/** @typedef {Extract<BoardLine, { view: "full" }>} Line */
/** @typedef {"missing" | "late" | "flagged" | "working" | "on_break" | "expected" | "left" | "on_leave" | "off"} State */

/** The filters of the board, in their order. */
export const FILTERS = /** @type {const} */ (["all", "missing", "late", "flagged", "working", "on_break", "out", "on_leave"]);
/** @typedef {typeof FILTERS[number]} Filter */

/** Flags that a manager should check. */
const TO_LOOK_AT = new Set(["needs_review", "outside_window", "outside_geofence", "no_photo", "on_leave", "clock_skew", "auto_clocked_out", "outside_employment"]);
/** @type {State[]} */
const ORDER = ["missing", "late", "flagged", "working", "on_break", "expected", "left", "on_leave", "off"];

/**
 * Returns whether the person should be at work and isn't.
 * @param {Line} line
 * @param {number} at
 * @param {number} graceMinutes
 */
export function isMissing(line, at, graceMinutes) {
  if (line.status === "absent") return !line.flags.includes("excused");
  const isWaitedFor = line.status === "expected" || line.status === null || line.status === undefined;
  return isWaitedFor && line.presence === "out" && !!line.shift && at > ms(line.shift.start_at) + graceMinutes * 60_000;
}

/** @param {Line} line */
export function isLate(line) {
  return line.late_seconds > 0 && !line.flags.includes("excused");
}

/** @param {Line} line */
export function isFlagged(line) {
  return line.flags.some((flag) => TO_LOOK_AT.has(flag));
}

/**
 * Returns the most important state of a line.
 * @param {Line} line
 * @param {number} at
 * @param {number} graceMinutes
 * @returns {State}
 */
export function stateOf(line, at, graceMinutes) {
  if (isMissing(line, at, graceMinutes)) return "missing";
  if (isLate(line)) return "late";
  if (isFlagged(line)) return "flagged";
  if (line.presence !== "out") return line.presence;
  if (line.leave && !line.leave.half) return "on_leave";
  if (line.since) return "left";
  return line.shift ? "expected" : line.leave ? "on_leave" : "off";
}

/**
 * @param {Line} line
 * @param {Filter} filter
 * @param {number} at
 * @param {number} graceMinutes
 */
export function matches(line, filter, at, graceMinutes) {
  switch (filter) {
    case "all":
      return true;
    case "missing":
      return isMissing(line, at, graceMinutes);
    case "late":
      return isLate(line);
    case "flagged":
      return isFlagged(line);
    case "on_leave":
      return !!line.leave;
    case "working":
    case "on_break":
    case "out":
      return line.presence === filter;
  }
}

/**
 * Returns the lines in the order of {@link ORDER}. Missing people are sorted by the start of their shift, the others by name.
 * @param {Line[]} lines
 * @param {number} at
 * @param {number} graceMinutes
 * @param {string} locale
 */
export function sorted(lines, at, graceMinutes, locale) {
  const rank = new Map(lines.map((line) => [line.user_id, ORDER.indexOf(stateOf(line, at, graceMinutes))]));
  const place = (/** @type {Line} */ line) => rank.get(line.user_id) ?? 0;
  const start = (/** @type {Line} */ line) => (place(line) === 0 ? (line.shift?.start_at ?? "") : "");
  return [...lines].sort(
    (a, b) => place(a) - place(b) || start(a).localeCompare(start(b)) || a.full_name.localeCompare(b.full_name, locale),
  );
}
