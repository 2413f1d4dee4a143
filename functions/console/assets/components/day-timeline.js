// A day as bars over its hours: the plan, the sessions and the breaks. The list below contains the same data as text.
import { t } from "../i18n/index.js";
import { minute, ms, time } from "../time.js";
import { html } from "../vendor/preact.js";
import { timesOf } from "./session-rows.js";

/** @typedef {import("../types").Day} Day */
/** @typedef {import("./session-rows.js").SessionTimes} SessionTimes */
/** @typedef {{ from: number, until: number }} Span */

const HOUR_MS = 3_600_000;
/** The maximum number of hours that are labelled below the bars. */
const MAX_LABELS = 5;

/**
 * The timeline of a day. With `sessions`, the timeline draws them instead of the day's own sessions. If they differ, the day's own sessions
 * are drawn above. `held`: a fixed range of hours.
 * @param {{ day: Day, sessions?: SessionTimes[], held?: Span | null, children?: (span: Span) => import("./ui.js").Children }} props
 */
export function DayTimeline({ day, sessions, held, children }) {
  const at = minute.value;
  const before = timesOf(day);
  const shown = sessions ?? before;
  const isEdited = sessions !== undefined && JSON.stringify(bars(sessions)) !== JSON.stringify(bars(before));
  const span = held ?? spanOf(day, [...before, ...shown], at);
  const { from, until } = span;
  const step = Math.ceil((until - from) / HOUR_MS / MAX_LABELS) * HOUR_MS;
  const hours = Array.from({ length: Math.floor((until - from) / step) + 1 }, (_, index) => from + index * step);
  return html`<div class="timeline">
    <div class="lane plan" aria-hidden="true">${day.shifts.map((shift) => html`<span key=${shift.id} class=${`bar-plan ${shift.status}`} style=${placed(span, ms(shift.start_at), ms(shift.end_at))}></span>`)}</div>
    ${isEdited && html`<div class="lane work was" aria-hidden="true"><${Bars} sessions=${before} span=${span} at=${at} /></div>`}
    <div class="lane work">
      <${Bars} sessions=${shown} span=${span} at=${at} />
      ${at > from && at < until && html`<span class="bar-now" aria-hidden="true" style=${placed(span, at, at)}></span>`}
      ${children?.(span)}
    </div>
    <div class="lane hours" aria-hidden="true">${hours.map((hour) => html`<span key=${hour} class=${`small muted figures ${hour === until ? "last" : ""}`} style=${{ insetInlineStart: placed(span, hour, hour).insetInlineStart }}>${time(hour, day.time_zone)}</span>`)}</div>
    <p class="legend small muted" aria-hidden="true">
      <span class="key plan"></span>${t("day.planned")} <span class="key work"></span>${t("day.worked")} <span class="key break"></span>${t("day.break")}
      ${isEdited && html`<span class="key was"></span>${t("change.before")}`}
    </p>
  </div>`;
}

/** @param {{ sessions: SessionTimes[], span: Span, at: number }} props */
function Bars({ sessions, span, at }) {
  const end = (/** @type {string | null | undefined} */ instant) => (instant ? ms(instant) : Math.min(at, span.until));
  return html`${sessions.map((one, index) => html`<span key=${index} aria-hidden="true" class=${`bar-work ${one.clock_out ? "" : "open"}`} style=${placed(span, ms(one.clock_in), end(one.clock_out))}></span>`)}
    ${sessions.flatMap((one) => one.breaks).map((pause, index) => html`<span key=${`break ${index}`} aria-hidden="true" class="bar-break" style=${placed(span, ms(pause.started_at), end(pause.ended_at))}></span>`)}`;
}

/** Returns the CSS position of a time range on the line. @param {Span} span @param {number} start @param {number} end */
export function placed({ from, until }, start, end) {
  return { insetInlineStart: `${((start - from) / (until - from)) * 100}%`, width: `${(Math.max(0, end - start) / (until - from)) * 100}%` };
}

/** Returns the drawn times of sessions. @param {SessionTimes[]} sessions */
const bars = (sessions) => sessions.map((one) => [ms(one.clock_in), one.clock_out ? ms(one.clock_out) : null, one.breaks.map((pause) => [ms(pause.started_at), pause.ended_at ? ms(pause.ended_at) : null])]);

/**
 * Returns the range of whole hours that contains everything of the day.
 * @param {Day} day
 * @param {SessionTimes[]} sessions
 * @param {number} at
 * @returns {Span}
 */
function spanOf(day, sessions, at) {
  const instants = [
    ...day.shifts.flatMap((shift) => [shift.start_at, shift.end_at]),
    ...sessions.flatMap((one) => [one.clock_in, one.clock_out ?? at]),
  ].map(ms);
  const noon = Date.parse(`${day.date}T12:00:00Z`);
  const [first, last] = instants.length > 0 ? [Math.min(...instants), Math.max(...instants)] : [noon - 4 * HOUR_MS, noon + 4 * HOUR_MS];
  return { from: Math.floor(first / HOUR_MS) * HOUR_MS, until: Math.max(Math.ceil(last / HOUR_MS), Math.floor(first / HOUR_MS) + 4) * HOUR_MS };
}
