// Starts the console: loads the language, restores the session, and shows the page of the address.
import { online } from "./api.js";
import { QUEUED, companyName, loadBranding, start } from "./bootstrap.js";
import { Confirmation, Shell } from "./components/shell.js";
import { Toasts, toast } from "./components/toast.js";
import { Failure, Notice, Skeleton } from "./components/ui.js";
import { adopt, language, preferred, t, useLanguage } from "./i18n/index.js";
import { connect, disconnect } from "./live.js";
import { MissingPart, loadPart, navigate, place, release, wasUpdated } from "./router.js";
import { PERSON, restore, restriction, user } from "./session.js";
import { effect, html, render, signal, useEffect, useErrorBoundary, useRef } from "./vendor/preact.js";

/** @typedef {() => import("./vendor/preact.js").VNode<any> | null} Page */

/** Every page, by its name in the address. A page is loaded when it is first shown. */
const PAGES = /** @type {Record<string, () => Promise<{ default: Page }>>} */ ({
  today: () => import("./pages/today.js"),
  calendar: () => import("./pages/calendar.js"),
  requests: () => import("./pages/requests.js"),
  team: () => import("./pages/team.js"),
  approvals: () => import("./pages/approvals.js"),
  roster: () => import("./pages/roster.js"),
  reports: () => import("./pages/reports.js"),
  timesheet: () => import("./pages/timesheet.js"),
  pay: () => import("./pages/pay.js"),
  people: () => import("./pages/people.js"),
  company: () => import("./pages/company.js"),
  inbox: () => import("./pages/inbox.js"),
  preferences: () => import("./pages/preferences.js"),
  kiosk: () => import("./pages/kiosk.js"),
  "sign-in": () => import("./pages/sign-in.js"),
  link: () => import("./pages/link.js"),
  register: () => import("./pages/register.js"),
  setup: () => import("./pages/setup.js"),
  restricted: () => import("./pages/restricted.js"),
  offline: () => import("./pages/offline.js"),
});

/** Pages that fill the whole screen and need no sign-in. */
const ALONE = new Set(["sign-in", "link", "register", "setup", "kiosk", "restricted", "offline"]);

/** @type {import("./vendor/preact.js").Signal<{ name: string, Page: Page } | { name: string, error: Error } | null>} */
const shown = signal(null);

/** @param {string} name */
async function load(name) {
  const loader = PAGES[name];
  if (loader === undefined) return navigate("today", {}, { replace: true });
  try {
    const Page = (await loadPart(loader)).default;
    if (place.peek().page === name) shown.value = { name, Page };
  } catch (error) {
    shown.value = { name, error: /** @type {Error} */ (error) };
  }
}

function App() {
  const current = shown.value;
  const main = useRef(/** @type {HTMLElement | null} */ (null));
  const first = useRef(true);
  useEffect(() => {
    if (current === null) return;
    document.documentElement.dataset.page = current.name;
    const isFirst = first.current;
    first.current = false;
    if (isFirst || main.current === null) return;
    scrollTo(0, 0);
    return followHeading(main.current);
  }, [current?.name]);
  useEffect(() => {
    const heading = main.current?.querySelector("h1");
    document.title = heading ? `${heading.textContent} · ${companyName.value}` : companyName.value;
  }, [current?.name, companyName.value]);
  const content = current === null ? html`<${Skeleton} lines=${6} />` : html`<${Guarded} key=${current.name} shown=${current} />`;
  // The layout depends on the page that is shown, because the previous page stays until the next one is loaded.
  if (ALONE.has(current?.name ?? place.value.page)) return html`<div ref=${main}>${content}<${Confirmation} /><${Toasts} /></div>`;
  return html`<${Shell} main=${main}>${content}<//><${Confirmation} />`;
}

/**
 * Moves the focus to the new page's heading after a change of pages, so that screen readers announce it. A heading that appears later,
 * or replaces the first one while the page loads, also gets the focus, unless the person has moved the focus since.
 * @param {HTMLElement} main
 */
