// Punches that people made at a kiosk without a network. Who they are, their PIN or badge is kept only under a key that no script can
// read out of the browser, and is dropped as soon as the API has answered.
import { deviceToken } from "../kiosk.js";
import { call } from "../api.js";
import { signal } from "../vendor/preact.js";
import { all, drop, find, keep } from "./database.js";
import { MAX_ROWS, moment, sender, sendingLoop } from "./punches.js";

/** @typedef {import("../kiosk.js").Person} Person */
/** @typedef {import("./punches.js").Moment & { client_id: string, action: import("./punches.js").Action, iv: Uint8Array<ArrayBuffer>, sealed: ArrayBuffer }} Row */

const KEY = "kiosk";
/** The key of the refused punches. They are in the store of the keys: a new store would need a new version, which an older release can't open. */
const REFUSED = "kiosk_refused";

/** How many punches wait. */
export const waiting = signal(0);
/** @typedef {{ client_id: string, occurred_at: string, code?: string }} Refused The id and the time of a punch that the API refused, and why. Rows of earlier releases have no code. */
/** The punches that the API refused. They stay on the device until somebody closes their message. */
export const refused = signal(/** @type {Refused[]} */ ([]));

/** The key of this kiosk, made when it is first needed. @returns {Promise<CryptoKey>} */
async function key() {
  const kept = await find("keys", KEY);
  if (kept !== undefined) return kept;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await keep("keys", made, KEY);
  return made;
}

/** Takes up what waited, and what was refused, when the page was closed. */
export async function load() {
  refused.value = await keptRefused();
  waiting.value = (await all("kiosk_punches")).length;
  if (waiting.value > 0) void send();
}

/**
 * Keeps a punch.
 * @param {Person} person
 * @param {import("./punches.js").Action} action
 */
export async function add(person, action) {
  const at = moment();
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), new TextEncoder().encode(JSON.stringify(person)));
  await keep("kiosk_punches", { client_id: crypto.randomUUID(), action, ...at, iv, sealed });
  waiting.value++;
  void send();
  return at.occurred_at;
}

/** @returns {Promise<Refused[]>} */
const keptRefused = async () => (await find("keys", REFUSED)) ?? [];

/** Keeps that a punch was refused: its id, its time and why, and nothing of the person. @param {Row} row @param {string | null | undefined} code */
async function refuse({ client_id, occurred_at }, code) {
  const others = (await keptRefused()).filter((one) => one.client_id !== client_id);
  refused.value = [...others, { client_id, occurred_at, ...(code ? { code } : {}) }];
  await keep("keys", refused.peek(), REFUSED);
}

/** Drops the refused punches, once somebody has seen them. */
export async function dismiss() {
  refused.value = [];
  await drop("keys", REFUSED);
}

/** @param {Row} row */
async function opened({ iv, sealed, ...punch }) {
  const person = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await key(), sealed);
  return { ...punch, ...JSON.parse(new TextDecoder().decode(person)) };
}

/** Sends what waits. */
export const send = sendingLoop("rollcall.kiosk", async () => {
  const rows = /** @type {Row[]} */ (await all("kiosk_punches"));
  const token = deviceToken();
  waiting.value = rows.length;
  if (rows.length === 0 || token === null) return false;
  const punches = await Promise.all(rows.slice(0, MAX_ROWS).map(opened));
  const { results } = await call("POST", "/kiosk/batch", { token, body: { ...sender(), punches } });
  for (const { client_id: id, status, code } of /** @type {import("./punches.js").Result[]} */ (results)) {
    if (status === "retry") continue;
    const made = rows.find((row) => row.client_id === id);
    // Before the row is dropped, so that a refusal is never lost. A punch with a wrong PIN isn't refused: it waits for a manager.
    if (status === "refused" && made) await refuse(made, code);
    await drop("kiosk_punches", id);
  }
  waiting.value = (await all("kiosk_punches")).length;
  return waiting.value > 0;
});

addEventListener("online", () => void send());
