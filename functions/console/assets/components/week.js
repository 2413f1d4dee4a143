// The week as bars: what was worked of each day against what was planned.
import { get } from "../api.js";
import { t } from "../i18n/index.js";
import { href } from "../router.js";
import { day as dayText, duration, minute, ms, plusDays, weekday } from "../time.js";
import { html } from "../vendor/preact.js";
import { workedSeconds } from "./punch.js";
import { useQuery } from "./query.js";
import { Loaded, Skeleton } from "./ui.js";

/** @typedef {{ date: string, worked: number, plan: number }} Bar In seconds. */

/** @param {{ today: string | undefined }} props */
export function Week({ today }) {
  const monday = today && plusDays(today, 1 - weekday(today));
  const week = useQuery(async () => {
    // Until the day is known there is nothing to ask for.
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
    const day = days.find((one) => one.date === date);
    const planned = shifts.filter((shift) => shift.id.slice(0, 10) === date && !shift.on_leave);
    const length = planned.reduce((sum, it) => sum + (ms(it.end_at) - ms(it.start_at)) / 1000 - it.break_minutes * 60, 0);
    return { date, worked: day ? workedSeconds(day, minute.value) : 0, plan: day ? day.scheduled_seconds : length };
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
      const label = t("week.day", { date: dayText(date), worked: duration(worked), plan: duration(plan) });
      return html`<li key=${date} aria-current=${date === today ? "date" : undefined}>
        <a href=${href("calendar", { date })} title=${label}>
          <span class="visually-hidden">${label}</span>
          <span class="bar" aria-hidden="true">
            ${plan > 0 && html`<span class="plan" style=${{ height: share(plan) }}></span>`}
            <span class="done" style=${{ height: share(worked) }}></span>
          </span>
          <span class="small" aria-hidden="true">${dayText(date, "weekday")}</span>
        </a>
      </li>`;
    })}
  </ol>`;
}
