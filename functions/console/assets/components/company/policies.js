// The company's policies, described in sentences that are generated from the settings.
import { language, t, word } from "../../i18n/index.js";
import { href } from "../../router.js";
import { user } from "../../session.js";
import { dateOf, day, duration, now, number, plusDays, time, weekday } from "../../time.js";

/** @typedef {import("../../types").Schemas["SettingsAnswer"]} Settings */
/** @typedef {keyof Settings} Setting */
/** @typedef {{ key: "company" | "shift" | "lateness" | "window" | "deduction" | "overtime" | "forgotten" | "photo" | "breaks" | "leave" | "leave_year" | "roster" | "pay" | "time_accounts" | "offline" | "kiosk" | "requests" | "sign_in", icon: string, settings: Setting[],
 *   sentences: (settings: Settings) => string[], example?: (settings: Settings) => string | undefined, warning?: (settings: Settings) => string | undefined }} Policy */

export const WEEKDAYS = /** @type {const} */ (["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]);

/** Returns the name of a weekday. 2 November 2026 is a Monday. @param {string} weekday */
export function weekdayName(weekday) {
  return new Intl.DateTimeFormat(language.value, { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2026, 10, 2 + WEEKDAYS.indexOf(/** @type {"monday"} */ (weekday)), 12));
}

/** @param {string[]} texts */
const list = (texts) => new Intl.ListFormat(language.value).format(texts);

/** Returns a number in the reader's format. A text that isn't a number stays unchanged. @param {unknown} value */
const read = (value) => {
  const parsed = Number(String(value).replace(",", "."));
  return Number.isNaN(parsed) ? String(value) : number(parsed);
};

/** Returns minutes as text, with hours if there are any. @param {unknown} value */
const minutesOf = (value) => {
  const parsed = Number(String(value).replace(",", "."));
  return Number.isNaN(parsed) ? String(value) : duration(60 * parsed);
};

/** The values that the examples use: minutes late, minutes of a day, days left. */
const EXAMPLE_MINUTES = 37;
const EXAMPLE_DAY_MINUTES = 540;
const EXAMPLE_DAYS_LEFT = 4;
const EXAMPLE_OVERTIME_MINUTES = 20;
const EXAMPLE_SHIFT_END = "22:00";
const EXAMPLE_HOURS_ABOVE = 5;
const EXAMPLE_SWAP_DAYS = 7;
const HOUR_MS = 3_600_000;
const ZONES = new Set(["UTC", ...Intl.supportedValuesOf("timeZone")]);

/** Returns a time of day, the given number of minutes later. @param {string} timeOfDay @param {number} minutes */
function later(timeOfDay, minutes) {
  const [hours = 0, rest = 0] = timeOfDay.split(":").map(Number);
  const all = (((hours * 60 + rest + minutes) % 1440) + 1440) % 1440;
  return Number.isNaN(all) ? "–" : `${String(Math.floor(all / 60)).padStart(2, "0")}:${String(all % 60).padStart(2, "0")}`;
}

/** Returns a yearly date in the current year, for form fields. @param {string} monthDay */
export const dateOfYear = (monthDay) => `${dateOf(Number.isNaN(now()) ? 0 : now()).slice(0, 4)}-${monthDay}`;

/** Returns a yearly date in the reader's format. @param {string} monthDay */
const yearly = (monthDay) => day(dateOfYear(monthDay), "short");

/** Returns a typed number. @param {unknown} value */
const typed = (value) => Number(String(value ?? "").replace(",", "."));

/** Returns whether an optional field has a value. @param {unknown} value */
const isSet = (value) => value !== null && value !== undefined && value !== "";

/** Returns the planned working time of a shift. @param {{ start: string, end: string, break_minutes?: number | string | null }} shift */
export function shiftMinutes({ start, end, break_minutes: pause }) {
  const at = (/** @type {string} */ text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  return ((at(end) - at(start) + 1440) % 1440 || 1440) - Number(pause ?? 0);
}

/**
 * Returns the automatic break deductions as a list. The setting may be a single deduction.
 * @param {Settings} settings
 * @returns {{ after_minutes: number, minutes: number }[]}
 */
export function tiersOf({ breaks }) {
  const tiers = /** @type {any} */ (breaks.auto_deduct);
  return Array.isArray(tiers) ? tiers : tiers ? [tiers] : [];
}

/** The roundings of a part of the allowance, as in the API. @type {Record<string, (days: number) => number>} */
const ROUNDINGS = {
  none: (days) => days,
  half_up: (days) => Math.ceil(2 * days) / 2,
  half_nearest: (days) => Math.floor(2 * days + 0.5) / 2,
  day_up: Math.ceil,
  day_nearest: (days) => Math.floor(days + 0.5),
};

/** The number of months after the start of the leave year at which the person in the example is hired. */
const EXAMPLE_MONTHS_LATER = 3;

/** @param {Settings} settings */
function prorated({ leave_year_start: start, annual_leave_days: days, proration: { unit, rounding } }) {
  const [month = 1, date = 1] = start.split("-").map(Number);
  const year = Number(dateOfYear(start).slice(0, 4));
  const [begin, hired, end] = [0, EXAMPLE_MONTHS_LATER, 12].map((later) => Date.UTC(year, month - 1 + later, date));
  const share = unit === "day" ? (Number(end) - Number(hired)) / (Number(end) - Number(begin)) : 1 - EXAMPLE_MONTHS_LATER / 12;
  const part = ROUNDINGS[rounding ?? "half_up"]?.(Number((typed(days) * share).toFixed(6)));
  if (part === undefined || Number.isNaN(part)) return undefined;
  return t("policy.leave_year.example_part", { date: day(new Date(Number(hired)).toISOString().slice(0, 10), "short"), days: number(Math.min(part, typed(days)), { maximumFractionDigits: 2 }), all: read(days) });
}

/** Returns the times of timesheet reminders as sentences. @param {Pick<Settings, "timesheet_reminders">} settings */
function reminders({ timesheet_reminders: { days_before_end: before, days_after_end: after } }) {
  return [
    ...(typed(before) > 0 ? [t("policy.pay.before_end", { count: typed(before) })] : []),
    typed(after) > 0 ? t("policy.pay.after_end", { count: typed(after) }) : t("policy.pay.not_reminded"),
  ];
}

/** The first date of a pay period if the company has set none. It is a Monday. */
export const PAY_ANCHOR = "2024-01-01";

/** @type {Policy[]} */
export const POLICIES = [
  {
    key: "company",
    icon: "briefcase",
    settings: ["company_name", "time_zone", "language"],
    example: ({ time_zone: zone }) => (ZONES.has(zone) ? t("policy.company.example", { time: time(now(), zone), zone }) : undefined),
    sentences: ({ company_name: name, time_zone: zone, language: code }) => [
      t("policy.company.says", { name, zone, language: new Intl.DisplayNames(language.value, { type: "language" }).of(code) ?? code }),
    ],
  },
  {
    key: "shift",
    icon: "calendar",
    settings: ["default_shift", "default_weekly_offs"],
    example: ({ default_shift: shift, default_weekly_offs: offs }) => t("policy.shift.example", { hours: duration(60 * (shiftMinutes(shift) * (7 - offs.length))) }),
    sentences: ({ default_shift: shift, default_weekly_offs: offs }) => [
      t("policy.shift.says", { start: shift.start, end: shift.end, minutes: read(shift.break_minutes ?? 0) }),
      offs.length > 0 ? t("policy.shift.offs", { days: list(offs.map(weekdayName)) }) : t("policy.shift.no_offs"),
    ],
  },
  {
    key: "lateness",
    icon: "clock-alert",
    settings: ["late_grace_minutes", "early_leave_grace_minutes"],
    example: ({ default_shift: shift, late_grace_minutes: grace }) =>
      t("policy.lateness.example", { start: shift.start, last: later(shift.start, Number(grace)), first: later(shift.start, Number(grace) + 1), late: duration(60 * (Number(grace) + 1)) }),
    sentences: (settings) => [t("policy.lateness.says", { late: read(settings.late_grace_minutes), early: read(settings.early_leave_grace_minutes) })],
  },
  {
    key: "deduction",
    icon: "timer",
    settings: ["late_deduction"],
    example: ({ late_deduction: { mode, every, days, free_minutes_per_month: free }, leave_day_minutes: length }) => {
      if (mode === "per_minute") {
        const counted = Math.max(0, EXAMPLE_MINUTES - Number(free ?? 0));
        return t("policy.deduction.example_minute", { late: duration(60 * EXAMPLE_MINUTES), counted: duration(60 * counted), day: duration(60 * length), days: number(counted / length, { maximumFractionDigits: 3 }) });
      }
      if (mode !== "per_occurrence") return undefined;
      const times = 2 * Number(every ?? 3);
      return t("policy.deduction.example_occurrence", { times: read(times), days: number(2 * Number(days ?? 0.5)) });
    },
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
    example: ({ default_shift: shift, clock_in_window: { before_minutes: before, after_minutes: after } }) => {
      const end = after == null || /** @type {unknown} */ (after) === "" ? shift.end : later(shift.start, Number(after));
      return t("policy.window.example", { shift: `${shift.start}–${shift.end}`, from: later(shift.start, -Number(before ?? 60)), until: end });
    },
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
    key: "overtime",
    icon: "timer",
    settings: ["overtime"],
    example: ({ overtime: { min_minutes: least } }) =>
      t("policy.overtime.example", { beyond: duration(60 * EXAMPLE_OVERTIME_MINUTES), counted: duration(EXAMPLE_OVERTIME_MINUTES < typed(least) ? 0 : 60 * EXAMPLE_OVERTIME_MINUTES) }),
    sentences: ({ overtime: { min_minutes: least, count_before_shift: early } }) => [
      t(typed(least) > 0 ? "policy.overtime.least" : "policy.overtime.all", { minutes: minutesOf(least ?? 0) }),
      t(early ? "policy.overtime.early" : "policy.overtime.not_early"),
    ],
  },
  {
    key: "forgotten",
    icon: "log-out",
    settings: ["auto_clock_out_after_minutes"],
    example: ({ default_shift: shift, auto_clock_out_after_minutes: after }) => {
      // The automatic clock-out is never earlier than two hours after the shift.
      const minutes = Math.max(typed(after), shiftMinutes({ ...shift, break_minutes: 0 }) + 120);
      return t("policy.forgotten.example", { start: shift.start, end: later(shift.start, minutes), counted: shift.end });
    },
    sentences: ({ auto_clock_out_after_minutes: after }) => [t("policy.forgotten.says", { after: minutesOf(after) })],
  },
  {
    key: "photo",
    icon: "camera",
    settings: ["photo", "photo_retention_days", "geofence"],
    example: ({ photo, photo_retention_days: days }) => (photo === "off" || Number.isNaN(now()) ? undefined : t("policy.photo.example", { date: day(plusDays(dateOf(now()), Number(days)), "date") })),
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
    example: (settings) => {
      const taken = Math.max(0, ...tiersOf(settings).filter((tier) => EXAMPLE_DAY_MINUTES > Number(tier.after_minutes)).map((tier) => Number(tier.minutes)));
      return t("policy.breaks.example", { at: duration(60 * EXAMPLE_DAY_MINUTES), counted: duration(60 * (EXAMPLE_DAY_MINUTES - taken)) });
    },
    sentences: (settings) => [
      t(settings.breaks.paid ? "policy.breaks.paid" : "policy.breaks.unpaid"),
      ...(tiersOf(settings).length === 0 ? [t("policy.breaks.none")] : []),
      ...tiersOf(settings).map(({ after_minutes: after, minutes }) => t("policy.breaks.tier", { after: minutesOf(after), minutes: minutesOf(minutes) })),
    ],
  },
  {
    key: "leave",
    icon: "palmtree",
    settings: ["annual_leave_days", "carry_over_days", "low_balance_days", "leave_day_minutes"],
    example: ({ carry_over_days: carried }) => t("policy.leave.example", { left: number(EXAMPLE_DAYS_LEFT), carried: number(Math.min(EXAMPLE_DAYS_LEFT, Number(String(carried).replace(",", ".")))) }),
    sentences: (settings) => [
      t("policy.leave.says", { days: read(settings.annual_leave_days), carried: read(settings.carry_over_days) }),
      t("policy.leave.low", { days: read(settings.low_balance_days) }),
      t("policy.leave.day", { hours: minutesOf(settings.leave_day_minutes) }),
    ],
  },
  {
    key: "leave_year",
    icon: "calendar-days",
    settings: ["leave_year_start", "carry_over_expires_after_months", "expire_only_after_notice", "prorate_first_year", "proration"],
    example: (settings) => {
      const { leave_year_start: start, carry_over_expires_after_months: months } = settings;
      if (settings.prorate_first_year) return prorated(settings);
      if (!isSet(months) || Number.isNaN(typed(months))) return undefined;
      const [month = 1, date = 1] = start.split("-").map(Number);
      const year = Number(dateOfYear(start).slice(0, 4)) + 1;
      const gone = new Date(Date.UTC(year, month - 1 + typed(months), date, 12)).toISOString().slice(0, 10);
      return t("policy.leave_year.example", { start: day(`${year}-${start}`, "date"), gone: day(gone, "date") });
    },
    sentences: ({ leave_year_start: start, carry_over_expires_after_months: months, expire_only_after_notice: noticed, prorate_first_year: isPart, proration: { unit, rounding } }) => [
      t("policy.leave_year.begins", { date: yearly(start) }),
      isSet(months) ? t("policy.leave_year.expires", { count: typed(months) }) : t("policy.leave_year.never"),
      ...(isSet(months) ? [t(noticed ? "policy.leave_year.noticed" : "policy.leave_year.unnoticed")] : []),
      t(isPart ? "policy.leave_year.prorated" : "policy.leave_year.full"),
      ...(isPart ? [t(`policy.leave_year.by_${unit ?? "month"}`, { rounding: t(`policy.rounding_${rounding ?? "half_up"}`) })] : []),
    ],
  },
  {
    key: "roster",
    icon: "calendar-clock",
    settings: ["weekly_offs", "min_rest_minutes"],
    example: ({ min_rest_minutes: rest }) => (typed(rest) > 0 ? t("policy.roster.example", { end: EXAMPLE_SHIFT_END, start: later(EXAMPLE_SHIFT_END, typed(rest)) }) : undefined),
    sentences: ({ weekly_offs: { min, max }, min_rest_minutes: rest }) => [
      t("policy.roster.offs", { min: read(min ?? 1), max: read(max ?? 2) }),
      typed(rest) > 0 ? t("policy.roster.rest", { rest: minutesOf(rest) }) : t("policy.roster.no_rest"),
    ],
  },
  {
    key: "pay",
    icon: "wallet",
    settings: ["pay_period", "timesheet_reminders"],
    example: ({ pay_period: period, timesheet_reminders: { days_before_end: before, days_after_end: after } }) => {
      if (!period || Number.isNaN(typed(before)) || Number.isNaN(typed(after))) return undefined;
      const end = dateOfYear("11-30");
      return t("policy.pay.example", { end: day(end, "short"), before: day(plusDays(end, -typed(before)), "short"), after: day(plusDays(end, typed(after)), "short") });
    },
    sentences: ({ pay_period: period, ...settings }) => [period ? word("policy.pay", period.kind, { date: day(period.anchor ?? PAY_ANCHOR, "date"), weekday: weekdayName(WEEKDAYS[weekday(period.anchor ?? PAY_ANCHOR) - 1] ?? "monday"), number: Number((period.anchor ?? PAY_ANCHOR).slice(8)) }) : t("policy.pay.none"), ...(period ? reminders(settings) : [])],
  },
  {
    key: "time_accounts",
    icon: "history",
    settings: ["time_accounts"],
    example: ({ time_accounts: { cap_hours: cap, above_cap: above } }) =>
      isSet(cap) && !Number.isNaN(typed(cap)) ? t(`policy.time_accounts.example_${above ?? "flag"}`, { balance: read(typed(cap) + EXAMPLE_HOURS_ABOVE), cap: read(cap), above: read(EXAMPLE_HOURS_ABOVE) }) : undefined,
    sentences: ({ time_accounts: account }) => [
      isSet(account.cap_hours) ? t(`policy.time_accounts.cap_${account.above_cap ?? "flag"}`, { cap: read(account.cap_hours) }) : t("policy.time_accounts.no_cap"),
      isSet(account.floor_hours) ? t(`policy.time_accounts.floor_${account.below_floor ?? "refuse"}`, { floor: read(account.floor_hours) }) : t("policy.time_accounts.no_floor"),
      ...(isSet(account.warn_above_hours) ? [t("policy.time_accounts.warn_above", { hours: read(account.warn_above_hours) })] : []),
      ...(isSet(account.warn_below_hours) ? [t("policy.time_accounts.warn_below", { hours: read(account.warn_below_hours) })] : []),
      account.settled_on ? t("policy.time_accounts.settled", { date: yearly(account.settled_on), hours: read(account.carry_over_hours ?? 0) }) : t("policy.time_accounts.never_settled"),
    ],
  },
  {
    key: "offline",
    icon: "wifi-off",
    settings: ["offline"],
    example: ({ offline: { accept_hours: accepted } }) => (Number.isNaN(typed(accepted)) || Number.isNaN(now()) ? undefined : t("policy.offline.example", { date: day(dateOf(now() - typed(accepted) * HOUR_MS), "medium"), time: time(now() - typed(accepted) * HOUR_MS) })),
    sentences: ({ offline: { accept_hours: accepted, review_after_hours: reviewed, max_skew_seconds: skew } }) => [
      typed(accepted) > 0 ? t("policy.offline.accepted", { hours: read(accepted ?? 72) }) : t("policy.offline.none"),
      ...(typed(accepted) > 0 ? [t("policy.offline.reviewed", { hours: read(reviewed ?? 12) })] : []),
      t("policy.offline.skew", { seconds: read(skew ?? 300) }),
    ],
  },
  {
    key: "kiosk",
    icon: "tablet",
    settings: ["kiosk"],
    example: ({ kiosk }) => (user.value ? t(kiosk.show_names ? "policy.kiosk.example_names" : "policy.kiosk.example_no_names", { name: user.value.full_name, username: user.value.username }) : undefined),
    sentences: ({ kiosk }) => [t(kiosk.show_names ? "policy.kiosk.names" : "policy.kiosk.no_names")],
  },
  {
    key: "requests",
    icon: "check-check",
    settings: ["registration", "swap_needs_manager"],
    example: ({ swap_needs_manager: isDecided }) => (Number.isNaN(now()) ? undefined : t(isDecided ? "policy.requests.example_manager" : "policy.requests.example_free", { mine: day(plusDays(dateOf(now()), EXAMPLE_SWAP_DAYS), "medium"), theirs: day(plusDays(dateOf(now()), EXAMPLE_SWAP_DAYS + 1), "medium") })),
    sentences: (settings) => [
      t(`policy.requests.${settings.registration}`),
      ...(settings.registration === "off" ? [] : [t("policy.requests.address", { address: new URL(href("register"), location.href).href })]),
      t(settings.swap_needs_manager ? "policy.requests.swap_manager" : "policy.requests.swap_free"),
    ],
  },
  {
    key: "sign_in",
    icon: "shield",
    settings: ["second_factor_required_for", "sessions"],
    example: ({ sessions }) => (Number.isNaN(typed(sessions.absolute_days)) || Number.isNaN(now()) ? undefined : t("policy.sign_in.example", { date: day(plusDays(dateOf(now()), typed(sessions.absolute_days)), "date") })),
    sentences: (settings) => [
      t(`policy.sign_in.${settings.second_factor_required_for}`),
      t("policy.sign_in.sessions", { absolute: read(settings.sessions.absolute_days), idle: read(settings.sessions.idle_days) }),
    ],
  },
];

/** Settings that contain typed numbers. */
const IS_NUMBER = /(^|_)(minutes|hours|days|months|seconds|every|per_month|per_day|before_end|after_end|min|max)$/;

/** Settings with numbers that may be negative: balances of time accounts. */
const IS_BALANCE = /^(floor|warn_below)_hours$/;

/**
 * Returns whether a form's values can be described. Numbers must be numbers, and times must be complete.
 * @param {unknown} value
 * @param {string} [key]
 * @returns {boolean}
 */
export function isReadable(value, key = "") {
  if (Array.isArray(value)) return value.every((one) => isReadable(one));
  if (value !== null && typeof value === "object") return Object.entries(value).every(([name, one]) => isReadable(one, name));
  if (key === "start" || key === "end") return /^\d\d:\d\d/.test(String(value));
  return !IS_NUMBER.test(key) || !isSet(value) || typed(value) >= (IS_BALANCE.test(key) ? -Infinity : 0);
}

/**
 * Returns a form as it is sent. Typed numbers become numbers, and empty ones become `null`. The API refuses a text that isn't a number.
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

