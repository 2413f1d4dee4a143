// A person's day for a manager: figures, timeline, punches, the explanation of lateness, the history, and the manager's actions.
import { get, post } from "../api.js";
import { t, word } from "../i18n/index.js";
import { user } from "../session.js";
import { day as dayText, duration, minute, plusDays } from "../time.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { DayEditDialog } from "./day-edit.js";
import { DayEvents } from "./day-events.js";
import { DayExplanation } from "./day-explanation.js";
import { DayHistory } from "./day-history.js";
import { DayTimeline } from "./day-timeline.js";
import { DayWhy } from "./day-why.js";
import { photoLinks, photosOf } from "./photos.js";
import { workedSeconds } from "./punch.js";
import { useLive, useQuery } from "./query.js";
import { ReasonDialog } from "./reason-dialog.js";
import { toast } from "./toast.js";
import { Badge, Button, Loaded, Skeleton } from "./ui.js";

/** @typedef {import("../types").Day} Day */
/** @typedef {import("../types").Schemas["SettingsAnswer"]} Settings */
/** @typedef {{ day: Day, history: import("../types").Schemas["HistoryItem"][], links: import("./photos.js").PhotoLinks[] }} DayData */

/**
 * @param {{ person: string, name?: string, date?: string, today?: string, settings?: Settings, onDate: (date: string) => void,
 *   onClose: () => void }} props
 */
export function DayPanel({ person, name, date, today, settings, onDate, onClose }) {
  const query = useQuery(() => load(person, date), [person, date]);
  const shownName = name ?? query.data?.day.user_name ?? "";
  useLive("day", ({ data }) => data.user_id === person && data.date === date && query.reload());
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => heading.current?.focus({ preventScroll: matchMedia("(min-width: 64rem)").matches }), [person]);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && !(event.target instanceof Element && event.target.closest("dialog"))) onClose();
  };
  return html`<section class="card day-panel" aria-labelledby="day-name" onKeyDown=${onKeyDown}>
    <header>
      <h2 id="day-name" tabindex="-1" ref=${heading}>${shownName}</h2>
      <${Button} kind="quiet" icon="x" label=${t("day.close")} onClick=${onClose} />
    </header>
    ${date &&
    html`<div class="day-nav">
      <${Button} kind="quiet" icon="chevron-left" label=${t("day.previous")} onClick=${() => onDate(plusDays(date, -1))} />
      <p class="strong" aria-live="polite">${dayText(date)}</p>
      <${Button} kind="quiet" icon="chevron-right" label=${t("day.next")} class=${today !== undefined && date >= today ? "invisible" : ""} onClick=${() => onDate(plusDays(date, 1))} />
    </div>`}
    <${Loaded} query=${query} skeleton=${html`<${Skeleton} lines=${5} height="2.5rem" />`}>
      ${(/** @type {DayData | undefined} */ data) =>
        data
          ? html`<${DayContent} data=${data} name=${shownName} settings=${settings} onChange=${query.reload} />`
          : html`<${Skeleton} lines=${5} height="2.5rem" />`}
    <//>
  </section>`;
}

/**
 * @param {string} person
 * @param {string | undefined} date
 * @returns {Promise<DayData | undefined>}
 */
async function load(person, date) {
  // The date isn't known until the board is loaded.
  if (date === undefined) return undefined;
  const path = { user_id: person, date };
  const [day, history] = await Promise.all([get("/attendance/{user_id}/{date}", { path }), get("/attendance/{user_id}/{date}/history", { path })]);
  // If the photo links can't be read, the day is shown without photos.
  const links = await photoLinks(photosOf(day)).catch(() => []);
  return { day, history: history.items, links };
}

