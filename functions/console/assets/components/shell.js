// The frame around every page: navigation, notifications, account menu, and the network state.
import { Problem, online } from "../api.js";
import { branding, companyName, hasTimesheets, toMend, waiting } from "../bootstrap.js";
import { t } from "../i18n/index.js";
import { live, on, unread } from "../live.js";
import { href, loadPart, navigate, place } from "../router.js";
import { confirmation, signOut, user } from "../session.js";
import { effect, html, useEffect, useRef, useState } from "../vendor/preact.js";
import { Toasts, closeAll, toast } from "./toast.js";
import { Avatar, Icon } from "./ui.js";

/** @typedef {[string, string, import("../i18n/index.js").Key, ("employee" | "manager" | "admin")[]]} Tab */

/** The pages of the navigation: address, icon, key of the name, and roles. */
const TABS = /** @type {Tab[]} */ ([
  ["today", "house", "nav.today", ["employee", "manager", "admin"]],
  ["calendar", "calendar-days", "nav.calendar", ["employee", "manager", "admin"]],
  ["requests", "palmtree", "nav.requests", ["employee", "manager", "admin"]],
  ["team", "users", "nav.team", ["manager", "admin"]],
  ["approvals", "check-check", "nav.approvals", ["manager", "admin"]],
]);
/** Pages that have no room in a phone's navigation. On phones they are in the account menu. */
const MORE = /** @type {Tab[]} */ ([
  ["timesheet", "file-text", "nav.timesheet", ["employee", "manager", "admin"]],
  ["roster", "calendar-clock", "nav.roster", ["manager", "admin"]],
  ["reports", "chart-column", "nav.reports", ["manager", "admin"]],
  ["pay", "wallet", "nav.pay", ["manager", "admin"]],
  ["people", "user", "nav.people", ["manager", "admin"]],
  ["company", "briefcase", "nav.company", ["admin"]],
]);

/** Pages for companies with pay periods. */
const OF_PAY = ["timesheet", "pay"];

/** @param {Tab[]} tabs */
function own(tabs) {
  const role = user.value?.role ?? "employee";
  return tabs.filter(([page, , , roles]) => roles.includes(role) && (hasTimesheets.value || !OF_PAY.includes(page)));
}

/** The minimum time between two messages about notifications. */
const NEWS_MS = 10_000;
let lastNews = -Infinity;
/** The titles that the next message contains. @type {string[]} */
let news = [];
/** @type {ReturnType<typeof setTimeout> | undefined} */
let newsTimer;

/** Shows new notifications in a message, except on the page *Inbox*. */
function showNews() {
  const titles = news;
  news = [];
  if (titles.length === 0 || !user.peek() || place.peek().page === "inbox") return;
  lastNews = performance.now();
  toast(titles.length === 1 ? (titles[0] ?? "") : t("live.messages", { count: titles.length }));
}

on("notification", ({ data }) => {
  news.push(data.title);
  // Notifications that arrive in the meantime are counted in one message.
  if (news.length === 1) newsTimer = setTimeout(showNews, Math.max(0, lastNews + NEWS_MS - performance.now()));
});

/** The id of the person that the messages belong to. @type {string | undefined} */
let owner;
effect(() => {
  const id = user.value?.id;
  if (id === owner) return;
  // On a shared device, the next person must not see the previous person's messages.
  if (owner !== undefined) closeAll();
  owner = id;
  news = [];
  lastNews = -Infinity;
  clearTimeout(newsTimer);
});

/** The delay before an administrator's findings are counted, so that the page loads first. */
const COUNT_MS = 5_000;

