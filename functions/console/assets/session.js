// The person who is signed in, and the access token. Only `api.js` reads the token.
//
// The access token is kept in memory only. The refresh token is in a cookie that no script can read (`"session": "cookie"` of POST
// /auth/login). Scripts can't detect the cookie, so a mark in localStorage records it. Without the mark, no refresh is attempted.
import { signal } from "./vendor/preact.js";

/** @typedef {import("./types").Schemas["Tokens"]} Tokens */
/** @typedef {import("./types").User} User */

/** The API's address. Modules are two folders below it. */
export const root = new URL("../../", import.meta.url);

/** The person who is signed in, null if nobody is signed in, or undefined if it isn't known yet. */
export const user = signal(/** @type {User | null | undefined} */ (undefined));
/** The required first step: a new password, or the setup of a second factor. */
export const restriction = signal(/** @type {"password_change" | "mfa_enrolment" | null} */ (null));
/** Whether the last session expired or was ended elsewhere. The sign-in page shows it. */
export const hasEnded = signal(false);
/** The key of the person who last signed in here, for a visit without a network. The device keeps only this and the time zone (bootstrap.js). */
export const PERSON = "rollcall.person";

const KEY = "rollcall.session";
const COOKIE = { session: "cookie" };
/** A token that expires sooner than this is refreshed before a call. */
const MARGIN_MS = 30_000;

let access = "";
/** The expiry on the clock of `performance.now()`, because a device's date can be wrong or change. */
let expiresAt = 0;
/** @type {Promise<boolean> | undefined} */
let refreshing;

/** Returns whether this browser has the mark of a session. */
function isMarked() {
  return localStorage.getItem(KEY) !== null;
}

// A sign-out in one tab signs out all tabs.
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
 * @param {{ username: string, password: string, code?: string }} secrets `code`: the code of the second factor.
 * @param {(body: object) => Promise<Tokens>} login Posts to /auth/login.
 */
export async function signIn(secrets, login) {
  begin(await login({ ...secrets, ...COOKIE }));
}

/** Requests new tokens after the person has removed a restriction. */
export async function lift() {
  await refresh(access);
}

/** Restores the session of the last visit. Returns false if there is none. */
export async function restore() {
  if (!isMarked() || !(await refresh(access))) {
    if (user.value === undefined) user.value = null;
    return false;
  }
  return true;
}

/** Returns the access token. Refreshes it first if it is about to expire. Returns an empty string if nobody is signed in. */
export async function accessToken() {
  if (access !== "" && performance.now() > expiresAt - MARGIN_MS) await refresh(access);
  return access;
}

/**
 * Replaces the tokens. Concurrent calls with the same `stale` token share one refresh.
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

/** Answers the password dialog that calls wait for; null if no call waits. If the promise rejects, the calls fail with its error. */
export const confirmation = signal(/** @type {((isConfirmed: boolean | Promise<boolean>) => void) | null} */ (null));

/** @type {Promise<boolean> | undefined} */
let confirming;

/**
 * Opens the password dialog for a change that needs a recent sign-in. Concurrent calls share one dialog.
 * @returns {Promise<boolean>} Whether the password was confirmed. False if the person cancelled.
 */
export function askForPassword() {
  confirming ??= new Promise((/** @type {(isConfirmed: boolean | Promise<boolean>) => void} */ settle) => (confirmation.value = settle)).finally(() => {
    confirming = undefined;
    confirmation.value = null;
  });
  return confirming;
}

/**
 * Stores the access token of a confirmed password. The session and its refresh token stay the same.
 * @param {{ access_token: string, expires_in: number }} answer
 */
export function confirmed({ access_token, expires_in }) {
  access = access_token;
  expiresAt = performance.now() + expires_in * 1000;
}

/** Ends the session on this device and at the API. */
export async function signOut() {
  const wasMarked = isMarked();
  hasEnded.value = false;
  forget();
  // If the call fails, the session expires later. The token is removed here in both cases.
  if (wasMarked) await send("auth/logout").catch(() => {});
}

/**
 * Makes a call with the session's cookie.
 * @param {string} path
 */
function send(path) {
  const headers = { "Content-Type": "application/json" };
  return fetch(new URL(path, root), { method: "POST", headers, body: JSON.stringify(COOKIE), keepalive: true });
}
