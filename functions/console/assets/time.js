// The server's time, and the formats of instants, dates and durations.
//
// A device's date can be wrong or change. The current time therefore comes from the API's `now`, plus the time that performance.now() has
// counted since. The console never reads Date.now().
import { computed, signal } from "./vendor/preact.js";
import { locale } from "./i18n/index.js";

/** The company's time zone, until a page sets a more specific one. */
export const zone = signal("UTC");

/** The server's time in milliseconds at performance.now() = 0; NaN if it isn't known yet. */
let origin = Number.NaN;
let isExact = false;

/**
 * Sets the time from a response: from its `now`, or from its `Date` header, which is exact to the second.
 * @param {unknown} exact
 * @param {string | null} [header]
 */
export function synchronize(exact, header = null) {
  if (typeof exact === "string") {
    origin = Date.parse(exact) - performance.now();
    isExact = true;
  } else if (!isExact && header !== null) {
    origin = Date.parse(header) - performance.now();
  }
  if (Number.isNaN(second.value)) second.value = now();
}

/** Returns the server's time in milliseconds; NaN before the first response. */
export function now() {
  return origin + performance.now();
}

/** The server's time, updated once a second while the page is visible. */
export const second = signal(Number.NaN);
setInterval(() => {
  if (document.visibilityState === "visible") second.value = now();
}, 1000);
/** The server's time, updated once a minute, for displays without seconds. */
export const minute = computed(() => Math.floor(second.value / 60_000) * 60_000);

/** @typedef {string | number} InstantLike An RFC 3339 instant, or milliseconds. */

/** @param {InstantLike} instant */
export function ms(instant) {
  return typeof instant === "number" ? instant : Date.parse(instant);
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/**
 * @param {Intl.DateTimeFormatOptions} options
 * @param {string} timeZone
 */
function format(options, timeZone) {
  const key = `${locale.value} ${timeZone} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(locale.value, { ...options, timeZone });
    formats.set(key, found);
  }
  return found;
}

/**
 * Returns the time of day of an instant: 09:03.
 * @param {InstantLike | null | undefined} instant
 * @param {string} [timeZone]
 */
export function time(instant, timeZone = zone.value) {
  if (instant === null || instant === undefined || Number.isNaN(ms(instant))) return "–";
  return format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, timeZone).format(ms(instant));
}

/**
 * Returns a range of times of day: 09:00–18:00.
 * @param {InstantLike} from
 * @param {InstantLike | null | undefined} to
 * @param {string} [timeZone]
 */
export function times(from, to, timeZone = zone.value) {
  return `${time(from, timeZone)}–${to === null || to === undefined ? "…" : time(to, timeZone)}`;
}

/**
 * Returns the distance of an instant from a work date, such as "+1 day", or an empty string on the date itself.
 * @param {InstantLike} instant
 * @param {string} date
 * @param {string} [timeZone]
 */
export function daysFrom(instant, date, timeZone = zone.value) {
  const days = Math.round((Date.parse(dateOf(instant, timeZone)) - Date.parse(date)) / 86_400_000);
  return days === 0 ? "" : number(days, { style: "unit", unit: "day", unitDisplay: "long", signDisplay: "always" });
}

/**
 * Returns a range of times of day, with the distance of the end from the date of `start`: 22:00–06:00 (+1 day).
 * @param {InstantLike} from
 * @param {InstantLike | null | undefined} to
 * @param {string} [timeZone]
 * @param {InstantLike} [start]
 */
export function timesWithDays(from, to, timeZone = zone.value, start = from) {
  const later = daysFrom(to ?? from, dateOf(start, timeZone), timeZone);
  return times(from, to, timeZone) + (later === "" ? "" : ` (${later})`);
}

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const DATES = {
  long: { weekday: "long", day: "numeric", month: "long" },
  medium: { weekday: "short", day: "numeric", month: "short" },
  short: { day: "numeric", month: "short" },
  full: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  date: { day: "numeric", month: "short", year: "numeric" },
  month: { month: "long", year: "numeric" },
  weekday: { weekday: "short" },
  day: { day: "numeric" },
};

/**
 * Returns a work date (2026-11-02) in words.
 * @param {string} date
 * @param {"long" | "medium" | "short" | "full" | "date" | "month" | "weekday" | "day"} [style]
 */
export function day(date, style = "long") {
  return format(/** @type {Intl.DateTimeFormatOptions} */ (DATES[style]), "UTC").format(Date.parse(`${date}T12:00:00Z`));
}

/**
 * Returns the work date of an instant in a zone: 2026-11-02.
 * @param {InstantLike} instant
 * @param {string} [timeZone]
 */
export function dateOf(instant, timeZone = zone.value) {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  return parts.format(ms(instant));
}

/**
 * Returns the date that is the given number of days later.
 * @param {string} date
 * @param {number} days
 */
export function plusDays(date, days) {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/**
 * Returns the weekday of a date: 1 is Monday, 7 is Sunday.
 * @param {string} date
 */
export function weekday(date) {
  return ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;
}

/**
 * Returns the instant of a time of day on a date in a zone, as RFC 3339. A time that a clock change skips is moved one hour later.
 * @param {string} date
 * @param {string} timeOfDay 08:30
 * @param {string} [timeZone]
 */
export function instantOf(date, timeOfDay, timeZone = zone.value) {
  const wanted = Date.parse(`${date}T${timeOfDay}:00Z`);
  let guess = wanted;
  // The loop runs twice, because the first guess can be on the other side of a clock change and have another offset.
  for (let i = 0; i < 2; i++) guess = wanted - offset(guess, timeZone);
  return new Date(guess).toISOString().replace(".000", "");
}

/**
 * Returns the offset of a zone from UTC at an instant, in milliseconds.
 * @param {number} instant
 * @param {string} timeZone
 */
function offset(instant, timeZone) {
  const text = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(instant);
  return Date.parse(`${text.replace(" ", "T")}Z`) - Math.floor(instant / 1000) * 1000;
}

/**
 * Returns a duration in hours and minutes: 7 h 42 min.
 * @param {number} seconds
 */
export function duration(seconds) {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const sign = seconds < 0 && minutes > 0 ? "−" : "";
  const parts = [];
  if (hours > 0) parts.push(number(hours, { style: "unit", unit: "hour", unitDisplay: "short" }));
  if (rest > 0 || hours === 0) parts.push(number(rest, { style: "unit", unit: "minute", unitDisplay: "short" }));
  return sign + parts.join(" ");
}

/**
 * Returns a duration in the format of a stopwatch: 7:42:09.
 * @param {number} seconds
 */
export function stopwatch(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/**
 * @param {number} value
 * @param {Intl.NumberFormatOptions} [options]
 */
export function number(value, options = {}) {
  // Most locales format a hyphen. A minus sign is as wide as a plus sign, so figures align.
  return new Intl.NumberFormat(locale.value, options).format(value).replace(/^-/, "−");
}
