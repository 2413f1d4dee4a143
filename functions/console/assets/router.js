// Which page is shown. An address has one part below /app/ and its details in the query: /app/team?person=….
import { online } from "./api.js";
import { t } from "./i18n/index.js";
import { signal } from "./vendor/preact.js";

/** @typedef {{ page: string, params: URLSearchParams }} Place */

/** The folder of the console; modules lie in a folder below it. */
export const base = new URL("../", import.meta.url);

/** The release that runs: the name of the folder of its files. */
export const release = new URL("./", import.meta.url).pathname.split("/").at(-2) ?? "";

/** The key of the release that loaded the page again because a part was missing. */
const RELOADED = "rollcall.reloaded";
let isReloading = false;

/** A module can't be loaded. The message says what to do. */
export class MissingPart extends Error {}

/**
 * Loads a page, a dialog or another part when it is needed: `await loadPart(() => import("./leave-dialog.js"))`. After a deployment the
 * files of the old release may be gone. Then the page is loaded again, once for each release, and comes with the new release. It is never
 * loaded again for each part: two parts that fail at every start would do that without end.
 * Throws `MissingPart` where that doesn't help; app.js shows its message if the caller doesn't.
 * @template T
 * @param {() => Promise<T>} load
 * @param {{ mayReload?: boolean }} [options] `mayReload: false` where something may be typed that a reload would delete.
 * @returns {Promise<T>}
 */
export async function loadPart(load, { mayReload = true } = {}) {
  try {
    return await load();
  } catch (error) {
    if (!isReloading) {
      if (online.peek() && !mayReload) throw new MissingPart(t("state.missing_part_typed"), { cause: error });
      const isSecond = sessionStorage.getItem(RELOADED) === release;
      if (!online.peek() || isSecond) throw new MissingPart(t("state.missing_part"), { cause: error });
      isReloading = true;
      sessionStorage.setItem(RELOADED, release);
      location.reload();
    }
    // Nothing runs after the reload, and nothing is shown until it comes.
    return new Promise(() => {});
  }
}

/** Whether the page was loaded again because the release before lacked a part. Answers yes once. */
export function wasUpdated() {
  const reloaded = sessionStorage.getItem(RELOADED);
  if (reloaded === null || reloaded === release) return false;
  sessionStorage.removeItem(RELOADED);
  return true;
}

/** @returns {Place} */
function read() {
  const page = location.pathname.slice(base.pathname.length).replace(/\/$/, "");
  return { page: page === "" ? "today" : page, params: new URLSearchParams(location.search) };
}

/** Where the person is. */
export const place = signal(read());

/**
 * The address of a page.
 * @param {string} page
 * @param {Record<string, string | undefined | null>} [params]
 */
export function href(page, params = {}) {
  const url = new URL(page === "today" ? "./" : page, base);
  for (const [name, value] of Object.entries(params)) if (value) url.searchParams.set(name, value);
  return url.pathname + url.search;
}

/**
 * Goes to an address that was left for a while: a page with its details, as `today` or `team?person=…`.
 * @param {string} address
 * @param {boolean} replace
 */
export function go(address, replace) {
  const url = new URL(address === "today" ? "./" : address, base);
  // An address from elsewhere leads nowhere else.
  change(url.origin === base.origin && url.pathname.startsWith(base.pathname) ? url.pathname + url.search : base.pathname, replace);
}

/**
 * Goes to a page. `replace` leaves no step to go back to.
 * @param {string} page
 * @param {Record<string, string | undefined | null>} [params]
 * @param {{ replace?: boolean }} [options]
 */
export function navigate(page, params = {}, { replace = false } = {}) {
  change(href(page, params), replace);
}

/**
 * @param {string} address
 * @param {boolean} replace
 */
function change(address, replace) {
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  place.value = read();
}

addEventListener("popstate", () => (place.value = read()));

// Links within the console change the page without loading it again.
addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target.closest("a") : null;
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (target === null || !isPlain || event.defaultPrevented || target.target !== "" || target.hasAttribute("download")) return;
  if (target.origin !== location.origin || !target.pathname.startsWith(base.pathname)) return;
  event.preventDefault();
  change(target.pathname + target.search, false);
});
