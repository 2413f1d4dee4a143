// A dialog that requests leave, or changes a pending request. It previews the days, the balance and the absences of colleagues.
import { get, post, put } from "../api.js";
import { leaveTypeName, t, word } from "../i18n/index.js";
import { dateOf, day, minute, number, plusDays } from "../time.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";
import { Conflict, merged, useEdit } from "./edit.js";
import { Refused, errorAt } from "./form.js";
import { useQuery } from "./query.js";
import { toast } from "./toast.js";
import { Button, Field, Icon, Notice, Skeleton } from "./ui.js";

/** @typedef {import("../types").Schemas} Schemas */
/** @typedef {{ allowed: boolean, problem?: { detail?: string, title?: string }, days: number,
 *   dates: { date: string, days: number, kind: string, holiday_name: string | null }[],
 *   balances: { year: number, available_before_days: number, available_after_days: number }[],
 *   away: { user_id: string, full_name: string, start_date: string, end_date: string }[] }} Preview */

/** @typedef {{ type: string, start: string, end: string, startHalf: boolean, endHalf: boolean, reason: string }} Form */

/** The delay after the last change before the preview is requested. */
const PAUSE_MS = 300;

/** @param {{ types: Schemas["LeaveType"][], request?: Schemas["LeaveRequest"], onClose: () => void, onSent: () => void }} props `request`: the edited one. */
export function LeaveDialog({ types, request, onClose, onSent }) {
  const tomorrow = plusDays(dateOf(minute.value || 0), 1);
  const [form, setForm] = useState(request ? formOf(request) : { type: "annual", start: tomorrow, end: tomorrow, startHalf: false, endHalf: false, reason: "" });
  const set = (/** @type {Partial<Form>} */ part) => setForm((now) => withOneHalf({ ...now, ...part }, part.start === undefined ? "endHalf" : "startHalf"));
  const { type, start, end, startHalf, endHalf, reason } = form;
  const chosen = types.find((one) => one.code === type);
  const isOneDay = start === end;
  const body = {
    type,
    start_date: start,
    end_date: end,
    // A half day of a single date is the morning or the afternoon. Over several dates, a half day is the first afternoon or the last morning.
    ...(chosen?.half_days && startHalf ? { start_half: /** @type {const} */ ("afternoon") } : {}),
    ...(chosen?.half_days && endHalf ? { end_half: /** @type {const} */ ("morning") } : {}),
    ...(reason === "" ? {} : { reason }),
  };
  const key = JSON.stringify({ ...body, reason: undefined, replaces: request?.id });
  const isWhole = start !== "" && end !== "" && start <= end;
  const [asked, setAsked] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(key), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [key]);
  const preview = useQuery(async () => (isWhole ? post("/leave/requests/preview", { body: JSON.parse(asked) }) : undefined), [asked]);
  const edit = useEdit(/** @type {Schemas["LeaveRequest"] | null} */ (request ?? null), {
    load: () => get("/leave/requests/{id}", { path: { id: request?.id ?? "" } }),
    merge: (theirs, before) => theirs && before && setForm((now) => withOneHalf(merged(now, formOf(before), formOf(theirs)), "endHalf")),
    save: async (base) => {
      if (base) await put("/leave/requests/{id}", { path: { id: base.id }, body, version: base.version });
      else await post("/leave/requests", { body });
      toast(t(request ? "leave.changed" : "leave.sent"));
      onSent();
      onClose();
    },
  });
  const take = () => {
    if (edit.base) setForm(formOf(edit.base));
    edit.settle();
  };
  const setFrom = (/** @type {string} */ value) => set({ start: value, ...(end < value ? { end: value } : {}) });
  const wrong = (/** @type {string} */ field) => errorAt(edit.error, field);
  const nameOf = (/** @type {string} */ code) => leaveTypeName(code, types.find((one) => one.code === code)?.name);
  const footer = html`<${Button} onClick=${onClose}>${t("action.cancel")}<//>
    <${Button} kind="primary" icon="send" type="submit" busy=${edit.busy} blocked=${!isWhole || preview.data?.allowed === false}>${t(edit.theirs ? "edit.save_mine" : request ? "action.save" : "leave.send")}<//>`;
  const date = (/** @type {string} */ value, /** @type {(value: string) => void} */ set, /** @type {string | undefined} */ min) => (/** @type {object} */ attributes) =>
    html`<input ...${attributes} type="date" required min=${min} value=${value} onInput=${(/** @type {any} */ event) => set(event.target.value)} />`;
  return html`<${Dialog} title=${t(request ? "leave.change" : "requests.ask_leave")} onClose=${onClose} onSubmit=${() => void edit.run()} footer=${footer}>
    ${edit.theirs && html`<${Conflict} theirs=${lines(formOf(edit.theirs), nameOf)} mine=${lines(form, nameOf)} onTake=${take} />`}
    <${Refused} refusal=${edit.error} fields=${["type", "start_date", "start_half", "end_date", "end_half", "reason"]} />
    <${Field} label=${t("leave.type")} error=${wrong("type")}>
      ${(/** @type {object} */ attributes) => html`<select ...${attributes} value=${type} onChange=${(/** @type {any} */ event) => set({ type: event.target.value })}>
        ${types.map((one) => html`<option key=${one.code} value=${one.code}>${leaveTypeName(one.code, one.name)}</option>`)}
      </select>`}
    <//>
    <div class="two">
      <${Field} label=${t("leave.from")} error=${wrong("start_date") ?? wrong("start_half")}>${date(start, setFrom, undefined)}<//>
      <${Field} label=${t("leave.to")} error=${wrong("end_date") ?? wrong("end_half")}>${date(end, (value) => set({ end: value }), start)}<//>
    </div>
    ${chosen?.half_days &&
    html`<div class="two">
      <label class="check"><input type="checkbox" checked=${startHalf} disabled=${isOneDay && endHalf} onChange=${() => set({ startHalf: !startHalf })} />${t(isOneDay ? "leave.afternoon_only" : "leave.start_half")}</label>
      <label class="check"><input type="checkbox" checked=${endHalf} disabled=${isOneDay && startHalf} onChange=${() => set({ endHalf: !endHalf })} />${t(isOneDay ? "leave.morning_only" : "leave.end_half")}</label>
    </div>`}
    <${Field} label=${t("leave.reason")} error=${wrong("reason")}>
      ${(/** @type {object} */ attributes) => html`<input ...${attributes} maxlength="500" value=${reason} onInput=${(/** @type {any} */ event) => set({ reason: event.target.value })} />`}
    <//>
    <div class="preview" aria-live="polite">
      ${!isWhole
        ? html`<p class="muted">${t("leave.lacks_dates")}</p>`
        : preview.data
          ? html`<${Outcome} preview=${preview.data} />`
          : preview.error
            ? html`<p class="muted">${preview.error.message || t("state.offline")}</p>`
            : html`<${Skeleton} lines=${2} />`}
    </div>
  <//>`;
}

