// The findings: current problems of the company, each with a link to fix it, and their number.
//
// The overview of *Company* reads all sources. The badge of the navigation reads only sources that need one or two calls in a company of any
// size, and shares their counts with the other tabs. It shows a number only while the counts of the other sources, which the overview reads,
// are current.
import { get, newestChange } from "../../api.js";
import { OF_DECISIONS, hasTimesheets, started, toMend } from "../../bootstrap.js";
import { t } from "../../i18n/index.js";
import { href } from "../../router.js";
import { user } from "../../session.js";
import { dateOf, minute, ms, now, plusDays } from "../../time.js";
import { effect } from "../../vendor/preact.js";

/** @typedef {{ key: "reviews" | "pending" | "no_shifts" | "no_department" | "exports" | "kiosk_pins" | "silent" | "approvals" | "pay_profiles" | "webhooks" | "calendar" | "terminals" | "unknown_numbers", icon: string, count: number, isMore: boolean, names: string[], to: string }} Finding */

/** The number of days for which people must have a shift, from tomorrow. A new plan doesn't change a day that has begun. */
const AHEAD_DAYS = 14;
/** The number of items on a page. If a list has more pages than are read, `isMore` is set. */
const LIMIT = 200;
/** The maximum number of pages of people. */
const MAX_PAGES = 10;
/** The number of notifications that are read, and their maximum age: an export is kept for a week. */
const NEWS = 200;
const NEWS_MS = 7 * 86_400_000;
/** The time for which a count is current, unless an event that can change it occurs. */
const MAX_AGE_MS = 4 * 3_600_000;
/** The interval at which a visible tab checks the age of the counts. */
const CHECK_INTERVAL_MS = 10 * 60_000;
/** The delay before a count. Messages and changes within this time cause one count. */
const DELAY_MS = 1_000;
const KEPT = "rollcall.to_mend";

/**
 * The time after which a kiosk is silent. A tablet requests its code every 15 seconds, and its last request is recorded at most every ten minutes.
 */
const SILENT_MS = 30 * 60_000;

/**
 * Returns whether a kiosk that was paired long enough ago doesn't send requests.
 * @param {Pick<import("../../types").Schemas["Kiosk"], "created_at" | "last_seen_at">} kiosk
 */
export function isSilent({ created_at, last_seen_at }) {
  return now() - ms(last_seen_at ?? created_at) > SILENT_MS;
}

/** @typedef {{ items: any[], next_cursor?: string | null }} Page */

/**
 * Reads a list page by page.
 * @template {Page} P
 * @param {(cursor: string | undefined) => Promise<P>} load
 * @returns {Promise<{ items: P["items"][number][], next_cursor: string | null }>} The result has a cursor if there are more pages than are read.
 */
async function all(load) {
  const items = [];
  /** @type {string | null | undefined} */
  let cursor;
  for (let page = 0; page < MAX_PAGES && cursor !== null; page++) {
    const next = await load(cursor);
    items.push(...next.items);
    cursor = next.next_cursor ?? null;
  }
  return { items, next_cursor: cursor ?? null };
}

/**
 * Returns the names of failed jobs that haven't been repeated since: exports of this administrator, and payroll files of everyone.
 * @param {import("../../types").Schemas["Notification"][]} news Newest first.
 * @param {readonly import("../../types").Schemas["PayRun"][]} runs Newest first.
 */
function failures(news, runs) {
  const ready = news.find(({ kind }) => kind === "export_ready");
  const exports = news.filter((one) => one.kind === "export_failed" && (!ready || one.created_at > ready.created_at)).map(({ title }) => title);
  const newest = runs.filter((run, at) => runs.findIndex((one) => one.period_id === run.period_id && one.template === run.template) === at);
  return [...exports, ...newest.filter(({ status }) => status === "failed").map(({ template, period_id }) => `${template} ${period_id}`)];
}

/**
 * @param {Finding["key"]} key
 * @param {string} icon
 * @param {string[]} names
 * @param {string} to
 * @returns {Finding}
 */
