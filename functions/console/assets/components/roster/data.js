// The people of the roster and their dates, loaded page by page, so that the first rows are shown early.
import { get } from "../../api.js";
import { plusDays, weekday } from "../../time.js";
import { useEffect, useRef, useState } from "../../vendor/preact.js";

/** @typedef {import("./cells.js").Row} Row */
/** @typedef {{ rows: Row[], isComplete: boolean, error?: import("../../api.js").Problem, reload: () => void }} Roster */

/** The size of the first page. It is small, so that its rows are shown early. */
const FIRST_PAGE = 40;
const PAGE = 200;
/** The number of days in each view. */
export const VIEWS = { week: 7, fortnight: 14, month: 28 };
/** @typedef {keyof typeof VIEWS} View */

/** Returns the dates of a view: whole weeks from the Monday of a date. @param {string} date @param {View} view */
export function datesOf(date, view) {
  const monday = plusDays(date, 1 - weekday(date));
  return Array.from({ length: VIEWS[view] }, (_, index) => plusDays(monday, index));
}

/**
 * @param {string[]} dates
 * @param {string} department
 * @returns {Roster}
 */
export function useRoster(dates, department) {
  const [from = "", to = ""] = [dates[0], dates.at(-1)];
  const [state, setState] = useState(/** @type {{ key: string, rows: Row[], isComplete: boolean, error?: import("../../api.js").Problem }} */ ({ key: "", rows: [], isComplete: false }));
  const [turn, setTurn] = useState(0);
  const newest = useRef(0);
  const key = `${from} ${to} ${department}`;
  useEffect(() => {
    if (from === "") return;
    const mine = ++newest.current;
    const isCurrent = () => mine === newest.current;
    const read = async () => {
      /** @type {Row[]} */
      let rows = [];
      let cursor = /** @type {string | null | undefined} */ (undefined);
      do {
        const page = await get("/roster", { query: { from, to, department_id: department, limit: cursor ? PAGE : FIRST_PAGE, cursor } });
        rows = [...rows, ...page.items];
        cursor = page.next_cursor;
        // A reload keeps the previous rows until all pages are loaded. A new request shows its rows page by page.
        if (isCurrent()) setState((before) => (before.key === key && before.isComplete && cursor ? before : { key, rows, isComplete: !cursor }));
      } while (cursor && isCurrent());
    };
    read().catch((error) => isCurrent() && setState((before) => ({ ...(before.key === key ? before : { rows: [], isComplete: false }), key, error })));
  }, [key, turn]);
  const isOfKey = state.key === key;
  return { rows: isOfKey ? state.rows : [], isComplete: isOfKey && state.isComplete, ...(isOfKey && state.error ? { error: state.error } : {}), reload: () => setTurn((value) => value + 1) };
}