function followHeading(main) {
  const focus = () => {
    const heading = main.querySelector("h1");
    if (!heading || document.activeElement === heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  };
  focus();
  const observer = new MutationObserver(() => document.activeElement === document.body && focus());
  const stop = () => observer.disconnect();
  observer.observe(main, { childList: true, subtree: true });
  for (const event of ["keydown", "pointerdown"]) addEventListener(event, stop, { once: true });
  return stop;
}

/** Elements that contain a list. If a focused row is removed, the next row gets the focus. */
const LISTS = "ul, ol, tbody";

/**
 * Keeps the focus near an element that is removed, for example a button that its own action removes. In a list, the next row gets the focus.
 * Elsewhere, an element with `data-focus-home` or the heading above gets it. Otherwise the next Tab would start at the top of the document.
 */
function keepFocus() {
  /** The focused element and its ancestors, innermost first, each with its index in its parent. @type {{ element: Element, at: number }[]} */
  let around = [];
  document.addEventListener("focusin", ({ target }) => {
    around = [];
    for (let element = /** @type {Element | null} */ (target); element && element !== document.body; element = element.parentElement) {
      around.push({ element, at: [...(element.parentElement?.children ?? [])].indexOf(element) });
    }
  });
  // A click outside of all controls removes the focus on purpose, so no focus is restored.
  document.addEventListener("focusout", ({ target }) => queueMicrotask(() => /** @type {Element} */ (target).isConnected && document.activeElement === document.body && (around = [])));
  new MutationObserver(() => {
    if (document.activeElement !== document.body || around[0] === undefined || around[0].element.isConnected) return;
    const left = around.findIndex(({ element }) => element.isConnected);
    const [removed, ...parents] = left < 0 ? [] : around.slice(left - 1);
    around = [];
    if (removed === undefined) return;
    const row = parents[0]?.element.matches(LISTS) ? [...parents[0].element.children].slice(0, removed.at + 1).at(-1) : undefined;
    const next = row ?? parents.map(({ element }) => element.querySelector("[data-focus-home]") ?? element.querySelector("h1, h2, h3")).find(Boolean);
    if (!(next instanceof HTMLElement)) return;
    if (next.tabIndex < 0) next.tabIndex = -1;
    next.focus();
  }).observe(document.body, { childList: true, subtree: true });
}

/**
 * A page, or an error message if the page fails.
 * @param {{ shown: NonNullable<typeof shown.value> }} props
 */
function Guarded({ shown }) {
  const [broken, reset] = useErrorBoundary((error) => console.error(error));
  const error = "error" in shown ? shown.error : broken;
  if (error) {
    return html`<div class="page">
      <h1>${t("state.error")}</h1>
      <${Failure} error=${error} retry=${() => ("error" in shown ? void load(shown.name) : reset())} />
    </div>`;
  }
  return "Page" in shown ? html`<${shown.Page} />` : html`<${Notice}>${t("state.loading")}<//>`;
}

const element = /** @type {HTMLElement} */ (document.getElementById("app"));
const isAlone = () => ALONE.has(place.value.page);
/** Starts offline because the API didn't respond. `navigator.onLine` can be true without a connection to the internet. */
const startOffline = () => {
  online.value = false;
  user.value = null;
};
await Promise.all([useLanguage(preferred()), isAlone() ? undefined : restore().catch(startOffline)]);

effect(() => {
  // A target page that the address already names is kept.
  const next = isAlone() ? place.value.params.get("next") : place.value.page + location.search;
  if (restriction.value !== null && place.value.page !== "restricted") navigate("restricted", { next }, { replace: true });
  if (user.value !== null || isAlone()) return;
  // Nobody can sign in without a network. The person who last used this device can still clock in and out.
  const isKnown = !online.value && localStorage.getItem(PERSON) !== null;
  navigate(isKnown ? "offline" : "sign-in", { next }, { replace: true });
});
effect(() => void load(place.value.page));
let known = "";
effect(() => {
  // A token refresh sets the same person again.
  const id = user.value?.id ?? "";
  if (id === known) return;
  known = id;
  disconnect();
  if (user.value) {
    void adopt(/** @type {{ language?: string }} */ (user.value).language);
    // Other calls fail while the session is restricted.
    if (restriction.value !== null) return;
    start();
    void connect();
    if (localStorage.getItem(QUEUED) !== null) void loadPart(() => import("./offline/queue.js")).then(async ({ load, send }) => (await load(id), send()));
  }
});
// If a dialog can't be loaded, a message appears.
addEventListener("unhandledrejection", (event) => {
  if (!(event.reason instanceof MissingPart)) return;
  event.preventDefault();
  toast(event.reason.message);
});
keepFocus();
render(html`<${App} />`, element);
if (wasUpdated()) toast(t("state.updated"));
void loadBranding();

if ("serviceWorker" in navigator) {
  const register = async () => {
    await navigator.serviceWorker.register(new URL("../sw.js", import.meta.url), { scope: new URL("../", import.meta.url).pathname });
    await navigator.serviceWorker.ready;
    // The page loads its texts before the worker is active. The worker keeps the release's files in this cache.
    await (await caches.open(`rollcall-${release}`)).add(new URL(`./i18n/${language.peek()}.js`, import.meta.url));
  };
  // The registration starts later so that it doesn't delay the page. Without the worker, only the offline start is missing.
  setTimeout(() => register().catch(() => {}), 3000);
}
