// The inbox: live notifications, newest first. Opening a notification marks it as read and leads to the page that it is about.
import { get, post } from "../api.js";
import { useAnnouncer } from "../components/announcer.js";
import { withFirst, withNext, withRead } from "../components/inbox-pages.js";
import { LivePause, usePause } from "../components/live-pause.js";
import { useAction, useLive, useQuery, useReload } from "../components/query.js";
import { useSteadyOrder } from "../components/steady.js";
import { Button, Empty, Icon, Loaded, Notice, Segments } from "../components/ui.js";
import { t } from "../i18n/index.js";
import { unread } from "../live.js";
import { href, navigate } from "../router.js";
import { user } from "../session.js";
import { dateOf, day, minute, now, time } from "../time.js";
import { html, useRef, useState } from "../vendor/preact.js";

/** @typedef {import("../types").Schemas["Notification"]} Notification */
/** @typedef {import("../components/inbox-pages.js").Filter} Filter */
/** @typedef {import("../components/inbox-pages.js").News} News */

/**
 * Loads a page of the inbox.
 * @param {Filter} filter
 * @param {string} [cursor] The cursor of the page; without it, the first page is loaded.
 * @returns {Promise<import("../components/inbox-pages.js").Page>}
 */
async function load(filter, cursor) {
  const { items, next_cursor: next } = await get("/notifications", { query: { unread: filter === "unread" ? true : undefined, cursor } });
  return { filter, items, cursor: next ?? null };
}

/**
 * Returns the loaded pages of the inbox. `reload` loads only the first page, and `more` only the next page.
 * @param {Filter} filter
 */
function useNews(filter) {
  const first = useQuery(() => load(filter), [filter]);
  const news = useRef(/** @type {News | undefined} */ (undefined));
  const merged = useRef(first.data);
  if (first.data !== merged.current && first.data) {
    merged.current = first.data;
    news.current = withFirst(news.current, first.data);
  }
  const more = useAction(async () => {
    const cursor = news.current?.cursor;
    if (!news.current || !cursor) return;
    const next = await load(news.current.filter, cursor);
    news.current = withNext(news.current, cursor, next);
  });
  /** Shows one notification, or all notifications, as read. @param {string} [id] */
  const markRead = (id) => {
    if (news.current) news.current = withRead(news.current, new Date(now()).toISOString(), id);
    first.reload();
  };
  // After a failed load, the items of the other filter aren't shown.
  const isOfFilter = !first.error || news.current?.filter === filter;
  return { query: { ...first, data: isOfFilter ? news.current : undefined }, more, markRead };
}