const finding = (key, icon, names, to, isMore = false, count = names.length) => ({ key, icon, count, isMore, names: [...new Set(names)].slice(0, 4), to });

/** @typedef {"decisions" | "registrations" | "roster" | "people" | "pay_profiles" | "webhooks" | "news" | "kiosks" | "terminals" | "numbers"} Source */

/** The sources of findings. Each calls a part of the API and returns its findings. @type {Record<Source, () => Promise<Finding[]>>} */
const SOURCES = {
  async decisions() {
    const [reviews, approvals] = await Promise.all([get("/attendance/reviews", { query: { limit: LIMIT } }), get("/approvals", { query: { limit: 1 } })]);
    const waiting = approvals.counts?.total ?? 0;
    return [
      finding("reviews", "eye", reviews.items.map((one) => one.full_name), href("approvals"), Boolean(reviews.next_cursor)),
      finding("approvals", "check-check", [], href("approvals"), false, Math.max(0, waiting - reviews.items.length)),
    ];
  },
  async registrations() {
    const pending = await get("/users", { query: { status: "pending", limit: LIMIT } });
    return [finding("pending", "user", pending.items.map((one) => one.full_name), href("people", { status: "pending" }), Boolean(pending.next_cursor))];
  },
  async roster() {
    const today = dateOf(minute.peek() || 0);
    const grid = await all((cursor) => get("/roster", { query: { from: plusDays(today, 1), to: plusDays(today, AHEAD_DAYS), limit: LIMIT, cursor } }));
    const idle = grid.items.filter((row) => row.days.every((it) => it.shifts.length === 0 && !it.leave));
    return [finding("no_shifts", "calendar-clock", idle.map((one) => one.full_name), href("roster", idle.length === 1 && idle[0] ? { q: idle[0].full_name } : {}), Boolean(grid.next_cursor))];
  },
  async people() {
    const people = await all((cursor) => get("/users", { query: { status: "active", limit: LIMIT, cursor } }));
    const alone = people.items.filter((one) => one.role === "employee" && !one.department_id);
    return [finding("no_department", "users", alone.map((one) => one.full_name), href("people", alone.length === 1 && alone[0] ? { person: alone[0].id } : {}), Boolean(people.next_cursor))];
  },
  async pay_profiles() {
    if (!hasTimesheets.peek()) return [];
    const unpaid = await get("/pay/profiles", { query: { has_profile: false, limit: LIMIT } });
    return [finding("pay_profiles", "wallet", unpaid.items.map((one) => one.user_name ?? ""), href("people", unpaid.items.length === 1 && unpaid.items[0] ? { person: unpaid.items[0].user_id } : {}), Boolean(unpaid.next_cursor))];
  },
  async webhooks() {
    const { items } = await get("/webhooks", { query: { limit: LIMIT } });
    return [finding("webhooks", "webhook", items.filter(({ paused }) => paused).map((one) => one.description), href("company", { part: "webhooks" }))];
  },
  async news() {
    const [notifications, runs] = await Promise.all([get("/notifications", { query: { limit: NEWS } }), hasTimesheets.peek() ? get("/pay/runs", { query: { limit: 50 } }) : { items: [] }]);
    const news = notifications.items.filter((one) => ms(one.created_at) > now() - NEWS_MS);
    const ofKind = (/** @type {string} */ kind) => news.filter((one) => one.kind === kind && !one.read_at).map((one) => one.title);
    return [
      finding("calendar", "calendar-days", ofKind("holiday_subscription_failed"), href("company", { part: "holidays" })),
      finding("exports", "file-text", failures(news, runs.items), href("reports")),
      finding("kiosk_pins", "tablet", ofKind("kiosk_pins_failing"), href("company", { part: "kiosks" })),
    ];
  },
  async kiosks() {
    const kiosks = await get("/kiosks", { query: { limit: LIMIT } });
    return [finding("silent", "wifi-off", kiosks.items.filter(isSilent).map((one) => one.name), href("company", { part: "kiosks" }), Boolean(kiosks.next_cursor))];
  },
  async terminals() {
    const terminals = await get("/terminals", { query: { limit: LIMIT } });
    return [finding("terminals", "fingerprint", terminals.items.filter(({ state }) => state?.silent_since || state?.clock_wrong_since).map((one) => one.name), href("company", { part: "terminals" }), Boolean(terminals.next_cursor))];
  },
  async numbers() {
    const unknown = await get("/terminals/unknown", { query: { limit: LIMIT } });
    return [finding("unknown_numbers", "circle-help", unknown.items.map(({ number }) => t("terminals.number", { number })), href("company", { part: "terminals" }))];
  },
};

