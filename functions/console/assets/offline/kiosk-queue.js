// Punches that people made at a kiosk without a network. The person's name, PIN or badge is encrypted with a key that no script can
// export. It is deleted as soon as the API has responded.
import { deviceToken } from "../kiosk.js";
import { call } from "../api.js";
import { signal } from "../vendor/preact.js";
import { all, drop, find, keep } from "./database.js";
import { MAX_ROWS, moment, sender, sendingLoop } from "./punches.js";

/** @typedef {import("../kiosk.js").Person} Person */
/** @typedef {import("./punches.js").Moment & { client_id: string, action: import("./punches.js").Action, iv: Uint8Array<ArrayBuffer>, sealed: ArrayBuffer }} Row */

const KEY = "kiosk";
/** The key of the refused punches. They share the store of the keys: a new store needs a new version, which an older release can't open. */
const REFUSED = "kiosk_refused";

/** The number of punches that wait to be sent. */
export const waiting = signal(0);
/** @typedef {{ client_id: string, occurred_at: string, code?: string }} Refused A refused punch: its id, time and reason. Rows of earlier releases have no code. */
/** The punches that the API refused. They stay on the device until somebody closes their message. */
export const refused = signal(/** @type {Refused[]} */ ([]));

/** Returns the encryption key of this kiosk. Creates it on first use. @returns {Promise<CryptoKey>} */
async function key() {
  const kept = await find("keys", KEY);
  if (kept !== undefined) return kept;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await keep("keys", made, KEY);
  return made;
}

/** Loads the waiting and the refused punches that were stored before the page was closed. */
export async function load() {
  refused.value = await keptRefused();
  waiting.value = (await all("kiosk_punches")).length;
  if (waiting.value > 0) void send();
}

/**
 * Stores a punch.
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

/**
 * Records that a punch was refused: its id, its time and the reason. It contains no data of the person.
 * @param {Row} row
 * @param {string | null | undefined} code
 */
async function refuse({ client_id, occurred_at }, code) {
  const others = (await keptRefused()).filter((one) => one.client_id !== client_id);
  refused.value = [...others, { client_id, occurred_at, ...(code ? { code } : {}) }];
  await keep("keys", refused.peek(), REFUSED);
}

/** Deletes the refused punches after somebody has seen them. */
export async function dismiss() {
  refused.value = [];
  await drop("keys", REFUSED);
}

/** @param {Row} row */
async function opened({ iv, sealed, ...punch }) {
  const person = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await key(), sealed);
  return { ...punch, ...JSON.parse(new TextDecoder().decode(person)) };
}

/** Sends the waiting punches. */
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
    // The refusal is stored before the row is deleted, so that it is never lost. A punch with a wrong PIN isn't refused: a manager reviews it.
    if (status === "refused" && made) await refuse(made, code);
    await drop("kiosk_punches", id);
  }
  waiting.value = (await all("kiosk_punches")).length;
  return waiting.value > 0;
});

addEventListener("online", () => void send());