/** @param {Schemas["LeaveRequest"]} request @returns {Form} */
function formOf({ type, start_date: start, end_date: end, start_half, end_half, reason }) {
  return { type, start, end, startHalf: Boolean(start_half), endHalf: Boolean(end_half), reason: reason ?? "" };
}

/**
 * Returns a form in which a single date isn't two half days. The half day of the changed date is cleared.
 * @param {Form} form
 * @param {"startHalf" | "endHalf"} cleared
 */
function withOneHalf(form, cleared) {
  return form.start === form.end && form.startHalf && form.endHalf ? { ...form, [cleared]: false } : form;
}

/**
 * Returns a request as text, for the comparison with the version that somebody else saved.
 * @param {Form} form
 * @param {(code: string) => string} nameOf
 */
function lines({ type, start, end, startHalf, endHalf, reason }, nameOf) {
  const isOneDay = start === end;
  return [
    nameOf(type),
    ...(isOneDay ? [day(start, "full")] : [`${t("leave.from")}: ${day(start, "full")}`, `${t("leave.to")}: ${day(end, "full")}`]),
    ...(startHalf ? [t(isOneDay ? "leave.afternoon_only" : "leave.start_half")] : []),
    ...(endHalf ? [t(isOneDay ? "leave.morning_only" : "leave.end_half")] : []),
    ...(reason === "" ? [] : [`${t("leave.reason")}: ${reason}`]),
  ];
}

/** The preview of the leave: days, balances and absences of colleagues. @param {{ preview: Preview }} props */
function Outcome({ preview }) {
  const free = preview.dates.filter((one) => one.days === 0);
  return html`<p class="strong">${t("requests.days", { count: preview.days })}</p>
    ${preview.balances.map(
      (one) => html`<p key=${one.year} class="row figures"><span>${t("leave.balance", { year: String(one.year) })}</span>
        <span>${number(one.available_before_days)}</span><${Icon} name="arrow-right" label=${t("leave.becomes")} /><span class="strong">${number(one.available_after_days)}</span></p>`,
    )}
    ${free.length > 0 && html`<p class="muted small">${t("leave.free", { dates: free.map((one) => `${day(one.date, "medium")} (${one.holiday_name ?? word("day_kind", one.kind)})`).join(", ") })}</p>`}
    ${preview.away.length > 0 && html`<p class="row small"><${Icon} name="users" />${t("leave.away", { names: [...new Set(preview.away.map((one) => one.full_name))].join(", ") })}</p>`}
    ${!preview.allowed && html`<${Notice} tone="warn">${preview.problem?.detail ?? preview.problem?.title ?? t("state.error")}<//>`}`;
}
