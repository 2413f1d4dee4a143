// The names of pay codes: the company's names, or the default names in the reader's language.
import { get } from "../../api.js";
import { word } from "../../i18n/index.js";
import { useQuery } from "../query.js";

/** The API's names of built-in codes that the company hasn't renamed. */
const BUILT_IN = new Set(["Regular", "Overtime", "Paid absence", "Unpaid absence"]);

/** @param {string} code @param {string | undefined} name The company's name of the code. */
export const payCodeName = (code, name) => (name === undefined || BUILT_IN.has(name) ? word("pay_code", code) : name);

/** @returns {(code: string) => string} */
export function usePayCodes() {
  const items = useQuery(() => get("/pay/codes", { query: { limit: 200 } }), []).data?.items ?? [];
  return (code) => payCodeName(code, items.find((one) => one.code === code)?.name);
}
