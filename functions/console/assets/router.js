// The page that is shown. An address has one path segment below /app/ and its details in the query: /app/team?person=….
import { online } from "./api.js";
import { t } from "./i18n/index.js";
import { signal } from "./vendor/preact.js";

/** @typedef {{ page: string, params: URLSearchParams }} Place */

/** The console's base folder. Modules are one folder below it. */
export const base = new URL("../", import.meta.url);

/** The release that runs. It is the name of the folder of its files. */
export const release = new URL("./", import.meta.url).pathname.split("/").at(-2) ?? "";

/** The key of the release that reloaded the page because a part was missing. */
const RELOADED = "rollcall.reloaded";
let isReloading = false;

/** The error of a module that can't be loaded. The message tells the person what to do. */
export class MissingPart extends Error {}

/**
 * Loads a page, a dialog or another part when it is needed: `await loadPart(() => import("./leave-dialog.js"))`.
 * 
 * After a deployment, the files of the old release may be gone. The page is then reloaded with the new release, at most once for each
 * release. A reload for each part could repeat without end if two parts fail at every start.
 * 
 * Throws `MissingPart` if a reload doesn't help. app.js shows its message if the caller doesn't.
 * @template T
 * @param {() => Promise<T>} load
 * @param {{ mayReload?: boolean }} [options] `mayReload: false` if a reload would delete text that the person has typed.
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
    // The promise never resolves, so that no code runs and no error is shown before the reload.
    return new Promise(() => {});
  }
}

/** Returns whether the page was reloaded because the previous release lacked a part. Returns true only once. */
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

/** The current page and its parameters. */
export const place = signal(read());

/**
 * Returns the address of a page.
 * @param {string} page
 * @param {Record<string, string | undefined | null>} [params]
 */
export function href(page, params = {}) {
  const url = new URL(page === "today" ? "./" : page, base);
  for (const [name, value] of Object.entries(params)) if (value) url.searchParams.set(name, value);
  return url.pathname + url.search;
}

/**
 * Goes to a stored address: a page with its details, such as `today` or `team?person=…`.
 * @param {string} address
 * @param {boolean} replace
 */
export function go(address, replace) {
  const url = new URL(address === "today" ? "./" : address, base);
  // An address of another site leads to the start page.
  change(url.origin === base.origin && url.pathname.startsWith(base.pathname) ? url.pathname + url.search : base.pathname, replace);
}

/**
 * Goes to a page. `replace` adds no entry to the browser's history.
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

// Links within the console change the page without a reload.
addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target.closest("a") : null;
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (target === null || !isPlain || event.defaultPrevented || target.target !== "" || target.hasAttribute("download")) return;
  if (target.origin !== location.origin || !target.pathname.startsWith(base.pathname)) return;
  event.preventDefault();
  change(target.pathname + target.search, false);
});
