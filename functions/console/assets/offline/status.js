// The state of the time clock, including the punches that wait on this device and that the API hasn't received yet.
import { workedSeconds } from "../components/punch.js";
import { dateOf, now } from "../time.js";
import { waiting } from "./queue.js";

/** @typedef {import("../types").ClockStatus} ClockStatus */
/** @typedef {import("../types").Day} Day */
/** @typedef {import("./queue.js").Row} Row */

const PRESENCE = /** @type {const} */ ({ in: "working", out: "out", break_start: "on_break", break_end: "working" });

/**
 * Returns the state of the time clock after the waiting punches.
 * @param {ClockStatus} status
 * @returns {ClockStatus}
 */
export function withWaiting(status) {
  return waiting.value.reduce((before, row) => {
    const at = instantOf(row);
    const day = punched(before.day, row.action, at);
    // After a break, `since` is the time of the clock-in, as in the API's response.
    const since = row.action === "break_end" ? (day.sessions.find((session) => session.clock_out === null)?.clock_in.at ?? at) : at;
    return { ...before, presence: PRESENCE[row.action], since, can_clock_in: true, day };
  }, status);
}

/** Returns the instant of a punch: by the server's clock if this page recorded the punch, else by the device's date. @param {Row} row */
function instantOf({ occurred_at, boot_id, monotonic_ms }) {
  const at = now() - performance.now() + monotonic_ms;
  return boot_id === String(performance.timeOrigin) && !Number.isNaN(at) ? new Date(at).toISOString() : occurred_at;
}

/**
 * Returns a day with one more punch. Only the fields that the time worked needs are updated.
 * @param {Day} day
 * @param {import("./punches.js").Action} action
 * @param {string} at
 * @returns {Day}
 */
function punched(day, action, at) {
  if (action === "in") {
    const date = dateOf(at, day.time_zone);
    // The last response may be of an earlier day. The values of the new day aren't known, so they start empty.
    const known = date > day.date ? { ...day, date, kind: /** @type {const} */ ("workday"), shifts: [], sessions: [], flags: [], worked_seconds: 0, scheduled_seconds: 0, late_seconds: 0 } : day;
    // The session has no id, so that a correction adds it.
    return { ...known, sessions: [...known.sessions, /** @type {any} */ ({ id: "", clock_in: { at }, clock_out: null, breaks: [] })] };
  }
  const open = day.sessions.find((session) => session.clock_out === null);
  if (open === undefined) return day;
  const ended = open.breaks.map((pause) => ({ ...pause, ended_at: pause.ended_at ?? at }));
  const breaks = action === "break_start" ? [...ended, /** @type {any} */ ({ id: "", started_at: at, ended_at: null, paid: false })] : ended;
  const withSession = (/** @type {object} */ changes) => ({ ...day, sessions: day.sessions.map((session) => (session === open ? { ...open, breaks, ...changes } : session)) });
  if (action !== "out") return withSession({});
  return { ...withSession({ clock_out: { at } }), worked_seconds: workedSeconds(withSession({}), Date.parse(at)) };
}
