// The service worker, which lets the console open without a network. It keeps the page and this release's files, which never change under
// their paths. It never keeps a response of the API.
//
// A new worker waits until no page of the old release is open, so that nobody's work is interrupted. The tab of a kiosk is never closed,
// so the kiosk sends a message when the new worker may start.
/// <reference lib="webworker" />

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const RELEASE = "{{hash}}";
const CACHE = `rollcall-${RELEASE}`;
/** The path prefix of the release's files. */
const FILES = new URL(`./${RELEASE}/`, worker.registration.scope).pathname;
const PAGE = new URL("./", worker.registration.scope).href;
/** The files that clock-ins need without a network, in addition to the first page: the modules of *Today*, *Offline* and the kiosk. */
const OFFLINE = [
  "pages/offline.js", "pages/kiosk.js", "offline/database.js", "offline/punches.js", "offline/queue.js", "offline/status.js", "offline/kiosk-queue.js",
  "components/queue-list.js", "components/camera.js", "components/dialog.js", "components/form.js", "components/cost-center.js", "components/scan-dialog.js",
  "components/correction.js", "components/session-rows.js", "components/timeline-edit.js", "components/day-timeline.js", "components/pin-pad.js", "components/qr-code.js", "components/kiosk-code.js", "components/kiosk-device.js", "components/kiosk-people.js", "kiosk.js", "vendor/qr.js",
];

worker.addEventListener("install", (event) => event.waitUntil(install()));

/** Stores the page and all files that it links. The browser has most of them in its cache, so they aren't downloaded twice. */
async function install() {
  const cache = await caches.open(CACHE);
  const page = await fetch(PAGE, { cache: "no-cache" });
  if (!page.ok) throw new Error(`the page is answered with ${page.status}`);
  const links = [...(await page.clone().text()).matchAll(/"(\.\/[0-9a-f]{12}\/[^"]+)"/g)].map(([, link]) => new URL(link ?? "", PAGE).href);
  await Promise.all([cache.put(PAGE, page), cache.addAll([...new Set([...links, ...OFFLINE.map((path) => new URL(path, new URL(FILES, PAGE)).href)])])]);
}

worker.addEventListener("activate", (event) => event.waitUntil(activate()));

async function activate() {
  for (const name of await caches.keys()) if (name.startsWith("rollcall-") && name !== CACHE) await caches.delete(name);
}

worker.addEventListener("message", ({ data }) => {
  if (data === "activate") void worker.skipWaiting();
});

// A push message shows a notification. A repeated notification replaces the first one, and a click opens its page.
worker.addEventListener("push", (event) => {
  const { id, title, body, url } = event.data?.json() ?? {};
  if (title) event.waitUntil(worker.registration.showNotification(title, { body, tag: id, data: { url }, icon: new URL(`./${RELEASE}/icons/icon-192.png`, PAGE).href }));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(new URL(event.notification.data?.url ?? "", PAGE).href));
});

/** Shows an address in an open window of the console, or in a new window. @param {string} address */
async function open(address) {
  const windows = await worker.clients.matchAll({ type: "window" });
  const shown = windows.find((window) => window.url.startsWith(PAGE));
  if (shown === undefined) return worker.clients.openWindow(address);
  await shown.focus();
  return shown.navigate(address);
}

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (request.mode === "navigate" && url.href.startsWith(PAGE)) event.respondWith(page(request));
  else if (url.pathname.startsWith(FILES)) event.respondWith(file(request));
});

/**
 * Returns the newest page. Without a network, returns the stored page.
 * @param {Request} request
 */
async function page(request) {
  try {
    return await fetch(request);
  } catch {
    const kept = await caches.match(PAGE, { cacheName: CACHE, ignoreVary: true });
    return kept ?? Response.error();
  }
}

/**
 * Returns a file of this release from the cache. If it isn't there, loads and stores it.
 * @param {Request} request
 */
async function file(request) {
  const kept = await caches.match(request, { cacheName: CACHE, ignoreVary: true });
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(CACHE)).put(request, answer.clone());
  return answer;
}