/** @param {{ data: DayData, name: string, settings: Settings | undefined, onChange: () => void }} props */
function DayContent({ data: { day, history, links }, name, settings, onChange }) {
  const flags = day.flags.filter((flag) => flag !== "late" && flag !== "corrected");
  return html`<div class="stack">
    <p class="row" style=${{ "--gap": "var(--space-2)" }}>
      <${Badge}>${word("day_status", day.status)}<//>
      ${day.leave && html`<${Badge} tone="info" icon="palmtree">${word("leave_type", day.leave.type ?? "leave")}<//>`}
      ${flags.map((flag) => html`<${Badge} key=${flag} tone=${flag === "excused" ? "good" : "warn"} icon=${flag === "excused" ? "check" : "triangle-alert"}>${word("flag", flag)}<//>`)}
    </p>
    <${DayWhy} day=${day} graceMinutes=${settings?.late_grace_minutes ?? 0} />
    <${DayTimeline} day=${day} />
    <${Figures} day=${day} />
    <${DayExplanation} key=${`${day.user_id} ${day.date}`} day=${day} />
    <${Actions} day=${day} name=${name} onChange=${onChange} />
    <${DayEvents} day=${day} links=${links} />
    <${DayHistory} items=${history} zone=${day.time_zone} />
  </div>`;
}

/** @param {{ day: Day }} props */
function Figures({ day }) {
  const isOpen = day.sessions.some((session) => !session.clock_out);
  const figures = [
    ["day.worked", isOpen ? workedSeconds(day, minute.value) : day.worked_seconds],
    ["day.planned", day.scheduled_seconds],
    ["day.breaks", day.break_seconds],
    ...(day.auto_break_seconds > 0 ? [["day.auto_breaks", day.auto_break_seconds]] : []),
    ...(day.overtime_seconds > 0 ? [["day.overtime", day.overtime_seconds]] : []),
  ];
  return html`<dl class="figures-row">
    ${figures.map(([key, seconds]) => html`<div key=${key}><dt class="small muted">${t(/** @type {"day.worked"} */ (key))}</dt><dd class="figures strong">${duration(Number(seconds))}</dd></div>`)}
  </dl>`;
}

/** The manager's actions for the day. @param {{ day: Day, name: string, onChange: () => void }} props */
function Actions({ day, name, onChange }) {
  const [dialog, setDialog] = useState(/** @type {import("./ui.js").Children} */ (null));
  const close = () => setDialog(null);
  const path = { user_id: day.user_id, date: day.date };
  const may = allowed(day);
  const edit = () => setDialog(html`<${DayEditDialog} day=${day} name=${name} onSaved=${onChange} onClose=${close} />`);
  const excuse = () =>
    setDialog(html`<${ReasonDialog} title=${t("excuse.title", { name })} about=${t("excuse.about")} label=${t("correction.reason")} required
      confirm=${t("excuse.confirm")} icon="check" onClose=${close}
      onConfirm=${async (/** @type {string} */ reason) => {
        await post("/attendance/{user_id}/{date}/excuse", { path, body: { reason } });
        toast(t("excuse.done", { name }));
        onChange();
      }} />`);
  const review = (/** @type {"acknowledged" | "rejected"} */ status) =>
    setDialog(html`<${ReasonDialog} title=${t(`review.title_${status}`, { name })} about=${t(`review.about_${status}`)} label=${t("reason.note")}
      hint=${t("reason.note_hint")} confirm=${t(`review.${status}_now`)} kind=${status === "rejected" ? "danger" : "primary"} onClose=${close}
      onConfirm=${async (/** @type {string} */ note) => {
        await post("/attendance/{user_id}/{date}/acknowledgement", { path, body: { status, ...(note ? { note } : {}) } });
        toast(t(`review.done_${status}`, { name }));
        onChange();
      }} />`);
  if (!may.edit && !may.excuse && !may.review) return null;
  return html`<div class="row actions">
    ${may.edit && html`<${Button} icon="pencil" onClick=${edit}>${t("day.edit")}<//>`}
    ${may.excuse && html`<${Button} icon="check" onClick=${excuse}>${t("day.excuse")}<//>`}
    ${may.review && html`<${Button} icon="check-check" onClick=${() => review("acknowledged")}>${t("review.acknowledge")}<//>
      <${Button} kind="danger" icon="x" onClick=${() => review("rejected")}>${t("review.reject")}<//>`}
    ${dialog}
  </div>`;
}

/**
 * Returns the actions that the API allows. If the API returns none, people can't change their own day.
 * @param {Day} day
 */
function allowed(day) {
  const actions = day.allowed_actions;
  const isOwn = day.user_id === user.value?.id;
  const waits = day.sessions.some((session) => session.flagged?.status === "waiting");
  const isExcusable = (day.late_seconds > 0 || day.status === "absent") && !day.flags.includes("excused");
  return {
    edit: actions?.includes("edit") ?? !isOwn,
    excuse: actions?.includes("excuse") ?? (!isOwn && isExcusable),
    review: actions ? waits && actions.includes("acknowledge") : !isOwn && waits,
  };
}
