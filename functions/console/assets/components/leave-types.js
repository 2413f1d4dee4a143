// Names of types of leave: those that every company has are in the reader's language, unless the company calls them otherwise.
import { word } from "../i18n/index.js";

/** @type {Record<string, string>} */
const BUILT_IN = { annual: "Annual leave", sick: "Sick leave", unpaid: "Unpaid leave" };

/**
 * @param {string} code
 * @param {string} [name] What the company calls it.
 */
export function leaveTypeName(code, name) {
  return name === undefined || name === BUILT_IN[code] ? word("leave_type", code) : name;
}
