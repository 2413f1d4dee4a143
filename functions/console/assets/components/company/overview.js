// What is wrong now, each with the way to mend it: an administrator's first look.
import { get } from "../../api.js";
import { hasTimesheets } from "../../bootstrap.js";
import { t } from "../../i18n/index.js";
import { href } from "../../router.js";
import { dateOf, minute, plusDays } from "../../time.js";
import { html } from "../../vendor/preact.js";
import { isSilent } from "./kiosks.js";
import { useLive, useQuery } from "../query.js";
import { Badge, Icon, Loaded, Notice, Skeleton } from "../ui.js";

/** @typedef {{ key: "reviews" | "pending" | "no_shifts" | "no_department" | "exports" | "kiosk_pins" | "silent" | "approvals" | "pay_profiles" | "webhooks" | "calendar" | "terminals" | "unknown_numbers", icon: string, count: number, isMore: boolean, names: string[], to: string }} Finding */

/** How far ahead somebody must have a shift. */
const AHEAD_DAYS = 13;
/** So many are read of each list; more are counted as more. */
const LIMIT = 200;
/** How far back news of failures is read. */
const NEWS = 100;

/** @returns {Promise<Finding[]>} */
async function findings() {
  const today = dateOf(minute.peek() || 0);
  const [reviews, pending, people, grid, approvals, news, kiosks, unpaid, terminals, unknown] = await Promise.all([
    get("/attendance/reviews", { query: { limit: LIMIT } }),
    get("/users", { query: { status: "pending", limit: LIMIT } }),
    get("/users", { query: { status: "active", limit: LIMIT } }),
    get("/roster", { query: { from: today, to: plusDays(today, AHEAD_DAYS), limit: LIMIT } }),
    get("/approvals", { query: { limit: 1 } }),
    get("/notifications", { query: { unread: true, limit: NEWS } }),
    get("/kiosks", { query: { limit: LIMIT } }),
    hasTimesheets.peek() ? get("/pay/profiles", { query: { has_profile: false, limit: LIMIT } }) : { items: [], next_cursor: null },
    get("/terminals", { query: { limit: LIMIT } }),
    get("/terminals/unknown", { query: { limit: LIMIT } }),
  ]);
  const idle = grid.items.filter((row) => row.days.every((it) => it.shifts.length === 0 && !it.leave));
  const alone = people.items.filter((one) => one.role === "employee" && !one.department_id);
  const waiting = approvals.counts?.total ?? 0;
  const ofKind = (/** @type {string} */ kind) => news.items.filter((one) => one.kind === kind);
  const found = (/** @type {Finding["key"]} */ key, /** @type {string} */ icon, /** @type {string[]} */ names, /** @type {string} */ to, isMore = false, count = names.length) => ({ key, icon, count, isMore, names: [...new Set(names)].slice(0, 4), to });
  const list = [
    found("reviews", "eye", reviews.items.map((one) => one.full_name), href("approvals"), Boolean(reviews.next_cursor)),
    found("approvals", "check-check", [], href("approvals"), false, Math.max(0, waiting - reviews.items.length)),
    found("pending", "user", pending.items.map((one) => one.full_name), href("people", { status: "pending" }), Boolean(pending.next_cursor)),
    found("no_shifts", "calendar-clock", idle.map((one) => one.full_name), href("roster", idle.length === 1 && idle[0] ? { q: idle[0].full_name } : {}), Boolean(grid.next_cursor)),
    found("no_department", "users", alone.map((one) => one.full_name), href("people", alone.length === 1 && alone[0] ? { person: alone[0].id } : {}), Boolean(people.next_cursor)),
    found("pay_profiles", "wallet", unpaid.items.map((one) => one.user_name ?? ""), href("people", unpaid.items.length === 1 && unpaid.items[0] ? { person: unpaid.items[0].user_id } : {}), Boolean(unpaid.next_cursor)),
    found("webhooks", "webhook", ofKind("webhook_paused").map((one) => one.title), href("company", { part: "webhooks" })),
    found("calendar", "calendar-days", ofKind("holiday_subscription_failed").map((one) => one.title), href("company", { part: "holidays" })),
    found("exports", "file-text", ofKind("export_failed").map((one) => one.title), href("reports")),
    found("silent", "wifi-off", kiosks.items.filter(isSilent).map((one) => one.name), href("company", { part: "kiosks" }), Boolean(kiosks.next_cursor)),
    found("terminals", "fingerprint", terminals.items.filter(({ state }) => state?.silent_since || state?.clock_wrong_since).map((one) => one.name), href("company", { part: "terminals" }), Boolean(terminals.next_cursor)),
    found("unknown_numbers", "circle-help", unknown.items.map(({ number }) => t("terminals.number", { number })), href("company", { part: "terminals" })),
    found("kiosk_pins", "tablet", ofKind("kiosk_pins_failing").map((one) => one.title), href("company", { part: "kiosks" })),
  ];
  return list.filter((one) => one.count > 0);
}

export function Overview() {
  const query = useQuery(findings, []);
  useLive("notification", query.reload);
  useLive("resync", query.reload);
  return html`<section class="card stack" aria-labelledby="part">
    <h2 id="part">${t("company.overview")}</h2>
    <p class="muted">${t("overview.about")}</p>
    <${Loaded} query=${query} skeleton=${html`<${Skeleton} lines=${4} height="3rem" />`}>
      ${(/** @type {Finding[]} */ list) =>
        list.length === 0
          ? html`<${Notice} tone="good">${t("overview.nothing")}<//>`
          : html`<ul class="rows">
              ${list.map(
                ({ key, icon, count, isMore, names, to }) => html`<li key=${key}><a class="item finding" href=${to}>
                  <${Icon} name=${icon} />
                  <span class="grow"><span class="block strong">${t(`overview.${key}`)}</span>
                    ${names.length > 0 && html`<span class="block small muted">${names.join(", ")}${count > names.length ? "\u00a0…" : ""}</span>`}
                    <span class="block small">${t(`overview.${key}_mend`)}</span></span>
                  <${Badge} tone="warn">${count}${isMore ? "+" : ""}<//><${Icon} name="chevron-right" />
                </a></li>`,
              )}
            </ul>`}
    <//>
  </section>`;
}
