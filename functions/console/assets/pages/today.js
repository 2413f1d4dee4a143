// The person's day: the next action, the time worked, the shift, the week, and the colleagues at work.
import { get } from "../api.js";
import { QUEUED, clientSettings, clockStatus, toMend } from "../bootstrap.js";
import { PunchCard, workedSeconds } from "../components/punch.js";
import { useLive, useQuery } from "../components/query.js";
import { useSteadyOrder } from "../components/steady.js";
import { Avatar, Badge, Empty, Failure, Loaded, PresenceBadge, Skeleton } from "../components/ui.js";
import { leaveTypeName, t, word } from "../i18n/index.js";
import { href, loadPart, navigate, place } from "../router.js";
import { user } from "../session.js";
import { day, duration, minute, ms, plusDays, times, weekday } from "../time.js";
import { html, useEffect, useState } from "../vendor/preact.js";

/** @typedef {import("../types").ClockStatus} ClockStatus */

/** The delay after which the modules for offline use are loaded, when the page has loaded its own content. */
const AHEAD_MS = 4_000;

export default function Today() {
  const status = useQuery(clockStatus, []);
  const settings = useQuery(clientSettings, []);
  useLive("day", ({ data }) => data.user_id === user.peek()?.id && status.reload());
  useLive("resync", status.reload);
  useEffect(() => {
    const again = () => document.visibilityState === "visible" && status.reload();
    document.addEventListener("visibilitychange", again);
    return () => document.removeEventListener("visibilitychange", again);
  }, [status.reload]);
  const { queue, keep } = useQueue(status.reload);
  const [code, setCode] = useState(() => place.peek().params.get("kiosk_code") ?? "");
  useEffect(() => {
    // A code is valid for seconds and only once, so it is removed from the address.
    if (place.peek().params.has("kiosk_code")) navigate("today", {}, { replace: true });
  }, []);
  // Punches that wait to be sent are included.
  const shown = status.data && queue ? queue.withWaiting(status.data) : status.data;
  const today = shown?.day;
  const tracked = user.value?.tracks_attendance !== false;

  return html`<div class="page">
    <div class="page-head">
      <h1>${t("today.title")}</h1>
      ${today && html`<p class="muted">${day(today.date)}</p>`}
    </div>
    <div class="today">
      ${tracked &&
      html`<div class="today-main stack">
        ${shown && settings.data
          ? html`<${PunchCard} status=${shown} settings=${settings.data} code=${code} onCode=${setCode} onPunched=${status.reload} onOffline=${keep} />`
          : status.error || settings.error
            ? html`<section class="card"><${Failure} error=${status.error ?? settings.error} retry=${() => (status.reload(), settings.reload())} /></section>`
            : html`<section class="card punch" aria-busy="true"><${Skeleton} lines=${1} height="3rem" /><${Skeleton} lines=${1} height="4rem" /></section>`}
        ${queue && html`<${queue.QueueList} />`}
        <${Week} today=${today?.date} />
      </div>`}
      <div class="today-side stack">
        ${tracked && html`<${Shift} query=${{ ...status, data: shown }} />`}
        <${Presence} />
        ${user.value?.role === "admin" && toMend.value !== 0 && html`<${ToMend} count=${toMend.value} />`}
      </div>
    </div>
  </div>`;
}

/** The number of findings that an administrator should fix, with a link to them. @param {{ count: number | "some" }} props */
function ToMend({ count }) {
  return html`<section class="card stack" aria-labelledby="to-mend">
    <header><h2 id="to-mend">${t("today.to_mend")}</h2></header>
    <p class="row"><${Badge} tone="warn" icon="triangle-alert">${count === "some" ? t("nav.to_mend_some") : t("nav.to_mend", { count })}<//></p>
    <div><a class="button" href=${href("company")}>${t("today.to_mend_go")}</a></div>
  </section>`;
}

/**
 * Returns the punches that wait to be sent. Their modules are loaded only if there are any.
 * @param {() => void} onSent
 */
