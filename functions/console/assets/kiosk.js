// What a kiosk is: its device token, which this tablet keeps, and the two calls that it signs.
import { call } from "./api.js";

/** @typedef {"in" | "out" | "break_start" | "break_end"} Action */
/** @typedef {{ action: Action, takes_photo: boolean, needs_photo: boolean }} Option */
/** @typedef {{ id: string, name: string, company_name: string, site: { name: string, time_zone: string }, now: string,
 *   photo: "off" | "optional" | "required", actions: Option[] }} Screen */
/** @typedef {{ full_name: string, action: Action, at: string, worked_seconds: number, flagged?: string }} Punched */

const KEY = "rollcall.kiosk";

/** The device token of this tablet; null: it isn't paired. */
export function deviceToken() {
  return localStorage.getItem(KEY);
}

/** @param {string} token */
export function pair(token) {
  localStorage.setItem(KEY, token);
}

/**
 * Pairs this tablet by the address that an administrator's page shows: …/app/kiosk#code. The code leaves the address at once. A tablet
 * that is a kiosk already stays what it is.
 */
export function pairByAddress() {
  const code = location.hash.slice(1);
  if (code === "") return;
  history.replaceState(null, "", location.pathname + location.search);
  if (deviceToken() === null) pair(decodeURIComponent(code));
}

export function unpair() {
  localStorage.removeItem(KEY);
}

/** @returns {Promise<Screen>} */
export function screen() {
  return call("GET", "/kiosk", { token: deviceToken() ?? "" });
}

/**
 * @param {{ username: string, pin: string, action?: Action, photo?: { base64: string } }} body
 * @param {string} idempotencyKey
 * @returns {Promise<Punched>}
 */
export function punch(body, idempotencyKey) {
  return call("POST", "/kiosk/punch", { token: deviceToken() ?? "", body, idempotencyKey });
}

/**
 * Makes this tablet a kiosk: an administrator signs in for as long as that takes, and no longer.
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
