// The text format of report values.
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
      // The instant is written in the zone of the day, so its time can be copied.
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

/** Returns whether a kind is aligned to the end of its cell, so that figures form a column. @param {import("./definitions.js").Kind} kind */
export const isFigure = (kind) => ["duration", "days", "count", "rate", "time"].includes(kind);
