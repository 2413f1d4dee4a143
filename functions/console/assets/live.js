// The live connection. After a loss it reconnects and requests the missed messages. It never passes a message on twice.
import { get, post } from "./api.js";
import { signal } from "./vendor/preact.js";

/** @typedef {{ type: string, id: string, at: string, data: any }} Message */

/** Whether messages arrive now. */
export const live = signal(/** @type {"off" | "waiting" | "open"} */ ("off"));
/** The number of unread notifications. 100 means 100 or more. */
export const unread = signal(0);

/** API Gateway closes connections that are idle for ten minutes. */
const PING_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;

/** @type {Map<string, Set<(message: Message) => void>>} */
const listeners = new Map();
/** The newest version seen of each day and presence. Live messages can arrive twice or late. @type {Map<string, number>} */
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
 * Calls `listener` with each live message of a type: `notification`, `presence`, `day`, or `resync`. A `resync` message means that data on the
 * screen may be outdated.
 * @param {string} type
 * @param {(message: Message) => void} listener
 * @returns {() => void} Removes the listener.
 */
export function on(type, listener) {
  const of = listeners.get(type) ?? new Set();
  listeners.set(type, of.add(listener));
  return () => of.delete(listener);
}

/** Opens the connection and keeps it open until `disconnect`. */
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
  // The call fails offline or after the end of the session. The next attempt shows which of the two it is.
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
  // The random delay (full jitter) spreads the reconnects of many clients after a restart of the server.
  retry = setTimeout(() => void open(), Math.random() * pause);
  pause = Math.min(2 * pause, MAX_PAUSE_MS);
}

/** @param {Message} message */
function receive(message) {
  if (message.type === "notification") {
    // Ids are ordered by time, so a message that arrives twice is ignored.
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
