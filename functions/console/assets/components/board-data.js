// The lines of the live board. They are loaded once, and live messages then keep them current until a pause.
import { get } from "../api.js";
import { dateOf, minute, zone } from "../time.js";
import { useEffect } from "../vendor/preact.js";
import { usePause } from "./live-pause.js";
import { useLive, useQuery } from "./query.js";

/** @typedef {import("./board-state.js").Line} Line */
/** @typedef {{ date: string, lines: Line[], hasMore: boolean }} BoardData */

/** The maximum number of pages. Managers of more people filter the board by department. */
const MAX_PAGES = 5;

/**
 * Returns the lines of everyone whom the caller manages. Other colleagues, with fewer details, are on the page *Today*.
 * @param {string} department An empty string means all departments.
 * @returns {Promise<BoardData>}
 */
async function load(department) {
  /** @type {BoardData} */
  const data = { date: "", lines: [], hasMore: true };
  /** @type {string | null | undefined} */
  let cursor;
  for (let page = 0; page < MAX_PAGES && data.hasMore; page++) {
    const board = await get("/attendance/board", { query: { department_id: department, limit: 200, cursor } });
    data.date = board.date;
    for (const line of board.items) if ("flags" in line) data.lines.push(line);
    cursor = board.next_cursor;
    data.hasMore = !!cursor;
  }
  return data;
}

/**
 * @param {string} department
 * @param {(before: Line, after: Line) => void} onChange Called with a line that a message changed.
 */
export function useBoard(department, onChange) {
  const query = useQuery(() => load(department), [department]);
  const { isPaused, pause, refresh } = usePause(query.reload);
  useLive("day", ({ data }) => {
    // A pending response may be older than the message, so the board is loaded again.
    if (isPaused || query.loading) return refresh();
    const board = query.data;
    const before = board?.lines.find((line) => line.user_id === data.user_id);
    if (!board || !before || data.date !== board.date) return;
    const after = { ...before, ...data };
    query.replace({ ...board, lines: board.lines.map((line) => (line === before ? after : line)) });
    onChange(before, after);
  });
  useLive("resync", refresh);
  const today = Number.isNaN(minute.value) ? undefined : dateOf(minute.value, zone.value);
  useEffect(() => {
    if (query.data && today !== undefined && today > query.data.date) refresh();
  }, [today]);
  return { query, isPaused, pause };
}