/** Counts an administrator's findings, from shortly after the start. */
function useFindings() {
  const isAdmin = user.value?.role === "admin";
  useEffect(() => {
    if (!isAdmin) return;
    const use = (/** @type {(part: typeof import("./company/findings.js")) => void} */ act) => void import("./company/findings.js").then(act).catch(() => {});
    /** @type {(() => void)[]} */
    const stops = [on("notification", ({ id, data }) => use(({ onNotification }) => onNotification({ id, data }))), on("resync", () => use(({ onResync }) => onResync()))];
    let isOver = false;
    const timer = setTimeout(() => use(({ watchFindings }) => isOver || stops.push(watchFindings())), COUNT_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [isAdmin, user.value?.id]);
}

/** Returns the number of waiting items of a page (null if it isn't known), and its text. @param {string} page @returns {[number | null, string] | undefined} */
function countOf(page) {
  if (page === "approvals" && waiting.value > 0) return [waiting.value, t("nav.waiting", { count: waiting.value })];
  if (page !== "company" || toMend.value === 0) return undefined;
  return toMend.value === "some" ? [null, t("nav.to_mend_some")] : [toMend.value, t("nav.to_mend", { count: toMend.value })];
}

/** @param {{ page: string }} props */
function Count({ page }) {
  const count = countOf(page);
  return count ? html`<span class=${count[0] === null ? "count some" : "count"} aria-hidden="true">${count[0]}</span><span class="visually-hidden">${count[1]}</span>` : null;
}

/** @param {{ main: { current: HTMLElement | null }, children?: import("./ui.js").Children }} props */
export function Shell({ main, children }) {
  useFindings();
  const skip = () => main.current?.querySelector("h1")?.focus();
  return html`<div class="shell">
    <a class="skip button" href="#main" onClick=${skip}>${t("nav.skip")}</a>
    <header class="topbar">
      <${Brand} />
      <${Bell} />
      <${Account} />
    </header>
    <nav class="tabs" aria-label=${t("nav.main")}>
      <${Brand} />
      ${own([...TABS, ...MORE]).map(
        ([page, icon, name]) => html`<a key=${page} class=${MORE.some(([one]) => one === page) ? "at-desk" : ""} href=${href(page)} aria-current=${place.value.page === page ? "page" : undefined}>
          <${Icon} name=${icon} /><span>${t(name)}</span>
          <${Count} page=${page} />
        </a>`,
      )}
    </nav>
    <main class="main" id="main" ref=${main}>
      ${!online.value && html`<p class="banner" role="status"><${Icon} name="wifi-off" />${t("state.offline")}</p>`}
      ${children}
    </main>
    <${Toasts} />
  </div>`;
}

/** The company's logo or name, as a link to the first page. */
function Brand() {
  const logo = branding.value?.logo;
  return html`<a class="brand" href=${href("today")}>${logo ? html`<img class="logo" src=${logo} alt=${companyName.value} />` : companyName.value}</a>`;
}

/** The dialog that confirms a sensitive change. It is loaded on first use. */
export function Confirmation() {
  const [dialog, setDialog] = useState(/** @type {import("./ui.js").Children} */ (null));
  const answer = confirmation.value;
  useEffect(() => {
    if (answer === null) return setDialog(null);
    const show = async () => {
      try {
        const { ConfirmDialog } = await loadPart(() => import("./confirm-dialog.js"), { mayReload: false });
        setDialog(html`<${ConfirmDialog} onAnswer=${answer} />`);
      } catch (error) {
        // If the dialog can't be loaded, the change fails and its form shows the error, because the form can cover all other messages.
        answer(Promise.reject(new Problem(503, { code: "missing_part", detail: /** @type {Error} */ (error).message })));
      }
    };
    void show();
  }, [answer]);
  return dialog;
}

function Bell() {
  const count = unread.value;
  const text = count >= 100 ? "99+" : String(count);
  return html`<a class="button quiet icon-only with-count" href=${href("inbox")} title=${t("nav.inbox", { count })} data-live=${live.value}>
    <${Icon} name="bell" /><span class="visually-hidden">${t("nav.inbox", { count })}</span>${count > 0 && html`<span class="count" aria-hidden="true">${text}</span>`}
  </a>`;
}

function Account() {
  const [isOpen, setOpen] = useState(false);
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  /** Returns the menu items that are visible. Some items are visible only on phones. */
  const items = () => [...(element.current?.querySelectorAll(/** @type {"button"} */ ('[role="menuitem"]')) ?? [])].filter((item) => item.offsetParent !== null);
  useEffect(() => {
    if (!isOpen) return;
    items()[0]?.focus();
    const close = (/** @type {Event} */ event) => {
      if (!(event.target instanceof Node && element.current?.contains(event.target))) setOpen(false);
    };
    addEventListener("pointerdown", close);
    return () => removeEventListener("pointerdown", close);
  }, [isOpen]);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      setOpen(false);
      element.current?.querySelector("button")?.focus();
    } else if (step !== undefined && isOpen) {
      event.preventDefault();
      const all = items();
      const at = all.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
      all[(at + step + all.length) % all.length]?.focus();
    }
  };
  const name = user.value?.full_name ?? "";
  return html`<div class="menu" ref=${element} onKeyDown=${onKeyDown}>
    <button class="button quiet icon-only" aria-haspopup="menu" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>
      <${Avatar} name=${name} /><span class="visually-hidden">${t("nav.account", { name })}</span>
    </button>
    ${isOpen &&
    html`<div role="menu">
      <p class="small muted" style=${{ padding: "var(--space-2) var(--space-3)" }}>${name}</p>
      ${own(MORE).map(
        ([page, icon, key]) => html`<a key=${page} class="on-phone" role="menuitem" href=${href(page)} onClick=${() => setOpen(false)}><${Icon} name=${icon} />${t(key)}<${Count} page=${page} /></a>`,
      )}
      <a role="menuitem" href=${href("preferences")} onClick=${() => setOpen(false)}><${Icon} name="settings" />${t("nav.preferences")}</a>
      <button role="menuitem" onClick=${async () => (await signOut(), navigate("sign-in"))}><${Icon} name="log-out" />${t("nav.sign_out")}</button>
    </div>`}
  </div>`;
}
