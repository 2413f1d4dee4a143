// The loaded pages of the inbox as one list. These functions don't change a list; they return a new one.

/** @typedef {import("../types").Schemas["Notification"]} Notification */
/** @typedef {"all" | "unread"} Filter */
/** @typedef {{ filter: Filter, items: Notification[], cursor: string | null }} Page `cursor`: the cursor of the next page; null on the last page. */
/** @typedef {Page} News All loaded pages, newest first. With the filter `unread`, items that were read after loading stay, with `read_at`. */

/**
 * Returns the list with the newest state of its first page. Older items stay as they are.
 * @param {News | undefined} news
 * @param {Page} first
 * @returns {News}
 */
export function withFirst(news, first) {
  const newest = news?.items[0]?.id ?? "";
  const end = first.items.at(-1)?.id;
  // If the page doesn't reach the list, the items between them are unknown.
  const isApart = first.cursor !== null && end !== undefined && end > newest;
  if (news === undefined || news.filter !== first.filter || isApart) return first;
  const fresh = new Set(first.items.map(({ id }) => id));
  const isCovered = (/** @type {Notification} */ { id }) => first.cursor === null || (end !== undefined && id > end);
  // An item that is no longer in the unread list has been read.
  const others = news.items.filter(({ id }) => !fresh.has(id)).map((item) => (first.filter === "unread" && isCovered(item) ? read(item, item.created_at) : item));
  const items = [...first.items, ...others].sort((a, b) => (a.id < b.id ? 1 : -1));
  return { filter: first.filter, items, cursor: first.cursor === null ? null : news.cursor };
}

/**
 * Returns the list with its next page, unless the end of the list has changed since the page was requested.
 * @param {News} news
 * @param {string} cursor The cursor of the request.
 * @param {Page} next
 * @returns {News}
 */
export function withNext(news, cursor, next) {
  if (news.filter !== next.filter || news.cursor !== cursor) return news;
  const known = new Set(news.items.map(({ id }) => id));
  return { ...news, items: [...news.items, ...next.items.filter(({ id }) => !known.has(id))], cursor: next.cursor };
}

/**
 * Returns the list with items that are marked as read.
 * @param {News} news
 * @param {string} at
 * @param {string} [id] The id of one item; without it, all items are read.
 * @returns {News}
 */
export function withRead(news, at, id) {
  return { ...news, items: news.items.map((item) => (id === undefined || item.id === id ? read(item, at) : item)) };
}

/** @param {Notification} item @param {string} at */
const read = (item, at) => ({ ...item, read_at: item.read_at ?? at });
