// What is wrong in the company now, each with the way to mend it, and how much that is.
import { get } from "../../api.js";
import { hasTimesheets, started, toMend } from "../../bootstrap.js";
import { t } from "../../i18n/index.js";
import { href } from "../../router.js";
import { user } from "../../session.js";
import { dateOf, minute, ms, now, plusDays } from "../../time.js";

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
/** A count that is younger isn't taken again when the page is loaded. */
const FRESH_MS = 15 * 60_000;
const KEPT = "rollcall.to_mend";
/** What has a count of its own in the navigation. */
const COUNTED = new Set(["reviews", "approvals"]);

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

/** Everything that is wrong now. @returns {Promise<Finding[]>} */
export async function findings() {
  const list = await read();
  toMend.value = list.filter(({ key }) => !COUNTED.has(key)).length;
  sessionStorage.setItem(KEPT, JSON.stringify({ of: user.peek()?.id, at: now(), count: toMend.peek() }));
  return list;
}

/** Counts what is to mend, unless it was counted a moment ago. @param {boolean} [isNew] Whether something has happened since. */
export async function recount(isNew = false) {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (!isNew && kept?.of === user.peek()?.id && now() - kept.at < FRESH_MS) toMend.value = kept.count;
  else await findings();
}

/** @returns {Promise<Finding[]>} */
async function read() {
  await started();
  const today = dateOf(minute.peek() || 0);
  const [reviews, pending, people, grid, approvals, notifications, kiosks, unpaid, terminals, unknown, webhooks, runs] = await Promise.all([
    get("/attendance/reviews", { query: { limit: LIMIT } }),
    get("/users", { query: { status: "pending", limit: LIMIT } }),
    all((cursor) => get("/users", { query: { status: "active", limit: LIMIT, cursor } })),
    all((cursor) => get("/roster", { query: { from: plusDays(today, 1), to: plusDays(today, AHEAD_DAYS), limit: LIMIT, cursor } })),
    get("/approvals", { query: { limit: 1 } }),
    get("/notifications", { query: { limit: NEWS } }),
    get("/kiosks", { query: { limit: LIMIT } }),
    hasTimesheets.peek() ? get("/pay/profiles", { query: { has_profile: false, limit: LIMIT } }) : { items: [], next_cursor: null },
    get("/terminals", { query: { limit: LIMIT } }),
    get("/terminals/unknown", { query: { limit: LIMIT } }),
    get("/webhooks", { query: { limit: LIMIT } }),
    hasTimesheets.peek() ? get("/pay/runs", { query: { limit: 50 } }) : { items: [] },
  ]);
  const idle = grid.items.filter((row) => row.days.every((it) => it.shifts.length === 0 && !it.leave));
  const alone = people.items.filter((one) => one.role === "employee" && !one.department_id);
  const waiting = approvals.counts?.total ?? 0;
  const news = notifications.items.filter((one) => ms(one.created_at) > now() - NEWS_MS);
  const ofKind = (/** @type {string} */ kind) => news.filter((one) => one.kind === kind && !one.read_at);
  const found = (/** @type {Finding["key"]} */ key, /** @type {string} */ icon, /** @type {string[]} */ names, /** @type {string} */ to, isMore = false, count = names.length) => ({ key, icon, count, isMore, names: [...new Set(names)].slice(0, 4), to });
  const list = [
    found("reviews", "eye", reviews.items.map((one) => one.full_name), href("approvals"), Boolean(reviews.next_cursor)),
    found("approvals", "check-check", [], href("approvals"), false, Math.max(0, waiting - reviews.items.length)),
    found("pending", "user", pending.items.map((one) => one.full_name), href("people", { status: "pending" }), Boolean(pending.next_cursor)),
    found("no_shifts", "calendar-clock", idle.map((one) => one.full_name), href("roster", idle.length === 1 && idle[0] ? { q: idle[0].full_name } : {}), Boolean(grid.next_cursor)),
    found("no_department", "users", alone.map((one) => one.full_name), href("people", alone.length === 1 && alone[0] ? { person: alone[0].id } : {}), Boolean(people.next_cursor)),
    found("pay_profiles", "wallet", unpaid.items.map((one) => one.user_name ?? ""), href("people", unpaid.items.length === 1 && unpaid.items[0] ? { person: unpaid.items[0].user_id } : {}), Boolean(unpaid.next_cursor)),
    found("webhooks", "webhook", webhooks.items.filter(({ paused }) => paused).map((one) => one.description), href("company", { part: "webhooks" })),
    found("calendar", "calendar-days", ofKind("holiday_subscription_failed").map((one) => one.title), href("company", { part: "holidays" })),
    found("exports", "file-text", failures(news, runs.items), href("reports")),
    found("silent", "wifi-off", kiosks.items.filter(isSilent).map((one) => one.name), href("company", { part: "kiosks" }), Boolean(kiosks.next_cursor)),
    found("terminals", "fingerprint", terminals.items.filter(({ state }) => state?.silent_since || state?.clock_wrong_since).map((one) => one.name), href("company", { part: "terminals" }), Boolean(terminals.next_cursor)),
    found("unknown_numbers", "circle-help", unknown.items.map(({ number }) => t("terminals.number", { number })), href("company", { part: "terminals" })),
    found("kiosk_pins", "tablet", ofKind("kiosk_pins_failing").map((one) => one.title), href("company", { part: "kiosks" })),
  ];
  return list.filter((one) => one.count > 0);
}
