// The kiosk's calls and its device token. This tablet keeps and renews the token, and signs the calls with it.
import { call } from "./api.js";
import { ms } from "./time.js";

/** @typedef {"in" | "out" | "break_start" | "break_end"} Action */
/** @typedef {{ action: Action, takes_photo: boolean, needs_photo: boolean }} Option */
/** @typedef {{ id: string, name: string, company_name: string, site: { name: string, time_zone: string }, now: string,
 *   photo: "off" | "optional" | "required", actions: Option[], takes_badges?: boolean, shows_code?: boolean, shows_names?: boolean, token_expires_at?: string | null }} Screen */
/** @typedef {{ full_name: string, action: Action, at: string, worked_seconds: number, flagged?: string, next_action?: Action }} Punched */
/** @typedef {{ username: string, pin: string } | { user_id: string, pin: string } | { badge: string }} Person A person, by username or name and PIN, or by badge. */
/** @typedef {import("./types").Schemas["KioskPerson"]} KioskPerson */

const KEY = "rollcall.kiosk";
const SCREEN = "rollcall.kiosk.screen";
/** A token that expires sooner than this is renewed. */
const RENEW_MS = 60 * 86_400_000;

/** Returns the device token of this tablet, or null if the tablet isn't paired. */
export function deviceToken() {
  return localStorage.getItem(KEY);
}

/** @param {string} token */
export function pair(token) {
  localStorage.setItem(KEY, token);
}

/**
 * Pairs this tablet with the code in the address that an administrator's page shows: …/app/kiosk#code. Removes the code from the address.
 * A tablet that is paired already keeps its token.
 */
export function pairByAddress() {
  const code = location.hash.slice(1);
  if (code === "") return;
  history.replaceState(null, "", location.pathname + location.search);
  if (deviceToken() === null) pair(decodeURIComponent(code));
}

export function unpair() {
  localStorage.removeItem(KEY);
  localStorage.removeItem(SCREEN);
}

/** Returns the kiosk's screen data. Without a network, returns the data of the last successful call. @returns {Promise<Screen>} */
export async function screen() {
  try {
    const shown = /** @type {Screen} */ (await call("GET", "/kiosk", { token: deviceToken() ?? "" }));
    localStorage.setItem(SCREEN, JSON.stringify(shown));
    if (shown.token_expires_at && ms(shown.token_expires_at) - ms(shown.now) < RENEW_MS) {
      pair((await call("POST", "/kiosk/token", { token: deviceToken() ?? "" })).device_token);
    }
    return shown;
  } catch (error) {
    const kept = localStorage.getItem(SCREEN);
    if (/** @type {{ status?: number }} */ (error).status !== 0 || kept === null) throw error;
    return JSON.parse(kept);
  }
}

/** Returns the code that phones scan now. @returns {Promise<{ code: string, now: string, changes_at: string }>} */
export const code = () => call("GET", "/kiosk/qr", { token: deviceToken() ?? "" });

/** Returns everyone who uses this kiosk. Reads the list page by page. @returns {Promise<KioskPerson[]>} */
export async function people() {
  /** @type {KioskPerson[]} */
  const found = [];
  let cursor = "";
  do {
    const page = await call("GET", `/kiosk/people?limit=200${cursor}`, { token: deviceToken() ?? "" });
    found.push(...page.items);
    cursor = page.next_cursor ? `&cursor=${encodeURIComponent(page.next_cursor)}` : "";
  } while (cursor !== "");
  return found;
}

/**
 * @param {Person & { action?: Action, photo?: { base64: string } }} body
 * @param {string} idempotencyKey
 * @returns {Promise<Punched>}
 */
export function punch(body, idempotencyKey) {
  return call("POST", "/kiosk/punch", { token: deviceToken() ?? "", body, idempotencyKey });
}

/**
 * Makes this tablet a kiosk. The administrator is signed in only for the duration of the pairing.
 * @param {{ username: string, password: string }} admin
 * @param {(sites: { id: string, name: string }[]) => Promise<{ site_id: string, name: string } | null>} choose
 */
export async function pairAs(admin, choose) {
  const tokens = await call("POST", "/auth/login", { body: admin });
  const token = tokens.access_token;
  try {
    const kiosk = await choose((await call("GET", "/sites", { token })).items);
    if (kiosk === null) return;
    const made = await call("POST", "/kiosks", { token, body: kiosk, idempotencyKey: crypto.randomUUID() });
    pair(made.device_token);
  } finally {
    await call("POST", "/auth/logout", { body: { refresh_token: tokens.refresh_token } }).catch(() => {});
  }
}
