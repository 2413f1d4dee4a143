// The grid of people and dates. The document contains only the visible rows, so that scrolling stays fast with a thousand people. The focus
// stays on the grid itself, which refers to the active cell.
import { leaveTypeName, t } from "../../i18n/index.js";
import { dateOf, day, minute } from "../../time.js";
import { html, useEffect, useId, useLayoutEffect, useRef, useState } from "../../vendor/preact.js";
import { toast } from "../toast.js";
import { Icon } from "../ui.js";
import { planOf, read, shiftText, typed } from "./cells.js";
import { changes, doubts, keyOf } from "./draft.js";

/** @typedef {import("./cells.js").Row} Row */
/** @typedef {import("./cells.js").RowDay} RowDay */
/** @typedef {import("./cells.js").Plan} Plan */
/** @typedef {{ row: number, col: number }} At */
/** @typedef {{ top: number, bottom: number, left: number, right: number }} Area */

/** The height of a row in rem. The style sheet has the same value. */
const ROW_REM = 3.25;
/** The number of rows that are drawn above and below the visible rows. */
const MARGIN = 6;
/** The width of an error message in CSS pixels. */
const FAULT_WIDTH = 288;

/** @param {At} a @param {At} b @returns {Area} */
export function areaOf(a, b) {
  return { top: Math.min(a.row, b.row), bottom: Math.max(a.row, b.row), left: Math.min(a.col, b.col), right: Math.max(a.col, b.col) };
}

/** Returns the plan that a cell shows: the unsaved change if there is one. @param {Row} row @param {RowDay} day */
export function shownPlan(row, day) {
  return changes.value.get(keyOf(row.user_id, day.date))?.plan ?? planOf(day);
}

/**
 * @param {{ rows: Row[], dates: string[], isComplete: boolean, active: At, anchor: At, picked: At | null, isReadOnly: (row: Row) => boolean,
 *   onSelect: (active: At, anchor: At) => void, onSwap: (from: At, to: At) => void, onType: (at: At, plan: Plan) => void, onOpen: () => void, onClear: () => void,
 *   onCopy: () => string, onPaste: (text: string) => void, onUndo: () => void, onEscape: () => void }} props
 */
