// The explanation why a day counts as late or as left early: the punch, the shift, and the grace period.
import { t } from "../i18n/index.js";
import { duration, ms, time } from "../time.js";
import { html } from "../vendor/preact.js";
import { Notice } from "./ui.js";

/** @param {{ day: import("../types").Day, graceMinutes: number }} props */
export function DayWhy({ day, graceMinutes }) {
  const texts = day.shifts.flatMap((shift) => {
    const first = day.sessions.map((session) => session.clock_in.at).find((at) => ms(at) > ms(shift.start_at));
    const last = day.sessions.map((session) => session.clock_out?.at).findLast((at) => at !== undefined && ms(at) < ms(shift.end_at));
    const late = shift.late_seconds > 0 && first
      ? [t("day.why_late", { time: time(first, day.time_zone), duration: duration(shift.late_seconds), start: time(shift.start_at, day.time_zone), grace: graceMinutes })]
      : [];
    const early = shift.early_leave_seconds > 0 && last
      ? [t("day.why_early", { time: time(last, day.time_zone), duration: duration(shift.early_leave_seconds), end: time(shift.end_at, day.time_zone) })]
      : [];
    return [...late, ...early];
  });
  if (texts.length === 0) return null;
  const isExcused = day.flags.includes("excused");
  return html`<${Notice} tone=${isExcused ? "" : "warn"} icon="clock-alert">${texts.map((text) => html`<p key=${text}>${text}</p>`)}${isExcused && html`<p>${t("day.why_excused")}</p>`}<//>`;
}
