// The policies that matter most: what each does, in sentences that are made of the settings.
import { LANGUAGES, language, t } from "../../i18n/index.js";
import { duration, number } from "../../time.js";

/** @typedef {import("../../types").Schemas["SettingsAnswer"]} Settings */
/** @typedef {keyof Settings} Setting */
/** @typedef {{ key: "company" | "shift" | "lateness" | "window" | "deduction" | "photo" | "breaks" | "leave" | "requests", icon: string, settings: Setting[],
 *   sentences: (settings: Settings) => string[], warning?: (settings: Settings) => string | undefined }} Policy */

export const WEEKDAYS = /** @type {const} */ (["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]);

/** The name of a weekday. 2 November 2026 is a Monday. @param {string} weekday */
export function weekdayName(weekday) {
  return new Intl.DateTimeFormat(language.value, { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2026, 10, 2 + WEEKDAYS.indexOf(/** @type {"monday"} */ (weekday)), 12));
}

/** @param {string[]} texts */
const list = (texts) => new Intl.ListFormat(language.value).format(texts);

/** A number as it is read; what isn't one stays as it was typed. @param {unknown} value */
const read = (value) => {
  const parsed = Number(String(value).replace(",", "."));
  return Number.isNaN(parsed) ? String(value) : number(parsed);
};

/** Minutes as they are read: hours where there are any. @param {unknown} value */
const minutesOf = (value) => {
  const parsed = Number(String(value).replace(",", "."));
  return Number.isNaN(parsed) ? String(value) : duration(60 * parsed);
};

/** Breaks that are taken off, as a list. A single one may stand for itself. @param {Settings} settings @returns {{ after_minutes: number, minutes: number }[]} */
export function tiersOf({ breaks }) {
  const tiers = /** @type {any} */ (breaks.auto_deduct);
  return Array.isArray(tiers) ? tiers : tiers ? [tiers] : [];
}

/** @type {Policy[]} */
export const POLICIES = [
  {
    key: "company",
    icon: "briefcase",
    settings: ["company_name", "time_zone", "language"],
    sentences: ({ company_name: name, time_zone: zone, language: code }) => [
      t("policy.company.says", { name, zone, language: LANGUAGES[code] }),
    ],
  },
  {
    key: "shift",
    icon: "calendar",
    settings: ["default_shift", "default_weekly_offs"],
    sentences: ({ default_shift: shift, default_weekly_offs: offs }) => [
      t("policy.shift.says", { start: shift.start, end: shift.end, minutes: read(shift.break_minutes ?? 0) }),
      offs.length > 0 ? t("policy.shift.offs", { days: list(offs.map(weekdayName)) }) : t("policy.shift.no_offs"),
    ],
  },
  {
    key: "lateness",
    icon: "clock-alert",
    settings: ["late_grace_minutes", "early_leave_grace_minutes"],
    sentences: (settings) => [t("policy.lateness.says", { late: read(settings.late_grace_minutes), early: read(settings.early_leave_grace_minutes) })],
  },
  {
    key: "deduction",
    icon: "timer",
    settings: ["late_deduction"],
    sentences: ({ late_deduction: { mode, every, days, free_minutes_per_month: free } }) => {
      if (mode === "per_occurrence") return [t("policy.deduction.per_occurrence", { every: read(every ?? 3), days: read(days ?? 0.5) })];
      return [t(`policy.deduction.${mode ?? "per_minute"}`), ...(mode === "per_minute" && Number(free) > 0 ? [t("policy.deduction.free", { free: read(free) })] : [])];
    },
    warning: ({ late_deduction: { mode } }) => (mode === "off" ? undefined : t("policy.deduction.warning")),
  },
  {
    key: "window",
    icon: "log-in",
    settings: ["clock_in_window", "clock_in_on_leave", "allow_unscheduled"],
    sentences: ({ clock_in_window: { before_minutes: before, after_minutes: after, outside }, clock_in_on_leave: onLeave, allow_unscheduled: free }) => [
      after == null || /** @type {unknown} */ (after) === ""
        ? t("policy.window.until_end", { before: minutesOf(before ?? 60) })
        : t("policy.window.until", { before: minutesOf(before ?? 60), after: minutesOf(after) }),
      t(`policy.window.outside_${outside ?? "refuse"}`),
      t(`policy.window.leave_${onLeave}`),
      t(free ? "policy.window.unscheduled" : "policy.window.scheduled_only"),
    ],
  },
  {
    key: "photo",
    icon: "camera",
    settings: ["photo", "photo_retention_days", "geofence"],
    sentences: ({ photo, photo_retention_days: days, geofence }) => [
      t(`policy.photo.${photo}`),
      ...(photo === "off" ? [] : [t("policy.photo.kept", { days: read(days) })]),
      t(`policy.geofence.${geofence}`),
    ],
  },
  {
    key: "breaks",
    icon: "coffee",
    settings: ["breaks"],
    sentences: (settings) => [
      t(settings.breaks.paid ? "policy.breaks.paid" : "policy.breaks.unpaid"),
      ...(tiersOf(settings).length === 0 ? [t("policy.breaks.none")] : []),
      ...tiersOf(settings).map(({ after_minutes: after, minutes }) => t("policy.breaks.tier", { after: minutesOf(after), minutes: minutesOf(minutes) })),
    ],
  },
  {
    key: "leave",
    icon: "palmtree",
    settings: ["annual_leave_days", "carry_over_days", "low_balance_days"],
    sentences: (settings) => [
      t("policy.leave.says", { days: read(settings.annual_leave_days), carried: read(settings.carry_over_days) }),
      t("policy.leave.low", { days: read(settings.low_balance_days) }),
    ],
  },
  {
    key: "requests",
    icon: "check-check",
    settings: ["open_registration", "swap_needs_manager"],
    sentences: (settings) => [
      t(settings.open_registration ? "policy.requests.open" : "policy.requests.closed"),
      t(settings.swap_needs_manager ? "policy.requests.swap_manager" : "policy.requests.swap_free"),
    ],
  },
];

/** Settings whose numbers are typed. */
const IS_NUMBER = /(^|_)(minutes|days|every|per_month|per_day)$/;

/**
 * A form as it is sent: what was typed for a number becomes one, and nothing becomes `null`. What isn't a number is for the API to refuse.
 * @param {unknown} value
 * @param {string} [key]
 * @returns {any}
 */
export function sent(value, key = "") {
  if (Array.isArray(value)) return value.map((one) => sent(one));
  if (value !== null && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, sent(one, name)]));
  if (typeof value !== "string" || !IS_NUMBER.test(key)) return value;
  const text = value.trim().replace(",", ".");
  return text === "" ? null : Number.isNaN(Number(text)) ? value : Number(text);
}

