// What is wrong in the company now, each with the way to mend it, and how much that is.
//
// The overview of *Company* reads everything. The badge of the navigation reads only what takes a call or two in a company of any size, and
// shares what it read with the other tabs. It has a number only as long as what the overview read of the people is known, too.
import { get, newestChange } from "../../api.js";
import { OF_DECISIONS, hasTimesheets, started, toMend } from "../../bootstrap.js";
import { t } from "../../i18n/index.js";
import { href } from "../../router.js";
import { user } from "../../session.js";
import { dateOf, minute, ms, now, plusDays } from "../../time.js";
import { effect } from "../../vendor/preact.js";

/** @typedef {{ key: "reviews" | "pending" | "no_shifts" | "no_department" | "exports" | "kiosk_pins" | "silent" | "approvals" | "pay_profiles" | "webhooks" | "calendar" | "terminals" | "unknown_numbers", icon: string, count: number, isMore: boolean, names: string[], to: string }} Finding */

/** How far ahead somebody must have a shift, from tomorrow on: another plan doesn't change a day that has begun. */
const AHEAD_DAYS = 14;
/** So many are read of each list; more are counted as more. */
const LIMIT = 200;
/** Pages of people, at most. */
const MAX_PAGES = 10;
/** How many notifications are read, and how old they may be: an export is kept for a week. */
const NEWS = 200;
const NEWS_MS = 7 * 86_400_000;
/** How long a count holds, unless something happens that can change it. */
const FRESH_MS = 4 * 3_600_000;
/** How often a visible tab looks whether a count is too old. */
const LOOK_MS = 10 * 60_000;
/** Messages and changes of this time are counted at once. */
const SOON_MS = 1_000;
const KEPT = "rollcall.to_mend";

/** A tablet that is on asks for its code every 15 seconds. When it was seen is known to within ten minutes. */
const SILENT_MS = 30 * 60_000;

/** Whether a kiosk that was paired long enough ago doesn't answer. @param {Pick<import("../../types").Schemas["Kiosk"], "created_at" | "last_seen_at">} kiosk */
export function isSilent({ created_at, last_seen_at }) {
  return now() - ms(last_seen_at ?? created_at) > SILENT_MS;
}

/** @typedef {{ items: any[], next_cursor?: string | null }} Page */

/**
 * Reads a list page by page.
 * @template {Page} P
 * @param {(cursor: string | undefined) => Promise<P>} load
 * @returns {Promise<{ items: P["items"][number][], next_cursor: string | null }>} With a cursor if there are more pages than are read.
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
 * What failed and wasn't repeated since: files of this administrator, and payroll files of everyone.
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
const found = (key, icon, names, to, isMore = false, count = names.length) => ({ key, icon, count, isMore, names: [...new Set(names)].slice(0, 4), to });

/** @typedef {"decisions" | "registrations" | "roster" | "people" | "pay_profiles" | "webhooks" | "news" | "kiosks" | "terminals" | "numbers"} Source */

