// What the console starts with. Everyone sees the company's branding (GET /branding), signed in or not. GET /bootstrap is the first screen
// in one call: who the person is, what waits for them, and what the first page shows. Pages take their part of it once; from then on they
// ask for it by itself.
import { call, get } from "./api.js";
import { on, unread } from "./live.js";
import { zone } from "./time.js";
import { computed, effect, signal } from "./vendor/preact.js";

/** @typedef {import("./types").Schemas} Schemas */
/** @typedef {Schemas["Bootstrap"]} Bootstrap */

/** @typedef {Schemas["Branding"]} Branding */

const BRANDING = "rollcall.branding";

/** The company's name, color and logo: what this device showed last, until the answer is here. */
export const branding = signal(/** @type {Branding | null} */ (remembered()));
/** The name in the head of every page. */
export const companyName = computed(() => branding.value?.company_name ?? "Rollcall");

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(BRANDING) ?? "null");
  } catch {
    return null;
  }
}

/** Shows a branding from now on. @param {Branding} next */
export function brand(next) {
  localStorage.setItem(BRANDING, JSON.stringify(next));
  branding.value = next;
}

/** Asks for the newest branding. Without an answer the last one stays. */
export const loadBranding = () => call("GET", "/branding").then(brand, () => {});

// base.css makes the colors of light and dark of this one.
effect(() => {
  const color = branding.value?.accent_color;
  const root = document.documentElement;
  root.toggleAttribute("data-branded", Boolean(color));
  if (color) root.style.setProperty("--brand", color);
});

/** The zone of who was signed in here last, for a visit without a network. */
const ZONE = "rollcall.zone";
zone.value = localStorage.getItem(ZONE) ?? zone.value;

/** Says that punches wait to be sent (offline/queue.js), so that a visit with nothing to send loads nothing for it. */
export const QUEUED = "rollcall.queued";

/** Whether the company has pay periods, and so timesheets. */
export const hasTimesheets = signal(false);

/** How many decisions wait for the person. */
export const waiting = signal(0);

/** How many things an administrator should mend (components/company/findings.js); "some" where the number isn't known. */
export const toMend = signal(/** @type {number | "some"} */ (0));

/** @type {Promise<Bootstrap> | undefined} */
let first;
/** @type {Set<string>} */
const taken = new Set();

/** Asks for the first screen of who has just signed in. */
export function start() {
  taken.clear();
  toMend.value = 0;
  first = load();
  // Who takes a part of it hears of a failure.
  first.catch(() => {});
}

/** Waits for the first screen, which says what the company uses. */
export const started = () => first?.catch(() => undefined);

async function load() {
  const boot = await get("/bootstrap");
  zone.value = boot.time_zone;
  localStorage.setItem(ZONE, boot.time_zone);
  unread.value = boot.badges.unread_notifications;
  waiting.value = boot.badges.approvals.total;
  hasTimesheets.value = boot.settings.pay_period !== null && boot.settings.pay_period !== undefined;
  return boot;
}

/**
 * @template {"clock" | "settings"} Part
 * @param {Part} part
 * @param {() => Promise<Bootstrap[Part]>} otherwise
 */
async function take(part, otherwise) {
  if (first === undefined || taken.has(part)) return otherwise();
  taken.add(part);
  return (await first)[part];
}

/** Where the person stands with the time clock. */
export const clockStatus = () => take("clock", () => get("/clock"));

/** The settings that pages show and check by. */
export const clientSettings = () => take("settings", () => get("/settings"));

/** News that something waits for a decision, or no longer does. */
export const OF_DECISIONS = /^(leave|correction|swap|pay_approval)_|^registration_pending$|^clock_in_|^days_to_review$/;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;

/** Counts again what waits, a moment after the last message. */
function recount() {
  clearTimeout(soon);
  soon = setTimeout(async () => {
    const answer = await get("/approvals", { query: { limit: 1 } }).catch(() => undefined);
    if (answer?.counts) waiting.value = answer.counts.total;
  }, 1_000);
}
on("notification", ({ data }) => OF_DECISIONS.test(data.kind) && recount());
on("resync", recount);
