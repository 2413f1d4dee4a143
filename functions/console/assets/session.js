// Who is signed in, and the access token that says so. No other module sees it.
//
// The access token lives in memory alone. The refresh token lies in a cookie that no script reads (`"session": "cookie"` of POST
// /auth/login). Scripts can't tell whether there is one, so a mark in localStorage says it: nobody who never signed in asks.
import { signal } from "./vendor/preact.js";

/** @typedef {import("./types").Schemas["Tokens"]} Tokens */
/** @typedef {import("./types").User} User */

/** The API's address: modules lie two folders below it. */
export const root = new URL("../../", import.meta.url);

/** The person who is signed in; null: nobody; undefined: not known yet. */
export const user = signal(/** @type {User | null | undefined} */ (undefined));
/** What the person must do before anything else: choose a password, or set up a second factor. */
export const restriction = signal(/** @type {"password_change" | "mfa_enrolment" | null} */ (null));
/** Whether the last session ended elsewhere, or by itself: the sign-in page says so. */
export const hasEnded = signal(false);
/** Who was signed in here last, for a visit without a network. With their time zone (bootstrap.js), it is all that this device keeps of a person. */
export const PERSON = "rollcall.person";

const KEY = "rollcall.session";
const COOKIE = { session: "cookie" };
/** A token this close to its end is refreshed before a call. */
const MARGIN_MS = 30_000;

let access = "";
/** On the clock of `performance.now()`: a device's date may be wrong or be changed. */
let expiresAt = 0;
/** @type {Promise<boolean> | undefined} */
let refreshing;

/** Whether this browser is signed in, as far as scripts know. */
function isMarked() {
  return localStorage.getItem(KEY) !== null;
}

// Who signs out in one tab is signed out in all.
addEventListener("storage", (event) => {
  if (event.key === KEY && event.newValue === null) forget();
});

/** @param {Tokens} tokens */
function begin(tokens) {
  access = tokens.access_token;
  expiresAt = performance.now() + tokens.expires_in * 1000;
  localStorage.setItem(KEY, "1");
  localStorage.setItem(PERSON, JSON.stringify({ id: tokens.user.id, full_name: tokens.user.full_name }));
  hasEnded.value = false;
  restriction.value = /** @type {{ restriction?: "password_change" | "mfa_enrolment" | null }} */ (tokens).restriction ?? null;
  user.value = tokens.user;
}

/** Forgets the session on this device. */
export function forget() {
  access = "";
  localStorage.removeItem(KEY);
  restriction.value = null;
  user.value = null;
}

/**
 * Signs in.
 * @param {{ username: string, password: string, code?: string }} secrets `code`: of the second factor.
 * @param {(body: object) => Promise<Tokens>} login Posts to /auth/login.
 */
export async function signIn(secrets, login) {
  begin(await login({ ...secrets, ...COOKIE }));
}

/** Asks for tokens without the restriction that has just been met. */
export async function lift() {
  await refresh(access);
}

/** Goes on with the session of the last visit. False: there is none. */
export async function restore() {
  if (!isMarked() || !(await refresh(access))) {
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
  if (!isMarked()) return false;
  const response = await send("auth/refresh");
  if (response.ok) {
    begin(await response.json());
    return true;
  }
  if (response.status === 401 || response.status === 403) {
    hasEnded.value = true;
    forget();
  }
  return false;
}

/** Settles the question for the password that calls wait for; null: none does. The calls fail with what a rejected promise says. */
export const confirmation = signal(/** @type {((isConfirmed: boolean | Promise<boolean>) => void) | null} */ (null));

/** @type {Promise<boolean> | undefined} */
let confirming;

/**
 * Asks for the password, for a change that wants a recent sign-in. Calls that ask at the same time share one question.
 * @returns {Promise<boolean>} Whether the password was confirmed. False: the person wouldn't.
 */
export function askForPassword() {
  confirming ??= new Promise((/** @type {(isConfirmed: boolean | Promise<boolean>) => void} */ settle) => (confirmation.value = settle)).finally(() => {
    confirming = undefined;
    confirmation.value = null;
  });
  return confirming;
}

/**
 * Takes the access token of a confirmed password. The session, with its refresh token, stays the same.
 * @param {{ access_token: string, expires_in: number }} answer
 */
export function confirmed({ access_token, expires_in }) {
  access = access_token;
  expiresAt = performance.now() + expires_in * 1000;
}

/** Ends the session, here and at the API. */
export async function signOut() {
  const wasMarked = isMarked();
  hasEnded.value = false;
  forget();
  // Without an answer the session ends by itself; the token is gone here either way.
  if (wasMarked) await send("auth/logout").catch(() => {});
}

/**
 * A call that the session's cookie goes with.
 * @param {string} path
 */
function send(path) {
  const headers = { "Content-Type": "application/json" };
  return fetch(new URL(path, root), { method: "POST", headers, body: JSON.stringify(COOKIE), keepalive: true });
}
