// The person's month or week: shifts, leave, holidays, swaps, and worked time. A date opens the day with its punches.
import { Problem, get } from "../api.js";
import { useLive, useQuery } from "../components/query.js";
import { Badge, Button, Icon, Loaded, Segments, Skeleton } from "../components/ui.js";
import { DayEvents } from "../components/day-events.js";
import { DayExplanation } from "../components/day-explanation.js";
import { DayHistory } from "../components/day-history.js";
import { DayTimeline } from "../components/day-timeline.js";
import { DayWhy } from "../components/day-why.js";
import { workedSeconds } from "../components/punch.js";
import { useSettings } from "../components/settings.js";
import { leaveTypeName, t, word } from "../i18n/index.js";
import { loadPart, navigate, place } from "../router.js";
import { user } from "../session.js";
import { dateOf, day as dayText, duration, minute, plusDays, times, weekday } from "../time.js";
import { html, useState } from "../vendor/preact.js";

/** @typedef {import("../types").Schemas} Schemas */
/** @typedef {{ date: string, shifts: Schemas["RosterShift"][], day?: import("../types").Day, leave?: Schemas["LeaveRequest"], holiday?: Schemas["Holiday"], swap?: Schemas["Swap"] }} Cell */

export default function CalendarPage() {
  const today = Number.isNaN(minute.value) ? undefined : dateOf(minute.value);
  const chosen = place.value.params.get("date") ?? today;
  const view = place.value.params.get("view") === "week" ? "week" : "month";
  const [dialog, setDialog] = useState(/** @type {import("../components/ui.js").Children} */ (null));
  const [from, to] = chosen ? range(chosen, view) : ["", ""];
  const id = user.value?.id ?? "";
  const query = useQuery(() => (from === "" ? Promise.resolve(undefined) : load(id, from, to)), [id, from, to]);
  useLive("day", ({ data }) => data.user_id === id && query.reload());
  useLive("notification", query.reload);
  useLive("resync", query.reload);
  const open = (/** @type {string} */ date, /** @type {string} */ next = view) => navigate("calendar", { date, view: next === "week" ? "week" : undefined }, { replace: true });
  const step = (/** @type {number} */ by) => {
    if (!chosen) return;
    open(view === "week" ? plusDays(chosen, 7 * by) : by < 0 ? plusDays(`${chosen.slice(0, 7)}-01`, -1) : plusDays(`${chosen.slice(0, 7)}-28`, 7).slice(0, 8) + "01");
  };
  const subscribe = async () => {
    const { FeedDialog } = await loadPart(() => import("../components/feed-dialog.js"));
    setDialog(html`<${FeedDialog} onClose=${() => setDialog(null)} />`);
  };
  const cell = query.data?.find((one) => one.date === chosen);

  return html`<div class="page">
    <div class="page-head">
      <h1>${t("nav.calendar")}</h1>
      <${Button} icon="calendar-plus" onClick=${subscribe}>${t("calendar.subscribe")}<//>
    </div>
    <div class="calendar">
      <section class="card" aria-label=${t("nav.calendar")}>
        <header>
          <div class="row">
            <${Button} kind="quiet" icon="chevron-left" label=${t(`calendar.previous_${view}`)} onClick=${() => step(-1)} />
            <h2 aria-live="polite">${chosen ? (view === "week" ? `${dayText(from, "short")} – ${dayText(to, "short")}` : dayText(chosen, "month")) : ""}</h2>
            <${Button} kind="quiet" icon="chevron-right" label=${t(`calendar.next_${view}`)} onClick=${() => step(1)} />
            <${Button} kind="quiet" onClick=${() => today && open(today)}>${t("nav.today")}<//>
          </div>
          <${Segments} label=${t("calendar.view")} value=${view} options=${[["month", t("calendar.month")], ["week", t("calendar.week")]]}
            onChange=${(/** @type {string} */ next) => chosen && open(chosen, next)} />
        </header>
        <${Loaded} query=${query} skeleton=${html`<${Skeleton} lines=${5} height="4.5rem" />`}>
          ${(/** @type {Cell[]} */ cells) => html`<${Grid} cells=${cells} month=${view === "month" ? chosen?.slice(0, 7) : undefined} today=${today} chosen=${chosen} onOpen=${open} />`}
        <//>
      </section>
      ${cell ? html`<${DayCard} key=${cell.date} cell=${cell} onDialog=${setDialog} />` : html`<section class="card"><${Skeleton} lines=${4} /></section>`}
    </div>
    ${dialog}
  </div>`;
}