export function RosterGrid({ rows, dates, isComplete, active, anchor, picked, isReadOnly, onSelect, onSwap, onType, onOpen, onClear, onCopy, onPaste, onUndo, onEscape }) {
  const grid = useRef(/** @type {HTMLElement | null} */ (null));
  const [editor, setEditor] = useState(/** @type {{ at: At, text: string } | null} */ (null));
  /** The cell that is dragged by its handle, and the cell under the pointer. */
  const [drag, setDrag] = useState(/** @type {{ from: At, over: At } | null} */ (null));
  const [sight, setSight] = useState({ first: 0, count: 30 });
  const isPrinting = usePrinting();
  const measure = () => {
    const element = grid.current;
    if (element === null) return;
    const height = rowHeight();
    setSight({ first: Math.floor(element.scrollTop / height), count: Math.ceil(element.clientHeight / height) });
  };
  useEffect(measure, [rows.length]);
  useEffect(() => {
    addEventListener("resize", measure);
    return () => removeEventListener("resize", measure);
  }, []);
  const first = isPrinting ? 0 : Math.max(0, Math.min(sight.first - MARGIN, rows.length - 1));
  const last = isPrinting ? rows.length : Math.min(rows.length, sight.first + sight.count + MARGIN);
  const area = areaOf(active, anchor);

  const move = (/** @type {At} */ to, /** @type {boolean} */ isExtending) => {
    const next = { row: Math.max(0, Math.min(rows.length - 1, to.row)), col: Math.max(0, Math.min(dates.length - 1, to.col)) };
    onSelect(next, isExtending ? anchor : next);
    reveal(grid.current, next);
  };
  const edit = (/** @type {string | undefined} */ text) => {
    const row = rows[active.row];
    const it = row?.days[active.col];
    if (row === undefined || it === undefined || isReadOnly(row)) return;
    setEditor({ at: active, text: text ?? typed(shownPlan(row, it)) });
  };
  const close = (/** @type {At | null} */ next) => {
    setEditor(null);
    grid.current?.focus();
    if (next) move(next, false);
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") setDrag(null);
    if (editor !== null) return;
    const page = Math.max(1, sight.count - 2);
    const isJump = event.ctrlKey || event.metaKey;
    const steps = /** @type {Record<string, At>} */ ({
      ArrowUp: { row: isJump ? 0 : active.row - 1, col: active.col },
      ArrowDown: { row: isJump ? rows.length : active.row + 1, col: active.col },
      ArrowLeft: { row: active.row, col: isJump ? 0 : active.col - 1 },
      ArrowRight: { row: active.row, col: isJump ? dates.length : active.col + 1 },
      PageUp: { row: active.row - page, col: active.col },
      PageDown: { row: active.row + page, col: active.col },
      Home: { row: isJump ? 0 : active.row, col: 0 },
      End: { row: isJump ? rows.length : active.row, col: dates.length },
    });
    const to = steps[event.key];
    const isTyped = event.key.length === 1 && !isJump && !event.altKey && event.key !== " ";
    if (to) move(to, event.shiftKey);
    else if (event.key === "Enter" || event.key === "F2") picked ? onSelect(active, active) : edit(undefined);
    else if (event.key === " ") onOpen();
    else if (event.key === "Delete" || event.key === "Backspace") onClear();
    else if (event.key === "Escape") onEscape();
    else if (isJump && event.key.toLowerCase() === "z") onUndo();
    else if (isTyped) edit(event.key);
    else return;
    event.preventDefault();
  };
  const clipboard = (/** @type {ClipboardEvent} */ event) => {
    if (editor !== null) return;
    event.preventDefault();
    if (event.type === "paste") return onPaste(event.clipboardData?.getData("text/plain") ?? "");
    event.clipboardData?.setData("text/plain", onCopy());
    if (event.type === "cut") onClear();
  };
  const point = (/** @type {PointerEvent} */ event, /** @type {At} */ at) => {
    if (event.button !== 0 || editor !== null) return;
    const isAgain = at.row === active.row && at.col === active.col;
    // On touch screens, dragging scrolls, and a second touch of the same cell opens it.
    if (event.pointerType !== "mouse" && isAgain) return onOpen();
    onSelect(at, event.shiftKey ? anchor : at);
  };
  const over = (/** @type {PointerEvent} */ event, /** @type {At} */ at) => {
    if (event.pointerType === "mouse" && event.buttons === 1 && editor === null && picked === null && drag === null) onSelect(at, anchor);
  };
  const grip = {
    onPointerDown: (/** @type {PointerEvent} */ event) => {
      event.stopPropagation();
      if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ from: active, over: active });
    },
    onPointerMove: (/** @type {PointerEvent} */ event) => {
      const at = drag && cellAt(event.clientX, event.clientY);
      if (drag && at) setDrag({ from: drag.from, over: at });
    },
    onPointerUp: () => {
      setDrag(null);
      if (drag === null || (drag.over.row === drag.from.row && drag.over.col === drag.from.col)) return;
      onSwap(drag.from, drag.over);
      onSelect(drag.over, drag.over);
    },
    onPointerCancel: () => setDrag(null),
  };

  const today = Number.isNaN(minute.value) ? "" : dateOf(minute.value);
  return html`<div class="roster-grid" ref=${grid} role="grid" tabindex="0" data-focus-home aria-label=${t("roster.grid")} aria-rowcount=${isComplete ? rows.length + 2 : -1} aria-colcount=${dates.length + 1}
    aria-multiselectable="true" aria-activedescendant=${rows.length > 0 ? cellId(active) : undefined} aria-describedby="roster-keys" style=${{ "--days": dates.length }}
    onKeyDown=${press} onScroll=${measure} onCopy=${clipboard} onCut=${clipboard} onPaste=${clipboard}>
    <div class="roster-row roster-head" role="row" aria-rowindex="1">
      <div role="columnheader" aria-colindex="1" class="roster-name">${t("roster.people", { count: rows.length })}</div>
      ${dates.map(
        (date, col) => html`<div key=${date} role="columnheader" aria-colindex=${col + 2} class=${`roster-date ${date === today ? "is-today" : ""}`} title=${day(date, "full")}>
          <span class="small">${day(date, "weekday")}</span><span class="strong">${day(date, col === 0 || date.endsWith("-01") ? "short" : "day")}</span>
        </div>`,
      )}
    </div>
    <div role="rowgroup" style=${{ paddingTop: `${first * ROW_REM}rem`, paddingBottom: `${Math.max(0, rows.length - last) * ROW_REM}rem` }}>
      ${rows.slice(first, last).map((row, index) => {
        const at = first + index;
        return html`<div class="roster-row" role="row" key=${row.user_id} aria-rowindex=${at + 2}>
          <div role="rowheader" aria-colindex="1" class="roster-name"><span>${row.full_name}</span></div>
          ${row.days.map((it, col) => {
            const isEdited = editor !== null && editor.at.row === at && editor.at.col === col;
            const isSelected = at >= area.top && at <= area.bottom && col >= area.left && col <= area.right;
            return html`<${Cell} key=${it.date} row=${row} day=${it} at=${{ row: at, col }} isActive=${at === active.row && col === active.col} isSelected=${isSelected} isTarget=${drag !== null && drag.over.row === at && drag.over.col === col}
              grip=${at === active.row && col === active.col && area.top === area.bottom && area.left === area.right && !isReadOnly(row) ? grip : null}
              isPicked=${picked !== null && picked.row === at && picked.col === col} isReadOnly=${isReadOnly(row)} today=${today} onPoint=${point} onOver=${over} onOpen=${() => edit(undefined)}
              editor=${isEdited && editor ? html`<${Editor} text=${editor.text} row=${row} day=${it} onClose=${close} at=${editor.at} onType=${onType} />` : null} />`;
          })}
        </div>`;
      })}
    </div>
    <${Heads} rows=${rows} dates=${dates} />
  </div>`;
}