function useQueue(onSent) {
  const [queue, setQueue] = useState(/** @type {(typeof import("../offline/queue.js") & typeof import("../offline/status.js") & typeof import("../components/queue-list.js")) | null} */ (null));
  const parts = () => Promise.all([import("../offline/queue.js"), import("../offline/status.js"), import("../components/queue-list.js")]);
  const open = async (/** @type {boolean} */ mayReload) => {
    const [rows, clock, list] = await loadPart(parts, { mayReload });
    await rows.load(user.peek()?.id ?? "");
    setQueue({ ...rows, ...clock, ...list });
    return rows;
  };
  useEffect(() => {
    if (localStorage.getItem(QUEUED) !== null) return void open(true);
    // The modules for offline use are loaded before the network can fail. Nothing waits for them.
    const timer = setTimeout(() => parts().catch(() => {}), AHEAD_MS);
    return () => clearTimeout(timer);
  }, []);
  const count = queue?.sent.value ?? 0;
  useEffect(() => {
    if (count > 0) onSent();
  }, [count]);
  // A reload would lose the punch, so a missing module must not cause one.
  const keep = async (/** @type {import("../components/punch.js").Kept} */ punch) => (await open(false)).add(user.peek()?.id ?? "", punch);
  return { queue, keep };
}

/**
 * The shifts of the day and the clock-in window. A window that starts later isn't shown if a clock-in is already possible.
 * @param {{ query: import("../components/query.js").Query<ClockStatus> }} props
 */
function Shift({ query }) {
  return html`<section class="card" aria-labelledby="shift">
    <header><h2 id="shift">${t("today.shift")}</h2></header>
    <${Loaded} query=${query} skeleton=${html`<${Skeleton} lines=${2} />`}>
      ${(/** @type {ClockStatus} */ { day: it, next_shift: next, presence, window, now, can_clock_in: isPossible }) => html`<div class="stack">
        ${it.shifts.map(
          (shift) => html`<p class="row spread" key=${shift.id}>
            <span class="figures text-l">${times(shift.start_at, shift.end_at, it.time_zone)}</span>
            <${ShiftState} shift=${shift} />
          </p>`,
        )}
        ${it.shifts.length === 0 && html`<p>${it.leave ? t("today.on_leave", { type: leaveTypeName(it.leave.type) }) : word("day_kind", it.kind)}</p>`}
        ${next &&
        !it.shifts.some((shift) => shift.id === next.id) &&
        html`<p class="muted">${t("today.next_shift", { date: day(next.start_at.slice(0, 10), "medium"), times: times(next.start_at, next.end_at, it.time_zone) })}</p>`}
        ${next &&
        window &&
        presence === "out" &&
        (!isPossible || ms(window.from) <= ms(now)) &&
        html`<p class="muted small">
          ${t("today.window", { date: day(window.from.slice(0, 10), "medium"), times: times(window.from, window.until, it.time_zone) })}
        </p>`}
      </div>`}
    <//>
  </section>`;
}

/** @param {{ shift: import("../types").Schemas["Shift"] }} props */
function ShiftState({ shift }) {
  const tone = { expected: "", attended: "good", missed: "bad", on_leave: "info" }[shift.status] ?? "";
  const icon = { expected: "clock", attended: "check", missed: "x", on_leave: "palmtree" }[shift.status];
  return html`<${Badge} tone=${tone} icon=${icon}>${word("shift_status", shift.status)}<//>`;
}

/** The live presence of the department. */
function Presence() {
  const board = useQuery(() => get("/attendance/board", { query: { limit: 200 } }), []);
  useLive("presence", ({ data }) => {
    const changes = new Map(data.changes.map((/** @type {any} */ change) => [change.user_id, change.presence]));
    if (!board.data) return;
    const items = board.data.items.map((line) => ({ ...line, presence: changes.get(line.user_id) ?? line.presence }));
    board.replace({ ...board.data, items });
  });
  useLive("resync", board.reload);
  return html`<section class="card" aria-labelledby="presence">
    <header>
      <h2 id="presence">${t("today.team")}</h2>
      ${user.value?.role !== "employee" && html`<a class="small" href=${href("team")}>${t("today.board")}</a>`}
      ${board.data && html`<p class="muted small">${t("today.team_there", { count: board.data.items.filter((line) => line.presence !== "out").length })}</p>`}
    </header>
    <${Loaded} query=${board} skeleton=${html`<${Skeleton} lines=${4} height="2.25rem" />`}>
      ${(/** @type {import("../types").Schemas["Board"]} */ { items }) =>
        items.length === 0
          ? html`<${Empty} icon="users" title=${t("today.team_empty")} />`
          : html`<${People} lines=${items} />`}
    <//>
  </section>`;
}