/**
 * Returns the first and the last date of the view, which consists of whole weeks.
 * @param {string} date
 * @param {"month" | "week"} view
 * @returns {[string, string]}
 */
function range(date, view) {
  const first = view === "week" ? date : `${date.slice(0, 7)}-01`;
  const last = view === "week" ? date : plusDays(plusDays(`${date.slice(0, 7)}-28`, 7).slice(0, 8) + "01", -1);
  return [plusDays(first, 1 - weekday(first)), plusDays(last, 7 - weekday(last))];
}

/**
 * @param {string} id
 * @param {string} from
 * @param {string} to
 * @returns {Promise<Cell[]>}
 */
async function load(id, from, to) {
  const years = [...new Set([from.slice(0, 4), to.slice(0, 4)])];
  const [days, shifts, leave, swaps, ...holidays] = await Promise.all([
    get("/attendance/{user_id}", { path: { user_id: "me" }, query: { from, to } }),
    get("/roster/{user_id}/shifts", { path: { user_id: "me" }, query: { from, to } }),
    get("/leave/requests", { query: { user_id: id, from, to } }),
    get("/roster/swaps", { query: { user_id: id, limit: 100 } }),
    ...years.map((year) => get("/holidays", { query: { year } })),
  ]);
  const open = swaps.items.filter((one) => ["pending", "accepted", "approved"].includes(one.status));
  const named = holidays.flatMap((page) => page.items);
  const site = user.peek()?.site_id;
  /** @type {Cell[]} */
  const cells = [];
  for (let date = from; date <= to; date = plusDays(date, 1)) {
    cells.push({
      date,
      shifts: shifts.items.filter((shift) => shift.id.slice(0, 10) === date),
      day: days.items.find((one) => one.date === date),
      swap: open.find((one) => one.my_date === date || one.their_date === date),
      leave: leave.items.find((one) => ["pending", "approved"].includes(one.status) && one.start_date <= date && date <= one.end_date),
      holiday: named.find((one) => one.date === date && (!one.site_id || one.site_id === site)),
    });
  }
  return cells;
}

/** @param {{ cells: Cell[], month: string | undefined, today: string | undefined, chosen: string | undefined, onOpen: (date: string) => void }} props */
function Grid({ cells, month, today, chosen, onOpen }) {
  const weeks = Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(7 * week, 7 * week + 7));
  return html`<table class="grid">
    <thead><tr>${(weeks[0] ?? []).map(({ date }) => html`<th key=${date} scope="col" class="small muted">${dayText(date, "weekday")}</th>`)}</tr></thead>
    <tbody>
      ${weeks.map(
        (week, at) => html`<tr key=${at}>
          ${week.map(
            (cell) => html`<td key=${cell.date} class=${month && cell.date.slice(0, 7) !== month ? "other" : ""}>
              <button class="date" aria-current=${cell.date === today ? "date" : undefined} aria-pressed=${cell.date === chosen} onClick=${() => onOpen(cell.date)}>
                <span class="visually-hidden">${dayText(cell.date)}. </span>
                <span class="number figures" aria-hidden="true">${dayText(cell.date, "day")}</span>
                <${CellContent} cell=${cell} />
              </button>
            </td>`,
          )}
        </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Returns the shifts without those that leave replaces. @param {Cell["shifts"]} shifts */
const withoutLeave = (shifts) => shifts.filter((shift) => !shift.on_leave);

/** @param {{ cell: Cell }} props */
function CellContent({ cell: { shifts, day, leave, holiday, swap } }) {
  const worked = day && day.worked_seconds > 0 ? duration(day.worked_seconds) : "";
  return html`<span class="marks">
    ${holiday && html`<span class="mark info"><${Icon} name="calendar" /><span>${holiday.name}</span></span>`}
    ${leave && html`<span class=${`mark ${leave.status === "pending" ? "warn" : "good"}`}><${Icon} name="palmtree" /><span>${leave.status === "pending" ? `${leaveTypeName(leave.type)}, ${word("request_status", leave.status)}` : leaveTypeName(leave.type)}</span></span>`}
    ${withoutLeave(shifts).map((shift) => html`<span key=${shift.id} class="mark timed"><${Icon} name="clock" /><span class="figures">${times(shift.start_at, shift.end_at)}</span></span>`)}
    ${swap && html`<span class=${`mark ${swap.status === "approved" ? "info" : "warn"}`}><${Icon} name="arrow-left-right" /><span>${swapText(swap)}</span></span>`}
    ${worked && html`<span class="mark accent timed"><${Icon} name="check" /><span class="figures">${worked}</span></span>`}
    ${day?.status === "absent" && html`<span class="mark bad"><${Icon} name="x" /><span>${t("calendar.absent")}</span></span>`}
  </span>`;
}

