// Who is signed in, and the tokens that say so. No other module sees a token.
//
// The access token lives in memory alone. The refresh token lies in sessionStorage until the API can keep it in a cookie that
// scripts can't read (`"session": "cookie"` of POST /auth/login); then `keep` and `kept` go away.
import { signal } from "./vendor/preact.js";

/** @typedef {import("./types").Schemas["Tokens"]} Tokens */
/** @typedef {import("./types").User} User */

/** The API's address: modules lie two folders below it. */
export const root = new URL("../../", import.meta.url);

/** The person who is signed in; null: nobody; undefined: not known yet. */
export const user = signal(/** @type {User | null | undefined} */ (undefined));

const KEY = "rollcall.refresh";
/** A token this close to its end is refreshed before a call. */
const MARGIN_MS = 30_000;

let access = "";
/** On the clock of `performance.now()`: a device's date may be wrong or be changed. */
let expiresAt = 0;
/** @type {Promise<boolean> | undefined} */
let refreshing;

/** @param {string | null} token */
function keep(token) {
  if (token === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, token);
}

function kept() {
  return sessionStorage.getItem(KEY);
}

/** @param {Tokens} tokens */
function begin(tokens) {
  access = tokens.access_token;
  expiresAt = performance.now() + tokens.expires_in * 1000;
  keep(tokens.refresh_token);
  user.value = tokens.user;
}

/** Forgets the session on this device. */
export function forget() {
  access = "";
  keep(null);
  user.value = null;
}

/**
 * Takes the answer of a sign-in.
 * @param {Tokens} tokens
 */
export function signedIn(tokens) {
  begin(tokens);
}

/** Goes on with the session of the last visit. False: there is none. */
export async function restore() {
  if (kept() === null || !(await refresh(access))) {
    if (user.value === undefined) user.value = null;
    return false;
  }
  return true;
}

/** The access token, refreshed first when it is about to expire. Empty: nobody is signed in. */
export async function accessToken() {
  if (access !== "" && performance.now() > expiresAt - MARGIN_MS) await refresh(access);
  return access;
}

/**
 * Replaces the tokens. Calls that find `stale` expired at the same time share one refresh.
 * @param {string} stale
 * @returns {Promise<boolean>} Whether there is a new token.
 */
export async function refresh(stale) {
  if (access !== stale) return access !== "";
  refreshing ??= replace().finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

async function replace() {
  const token = kept();
  if (token === null) return false;
  const response = await fetch(new URL("auth/refresh", root), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ refresh_token: token }),
  });
  if (response.ok) {
    begin(await response.json());
    return true;
  }
  if (response.status === 401 || response.status === 403) forget();
  return false;
}

/** Ends the session, here and at the API. */
export async function signOut() {
  const token = kept();
  forget();
  if (token === null) return;
  const body = JSON.stringify({ refresh_token: token });
  // Without an answer the session ends by itself; the tokens are gone here either way.
  await fetch(new URL("auth/logout", root), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
    keepalive: true,
  }).catch(() => {});
}
