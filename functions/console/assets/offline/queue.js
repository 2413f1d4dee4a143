// Punches that a person made without a network. They are stored with their time, and sent when the same person is signed in again.
import { post } from "../api.js";
import { QUEUED } from "../bootstrap.js";
import { user } from "../session.js";
import { computed, signal } from "../vendor/preact.js";
import { all, drop, keep } from "./database.js";
import { MAX_ROWS, deviceId, moment, sender, sendingLoop } from "./punches.js";

/** @typedef {import("./punches.js").Action} Action */
/** @typedef {import("./punches.js").Moment & { client_id: string, user_id: string, action: Action, remark?: string, location?: object, photo?: string, upload_id?: string, cost_center?: string,
 *   result?: import("./punches.js").Result }} Row `result`: the result of the punch, until the person has seen it. */

/** The person's punches that wait to be sent, or that have a result the person hasn't seen yet. */
export const queue = signal(/** @type {Row[]} */ ([]));
/** The punches that wait to be sent. */
export const waiting = computed(() => queue.value.filter((row) => row.result === undefined));
/** The number of batches that the API has processed. Pages reload their data when it grows. */
export const sent = signal(0);

/** @param {Row[]} rows */
function show(rows) {
  queue.value = rows.sort((a, b) => a.occurred_at.localeCompare(b.occurred_at));
}

/** Loads the stored punches of a person. @param {string} id */
export async function load(id) {
  const rows = /** @type {Row[]} */ (await all("punches"));
  if (rows.length === 0) localStorage.removeItem(QUEUED);
  show(rows.filter((row) => row.user_id === id));
}

/**
 * Stores a punch.
 * @param {string} id The id of the person.
 * @param {{ action: Action, remark?: string, location?: object, photo?: string, cost_center?: string }} punch
 */
export async function add(id, punch) {
  const row = /** @type {Row} */ ({ client_id: crypto.randomUUID(), user_id: id, ...punch, ...moment() });
  await keep("punches", row);
  localStorage.setItem(QUEUED, "1");
  show([...queue.peek(), row]);
  // The request prevents the browser from deleting the data when the disk is full.
  void navigator.storage?.persist?.();
  void send();
}

/** Removes a punch that the person has seen. @param {string} clientId */
export async function dismiss(clientId) {
  await drop("punches", clientId);
  show(queue.peek().filter((row) => row.client_id !== clientId));
}

/** Sends the waiting punches. */
export const send = sendingLoop("rollcall.queue", async () => {
  const id = user.peek()?.id;
  const rows = queue.peek().filter((row) => row.user_id === id && row.result === undefined).slice(0, MAX_ROWS);
  if (id === undefined || rows.length === 0) return false;
  for (const row of rows) await upload(row);
  const punches = rows.map(({ client_id, action, occurred_at, boot_id, monotonic_ms, remark, location, upload_id, cost_center }) => ({
    client_id, action, occurred_at, boot_id, monotonic_ms, ...(remark ? { remark } : {}), ...(location ? { location } : {}), ...(upload_id ? { upload_id } : {}), ...(cost_center ? { cost_center } : {}),
  }));
  const body = { device_id: deviceId(), ...sender(), punches };
  const { results } = await post("/clock/batch", { body });
  for (const result of /** @type {import("./punches.js").Result[]} */ (results)) {
    const row = queue.peek().find((one) => one.client_id === result.client_id);
    if (row === undefined || result.status === "retry") continue;
    if (result.status === "taken" || result.status === "duplicate") await dismiss(row.client_id);
    else {
      const ended = { ...row, result };
      delete ended.photo;
      await keep("punches", ended);
      show(queue.peek().map((one) => (one.client_id === row.client_id ? ended : one)));
    }
  }
  sent.value++;
  return queue.peek().some((row) => row.result === undefined);
});

/** Uploads the photo of a punch. If the upload fails, the punch is sent without a photo, and a manager reviews it. @param {Row} row */
async function upload(row) {
  if (row.photo === undefined || row.upload_id !== undefined) return;
  const bytes = Uint8Array.from(atob(row.photo), (character) => character.charCodeAt(0));
  const made = await post("/clock/photos", { body: { content_type: "image/jpeg", content_length: bytes.length } }).catch(() => undefined);
  if (made === undefined) return;
  const answer = await fetch(made.url, { method: made.method, headers: made.headers, body: bytes }).catch(() => undefined);
  if (!answer?.ok) return;
  row.upload_id = made.upload_id;
  await keep("punches", row);
}

addEventListener("online", () => void send());
