// Functions that journeys and screenshots share: a browser, signed-in people, and checks for errors.
import { chromium } from "playwright-core";

/** The address of the console: the local stack's, or that of dev.mjs. */
export const url = process.env.ROLLCALL_URL ?? "http://127.0.0.1:3000";
export const PASSWORD = "rollcall-demo-2026";

export const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 800 } };

/**
 * @param {string[]} [more] Further arguments of Chromium.
 * @param {string} [locale] The language of the browser itself, if it differs from the machine's.
 */
export function launch(more = [], locale) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    ...(locale ? { env: { ...process.env, LANGUAGE: locale.replace("-", "_") } } : {}),
    // The sandbox doesn't work as root. The camera is a simulated video and is allowed.
    args: ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", ...more],
  });
}

/**
 * Opens a page in a new context, which shares nothing with other contexts. Errors and unexpected requests are collected in `faults`.
 * @param {import("playwright-core").Browser} browser
 */
export async function open(browser, { size = "desk", scheme = "light", locale = "en-GB", ...more } = {}) {
  const context = await browser.newContext({
    viewport: SIZES[size],
    colorScheme: scheme,
    locale,
    hasTouch: size === "phone",
    isMobile: size === "phone",
    permissions: ["geolocation", "camera"],
    geolocation: { latitude: 53.5461, longitude: 9.9665 },
    serviceWorkers: "block",
    ...more,
  });
  const page = await context.newPage();
  watchRequests(page);
  const faults = [];
  const own = new URL(url).hostname;
  page.on("console", (message) => {
    // Workers are blocked unless a journey allows them.
    if (message.text().includes("blocked by Playwright")) return;
    if (["error", "warning"].includes(message.type())) faults.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (["http:", "https:", "ws:", "wss:"].includes(protocol) && hostname !== own) faults.push(`loaded from elsewhere: ${request.url()}`);
  });
  return { context, page, faults };
}

/** Opens the console as one of the demo people. @param {import("playwright-core").Page} page */
export async function signIn(page, username, path = "") {
  await page.goto(`${url}/app/sign-in${path === "" ? "" : `?next=${path}`}`);
  await page.fill("[name=username]", username);
  await page.fill("[name=password]", PASSWORD);
  await page.click("form [type=submit]");
  await page.waitForSelector(".shell h1");
}

/** Goes to a page within the console without a reload. @param {import("playwright-core").Page} page */
export async function go(page, path) {
  await page.evaluate((path) => {
    history.pushState(null, "", new URL(path, document.baseURI.replace(/[^/]*$/, "")));
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);
  const name = path.split("?")[0].replace("./", "") || "today";
  await page.waitForSelector(`html[data-page="${name}"]`);
  await settled(page);
}

/**
 * Installs the console's worker, as the console does three seconds after its start, and reloads the page. Waits until the worker controls
 * the page and has stored the texts, which it does when the page loads them.
 * @param {import("playwright-core").Page} page
 */
export async function withWorker(page) {
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("/app/sw.js", { scope: "/app/" });
    await navigator.serviceWorker.ready;
  });
  await page.reload();
  await page.waitForSelector(".shell h1");
  await page.waitForFunction(async () => {
    const kept = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    return navigator.serviceWorker.controller !== null && kept.flat().some(({ url }) => url.endsWith(`/i18n/${document.documentElement.lang}.js`));
  });
}

/** The time without a request after which a page counts as loaded. */
const QUIET_MS = 80;
/** The pending requests by page. @type {WeakMap<import("playwright-core").Page, Set<import("playwright-core").Request>>} */
const underWay = new WeakMap();

/** @param {import("playwright-core").Page} page */
function watchRequests(page) {
  const requests = new Set();
  underWay.set(page, requests);
  page.on("request", (request) => requests.add(request));
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => requests.delete(request));
}

/**
 * Waits until nothing is being loaded. `networkidle` doesn't work here: Playwright reports it at once if a change of pages loads no document.
 * @param {import("playwright-core").Page} page
 */
export async function settled(page) {
  await page.waitForLoadState();
  const end = performance.now() + 30_000;
  let quietSince = performance.now();
  while (performance.now() - quietSince < QUIET_MS || (await isBusy(page))) {
    if (underWay.get(page).size > 0) quietSince = performance.now();
    if (performance.now() > end) throw new Error(`still loading: ${[...underWay.get(page)].map((one) => one.url()).join(", ")}`);
    await page.waitForTimeout(20);
  }
}

/** @param {import("playwright-core").Page} page */
const isBusy = (page) => page.evaluate(() => document.querySelector("[aria-busy=true]") !== null).catch(() => true);

/** Calls the API or the stack itself. */
export async function call(method, path, { body, token } = {}) {
  const headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(`${url}${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** The number of calls with which `soon` measures the machine's speed, and the factor for the time limit. */
const CALLS = 5;
const TIMES_CALLS = 20;

/**
 * Returns the time within which others must see a change: two seconds, or more on a busy machine. The load of the machine must not fail a journey.
 */
export async function soon() {
  const began = performance.now();
  for (let made = 0; made < CALLS; made++) await call("GET", "/branding");
  return Math.max(2_000, TIMES_CALLS * (performance.now() - began));
}

/** Access tokens by username, until the clock is set. A sign-in is slow, because it hashes a password. */
const tokens = new Map();

/** Returns the access token of a demo person. @param {string} username */
export async function token(username) {
  if (!tokens.has(username)) tokens.set(username, (await call("POST", "/auth/login", { body: { username, password: PASSWORD } })).access_token);
  return tokens.get(username);
}

/**
 * Creates a person with a password of their own, so that a journey doesn't depend on other journeys.
 * @param {string} name
 * @param {object} [more]
 */
export async function newcomer(name, more = {}) {
  const first = name.split(" ")[0].normalize("NFD").replace(/[^a-zA-Z]/g, "").toLowerCase();
  const username = `${first}.${Date.now().toString(36)}`;
  const admin = await token("ada");
  const { now } = await call("GET", "/clock", { token: admin });
  const made = await call("POST", "/users", { token: admin, body: { username, full_name: name, hired_on: now.slice(0, 10), ...more } });
  const entered = await call("POST", "/auth/login", { body: { username, password: made.temporary_password } });
  await call("PUT", "/auth/password", { token: entered.access_token, body: { current_password: made.temporary_password, new_password: PASSWORD } });
  return { id: made.id ?? made.user?.id, username, token: await token(username) };
}

/**
 * Clocks a demo person in or out and ends their break, if other journeys left another state. Returns their access token.
 * @param {string} username
 * @param {boolean} isAtWork
 */
export async function clocked(username, isAtWork) {
  const access = await token(username);
  const { presence } = await call("GET", "/clock", { token: access });
  if (presence === "on_break") await call("POST", "/breaks/end", { token: access, body: {} });
  if ((presence !== "out") !== isAtWork) await call("POST", isAtWork ? "/clock/in" : "/clock/out", { token: access, body: {} });
  return access;
}

/** Creates a kiosk at the first site, and returns it with its device token. @param {string} name */
export async function newKiosk(name) {
  const admin = await token("ada");
  const site = (await call("GET", "/sites", { token: admin })).items[0];
  return call("POST", "/kiosks", { token: admin, body: { site_id: site.id, name } });
}

/** Sets the stack's clock. @param {string} now */
export function setClock(now) {
  tokens.clear();
  return call("PUT", "/_local/clock", { body: { now } });
}
