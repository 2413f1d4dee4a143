// The facts for a decision: for leave, the balance and the absences of colleagues; for a correction, the day before and after; for a swap,
// the swapped shifts; for a day, its timeline.
import { get } from "../api.js";
import { t, word } from "../i18n/index.js";
import { href } from "../router.js";
import { dateOf, day as dayText, duration, time, zone } from "../time.js";
import { html } from "../vendor/preact.js";
import { daysText, period, shiftsText } from "./approval-text.js";
import { BeforeAfter } from "./before-after.js";
import { DayEvents } from "./day-events.js";
import { DayTimeline } from "./day-timeline.js";
import { photoLinks, photosOf } from "./photos.js";
import { useQuery } from "./query.js";
import { Icon, Loaded, Notice, Skeleton } from "./ui.js";

/** @typedef {import("../types").Schemas} Schemas */
/** @typedef {import("./approvals-data.js").Approval} Approval */

/** @param {{ item: Approval, typeName: (code: string) => string }} props */
export function Facts({ item, typeName }) {
  switch (item.kind) {
    case "leave_request":
      return html`<${LeaveFacts} request=${item.leave_request} department=${item.department_id ?? undefined} typeName=${typeName} />`;
    case "correction":
      return html`<${CorrectionFacts} correction=${item.correction} />`;
    case "swap":
      return html`<${SwapFacts} swap=${item.swap} />`;
    case "day_to_review":
    case "flagged_clock_in":
      return html`<${DayFacts} day=${item.day} isGuessed=${item.kind === "day_to_review"} />`;
    case "pay_approval":
      return html`<${PayFacts} approval=${item.pay_approval} />`;
    case "registration":
      return html`<${RegistrationFacts} user=${item.user} />`;
  }
}

/** @param {{ request: Schemas["LeaveRequest"], department?: string, typeName: (code: string) => string }} props */
function LeaveFacts({ request, department, typeName }) {
  const facts = useQuery(async () => {
    const [balance, away] = await Promise.all([
      balanceOf(request),
      get("/leave/calendar", { query: { from: request.start_date, to: request.end_date, department_id: department, limit: 200 } }),
    ]);
    return {
      balance,
      away: away.items.filter((one) => one.user_id !== request.user_id),
    };
  }, [request.id, request.version]);
  return html`<dl class="facts">
      <div><dt>${t("facts.dates")}</dt><dd>${period(request)}</dd></div>
      <div><dt>${t("facts.days")}</dt><dd class="figures">${t("requests.days", { count: request.days })}, ${typeName(request.type)}</dd></div>
      <${Reason} text=${request.reason} />
    </dl>
    <${Loaded} query=${facts} skeleton=${html`<${Skeleton} lines=${3} />`}>
      ${(/** @type {NonNullable<typeof facts.data>} */ { balance, away }) => html`<dl class="facts">
        ${balance &&
        html`<div><dt>${t("facts.balance")}</dt>
          <dd class="row figures">${daysText(balance.available_days + request.days)}<${Icon} name="arrow-right" label=${t("leave.becomes")} />
            <span class="strong">${daysText(balance.available_days)}</span>
            <span class="muted small">${t("facts.until", { date: dayText(balance.to, "medium") })}</span></dd></div>`}
        <div><dt>${t("facts.away")}</dt><dd>${away.length === 0 ? t("facts.nobody_away") : html`<ul>${away.map(
          (one) => html`<li key=${`${one.user_id} ${one.start_date}`}>${one.full_name} <span class="muted small">${period(one)}${one.status === "pending" ? ` · ${word("request_status", "pending")}` : ""}</span></li>`,
        )}</ul>`}</dd></div>
      </dl>
      ${balance && balance.available_days < 0 && html`<${Notice} tone="warn">${t("facts.overdrawn")}<//>`}`}
    <//>`;
}

/**
 * Returns the balance of the leave year that the request starts in, or undefined for leave types without a balance.
 * @param {Schemas["LeaveRequest"]} request
 */
async function balanceOf({ user_id: person, type, start_date: date }) {
  const year = Number(date.slice(0, 4));
  // If the leave year doesn't start in January, dates early in the calendar year belong to the leave year named after the previous year.
  for (const candidate of [year, year - 1]) {
    const { items } = await get("/leave/balances/{user_id}", { path: { user_id: person }, query: { year: candidate } });
    const ofType = items.find((one) => one.type === type);
    if (!ofType || (ofType.from <= date && date <= ofType.to)) return ofType;
  }
  return undefined;
}