export const ALL_SOURCES = /** @type {Source[]} */ (Object.keys(SOURCES));
/** The sources that need one or two calls in a company of any size. The badge reads them. */
const BADGE_SOURCES = /** @type {Source[]} */ (["webhooks", "news", "kiosks", "terminals", "numbers"]);
/**
 * The sources that read all people. Only the overview reads them; the badge includes their counts. *Approvals* shows the counts of `decisions`
 * and `registrations`.
 */
const PEOPLE_SOURCES = /** @type {Source[]} */ (["roster", "people", "pay_profiles"]);
/** The sources that live messages can change. */
export const LIVE_SOURCES = ALL_SOURCES.filter((source) => !PEOPLE_SOURCES.includes(source));

/** The order of findings in the overview. @type {Finding["key"][]} */
const ORDER = ["reviews", "approvals", "pending", "no_shifts", "no_department", "pay_profiles", "webhooks", "calendar", "exports", "silent", "terminals", "unknown_numbers", "kiosk_pins"];

/** The sources that a notification concerns, by its kind. @type {[RegExp, Source[]][]} */
const BY_KIND = [
  [/^webhook_paused$/, ["webhooks"]],
  [/^export_|^kiosk_pins_failing$|^holiday_subscription_/, ["news"]],
  [/^terminal_/, ["terminals"]],
  [/^registration_pending$/, ["registrations"]],
  [OF_DECISIONS, ["decisions"]],
];
/** The sources that a change of this tab concerns, by its path. @type {[RegExp, Source[]][]} */
const BY_PATH = [
  [/^\/(users|roster|departments|settings|leave|approvals)\b(?!.*\/preview$)/, PEOPLE_SOURCES],
  [/^\/webhooks/, ["webhooks"]],
  [/^\/notifications\/(?!preferences|push)|^\/(pay\/runs|reports\/exports)/, ["news"]],
  [/^\/kiosks/, ["kiosks"]],
  [/^\/terminals/, ["terminals", "numbers"]],
];

/** @param {[RegExp, Source[]][]} table @param {string} text */
const matchingSources = (table, text) => table.flatMap(([pattern, sources]) => (pattern.test(text) ? sources : []));
/** Returns the sources that a notification of a kind concerns. @param {string} kind */
export const sourcesOf = (kind) => matchingSources(BY_KIND, kind);

/**
 * The counts that all tabs share: for each source the number of findings, the time of the read, and the time of the last event that can change
 * the number. `of` is the person's id, and `newest` the id of the newest notification that a tab has recorded.
 * @typedef {{ of: string | undefined, newest?: string, read: Partial<Record<Source, { count: number, at: number }>>, changed: Partial<Record<Source, number>> }} Counts
 */

/** @returns {Counts} */
function loadCounts() {
  const of = user.peek()?.id;
  /** @type {Counts | null} */
  const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null");
  return kept?.of === of && kept?.read ? kept : { of, read: {}, changed: {} };
}

/** @param {Counts} next */
function storeCounts(next) {
  localStorage.setItem(KEPT, JSON.stringify(next));
  show();
}

/** Returns whether the count of a source is current. @param {Counts} it @param {Source} source */
function isCurrent({ read, changed }, source) {
  const at = read[source]?.at ?? -Infinity;
  return at > (changed[source] ?? -Infinity) && now() - at < MAX_AGE_MS;
}