/** Each reads a part of the API, and says what is wrong there. @type {Record<Source, () => Promise<Finding[]>>} */
const SOURCES = {
  async decisions() {
    const [reviews, approvals] = await Promise.all([get("/attendance/reviews", { query: { limit: LIMIT } }), get("/approvals", { query: { limit: 1 } })]);
    const waiting = approvals.counts?.total ?? 0;
    return [
      found("reviews", "eye", reviews.items.map((one) => one.full_name), href("approvals"), Boolean(reviews.next_cursor)),
      found("approvals", "check-check", [], href("approvals"), false, Math.max(0, waiting - reviews.items.length)),
    ];
  },
  async registrations() {
    const pending = await get("/users", { query: { status: "pending", limit: LIMIT } });
    return [found("pending", "user", pending.items.map((one) => one.full_name), href("people", { status: "pending" }), Boolean(pending.next_cursor))];
  },
  async roster() {
    const today = dateOf(minute.peek() || 0);
    const grid = await all((cursor) => get("/roster", { query: { from: plusDays(today, 1), to: plusDays(today, AHEAD_DAYS), limit: LIMIT, cursor } }));
    const idle = grid.items.filter((row) => row.days.every((it) => it.shifts.length === 0 && !it.leave));
    return [found("no_shifts", "calendar-clock", idle.map((one) => one.full_name), href("roster", idle.length === 1 && idle[0] ? { q: idle[0].full_name } : {}), Boolean(grid.next_cursor))];
  },
  async people() {
    const people = await all((cursor) => get("/users", { query: { status: "active", limit: LIMIT, cursor } }));
    const alone = people.items.filter((one) => one.role === "employee" && !one.department_id);
    return [found("no_department", "users", alone.map((one) => one.full_name), href("people", alone.length === 1 && alone[0] ? { person: alone[0].id } : {}), Boolean(people.next_cursor))];
  },
  async pay_profiles() {
    if (!hasTimesheets.peek()) return [];
    const unpaid = await get("/pay/profiles", { query: { has_profile: false, limit: LIMIT } });
    return [found("pay_profiles", "wallet", unpaid.items.map((one) => one.user_name ?? ""), href("people", unpaid.items.length === 1 && unpaid.items[0] ? { person: unpaid.items[0].user_id } : {}), Boolean(unpaid.next_cursor))];
  },
  async webhooks() {
    const { items } = await get("/webhooks", { query: { limit: LIMIT } });
    return [found("webhooks", "webhook", items.filter(({ paused }) => paused).map((one) => one.description), href("company", { part: "webhooks" }))];
  },
  async news() {
    const [notifications, runs] = await Promise.all([get("/notifications", { query: { limit: NEWS } }), hasTimesheets.peek() ? get("/pay/runs", { query: { limit: 50 } }) : { items: [] }]);
    const news = notifications.items.filter((one) => ms(one.created_at) > now() - NEWS_MS);
    const ofKind = (/** @type {string} */ kind) => news.filter((one) => one.kind === kind && !one.read_at).map((one) => one.title);
    return [
      found("calendar", "calendar-days", ofKind("holiday_subscription_failed"), href("company", { part: "holidays" })),
      found("exports", "file-text", failures(news, runs.items), href("reports")),
      found("kiosk_pins", "tablet", ofKind("kiosk_pins_failing"), href("company", { part: "kiosks" })),
    ];
  },
  async kiosks() {
    const kiosks = await get("/kiosks", { query: { limit: LIMIT } });
    return [found("silent", "wifi-off", kiosks.items.filter(isSilent).map((one) => one.name), href("company", { part: "kiosks" }), Boolean(kiosks.next_cursor))];
  },
  async terminals() {
    const terminals = await get("/terminals", { query: { limit: LIMIT } });
    return [found("terminals", "fingerprint", terminals.items.filter(({ state }) => state?.silent_since || state?.clock_wrong_since).map((one) => one.name), href("company", { part: "terminals" }), Boolean(terminals.next_cursor))];
  },
  async numbers() {
    const unknown = await get("/terminals/unknown", { query: { limit: LIMIT } });
    return [found("unknown_numbers", "circle-help", unknown.items.map(({ number }) => t("terminals.number", { number })), href("company", { part: "terminals" }))];
  },
};

export const ALL = /** @type {Source[]} */ (Object.keys(SOURCES));
/** Sources of a call or two in a company of any size: the badge reads them. */
const CHEAP = /** @type {Source[]} */ (["webhooks", "news", "kiosks", "terminals", "numbers"]);
/** Sources that read all people: the overview reads them, and the badge counts what it found. `decisions` and `registrations` are counted at *Approvals*. */
const OF_PEOPLE = /** @type {Source[]} */ (["roster", "people", "pay_profiles"]);
/** Sources that messages can concern. */
export const OF_MESSAGES = ALL.filter((source) => !OF_PEOPLE.includes(source));

/** In this order the overview shows what it found. @type {Finding["key"][]} */
const ORDER = ["reviews", "approvals", "pending", "no_shifts", "no_department", "pay_profiles", "webhooks", "calendar", "exports", "silent", "terminals", "unknown_numbers", "kiosk_pins"];

/** Which notifications can change what a source says. @type {[RegExp, Source[]][]} */
const BY_KIND = [
  [/^webhook_paused$/, ["webhooks"]],
  [/^export_|^kiosk_pins_failing$|^holiday_subscription_/, ["news"]],
  [/^terminal_/, ["terminals"]],
  [/^registration_pending$/, ["registrations"]],
  [OF_DECISIONS, ["decisions"]],
];
/** Which changes of this tab can, by their paths. @type {[RegExp, Source[]][]} */
const BY_PATH = [
  [/^\/(users|roster|departments|settings|leave|approvals)\b(?!.*\/preview$)/, OF_PEOPLE],
  [/^\/webhooks/, ["webhooks"]],
  [/^\/notifications\/(?!preferences|push)|^\/(pay\/runs|reports\/exports)/, ["news"]],
  [/^\/kiosks/, ["kiosks"]],
  [/^\/terminals/, ["terminals", "numbers"]],
];

/** @param {[RegExp, Source[]][]} table @param {string} text */
const concerned = (table, text) => table.flatMap(([pattern, sources]) => (pattern.test(text) ? sources : []));
/** The sources that a notification of a kind concerns. @param {string} kind */
export const sourcesOf = (kind) => concerned(BY_KIND, kind);