const ORDER = { working: 0, on_break: 1, out: 2 };

/** @param {{ lines: import("../types").Schemas["BoardLine"][] }} props */
function People({ lines }) {
  const ordered = [...lines].sort((a, b) => ORDER[a.presence] - ORDER[b.presence]);
  const { items, handlers } = useSteadyOrder(ordered, (line) => line.user_id);
  return html`<ul class="rows" ...${handlers}>
    ${items.map(
      (line) => html`<li key=${line.user_id} class="item">
        <${Avatar} name=${line.full_name} />
        <span class="grow">${line.full_name}</span>
        <${PresenceBadge} presence=${line.presence} />
      </li>`,
    )}
  </ul>`;
}

/** @typedef {{ date: string, worked: number, plan: number }} Bar Values in seconds. */

/** The week as bars: worked time and planned time of each day. @param {{ today: string | undefined }} props */
function Week({ today }) {
  const monday = today && plusDays(today, 1 - weekday(today));
  const week = useQuery(async () => {
    // The day isn't known until the clock state is loaded.
    if (!monday) return undefined;
    const [from, to] = [monday, plusDays(monday, 6)];
    const query = { from, to };
    const [days, shifts] = await Promise.all([
      get("/attendance/{user_id}", { path: { user_id: "me" }, query }),
      get("/roster/{user_id}/shifts", { path: { user_id: "me" }, query }),
    ]);
    return { from, days: days.items, shifts: shifts.items };
  }, [monday, today]);
  return html`<section class="card" aria-labelledby="week">
    <header><h2 id="week">${t("week.title")}</h2>${week.data && html`<${Total} bars=${bars(week.data)} />`}</header>
    <${Loaded} query=${week} skeleton=${html`<${Skeleton} lines=${1} height="11rem" />`}>
      ${(/** @type {NonNullable<typeof week.data>} */ data) => html`<${Bars} bars=${bars(data)} today=${today} />`}
    <//>
  </section>`;
}

/**
 * @param {{ from: string, days: import("../types").Day[], shifts: import("../types").Schemas["RosterShift"][] }} data
 * @returns {Bar[]}
 */
function bars({ from, days, shifts }) {
  return Array.from({ length: 7 }, (_, index) => {
    const date = plusDays(from, index);
    const found = days.find((one) => one.date === date);
    const planned = shifts.filter((shift) => shift.id.slice(0, 10) === date && !shift.on_leave);
    const length = planned.reduce((sum, it) => sum + (ms(it.end_at) - ms(it.start_at)) / 1000 - it.break_minutes * 60, 0);
    return { date, worked: found ? workedSeconds(found, minute.value) : 0, plan: found ? found.scheduled_seconds : length };
  });
}

/** @param {{ bars: Bar[] }} props */
function Total({ bars }) {
  const sum = (/** @type {(bar: Bar) => number} */ of) => bars.reduce((total, bar) => total + of(bar), 0);
  return html`<p class="muted small">${t("week.total", { worked: duration(sum((bar) => bar.worked)), plan: duration(sum((bar) => bar.plan)) })}</p>`;
}

/** @param {{ bars: Bar[], today: string | undefined }} props */
function Bars({ bars, today }) {
  const most = Math.max(...bars.map((bar) => Math.max(bar.worked, bar.plan)), 3600);
  const share = (/** @type {number} */ seconds) => `${(seconds / most) * 100}%`;
  return html`<ol class="bars">
    ${bars.map(({ date, worked, plan }) => {
      const label = t("week.day", { date: day(date), worked: duration(worked), plan: duration(plan) });
      return html`<li key=${date} aria-current=${date === today ? "date" : undefined}>
        <a href=${href("calendar", { date })} title=${label}>
          <span class="visually-hidden">${label}</span>
          <span class="bar" aria-hidden="true">
            ${plan > 0 && html`<span class="plan" style=${{ height: share(plan) }}></span>`}
            <span class="done" style=${{ height: share(worked) }}></span>
          </span>
          <span class="small" aria-hidden="true">${day(date, "weekday")}</span>
        </a>
      </li>`;
    })}
  </ol>`;
}
