// How a value of a report is written.
import { leaveTypeName, t } from "../../i18n/index.js";
import { day, duration, number } from "../../time.js";

/** @param {any} value @param {import("./definitions.js").Kind} kind @param {import("./definitions.js").Line} row */
export function written(value, kind, row) {
  if (value === null || value === undefined || value === "") return "–";
  switch (kind) {
    case "text":
      return String(value);
    case "date":
      return day(value, "medium");
    case "period":
      return row.to && row.to !== value ? `${day(value, "short")} – ${day(row.to, "short")}` : day(value, "medium");
    case "time":
      // In the zone of the day, which the instant is written in.
      return String(value).slice(11, 16);
    case "instant":
      return day(String(value).slice(0, 10), "medium");
    case "duration":
      return value === 0 ? "–" : duration(value);
    case "days":
    case "count":
      return value === 0 ? "–" : number(value);
    case "rate":
      return number(value, { style: "percent", maximumFractionDigits: 1 });
    case "boolean":
      return t(value ? "reports.yes" : "reports.no");
    case "leave":
      return leaveTypeName(value);
  }
}

/** Whether a kind is written at the end of its cell, so that figures stand below each other. @param {import("./definitions.js").Kind} kind */
export const isFigure = (kind) => ["duration", "days", "count", "rate", "time"].includes(kind);
