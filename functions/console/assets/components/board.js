// The board: one line for each person, with missing and late people first.
import { t, word } from "../i18n/index.js";
import { duration, minute, ms, time, times } from "../time.js";
import { html } from "../vendor/preact.js";
import { isFlagged, isLate, isMissing } from "./board-state.js";
import { Thumbnail } from "./photos.js";
import { Avatar, Badge } from "./ui.js";

/** @typedef {import("./board-state.js").Line} Line */

/**
 * @param {{ lines: Line[], graceMinutes: number, selected: string | null, departments: Map<string, string>,
 *   thumbnails: Map<string, string>, onOpen: (line: Line) => void, handlers: Record<string, (event: any) => void> }} props
 */
export function Board({ lines, graceMinutes, selected, departments, thumbnails, onOpen, handlers }) {
  return html`<ul class="rows board" ...${handlers}>
    ${lines.map(
      (line) => html`<li key=${line.user_id}>
        <button class="item line" id=${`line-${line.user_id}`} aria-current=${line.user_id === selected ? "true" : undefined} onClick=${() => onOpen(line)}>
          ${thumbnails.has(line.user_id) ? html`<${Thumbnail} src=${thumbnails.get(line.user_id)} />` : html`<${Avatar} name=${line.full_name} />`}
          <span class="grow">
            <span class="block strong">${line.full_name}</span>
            <span class="block muted small">${[plan(line), departments.get(line.department_id ?? "")].filter(Boolean).join(" · ")}</span>
          </span>
          <span class="board-states"><${States} line=${line} graceMinutes=${graceMinutes} /></span>
        </button>
      </li>`,
    )}
  </ul>`;
}

/** Returns the plan of the day as text. @param {Line} line */
function plan({ shift, leave, status }) {
  const shiftText = shift ? times(shift.start_at, shift.end_at) : undefined;
  const leaveText = leave ? word("leave_type", leave.type) : undefined;
  if (shiftText || leaveText) return [shiftText, leaveText].filter(Boolean).join(", ");
  return status === "off" ? t("board.off") : "";
}

/** @param {{ line: Line, graceMinutes: number }} props */
function States({ line, graceMinutes }) {
  const at = minute.value;
  const missing = isMissing(line, at, graceMinutes);
  const flags = isFlagged(line) ? line.flags.filter((flag) => !ELSEWHERE.has(flag)) : [];
  return html`
    ${flags.slice(0, 2).map((flag) => html`<${Badge} key=${flag} tone="info" icon="triangle-alert">${word("flag", flag)}<//>`)}
    ${isLate(line) && html`<${Badge} tone="warn" icon="clock-alert">${t("today.late", { duration: duration(line.late_seconds) })}<//>`}
    ${line.flags.includes("excused") && html`<${Badge} icon="check">${word("flag", "excused")}<//>`}
    ${missing ? html`<${Badge} tone="bad" icon="circle-alert">${missingText(line, at)}<//>` : html`<${Presence} line=${line} />`}
  `;
}

/** Flags that other badges of the line already show. */
const ELSEWHERE = new Set(["late", "excused", "corrected", "unscheduled", "left_early", "breaks_too_long"]);

/**
 * @param {Line} line
 * @param {number} at
 */
function missingText({ shift, status }, at) {
  if (status === "absent" || !shift) return word("day_status", "absent");
  return t("board.missing_since", { duration: duration(Math.max(0, at - ms(shift.start_at)) / 1000) });
}

/** @param {{ line: Line }} props */
function Presence({ line: { presence, since, leave, status } }) {
  if (presence === "out" && !since && leave && !leave.half) return html`<${Badge} tone="info" icon="palmtree">${t("board.on_leave")}<//>`;
  if (presence === "out" && !since) return html`<${Badge} icon="minus">${word("day_status", status === "off" ? "off" : "expected")}<//>`;
  const [tone, icon] = { working: ["good", "check"], on_break: ["pause", "coffee"], out: ["", "log-out"] }[presence];
  const key = presence === "out" ? "board.left_at" : /** @type {const} */ (`board.${presence}_since`);
  return html`<${Badge} tone=${tone} icon=${icon}>${t(key, { time: time(since) })}<//>`;
}
