// What pay codes are called: the company's names, else those that every company has, in the reader's language.
import { get } from "../../api.js";
import { word } from "../../i18n/index.js";
import { useQuery } from "../query.js";

/** The names that the API gives built-in codes unless the company calls them otherwise. */
const BUILT_IN = new Set(["Regular", "Overtime", "Paid absence", "Unpaid absence"]);

/** @returns {(code: string) => string} */
export function usePayCodes() {
  const items = useQuery(() => get("/pay/codes", { query: { limit: 200 } }), []).data?.items ?? [];
  return (code) => {
    const name = items.find((one) => one.code === code)?.name;
    return name === undefined || BUILT_IN.has(name) ? word("pay_code", code) : name;
  };
}