/** @param {{ correction: Schemas["Correction"] }} props */
function CorrectionFacts({ correction }) {
  const { before, after, sessions } = correction;
  return html`<dl class="facts">
      <div><dt>${t("facts.day")}</dt><dd>${dayText(correction.date)}</dd></div>
      <${Reason} text=${correction.reason} />
    </dl>
    <${BeforeAfter} before=${before?.sessions ?? []} after=${after?.sessions ?? sessions} zone=${zone.value} />
    ${before &&
    after &&
    html`<dl class="facts">
      <${Becomes} name=${t("day.worked")} before=${before.worked_seconds} after=${after.worked_seconds} />
      <${Becomes} name=${t("day.breaks")} before=${before.break_seconds} after=${after.break_seconds} />
      <${Becomes} name=${t("facts.late")} before=${before.late_seconds} after=${after.late_seconds} />
      <${Becomes} name=${t("day.overtime")} before=${before.overtime_seconds} after=${after.overtime_seconds} />
    </dl>`}`;
}

/** A figure that a correction changes. @param {{ name: string, before: number, after: number }} props */
function Becomes({ name, before, after }) {
  if (before === after) return null;
  return html`<div><dt>${name}</dt><dd class="row figures">${duration(before)}<${Icon} name="arrow-right" label=${t("leave.becomes")} /><span class="strong">${duration(after)}</span></dd></div>`;
}

/** @param {{ swap: Schemas["Swap"] }} props */
function SwapFacts({ swap }) {
  const [from, to] = [swap.from_user_name, swap.with_user_name].map((name) => name ?? t("approvals.somebody"));
  return html`<dl class="facts">
    <div><dt>${t("facts.gives", { name: from ?? "" })}</dt><dd>${shiftsText(swap.offered)}</dd></div>
    <div><dt>${t("facts.gives", { name: to ?? "" })}</dt><dd>${swap.wanted.length > 0 ? shiftsText(swap.wanted) : t("facts.gives_nothing")}</dd></div>
    <${Reason} text=${swap.note} />
    ${swap.answer_note && html`<div><dt>${t("facts.answer")}</dt><dd>${swap.answer_note}</dd></div>`}
    <div><dt>${t("facts.expires")}</dt><dd>${dayText(dateOf(swap.expires_at), "medium")}, ${time(swap.expires_at)}</dd></div>
  </dl>`;
}

/** @param {{ day: import("../types").Day, isGuessed: boolean }} props */
function DayFacts({ day, isGuessed }) {
  // If the photo links can't be read, the day is shown without photos.
  const links = useQuery(() => photoLinks(photosOf(day)).catch(() => []), [day.user_id, day.date, day.version]);
  return html`<p>${t(isGuessed ? "facts.guessed" : "facts.flagged")}</p>
    <${DayTimeline} day=${day} />
    <${DayEvents} day=${day} links=${links.data ?? []} />
    <p><a class="button" href=${href("team", { person: day.user_id, date: day.date })}><${Icon} name="pencil" />${t("facts.open_day")}</a></p>`;
}

/** The facts about time that is paid only after a manager's approval, with its day. @param {{ approval: Schemas["PayApproval"] }} props */
function PayFacts({ approval: { user_id: person, date, waiting } }) {
  const day = useQuery(() => get("/attendance/{user_id}/{date}", { path: { user_id: person, date } }), [person, date]);
  return html`<p>${t("facts.pay")}</p>
    <dl class="facts">${waiting.map(({ subject, seconds }, index) => html`<div key=${index}><dt>${word("pay_subject", subject)}</dt><dd class="figures strong">${duration(seconds)}</dd></div>`)}</dl>
    <${Loaded} query=${day} skeleton=${html`<${Skeleton} lines=${3} />`}>${(/** @type {import("../types").Day} */ found) => html`<${DayTimeline} day=${found} />`}<//>
    <p><a class="button" href=${href("team", { person, date })}><${Icon} name="pencil" />${t("facts.open_day")}</a></p>`;
}

/** @param {{ user: import("../types").User }} props */
function RegistrationFacts({ user }) {
  return html`<p>${t("facts.registration")}</p>
    <dl class="facts">
      <div><dt>${t("facts.name")}</dt><dd>${user.full_name}</dd></div>
      ${user.email && html`<div><dt>${t("facts.email")}</dt><dd>${user.email}</dd></div>`}
      ${user.username && html`<div><dt>${t("facts.username")}</dt><dd>${user.username}</dd></div>`}
    </dl>`;
}

/** @param {{ text: string | null | undefined }} props */
function Reason({ text }) {
  return text ? html`<div><dt>${t("correction.reason")}</dt><dd>${text}</dd></div>` : null;
}
