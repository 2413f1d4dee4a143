// The live connection: it comes back after a loss, asks for what it missed, and never passes a message on twice.
import { get, post } from "./api.js";
import { signal } from "./vendor/preact.js";

/** @typedef {{ type: string, id: string, at: string, data: any }} Message */

/** Whether messages arrive now. */
export const live = signal(/** @type {"off" | "waiting" | "open"} */ ("off"));
/** How many notifications are unread; 100 means 100 or more. */
export const unread = signal(0);

/** API Gateway ends connections that were idle for ten minutes. */
const PING_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;

/** @type {Map<string, Set<(message: Message) => void>>} */
const listeners = new Map();
/** The newest version seen of each day and presence: messages may come twice, or late. @type {Map<string, number>} */
const versions = new Map();
/** @type {WebSocket | undefined} */
let socket;
/** @type {string | undefined} */
let since;
let pause = FIRST_PAUSE_MS;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let retry;
/** @type {ReturnType<typeof setInterval> | undefined} */
let ping;

/**
 * Calls `listener` with each message of a type: `notification`, `presence`, `day`, or `resync`, which says that figures
 * on the screen may be old.
 * @param {string} type
 * @param {(message: Message) => void} listener
 * @returns {() => void} Stops it.
 */
export function on(type, listener) {
  const of = listeners.get(type) ?? new Set();
  listeners.set(type, of.add(listener));
  return () => of.delete(listener);
}

/** Opens the connection, and keeps it open until `disconnect`. */
export async function connect() {
  if (live.value !== "off") return;
  live.value = "waiting";
  await readInbox();
  await open();
}

export function disconnect() {
  live.value = "off";
  clearTimeout(retry);
  clearInterval(ping);
  socket?.close();
  socket = undefined;
  since = undefined;
  versions.clear();
}

async function readInbox() {
  const inbox = await get("/notifications", { query: { limit: 1 } }).catch(() => undefined);
  if (inbox === undefined) return;
  unread.value = inbox.unread_count;
  since ??= inbox.items[0]?.id;
}

async function open() {
  // Offline, or the session has ended: the next try tells.
  const ticket = await post("/live/tickets").catch(() => undefined);
  if (live.value === "off") return;
  if (ticket === undefined) return wait();
  const opened = new WebSocket(ticket.url);
  socket = opened;
  opened.addEventListener("open", () => {
    const isReturn = pause !== FIRST_PAUSE_MS;
    pause = FIRST_PAUSE_MS;
    live.value = "open";
    if (since !== undefined) opened.send(JSON.stringify({ action: "resume", since }));
    else if (isReturn) dispatch({ type: "resync", id: "", at: "", data: {} });
    ping = setInterval(() => opened.send(JSON.stringify({ action: "ping" })), PING_MS);
  });
  opened.addEventListener("message", ({ data }) => receive(JSON.parse(String(data))));
  opened.addEventListener("close", () => {
    clearInterval(ping);
    if (socket === opened && live.value !== "off") wait();
  });
}

function wait() {
  live.value = "waiting";
  // Full jitter, so that the clients of a restarted server don't come back at once.
  retry = setTimeout(() => void open(), Math.random() * pause);
  pause = Math.min(2 * pause, MAX_PAUSE_MS);
}

/** @param {Message} message */
function receive(message) {
  if (message.type === "notification") {
    // Ids are ordered by time; a message may arrive twice.
    if (since !== undefined && message.id <= since) return;
    since = message.id;
    unread.value = Math.min(100, unread.value + 1);
  }
  if (message.type === "day" && !isNewer(`${message.data.user_id} ${message.data.date}`, message.data.version)) return;
  if (message.type === "presence") {
    const changes = message.data.changes.filter((/** @type {any} */ change) => isNewer(change.user_id, change.version));
    message = { ...message, data: { changes } };
  }
  if (message.type === "resync") void readInbox();
  dispatch(message);
}

/**
 * @param {string} key
 * @param {number} version
 */
function isNewer(key, version) {
  if ((versions.get(key) ?? -1) >= version) return false;
  versions.set(key, version);
  return true;
}

/** @param {Message} message */
function dispatch(message) {
  for (const listener of listeners.get(message.type) ?? []) listener(message);
}