/**
 * What the tabs of a person know: of each source how many findings it had, when it was read, and when something happened that can change it;
 * and the newest notification that a tab has marked.
 * @typedef {{ of: string | undefined, newest?: string, read: Partial<Record<Source, { count: number, at: number }>>, changed: Partial<Record<Source, number>> }} Known
 */

/** @returns {Known} */
function known() {
  const of = user.peek()?.id;
  /** @type {Known | null} */
  const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null");
  return kept?.of === of && kept?.read ? kept : { of, read: {}, changed: {} };
}

/** @param {Known} next */
function keep(next) {
  localStorage.setItem(KEPT, JSON.stringify(next));
  show();
}

/** Whether what a source said still holds. @param {Known} it @param {Source} source */
function holds({ read, changed }, source) {
  const at = read[source]?.at ?? -Infinity;
  return at > (changed[source] ?? -Infinity) && now() - at < FRESH_MS;
}

/** Shows what is known to be wrong: its number only where everything is known. */
function show() {
  const it = known();
  const sources = [...CHEAP, ...OF_PEOPLE];
  const held = sources.filter((source) => holds(it, source));
  const count = held.reduce((sum, source) => sum + (it.read[source]?.count ?? 0), 0);
  toMend.value = held.length === sources.length || count === 0 ? count : "some";
}

/** Reads sources, and keeps how many findings each has. @param {Source[]} sources */
async function read(sources) {
  await started();
  // Before the calls: what happens meanwhile is read once more.
  const at = now();
  const lists = await Promise.all(sources.map(async (source) => (await SOURCES[source]()).filter(({ count }) => count > 0)));
  const next = known();
  sources.forEach((source, index) => (next.read[source] = { count: lists[index]?.length ?? 0, at }));
  keep(next);
  return lists;
}

/** What this page has read, of one person. @type {{ of: string | undefined, lists: Partial<Record<Source, Finding[]>> }} */
let page = { of: undefined, lists: {} };

/** Everything that is wrong now. Only these sources are read, and those that this page hasn't read yet. @param {Source[]} sources @returns {Promise<Finding[]>} */
export async function findings(sources) {
  const of = user.peek()?.id;
  if (page.of !== of) page = { of, lists: {} };
  const wanted = ALL.filter((source) => sources.includes(source) || page.lists[source] === undefined);
  const lists = await read(wanted);
  wanted.forEach((source, index) => (page.lists[source] = lists[index] ?? []));
  const list = ALL.flatMap((source) => page.lists[source] ?? []);
  return list.sort((one, other) => ORDER.indexOf(one.key) - ORDER.indexOf(other.key));
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;

/** Marks sources as changed, and counts again. A notification that another tab has marked isn't marked again. @param {Source[]} sources @param {string} [id] */
function mark(sources, id) {
  const it = known();
  const isNew = id === undefined || id > (it.newest ?? "");
  if (sources.length > 0 && isNew) {
    for (const source of sources) it.changed[source] = now();
    keep({ ...it, ...(id === undefined ? {} : { newest: id }) });
  }
  clearTimeout(soon);
  soon = setTimeout(() => void recount(), SOON_MS);
}

/** Counts again after a notification, where its kind can change the count. @param {{ id: string, data: { kind: string } }} message */
export function noted({ id, data }) {
  const sources = sourcesOf(data.kind).filter((source) => CHEAP.includes(source));
  if (sources.length > 0) mark(sources, id);
}

/** Counts again after messages were missed. */
export const missed = () => mark(CHEAP);

/** Reads what the badge lacks, in a visible tab. Of several tabs one reads, and the others have its count. */
async function recount() {
  if (document.visibilityState !== "visible" || user.peek()?.role !== "admin") return;
  await started();
  await navigator.locks.request(KEPT, async () => {
    const it = known();
    const due = CHEAP.filter((source) => !holds(it, source));
    if (due.length > 0) await read(due).catch(() => {});
  });
  show();
}

/** Keeps the badge counted until it is stopped. @returns {() => void} Stops it. */
export function watch() {
  const again = () => void recount();
  const others = (/** @type {StorageEvent} */ { key }) => key === KEPT && show();
  let isFirst = true;
  const stop = effect(() => {
    const change = newestChange.value;
    if (!isFirst && change !== null) {
      const sources = concerned(BY_PATH, change.path);
      if (sources.length > 0) mark(sources);
    }
    isFirst = false;
  });
  const timer = setInterval(again, LOOK_MS);
  document.addEventListener("visibilitychange", again);
  addEventListener("storage", others);
  again();
  return () => {
    stop();
    clearInterval(timer);
    clearTimeout(soon);
    document.removeEventListener("visibilitychange", again);
    removeEventListener("storage", others);
  };
}
