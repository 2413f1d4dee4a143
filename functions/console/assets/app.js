// The start: language, session, then the page that the address names.
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

/** Every page, by its part of the address. A page is loaded when it is first shown. */
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

/** Pages that have the whole screen, and ask nobody to sign in. */
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
  // By what is shown: the page before stays as it is until the next one has been loaded.
  if (ALONE.has(current?.name ?? place.value.page)) return html`<div ref=${main}>${content}<${Confirmation} /><${Toasts} /></div>`;
  return html`<${Shell} main=${main}>${content}<//><${Confirmation} />`;
}

/**
 * After a change of pages the focus is on the new page's heading, so that screen readers say it. A heading that comes later, or takes the
 * place of the first one while the page loads, gets the focus as well, unless the person has moved it meanwhile.
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

/** What holds a list, whose next row gets the focus of a row that is removed. */
const LISTS = "ul, ol, tbody";

/**
 * Where the focused element is removed, for example a button by its own action, what is nearest to it gets the focus: in a list the next row,
 * else a part with `data-focus-home`, or the heading above. Otherwise the focus would be on the document, and the next Tab at its beginning.
 */
function keepFocus() {
  /** The elements around the focus, from the inside, each with its place in its parent. @type {{ element: Element, at: number }[]} */
  let around = [];
  document.addEventListener("focusin", ({ target }) => {
    around = [];
    for (let element = /** @type {Element | null} */ (target); element && element !== document.body; element = element.parentElement) {
      around.push({ element, at: [...(element.parentElement?.children ?? [])].indexOf(element) });
    }
  });
  // Who clicks beside everything leaves the focus.
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
 * A page; where it fails, what is wrong with it.
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
/** Starts without a network, because the API didn't answer. `navigator.onLine` can be true without a connection to the internet. */
const startOffline = () => {
  online.value = false;
  user.value = null;
};
await Promise.all([useLanguage(preferred()), isAlone() ? undefined : restore().catch(startOffline)]);

effect(() => {
  // Who is on the way to a page already stays on it.
  const next = isAlone() ? place.value.params.get("next") : place.value.page + location.search;
  if (restriction.value !== null && place.value.page !== "restricted") navigate("restricted", { next }, { replace: true });
  if (user.value !== null || isAlone()) return;
  // Without a network nobody can sign in, but the person who was here last can punch.
  const isKnown = !online.value && localStorage.getItem(PERSON) !== null;
  navigate(isKnown ? "offline" : "sign-in", { next }, { replace: true });
});
effect(() => void load(place.value.page));
let known = "";
effect(() => {
  // A refresh brings the same person again.
  const id = user.value?.id ?? "";
  if (id === known) return;
  known = id;
  disconnect();
  if (user.value) {
    void adopt(/** @type {{ language?: string }} */ (user.value).language);
    // What is restricted answers nothing yet.
    if (restriction.value !== null) return;
    start();
    void connect();
    if (localStorage.getItem(QUEUED) !== null) void loadPart(() => import("./offline/queue.js")).then(async ({ load, send }) => (await load(id), send()));
  }
});
// A button whose dialog can't be loaded says so.
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
    // The texts came before the worker: it keeps the release's files in this cache.
    await (await caches.open(`rollcall-${release}`)).add(new URL(`./i18n/${language.peek()}.js`, import.meta.url));
  };
  // After the page, so that it doesn't wait for it. Without a worker only the offline start is missing.
  setTimeout(() => register().catch(() => {}), 3000);
}