/** Returns whether the page is being printed. A print contains all rows, not only the visible ones. */
function usePrinting() {
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => {
    const begin = () => setPrinting(true);
    const end = () => setPrinting(false);
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    return () => {
      removeEventListener("beforeprint", begin);
      removeEventListener("afterprint", end);
    };
  }, []);
  return isPrinting;
}

const rowHeight = () => ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

/** Scrolls until a cell is visible. @param {HTMLElement | null} grid @param {At} at */
function reveal(grid, at) {
  if (grid === null) return;
  const height = rowHeight();
  const [head, foot] = [grid.querySelector(".roster-head"), grid.querySelector(".roster-heads")].map((one) => one?.getBoundingClientRect().height ?? 0);
  const top = at.row * height;
  const room = grid.clientHeight - (head ?? 0) - (foot ?? 0) - height;
  grid.scrollTop = Math.max(Math.min(grid.scrollTop, top), top - room);
  const cell = document.getElementById(cellId(at));
  const name = grid.querySelector(".roster-name");
  if (!(cell instanceof HTMLElement) || !(name instanceof HTMLElement)) return;
  const left = cell.offsetLeft - name.offsetWidth;
  grid.scrollLeft = Math.max(Math.min(grid.scrollLeft, left), cell.offsetLeft + cell.offsetWidth - grid.clientWidth);
}

/** @param {At} at */
const cellId = ({ row, col }) => `roster-${row}-${col}`;

/** Returns the cell at a point of the screen. @param {number} x @param {number} y @returns {At | null} */
function cellAt(x, y) {
  const [, row, col] = /^roster-(\d+)-(\d+)$/.exec(document.elementFromPoint(x, y)?.closest(".roster-cell")?.id ?? "") ?? [];
  return row === undefined ? null : { row: Number(row), col: Number(col) };
}

/**
 * @param {{ row: Row, day: RowDay, at: At, isActive: boolean, isSelected: boolean, isTarget: boolean, isPicked: boolean, grip: object | null, isReadOnly: boolean, today: string,
 *   onPoint: (event: PointerEvent, at: At) => void, onOver: (event: PointerEvent, at: At) => void, onOpen: () => void, editor: import("../ui.js").Children }} props
 */
