// The reports, each with its parameters, its columns and its chart.
import { word } from "../../i18n/index.js";
import { href } from "../../router.js";
import { duration } from "../../time.js";

/** @typedef {"text" | "date" | "period" | "time" | "duration" | "days" | "count" | "rate" | "boolean" | "leave" | "instant"} Kind */
/** @typedef {{ key: string, kind: Kind, bad?: boolean, link?: (row: Line) => string | undefined }} Column `link`: the address that a value links to. */
/** @typedef {Record<string, any>} Line */
/** @typedef {"range" | "month" | "year"} Period */
/** @typedef {{ type: "bars", label: (row: Line) => string, value: string, plan?: string, kind: Kind } | { type: "lines", series: string[] }} Chart */
/** @typedef {{ rows: Line[], totals: Line }} Answer */
/**
 * @typedef {{ key: string, path: import("../../types").PathsOf<"get">, icon: string, period: Period, days: number, groups?: readonly string[],
 *   maxDays?: number, columns: (group: string) => Column[], chart: (group: string) => Chart | null, read?: (answer: any) => Answer, isSheetOnly?: boolean }} Report
 *   `days`: the default length of a range, in days before its last date. `maxDays`: the maximum length of a range, if it isn't `MAX_DAYS`.
 *   `read`: converts a response of another form to rows. `isSheetOnly`: the report is only a CSV file, and can't be ordered.
 */

/** Returns the address of the day that a row is about, or of the person if the row covers more than a day. @param {Line} row */
const subjectOf = ({ user_id: person, date }) => (person ? (date ? href("team", { person, date }) : href("people", { person })) : undefined);
const WHO = /** @type {Column[]} */ ([{ key: "full_name", kind: "text", link: subjectOf }, { key: "department", kind: "text" }]);
const name = (/** @type {Line} */ row) => String(row.full_name ?? row.department ?? "–");

/** @param {number[]} values */
const sum = (values) => values.reduce((total, value) => total + value, 0);

/** The maximum number of days in a range. */
export const MAX_DAYS = 366;

/** @type {Report[]} */
export const REPORTS = [
  {
    key: "monthly-work",
    path: "/reports/monthly-work",
    icon: "calendar-days",
    period: "month",
    days: 0,
    columns: () => [
      ...WHO,
      { key: "worked_seconds", kind: "duration" },
      { key: "scheduled_seconds", kind: "duration" },
      { key: "overtime_seconds", kind: "duration" },
      { key: "break_seconds", kind: "duration" },
      { key: "days_present", kind: "count" },
      { key: "days_late", kind: "count", bad: true },
      { key: "late_seconds", kind: "duration", bad: true },
      { key: "early_leave_seconds", kind: "duration", bad: true },
      { key: "days_absent", kind: "count", bad: true },
      { key: "days_on_leave", kind: "days" },
    ],
    chart: () => ({ type: "bars", label: name, value: "worked_seconds", plan: "scheduled_seconds", kind: "duration" }),
  },
  {
    key: "worked-hours",
    path: "/reports/worked-hours",
    icon: "timer",
    period: "range",
    days: 30,
    groups: ["user", "department", "day", "week", "month"],
    columns: (group) => [
      ...(group === "user" ? WHO : group === "department" ? WHO.slice(1) : [/** @type {Column} */ ({ key: "from", kind: "period" })]),
      { key: "worked_seconds", kind: "duration" },
      { key: "scheduled_seconds", kind: "duration" },
      { key: "overtime_seconds", kind: "duration" },
      { key: "break_seconds", kind: "duration" },
      { key: "days_present", kind: "count" },
    ],
    chart: (group) => ({ type: "bars", label: group === "user" || group === "department" ? name : (row) => String(row.from), value: "worked_seconds", plan: "scheduled_seconds", kind: "duration" }),
  },
  {
    key: "lateness",
    path: "/reports/lateness",
    icon: "clock-alert",
    period: "range",
    days: 30,
    columns: () => [{ key: "date", kind: "date" }, ...WHO, { key: "late_seconds", kind: "duration" }, { key: "excused", kind: "boolean" }],
    chart: () => ({ type: "bars", label: name, value: "late_seconds", kind: "duration" }),
  },
  {
    key: "attendance",
    path: "/reports/attendance",
    icon: "log-in",
    period: "range",
    days: 7,
    columns: () => [
      { key: "date", kind: "date" },
      ...WHO,
      { key: "clock_in", kind: "time" },
      { key: "clock_out", kind: "time" },
      { key: "worked_seconds", kind: "duration" },
      { key: "break_seconds", kind: "duration" },
      { key: "in_remark", kind: "text" },
      { key: "in_place", kind: "text" },
    ],
    chart: () => ({ type: "bars", label: name, value: "worked_seconds", kind: "duration" }),
  },
  {
    key: "leave",
    path: "/reports/leave",
    icon: "palmtree",
    period: "year",
    days: 0,
    columns: () => [
      ...WHO,
      { key: "type", kind: "leave" },
      { key: "granted_days", kind: "days" },
      { key: "carried_days", kind: "days" },
      { key: "used_days", kind: "days" },
      { key: "pending_days", kind: "days" },
      { key: "deducted_days", kind: "days", bad: true },
      { key: "adjusted_days", kind: "days" },
      { key: "expired_days", kind: "days" },
      { key: "available_days", kind: "days" },
    ],
    chart: () => ({ type: "bars", label: name, value: "used_days", plan: "granted_days", kind: "days" }),
  },
  {
    key: "cost-centers",
    path: "/reports/cost-centers",
    icon: "briefcase",
    period: "range",
    days: 29,
    maxDays: 31,
    isSheetOnly: true,
    read: (/** @type {import("../../types").Schemas["CostCentersReport"]} */ { cost_centers: centers }) => ({
      rows: centers.map(({ name: called, cost_center, codes, ...seconds }) => ({
        ...seconds,
        cost_center: cost_center ?? "",
        cost_center_name: called ?? cost_center ?? word("cost_center", "none"),
        codes: codes.map((one) => `${word("pay_code", one.code)} ${duration(one.seconds)}`).join(", "),
      })),
      totals: { worked_seconds: sum(centers.map((one) => one.worked_seconds)), paid_seconds: sum(centers.map((one) => one.paid_seconds)) },
    }),
    columns: () => [
      { key: "cost_center_name", kind: "text" },
      { key: "cost_center", kind: "text" },
      { key: "worked_seconds", kind: "duration" },
      { key: "paid_seconds", kind: "duration" },
      { key: "codes", kind: "text" },
    ],
    chart: () => ({ type: "bars", label: (row) => String(row.cost_center_name), value: "worked_seconds", kind: "duration" }),
  },
  {
    key: "trends",
    path: "/reports/trends",
    icon: "activity",
    period: "range",
    days: 83,
    columns: () => [
      { key: "from", kind: "period" },
      { key: "presence_rate", kind: "rate" },
      { key: "lateness_rate", kind: "rate", bad: true },
      { key: "absence_rate", kind: "rate", bad: true },
      { key: "days_present", kind: "count" },
      { key: "days_late", kind: "count", bad: true },
      { key: "days_absent", kind: "count", bad: true },
      { key: "days_on_leave", kind: "days" },
    ],
    chart: () => ({ type: "lines", series: ["presence_rate", "lateness_rate", "absence_rate"] }),
  },
];

/** @param {string | null} key */
export const reportOf = (key) => REPORTS.find((one) => one.key === key) ?? /** @type {Report} */ (REPORTS[0]);
