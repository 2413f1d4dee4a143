// What pay codes are called: the company's names, else those that every company has, in the reader's language.
import { get } from "../../api.js";
import { word } from "../../i18n/index.js";
import { useQuery } from "../query.js";

/** The names that the API gives built-in codes unless the company calls them otherwise. */
const BUILT_IN = new Set(["Regular", "Overtime", "Paid absence", "Unpaid absence"]);

/** @param {string} code @param {string | undefined} name What the company calls it. */
export const payCodeName = (code, name) => (name === undefined || BUILT_IN.has(name) ? word("pay_code", code) : name);

/** @returns {(code: string) => string} */
export function usePayCodes() {
  const items = useQuery(() => get("/pay/codes", { query: { limit: 200 } }), []).data?.items ?? [];
  return (code) => payCodeName(code, items.find((one) => one.code === code)?.name);
}