function Cell({ row, day: it, at, isActive, isSelected, isTarget, isPicked, grip, isReadOnly, today, onPoint, onOver, onOpen, editor }) {
  const key = keyOf(row.user_id, it.date);
  const change = changes.value.get(key);
  const doubt = doubts.value.get(key);
  const plan = shownPlan(row, it);
  const isDoubtful = doubt !== undefined || change?.isContested;
  const classes = ["roster-cell", it.kind, change && "changed", change?.isContested && "doubtful", doubt && (doubt.isRefused ? "refused" : "doubtful"), isActive && "active", isSelected && "selected", isPicked && "picked", isTarget && "target", isReadOnly && "read-only", it.date < today && "past", plan.shifts.length === 0 && "free"];
  return html`<div role="gridcell" id=${cellId(at)} aria-colindex=${at.col + 2} aria-selected=${isSelected} aria-readonly=${isReadOnly ? "true" : undefined}
    aria-label=${described(row, it)} class=${classes.filter(Boolean).join(" ")} onPointerDown=${(/** @type {PointerEvent} */ event) => onPoint(event, at)} onPointerEnter=${(/** @type {PointerEvent} */ event) => onOver(event, at)} onDblClick=${onOpen}>
    ${editor ?? html`<${CellText} day=${it} plan=${plan} isReset=${change?.plan.isReset ?? false} />`}
    ${isDoubtful && html`<span class="mark"><${Icon} name="triangle-alert" /></span>`}
    ${!isDoubtful && change && html`<span class="mark"><${Icon} name="pencil" /></span>`}
    ${!change && it.swapped && html`<span class="mark"><${Icon} name="arrow-left-right" /></span>`}
    ${grip && !editor && it.date >= today && html`<span class="roster-grip" title=${t("roster.grip")} aria-hidden="true" ...${grip}><${Icon} name="arrow-left-right" /></span>`}
  </div>`;
}

/** @param {{ day: RowDay, plan: Plan, isReset: boolean }} props */
function CellText({ day: it, plan, isReset }) {
  if (isReset) return html`<span class="muted">${t("roster.pattern_again")}</span>`;
  // The spaces separate the times when the text of the cell is read as one.
  const times = plan.shifts.slice(0, 2).map((one) => [" ", html`<span class="figures" key=${one.start}>${shiftText(one)}</span>`]);
  const more = plan.shifts.length > 2 ? html`<span class="small">+${plan.shifts.length - 2}</span>` : null;
  if (it.leave) return html`<span class="leave-text"><${Icon} name="palmtree" /><span>${it.leave.type ? leaveTypeName(it.leave.type) : t("day_kind.leave")}</span></span>${it.leave.half ? times : null}`;
  if (plan.shifts.length > 0) return html`${times}${more}`;
  if (it.holiday) return html`<span class="small">${it.holiday.name}</span>`;
  return html`<span class="muted">${t("roster.off")}</span>`;
}

/** Returns a cell as a sentence: person, date, plan, and remarks. @param {Row} row @param {RowDay} it */
export function described(row, it) {
  const key = keyOf(row.user_id, it.date);
  const change = changes.value.get(key);
  const plan = shownPlan(row, it);
  // The label starts with the visible text of the cell, so that speech input can refer to it.
  const times = plan.shifts.map(shiftText).join(" ");
  const leave = it.leave ? (it.leave.type ? leaveTypeName(it.leave.type) : t("day_kind.leave")) : "";
  const planned = times === "" ? (it.holiday?.name ?? t("roster.off")) : times;
  const what = change?.plan.isReset ? t("roster.pattern_again") : leave === "" ? planned : `${leave} ${times}`;
  const more = [
    times !== "" && it.holiday?.name,
    change && t(change.isContested ? "roster.contested_cell" : "roster.changed"),
    !change && it.overridden && t("roster.overridden"),
    !change && it.swapped && t("roster.swapped"),
    ...(doubts.value.get(key)?.texts ?? []),
  ];
  return [`${row.full_name}, ${day(it.date, "medium")}: ${what.trim()}`, ...more.filter(Boolean)].join("; ");
}

