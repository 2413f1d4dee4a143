// A day as bars over its hours: what was planned, and what was worked, with its breaks. The list below it says the same in words.
import { t } from "../i18n/index.js";
import { minute, ms, time } from "../time.js";
import { html } from "../vendor/preact.js";

const HOUR_MS = 3_600_000;
/** The most hours that are named below the bars. */
const MAX_LABELS = 5;

/** @param {{ day: import("../types").Day }} props */
export function DayTimeline({ day }) {
  const at = minute.value;
  const { from, until } = span(day, at);
  const style = (/** @type {number} */ start, /** @type {number} */ end) => ({
    insetInlineStart: `${((start - from) / (until - from)) * 100}%`,
    width: `${(Math.max(0, end - start) / (until - from)) * 100}%`,
  });
  const end = (/** @type {string | null | undefined} */ instant) => (instant ? ms(instant) : Math.min(at, until));
  const step = Math.ceil((until - from) / HOUR_MS / MAX_LABELS) * HOUR_MS;
  const hours = Array.from({ length: Math.floor((until - from) / step) + 1 }, (_, index) => from + index * step);
  return html`<div class="timeline" aria-hidden="true">
    <div class="lane plan">${day.shifts.map((shift) => html`<span key=${shift.id} class=${`bar-plan ${shift.status}`} style=${style(ms(shift.start_at), ms(shift.end_at))}></span>`)}</div>
    <div class="lane work">
      ${day.sessions.map((session) => html`<span key=${session.id} class=${`bar-work ${session.clock_out ? "" : "open"}`} style=${style(ms(session.clock_in.at), end(session.clock_out?.at))}></span>`)}
      ${day.sessions.flatMap((session) => session.breaks).map((pause) => html`<span key=${pause.id} class="bar-break" style=${style(ms(pause.started_at), end(pause.ended_at))}></span>`)}
      ${at > from && at < until && html`<span class="bar-now" style=${style(at, at)}></span>`}
    </div>
    <div class="lane hours">${hours.map((hour) => html`<span key=${hour} class=${`small muted figures ${hour === until ? "last" : ""}`} style=${{ insetInlineStart: style(hour, hour).insetInlineStart }}>${time(hour, day.time_zone)}</span>`)}</div>
    <p class="legend small muted">
      <span class="key plan"></span>${t("day.planned")} <span class="key work"></span>${t("day.worked")} <span class="key break"></span>${t("day.break")}
    </p>
  </div>`;
}

/**
 * The whole hours around everything of the day.
 * @param {import("../types").Day} day
 * @param {number} at
 */
function span(day, at) {
  const instants = [
    ...day.shifts.flatMap((shift) => [shift.start_at, shift.end_at]),
    ...day.sessions.flatMap((session) => [session.clock_in.at, session.clock_out?.at ?? at]),
  ].map(ms);
  const noon = Date.parse(`${day.date}T12:00:00Z`);
  const [first, last] = instants.length > 0 ? [Math.min(...instants), Math.max(...instants)] : [noon - 4 * HOUR_MS, noon + 4 * HOUR_MS];
  return { from: Math.floor(first / HOUR_MS) * HOUR_MS, until: Math.max(Math.ceil(last / HOUR_MS), Math.floor(first / HOUR_MS) + 4) * HOUR_MS };
}