/** Shows the sum of the current counts, or no number if a count isn't current. */
function show() {
  const it = loadCounts();
  const sources = [...BADGE_SOURCES, ...PEOPLE_SOURCES];
  const current = sources.filter((source) => isCurrent(it, source));
  const count = current.reduce((sum, source) => sum + (it.read[source]?.count ?? 0), 0);
  toMend.value = current.length === sources.length || count === 0 ? count : "some";
}

/** Reads sources, and stores the number of their findings. @param {Source[]} sources */
async function readSources(sources) {
  await started();
  // The time is read before the calls, so that an event during them causes another read.
  const at = now();
  const lists = await Promise.all(sources.map(async (source) => (await SOURCES[source]()).filter(({ count }) => count > 0)));
  const next = loadCounts();
  sources.forEach((source, index) => (next.read[source] = { count: lists[index]?.length ?? 0, at }));
  storeCounts(next);
  return lists;
}

/**
 * The findings that this page has read, and the person that they belong to.
 * @type {{ of: string | undefined, lists: Partial<Record<Source, Finding[]>> }}
 */
let page = { of: undefined, lists: {} };

/**
 * Returns all findings. Reads the given sources, and those that this page hasn't read yet.
 * @param {Source[]} sources
 * @returns {Promise<Finding[]>}
 */
export async function findings(sources) {
  const of = user.peek()?.id;
  if (page.of !== of) page = { of, lists: {} };
  const wanted = ALL_SOURCES.filter((source) => sources.includes(source) || page.lists[source] === undefined);
  const lists = await readSources(wanted);
  wanted.forEach((source, index) => (page.lists[source] = lists[index] ?? []));
  const list = ALL_SOURCES.flatMap((source) => page.lists[source] ?? []);
  return list.sort((one, other) => ORDER.indexOf(one.key) - ORDER.indexOf(other.key));
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let recountTimer;

/**
 * Records that the counts of sources may have changed, and counts them again soon.
 * @param {Source[]} sources
 * @param {string} [id] The id of the notification. Another tab may have recorded it already.
 */
function markChanged(sources, id) {
  const it = loadCounts();
  const isNew = id === undefined || id > (it.newest ?? "");
  if (sources.length > 0 && isNew) {
    for (const source of sources) it.changed[source] = now();
    storeCounts({ ...it, ...(id === undefined ? {} : { newest: id }) });
  }
  clearTimeout(recountTimer);
  recountTimer = setTimeout(() => void recount(), DELAY_MS);
}

/** Counts again after a notification that concerns the badge. @param {{ id: string, data: { kind: string } }} message */
export function onNotification({ id, data }) {
  const sources = sourcesOf(data.kind).filter((source) => BADGE_SOURCES.includes(source));
  if (sources.length > 0) markChanged(sources, id);
}

/** Counts again after messages were lost. */
export const onResync = () => markChanged(BADGE_SOURCES);

/** Reads the badge's sources whose counts aren't current, in a visible tab. The lock lets one tab read; the others then find current counts. */
async function recount() {
  if (document.visibilityState !== "visible" || user.peek()?.role !== "admin") return;
  await started();
  await navigator.locks.request(KEPT, async () => {
    const it = loadCounts();
    const due = BADGE_SOURCES.filter((source) => !isCurrent(it, source));
    if (due.length > 0) await readSources(due).catch(() => {});
  });
  show();
}

/** Keeps the badge current. @returns {() => void} Stops the updates. */
export function watchFindings() {
  const again = () => void recount();
  const others = (/** @type {StorageEvent} */ { key }) => key === KEPT && show();
  let isFirst = true;
  const stop = effect(() => {
    const change = newestChange.value;
    if (!isFirst && change !== null) {
      const sources = matchingSources(BY_PATH, change.path);
      if (sources.length > 0) markChanged(sources);
    }
    isFirst = false;
  });
  const timer = setInterval(again, CHECK_INTERVAL_MS);
  document.addEventListener("visibilitychange", again);
  addEventListener("storage", others);
  again();
  return () => {
    stop();
    clearInterval(timer);
    clearTimeout(recountTimer);
    document.removeEventListener("visibilitychange", again);
    removeEventListener("storage", others);
  };
}