export default function InboxPage() {
  const [filter, setFilter] = useState(/** @type {Filter} */ ("all"));
  const announcer = useAnnouncer("live.messages");
  const { query: inbox, more, markRead } = useNews(filter);
  const updates = usePause(useReload(inbox.reload));
  useLive("notification", ({ data }) => {
    updates.refresh();
    if (!updates.isPaused) announcer.announce(data.title);
  });
  useLive("resync", updates.refresh);
  const readAll = useAction(async () => {
    await post("/notifications/read-all");
    unread.value = 0;
    markRead();
  });
  const open = async (/** @type {Notification} */ item) => {
    const target = subject(item);
    // The page opens even if the item can't be marked as read. The person can then open the item again.
    const isMarked = !item.read_at && (await post("/notifications/{id}/read", { path: { id: item.id } }).then(() => true, () => false));
    if (isMarked) unread.value = Math.max(0, unread.value - 1);
    if (target) navigate(...target);
    else if (isMarked) markRead(item.id);
  };
  const failure = readAll.error ?? more.error ?? (inbox.data && inbox.error);
  return html`<div class="page">
    <div class="page-head">
      <h1>${t("inbox.title")}</h1>
      <div class="row">
        <${Segments} label=${t("inbox.filter")} value=${filter} onChange=${setFilter}
          options=${[["all", t("inbox.all")], ["unread", t("inbox.unread")]]} />
        <${Button} icon="check-check" busy=${readAll.busy} blocked=${unread.value === 0} onClick=${readAll.run}>${t("inbox.read_all")}<//>
        <a class="button quiet" href=${href("preferences")}><${Icon} name="settings" />${t("nav.preferences")}</a>
      </div>
    </div>
    ${announcer.element}
    ${failure && html`<${Notice} tone="bad" role="alert">${failure.message || t("state.offline")}<//>`}
    <section class="card">
      <${Loaded} query=${inbox}>
        ${(/** @type {News} */ news) => html`<${List} news=${news} updates=${updates} onOpen=${open} />
          ${news.cursor !== null && html`<${Button} class="wide" busy=${more.busy} onClick=${more.run}>${t("inbox.more")}<//>`}`}
      <//>
    </section>
  </div>`;
}

/**
 * The list of notifications. No row moves while somebody points at the list or has the focus in it. Meanwhile, a row that is read stays in
 * the unread list.
 * @param {{ news: News, updates: import("../components/live-pause.js").Pause, onOpen: (item: Notification) => void }} props
 */
function List({ news: { filter, items: all }, updates, onOpen }) {
  const ordered = filter === "unread" ? all.filter((item) => !item.read_at) : all;
  const { items, handlers, isOld, sort } = useSteadyOrder(ordered, ({ id }) => id, { all, choice: filter });
  return html`<header>
      <p class="row small muted"><${LivePause} updates=${updates} /></p>
      <${Button} kind="quiet" icon="refresh-cw" class=${isOld ? "" : "invisible"} onClick=${sort}>${t("inbox.sort")}<//>
    </header>
    ${items.length === 0
      ? html`<${Empty} icon="bell" title=${t(filter === "unread" ? "inbox.none_unread" : "inbox.none")} />`
      : html`<ul class="rows" ...${handlers}>${items.map((item) => html`<${Row} key=${item.id} item=${item} onOpen=${() => onOpen(item)} />`)}</ul>`}`;
}

/** @param {{ item: Notification, onOpen: () => void }} props */
function Row({ item, onOpen }) {
  const date = dateOf(item.created_at);
  const isToday = !Number.isNaN(minute.value) && date === dateOf(minute.value);
  return html`<li>
    <button class=${`item news ${item.read_at ? "" : "unread"}`} onClick=${onOpen}>
      <${Icon} name=${ICONS[item.kind] ?? "bell"} />
      <span class="grow">
        <span class="strong">${item.title}</span>
        ${!item.read_at && html`<span class="visually-hidden"> (${t("inbox.unread")})</span>`}
        <span class="muted block">${item.body}</span>
      </span>
      <time class="muted small" datetime=${item.created_at}>${isToday ? time(item.created_at) : day(date, "short")}</time>
    </button>
  </li>`;
}

/** @type {Record<string, string>} */
const ICONS = {
  late_arrival: "clock-alert",
  not_arrived: "clock-alert",
  absent: "circle-alert",
  left_early: "log-out",
  clock_out_reminder: "clock-alert",
  auto_clocked_out: "log-out",
  days_to_review: "clock-alert",
  late_deducted: "timer",
  leave_adjusted: "palmtree",
  clock_in_flagged: "triangle-alert",
  clock_in_reviewed: "circle-check",
  day_edited: "pencil",
  roster_changed: "calendar-days",
  leave_balance_low: "palmtree",
  leave_expiring: "palmtree",
  leave_requested: "palmtree",
  leave_cancelled: "palmtree",
  leave_decided: "palmtree",
  correction_requested: "pencil",
  correction_decided: "pencil",
  swap_requested: "arrow-left-right",
  swap_accepted: "arrow-left-right",
  swap_decided: "arrow-left-right",
  swap_expired: "arrow-left-right",
  registration_pending: "user",
  password_reset: "key-round",
  admin_password_reset: "key-round",
  pin_reset: "key-round",
  second_factor_reset: "key-round",
  timesheet_submitted: "file-text",
  timesheet_decided: "file-text",
  timesheet_voided: "file-text",
  timesheet_due: "file-text",
  timesheets_to_approve: "file-text",
  pay_approval_needed: "timer",
  pay_approval_decided: "timer",
  time_account_mark_passed: "timer",
  export_ready: "download",
  export_failed: "circle-alert",
  import_finished: "upload",
  kiosk_pins_failing: "tablet",
  webhook_paused: "webhook",
  terminal_silent: "wifi-off",
  terminal_clock_wrong: "clock-alert",
  holiday_subscription_failed: "calendar-days",
};

/** Kinds that wait for the reader's decision, with the kind of their entry in the approvals. @type {Record<string, import("../components/approvals-data.js").Kind>} */
const TO_DECIDE = {
  leave_requested: "leave_request",
  correction_requested: "correction",
  swap_accepted: "swap",
  registration_pending: "registration",
  clock_in_flagged: "flagged_clock_in",
  days_to_review: "day_to_review",
  pay_approval_needed: "pay_approval",
};
/** Kinds that are about another person's day. */
const OF_TEAM = new Set(["late_arrival", "not_arrived", "absent", "left_early"]);
/** Kinds that are about one of the reader's requests. */
const REQUESTS = /^(leave|correction|swap)_/;
/** Kinds that lead to a page of their own. @type {Record<string, [string, Record<string, string>]>} */
const PAGES = {
  timesheet_submitted: ["pay", { status: "submitted" }],
  timesheets_to_approve: ["pay", { status: "submitted" }],
  timesheet_decided: ["timesheet", {}],
  timesheet_due: ["timesheet", {}],
  export_ready: ["reports", {}],
  export_failed: ["reports", {}],
  kiosk_pins_failing: ["company", { part: "kiosks" }],
  webhook_paused: ["company", { part: "webhooks" }],
  terminal_silent: ["company", { part: "terminals" }],
  terminal_clock_wrong: ["company", { part: "terminals" }],
  holiday_subscription_failed: ["company", { part: "holidays" }],
};

/**
 * Returns the page that a notification is about, or undefined if it leads to no page.
 * @param {Notification} item
 * @returns {[string, Record<string, string | undefined>] | undefined}
 */
function subject({ kind, data }) {
  const { user_id: person, date } = /** @type {Record<string, string | undefined>} */ (data);
  const decision = TO_DECIDE[kind];
  // Employees also get notifications about responses to their own swaps. These lead to the requests.
  if (decision && user.value?.role !== "employee") return ["approvals", { item: entryOf(decision, data) }];
  if (OF_TEAM.has(kind)) return ["team", { person, date }];
  if (REQUESTS.test(kind)) return ["requests", {}];
  return PAGES[kind] ?? (date ? ["calendar", { date }] : undefined);
}

/**
 * Returns the key of the entry in the approvals (`keyOf` of `components/approvals-data.js`), or undefined for a notification about several people.
 * @param {import("../components/approvals-data.js").Kind} kind
 * @param {Notification["data"]} data
 */
function entryOf(kind, data) {
  const { user_id: person, date, oldest, request_id: request, correction_id: correction, swap_id: swap } = /** @type {Record<string, string | undefined>} */ (data);
  const onDate = (/** @type {string | undefined} */ at) => (person && at ? `${person} ${at}` : undefined);
  const id = {
    leave_request: request,
    correction,
    swap,
    registration: person,
    flagged_clock_in: onDate(date),
    day_to_review: onDate(oldest),
    pay_approval: onDate(date),
  }[kind];
  return id && `${kind} ${id}`;
}