/**
 * @param {{ text: string, row: Row, day: RowDay, at: At, onType: (at: At, plan: Plan) => void, onClose: (next: At | null) => void }} props
 */
function Editor({ text, row, day: it, at, onType, onClose }) {
  const [value, setValue] = useState(text);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const isDone = useRef(false);
  /** The position of the error message. It is outside the grid, because the grid's edge would cut it off. */
  const [fault, setFault] = useState(/** @type {Record<string, string> | null} */ (null));
  const id = useId();
  const plan = read(value, shownPlan(row, it));
  // The layout effect focuses the field before the next key, so that fast typing loses nothing.
  useLayoutEffect(() => {
    input.current?.focus();
    // A typed character starts a new text. An existing text is selected, so that it can be replaced.
    if (text.length > 1) input.current?.select();
  }, []);
  const commit = (/** @type {At | null} */ next) => {
    if (isDone.current) return;
    if (plan === null) return setFault(besides(input.current));
    isDone.current = true;
    onType(at, plan);
    onClose(next);
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    event.stopPropagation();
    if (event.key === "Enter") commit({ row: at.row + (event.shiftKey ? -1 : 1), col: at.col });
    else if (event.key === "Tab") commit({ row: at.row, col: at.col + (event.shiftKey ? -1 : 1) });
    else if (event.key === "Escape") (isDone.current = true), onClose(null);
    else return;
    event.preventDefault();
  };
  const type = (/** @type {any} */ event) => {
    setValue(event.target.value);
    setFault(null);
  };
  const leave = () => {
    if (isDone.current) return;
    if (plan !== null) return commit(null);
    isDone.current = true;
    onClose(null);
    if (value.trim() !== "") toast(t("roster.not_read", { text: value.trim() }));
  };
  return html`<input class="roster-editor" ref=${input} value=${value} aria-label=${t("roster.type", { name: row.full_name, date: day(it.date, "medium") })} aria-invalid=${plan === null ? "true" : undefined} aria-describedby=${fault ? id : undefined}
      autocomplete="off" spellcheck=${false} onInput=${type} onKeyDown=${press} onBlur=${leave} onPointerDown=${(/** @type {Event} */ event) => event.stopPropagation()} />
    ${fault && html`<span class="roster-fault" id=${id} role="alert" style=${fault}>${t("roster.not_read", { text: value.trim() })} ${t("roster.type_hint")}</span>`}`;
}

/** Returns a position below or above an element at which a message is fully visible. @param {HTMLElement | null} element @returns {Record<string, string>} */
function besides(element) {
  const { left, top, bottom } = element?.getBoundingClientRect() ?? new DOMRect();
  const start = `${Math.max(8, Math.min(left, innerWidth - FAULT_WIDTH - 8))}px`;
  const width = `${FAULT_WIDTH}px`;
  return bottom > innerHeight / 2 ? { left: start, width, bottom: `${innerHeight - top}px` } : { left: start, width, top: `${bottom}px` };
}

/** The number of people who are planned on each date, without those on leave. @param {{ rows: Row[], dates: string[] }} props */
function Heads({ rows, dates }) {
  const heads = dates.map((_, col) => rows.filter((row) => {
    const it = row.days[col];
    return it !== undefined && shownPlan(row, it).shifts.length > 0 && (it.leave === null || it.leave === undefined || it.leave.half !== null);
  }).length);
  return html`<div class="roster-row roster-heads" role="row" aria-rowindex=${rows.length + 2}>
    <div role="rowheader" aria-colindex="1" class="roster-name"><${Icon} name="users" />${t("roster.heads")}</div>
    ${dates.map((date, col) => html`<div role="gridcell" key=${date} aria-colindex=${col + 2} class=${`figures strong ${heads[col] === 0 ? "nobody" : ""}`} aria-label=${`${day(date, "medium")}: ${t("roster.heads_on", { count: heads[col] ?? 0 })}`}>${heads[col]}</div>`)}
  </div>`;
}
