// Asks for leave, or changes a request that is pending. While it is filled in, the API says what it would come to: days, balance, and who else is away.
import { post, put } from "../api.js";
import { leaveTypeName, t, word } from "../i18n/index.js";
import { dateOf, day, minute, number, plusDays } from "../time.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";
import { useAction, useQuery } from "./query.js";
import { toast } from "./toast.js";
import { Button, Field, Icon, Notice, Skeleton } from "./ui.js";

/** @typedef {import("../types").Schemas} Schemas */
/** @typedef {{ allowed: boolean, problem?: { detail?: string, title?: string }, days: number,
 *   dates: { date: string, days: number, kind: string, holiday_name: string | null }[],
 *   balances: { year: number, available_before_days: number, available_after_days: number }[],
 *   away: { user_id: string, full_name: string, start_date: string, end_date: string }[] }} Preview */

/** How long nothing must be changed before the API is asked. */
const PAUSE_MS = 300;

/** @param {{ types: Schemas["LeaveType"][], request?: Schemas["LeaveRequest"], onClose: () => void, onSent: () => void }} props `request`: what is changed. */
export function LeaveDialog({ types, request, onClose, onSent }) {
  const tomorrow = plusDays(dateOf(minute.value || 0), 1);
  const [type, setType] = useState(request?.type ?? "annual");
  const [start, setStart] = useState(request?.start_date ?? tomorrow);
  const [end, setEnd] = useState(request?.end_date ?? tomorrow);
  const [startHalf, setStartHalf] = useState(Boolean(request?.start_half));
  const [endHalf, setEndHalf] = useState(Boolean(request?.end_half));
  const [reason, setReason] = useState(request?.reason ?? "");
  const chosen = types.find((one) => one.code === type);
  const isOneDay = start === end;
  const body = {
    type,
    start_date: start,
    end_date: end,
    // A half day of one date is its morning or its afternoon; of more, the first's afternoon and the last's morning.
    ...(chosen?.half_days && startHalf ? { start_half: /** @type {const} */ ("afternoon") } : {}),
    ...(chosen?.half_days && endHalf ? { end_half: /** @type {const} */ ("morning") } : {}),
    ...(reason === "" ? {} : { reason }),
  };
  const key = JSON.stringify({ ...body, reason: undefined });
  const isWhole = start !== "" && end !== "" && start <= end;
  const [asked, setAsked] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(key), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [key]);
  const preview = useQuery(async () => (isWhole ? post("/leave/requests/preview", { body: JSON.parse(asked) }) : undefined), [asked]);
  const send = useAction(async () => {
    if (request) await put("/leave/requests/{id}", { path: { id: request.id }, body, version: request.version });
    else await post("/leave/requests", { body });
    toast(t(request ? "leave.changed" : "leave.sent"));
    onSent();
    onClose();
  });
  const setFrom = (/** @type {string} */ value) => {
    setStart(value);
    if (end < value) setEnd(value);
  };
  const footer = html`<${Button} onClick=${onClose}>${t("action.cancel")}<//>
    <${Button} kind="primary" icon="send" type="submit" busy=${send.busy} blocked=${!isWhole || (!request && preview.data?.allowed === false)}>${t(request ? "action.save" : "leave.send")}<//>`;
  const date = (/** @type {string} */ value, /** @type {(value: string) => void} */ set, /** @type {string | undefined} */ min) => (/** @type {object} */ attributes) =>
    html`<input ...${attributes} type="date" required min=${min} value=${value} onInput=${(/** @type {any} */ event) => set(event.target.value)} />`;
  return html`<${Dialog} title=${t(request ? "leave.change" : "requests.ask_leave")} onClose=${onClose} onSubmit=${() => void send.run()} footer=${footer}>
    ${send.error && html`<${Notice} tone="bad" role="alert">${send.error.code === "offline" ? t("state.offline") : send.error.message}<//>`}
    <${Field} label=${t("leave.type")}>
      ${(/** @type {object} */ attributes) => html`<select ...${attributes} value=${type} onChange=${(/** @type {any} */ event) => setType(event.target.value)}>
        ${types.map((one) => html`<option key=${one.code} value=${one.code}>${leaveTypeName(one.code, one.name)}</option>`)}
      </select>`}
    <//>
    <div class="two">
      <${Field} label=${t("leave.from")}>${date(start, setFrom, undefined)}<//>
      <${Field} label=${t("leave.to")}>${date(end, setEnd, start)}<//>
    </div>
    ${chosen?.half_days &&
    html`<div class="two">
      <label class="check"><input type="checkbox" checked=${startHalf} disabled=${isOneDay && endHalf} onChange=${() => setStartHalf(!startHalf)} />${t(isOneDay ? "leave.afternoon_only" : "leave.start_half")}</label>
      <label class="check"><input type="checkbox" checked=${endHalf} disabled=${isOneDay && startHalf} onChange=${() => setEndHalf(!endHalf)} />${t(isOneDay ? "leave.morning_only" : "leave.end_half")}</label>
    </div>`}
    <${Field} label=${t("leave.reason")}>
      ${(/** @type {object} */ attributes) => html`<input ...${attributes} maxlength="500" value=${reason} onInput=${(/** @type {any} */ event) => setReason(event.target.value)} />`}
    <//>
    <div class="preview" aria-live="polite">
      ${preview.data ? html`<${Outcome} preview=${preview.data} isChange=${request !== undefined} />` : preview.error ? html`<p class="muted">${preview.error.message}</p>` : html`<${Skeleton} lines=${2} />`}
    </div>
  <//>`;
}

/** What the leave would come to. A request that is changed still takes its days itself, so that the preview refuses them. @param {{ preview: Preview, isChange: boolean }} props */
function Outcome({ preview, isChange }) {
  const free = preview.dates.filter((one) => one.days === 0);
  return html`<p class="strong">${t("requests.days", { count: preview.days })}</p>
    ${preview.balances.map(
      (one) => html`<p key=${one.year} class="row figures"><span>${t("leave.balance", { year: String(one.year) })}</span>
        <span>${number(one.available_before_days)}</span><${Icon} name="arrow-right" label=${t("leave.becomes")} /><span class="strong">${number(one.available_after_days)}</span></p>`,
    )}
    ${free.length > 0 && html`<p class="muted small">${t("leave.free", { dates: free.map((one) => `${day(one.date, "medium")} (${one.holiday_name ?? word("day_kind", one.kind)})`).join(", ") })}</p>`}
    ${preview.away.length > 0 && html`<p class="row small"><${Icon} name="users" />${t("leave.away", { names: [...new Set(preview.away.map((one) => one.full_name))].join(", ") })}</p>`}
    ${!preview.allowed && !isChange && html`<${Notice} tone="warn">${preview.problem?.detail ?? preview.problem?.title ?? t("state.error")}<//>`}`;
}