/** Returns the text with the name of the swap's other person. @param {Schemas["Swap"]} swap */
function swapText({ from_user_id: from, from_user_name: asker, with_user_name: asked }) {
  return t("requests.swap_with", { name: (from === user.value?.id ? asked : asker) ?? t("requests.someone") });
}

/**
 * Returns the day and its history. On a date without a day, both are empty.
 * @param {string} date
 */
async function loadDay(date) {
  const path = { user_id: "me", date };
  try {
    const [day, history] = await Promise.all([
      get("/attendance/{user_id}/{date}", { path }),
      get("/attendance/{user_id}/{date}/history", { path }),
    ]);
    return { day, history: history.items };
  } catch (error) {
    if (error instanceof Problem && [404, 422].includes(error.status)) return { day: undefined, history: [] };
    throw error;
  }
}

/**
 * The selected date: plan, punches and changes, with a button to request a correction.
 * @param {{ cell: Cell, onDialog: (dialog: import("../components/ui.js").Children) => void }} props
 */
function DayCard({ cell, onDialog }) {
  const query = useQuery(() => loadDay(cell.date), [cell.date, cell.day?.version]);
  const graceMinutes = useSettings().data?.late_grace_minutes ?? 0;
  const isPast = !Number.isNaN(minute.value) && cell.date <= dateOf(minute.value);
  const worked = withoutLeave(cell.shifts);
  const correct = async (/** @type {import("../types").Day} */ day) => {
    const { CorrectionDialog } = await loadPart(() => import("../components/correction.js"));
    onDialog(html`<${CorrectionDialog} day=${day} forgotten=${day.sessions.length === 0 ? "in" : undefined} onClose=${() => onDialog(null)} />`);
  };
  return html`<section class="card stack" aria-labelledby="day">
    <h2 id="day">${dayText(cell.date, "full")}</h2>
    ${cell.holiday && html`<p><${Badge} tone="info" icon="calendar">${cell.holiday.name}<//></p>`}
    ${cell.leave && html`<p><${Badge} tone=${cell.leave.status === "pending" ? "warn" : "good"} icon="palmtree">${leaveTypeName(cell.leave.type)}, ${word("request_status", cell.leave.status)}<//></p>`}
    ${cell.swap && html`<p><${Badge} tone=${cell.swap.status === "approved" ? "info" : "warn"} icon="arrow-left-right">${swapText(cell.swap)}, ${word("request_status", cell.swap.status)}<//></p>`}
    ${worked.map((shift) => html`<p key=${shift.id} class="row"><${Icon} name="clock" />${t("calendar.shift", { times: times(shift.start_at, shift.end_at) })}</p>`)}
    ${worked.length === 0 && !cell.leave && html`<p class="muted">${cell.day ? word("day_kind", cell.day.kind) : t("calendar.no_shift")}</p>`}
    ${isPast &&
    html`<${Loaded} query=${query}>
      ${(/** @type {Awaited<ReturnType<typeof loadDay>>} */ { day, history }) =>
        day &&
        html`<div class="stack">
          ${day.flags.length > 0 && html`<p class="row">${day.flags.map((flag) => html`<${Badge} key=${flag} tone=${TONES[flag] ?? ""}>${word("flag", flag)}<//>`)}</p>`}
          <${DayWhy} day=${day} graceMinutes=${graceMinutes} />
          <${DayTimeline} day=${day} />
          <p class="row spread"><span>${t("calendar.worked")}</span><span class="figures strong">${duration(workedSeconds(day, minute.value))}</span></p>
          <${DayExplanation} key=${day.date} day=${day} />
          <${DayEvents} day=${day} links=${[]} />
          <${DayHistory} items=${history} zone=${day.time_zone} />
          <div><${Button} icon="pencil" onClick=${() => correct(day)}>${t("correction.title")}<//></div>
        </div>`}
    <//>`}
  </section>`;
}

/** @type {Record<string, import("../components/ui.js").Tone>} */
const TONES = { late: "warn", left_early: "warn", auto_clocked_out: "warn", needs_review: "warn", excused: "good", corrected: "info" };
