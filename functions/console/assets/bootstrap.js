// The data that the console starts with. GET /branding returns the company's branding for everyone, with or without a sign-in.
// GET /bootstrap returns the first screen in one call: the person, their counts, and the data of the first page.
// Pages take their part of it once; after that, they load their data with separate calls.
import { call, get } from "./api.js";
import { on, unread } from "./live.js";
import { zone } from "./time.js";
import { computed, effect, signal } from "./vendor/preact.js";

/** @typedef {import("./types").Schemas} Schemas */
/** @typedef {Schemas["Bootstrap"]} Bootstrap */

/** @typedef {Schemas["Branding"]} Branding */

const BRANDING = "rollcall.branding";

/** The company's name, color and logo. Until the API responds, the values that this device showed last. */
export const branding = signal(/** @type {Branding | null} */ (remembered()));
/** The name in the header of every page. */
export const companyName = computed(() => branding.value?.company_name ?? "Rollcall");

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(BRANDING) ?? "null");
  } catch {
    return null;
  }
}

/** Shows and stores a branding. @param {Branding} next */
export function brand(next) {
  localStorage.setItem(BRANDING, JSON.stringify(next));
  branding.value = next;
}

/** Loads the current branding. If the call fails, the previous branding stays. */
export const loadBranding = () => call("GET", "/branding").then(brand, () => {});

// base.css computes the light and dark colors from this color.
effect(() => {
  const color = branding.value?.accent_color;
  const root = document.documentElement;
  root.toggleAttribute("data-branded", Boolean(color));
  if (color) root.style.setProperty("--brand", color);
});

/** The key of the time zone of the person who last signed in here. A visit without a network uses it. */
const ZONE = "rollcall.zone";
zone.value = localStorage.getItem(ZONE) ?? zone.value;

/** The key of the mark that punches wait to be sent (offline/queue.js). Without the mark, a visit doesn't load the queue's modules. */
export const QUEUED = "rollcall.queued";

/** Whether the company has pay periods, and therefore timesheets. */
export const hasTimesheets = signal(false);

/** The number of decisions that wait for the person. */
export const waiting = signal(0);

/** The number of findings that an administrator should fix (components/company/findings.js), or "some" if the number isn't known. */
export const toMend = signal(/** @type {number | "some"} */ (0));

/** @type {Promise<Bootstrap> | undefined} */
let first;
/** @type {Set<string>} */
const taken = new Set();

/** Loads the first screen of the person who has just signed in. */
export function start() {
  taken.clear();
  toMend.value = 0;
  first = load();
  // A page that uses a part of the first screen shows the failure.
  first.catch(() => {});
}

/** Waits for the first screen, which contains the features that the company uses. */
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

/** Returns the person's state at the time clock. */
export const clockStatus = () => take("clock", () => get("/clock"));

/** Returns the settings that pages show and validate with. */
export const clientSettings = () => take("settings", () => get("/settings"));

/** The kinds of notifications that can change the number of waiting decisions. */
export const OF_DECISIONS = /^(leave|correction|swap|pay_approval)_|^registration_pending$|^clock_in_|^days_to_review$/;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;

/** Counts the waiting decisions again, shortly after the last message. */
function recount() {
  clearTimeout(soon);
  soon = setTimeout(async () => {
    const answer = await get("/approvals", { query: { limit: 1 } }).catch(() => undefined);
    if (answer?.counts) waiting.value = answer.counts.total;
  }, 1_000);
}
on("notification", ({ data }) => OF_DECISIONS.test(data.kind) && recount());
on("resync", recount);
