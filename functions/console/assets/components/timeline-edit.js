// A timeline of a day with movable ends. People drag them, use the arrow keys, or type the times in the rows below.
import { t } from "../i18n/index.js";
import { dateOf, instantOf, ms, time } from "../time.js";
import { html, useRef, useState } from "../vendor/preact.js";
import { DayTimeline, placed } from "./day-timeline.js";
import { instantsOf, sessionsOf } from "./session-rows.js";

/** @typedef {import("./session-rows.js").Row} Row */
/** @typedef {import("./day-timeline.js").Span} Span */
/** @typedef {{ key: string, label: string, at: number, least: number, most: number, move: (text: string) => Row[] }} Handle An end of a session or break, and the limits of its moves. */

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The step of a drag and of the arrow keys, in minutes. With Shift, the step is one minute. */
const STEP = 5;

/**
 * The timeline of the rows. Rows without a start time aren't drawn.
 * @param {{ day: import("../types").Day, rows: Row[], onChange: (rows: Row[]) => void }} props
 */
export function TimelineEdit({ day, rows, onChange }) {
  const sessions = sessionsOf(rows, day.date, day.time_zone);
  /** The range of hours stays fixed while an end is dragged. */
  const [held, setHeld] = useState(/** @type {Span | null} */ (null));
  const handles = handlesOf(rows, day.date, day.time_zone);
  return html`<div role="group" aria-label=${t("timeline.edit")}>
    <${DayTimeline} day=${day} sessions=${sessions} held=${held}>
      ${(/** @type {Span} */ span) => handles.map((handle) => html`<${Grip} key=${handle.key} handle=${handle} span=${held ?? span} zone=${day.time_zone} onHold=${setHeld} onChange=${onChange} />`)}
    <//>
    <p class="hint">${t("timeline.hint")}</p>
  </div>`;
}

/**
 * @param {Row[]} rows
 * @param {string} date
 * @param {string} zone
 * @returns {Handle[]}
 */
function handlesOf(rows, date, zone) {
  /** @type {Omit<Handle, "least" | "most">[]} */
  const all = [];
  /** A row covers at most 24 hours: its start stays on its date, and its other ends follow within a day. */
  const midnight = (/** @type {number} */ at) => ms(instantOf(dateOf(at, zone), "00:00", zone));
  const change = (/** @type {number} */ index, /** @type {(row: Row) => Row} */ of) => rows.map((row, at) => (at === index ? of(row) : row));
  for (const [index, session] of instantsOf(rows, date, zone).entries()) {
    if (session.from === null) continue;
    const label = t("correction.session", { number: index + 1 });
    all.push({ key: `${index} from`, label: `${label}: ${t("correction.from")}`, at: ms(session.from), move: (from) => change(index, (row) => ({ ...row, from })) });
    for (const [at, pause] of session.breaks.entries()) {
      if (pause.from === null) continue;
      const name = t("correction.break", { number: at + 1 });
      const set = (/** @type {"from" | "to"} */ end) => (/** @type {string} */ text) => change(index, (row) => ({ ...row, breaks: row.breaks.map((one, n) => (n === at ? { ...one, [end]: text } : one)) }));
      all.push({ key: `${index} ${at} from`, label: `${name}: ${t("correction.from")}`, at: ms(pause.from), move: set("from") });
      if (pause.to) all.push({ key: `${index} ${at} to`, label: `${name}: ${t("correction.to")}`, at: ms(pause.to), move: set("to") });
    }
    if (session.to) all.push({ key: `${index} to`, label: `${label}: ${t("correction.to")}`, at: ms(session.to), move: (to) => change(index, (row) => ({ ...row, to })) });
  }
  // An end can't pass another end.
  return all.map((one, index) => {
    const [before, after] = [all[index - 1]?.at, all[index + 1]?.at];
    return { ...one, least: before === undefined ? midnight(one.at) : before + MINUTE_MS, most: (after ?? (before ?? midnight(one.at)) + DAY_MS) - MINUTE_MS };
  });
}

/** An end that can be moved. @param {{ handle: Handle, span: Span, zone: string, onHold: (span: Span | null) => void, onChange: (rows: Row[]) => void }} props */
function Grip({ handle: { label, at, least, most, move }, span, zone, onHold, onChange }) {
  const lane = useRef(/** @type {DOMRect | null} */ (null));
  const to = (/** @type {number} */ instant) => {
    const next = Math.min(most, Math.max(least, instant));
    if (next !== at) onChange(move(time(next, zone)));
  };
  const rounded = (/** @type {number} */ instant) => Math.round(instant / (STEP * MINUTE_MS)) * STEP * MINUTE_MS;
  const down = (/** @type {PointerEvent & { currentTarget: HTMLElement }} */ event) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    lane.current = event.currentTarget.parentElement?.getBoundingClientRect() ?? null;
    onHold(span);
  };
  const drag = (/** @type {PointerEvent} */ event) => {
    if (lane.current === null) return;
    to(rounded(span.from + ((event.clientX - lane.current.left) / lane.current.width) * (span.until - span.from)));
  };
  const up = () => {
    lane.current = null;
    onHold(null);
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    const direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    to(at + direction * (event.shiftKey ? 1 : STEP) * MINUTE_MS);
  };
  return html`<span class="grip" role="slider" tabindex="0" aria-label=${label} aria-valuetext=${time(at, zone)} aria-valuenow=${at / MINUTE_MS} aria-valuemin=${least / MINUTE_MS}
    aria-valuemax=${most / MINUTE_MS} style=${{ insetInlineStart: placed(span, at, at).insetInlineStart }} onPointerDown=${down} onPointerMove=${drag} onPointerUp=${up} onPointerCancel=${up} onKeyDown=${press}></span>`;
}
