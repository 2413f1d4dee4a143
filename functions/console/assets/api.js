// Calls the API with the types of its OpenAPI document: `get("/clock")`, `post("/clock/in", { body: { remark } })`.
import { language } from "./i18n/index.js";
import { loadPart } from "./router.js";
import { accessToken, askForPassword, refresh, restriction, root } from "./session.js";
import { synchronize } from "./time.js";
import { signal } from "./vendor/preact.js";

/** Whether the last call reached the API. */
export const online = signal(navigator.onLine);
addEventListener("online", () => (online.value = true));
addEventListener("offline", () => (online.value = false));

/** The number of changes that this page has made. Components that show a count reload it when this number grows. */
export const changesMade = signal(0);
/** The path of the newest change. */
export const newestChange = signal(/** @type {{ path: string } | null} */ (null));

/** @param {string} path */
function recordChange(path) {
  changesMade.value++;
  newestChange.value = { path };
}

/** A refusal or a failure of a call. Callers branch on `code` and show `message`. */
export class Problem extends Error {
  /**
   * @param {number} status 0 if the API can't be reached.
   * @param {{ code?: string, detail?: string, title?: string, message?: string, errors?: { path: string, message: string }[], [detail: string]: unknown }} body
   * @param {Headers} [headers]
   */
  constructor(status, body, headers) {
    const text = body.detail ?? body.title ?? body.message ?? "";
    // The message includes the errors of single values, because they are more precise than the general text.
    super([text, ...(body.errors ?? []).map((one) => one.message)].join(" · "));
    this.status = status;
    this.code = body.code ?? (status === 0 ? "offline" : "unknown");
    this.errors = body.errors ?? [];
    /** The whole response body, because some refusals have further fields. */
    this.body = body;
    this.requestId = headers?.get("x-request-id") ?? null;
    this.retryAfter = Number(headers?.get("retry-after") ?? 0);
  }
}

/** Codes of refusals that the person can remove: by a new password or by a second factor. */
const RESTRICTIONS = /** @type {const} */ ({ password_change_required: "password_change", mfa_enrolment_required: "mfa_enrolment" });

/** Calls that need no access token. */
const ANONYMOUS = /^\/(auth\/(login|register|setup)$|_local\/)/;

/**
 * @param {string} method
 * @param {string} template
 * @param {import("./types").Options<unknown>} options
 */
async function send(method, template, { path = {}, query = {}, body, version, idempotencyKey, signal } = {}) {
  const headers = new Headers({ "Accept-Language": language.value });
  if (body !== undefined) headers.set("Content-Type", "application/json");
  if (version !== undefined) headers.set("If-Match", typeof version === "number" ? `"${version}"` : version);
  if (method === "POST" && !ANONYMOUS.test(template)) {
    headers.set("Idempotency-Key", idempotencyKey ?? crypto.randomUUID());
  }
  const init = { method, headers, signal: signal ?? null, body: body === undefined ? null : JSON.stringify(body) };
  const answered = await request(addressOf(template, path, query), init, !ANONYMOUS.test(template));
  if (method !== "GET") recordChange(template);
  return answered;
}

/**
 * @param {string} template
 * @param {Record<string, string>} path
 * @param {Record<string, unknown>} query
 */
function addressOf(template, path, query) {
  const filled = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(path[name] ?? ""));
  const url = new URL(filled.slice(1), root);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") url.searchParams.set(name, String(value));
  }
  return url;
}

/**
 * Makes a call. A call that needs a recent sign-in is repeated once the person has confirmed the password.
 * @param {URL} url
 * @param {RequestInit & { headers: Headers }} init
 * @param {boolean} signed Whether the call sends the access token.
 */
async function request(url, init, signed) {
  try {
    return await read(await answer(url, init, signed));
  } catch (error) {
    const code = error instanceof Problem ? error.code : "";
    if (code in RESTRICTIONS) restriction.value = RESTRICTIONS[/** @type {keyof typeof RESTRICTIONS} */ (code)];
    if (!signed || code !== "confirmation_required" || !(await askForPassword())) throw error;
    return read(await answer(url, init, signed));
  }
}

/**
 * @param {URL} url
 * @param {RequestInit & { headers: Headers }} init
 * @param {boolean} signed
 */
async function answer(url, init, signed) {
  const token = signed ? await reached(accessToken()) : "";
  if (token !== "") init.headers.set("Authorization", `Bearer ${token}`);
  let response = await reached(fetch(url, init));
  if (response.status === 401 && token !== "" && (await reached(refresh(token)))) {
    init.headers.set("Authorization", `Bearer ${await accessToken()}`);
    response = await reached(fetch(url, init));
  }
  return response;
}

/**
 * Returns the result of a network request. Throws a `Problem` if the network fails.
 * @template T
 * @param {Promise<T>} answer
 */
async function reached(answer) {
  try {
    const reached = await answer;
    online.value = true;
    return reached;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    online.value = false;
    throw new Problem(0, {});
  }
}

/**
 * Downloads a file of the API with the browser's download function.
 * @param {import("./types").PathsOf<"get">} path
 * @param {Record<string, string | number | null | undefined>} query
 * @param {string} name The file's name if the API sends none.
 * @param {Record<string, string>} [values] Values for the `{…}` of the path.
 */
export async function download(path, query, name, values = {}) {
  const headers = new Headers({ "Accept-Language": language.value });
  const response = await answer(addressOf(path, values, query), { method: "GET", headers }, true);
  if (!response.ok) return read(response);
  const given = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1];
  const { saveFile } = await loadPart(() => import("./components/save-file.js"));
  saveFile(await response.blob(), given ?? name);
}

/** The media types of files that are sent unchanged, by file extension. @type {Record<string, string>} */
const MEDIA_TYPES = { xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ics: "text/calendar", csv: "text/csv" };

/**
 * Sends a sheet or a calendar. The content is a text of comma-separated values, or a file.
 * @param {import("./types").PathsOf<"post">} path
 * @param {string | File} sheet
 * @param {Record<string, unknown>} [query]
 */
export async function sendSheet(path, sheet, query = {}) {
  const type = MEDIA_TYPES[typeof sheet === "string" ? "csv" : (sheet.name.split(".").at(-1) ?? "").toLowerCase()] ?? "text/csv";
  const headers = new Headers({ "Accept-Language": language.value, "Content-Type": type, "Idempotency-Key": crypto.randomUUID() });
  const answered = await request(addressOf(path, {}, query), { method: "POST", headers, body: sheet }, true);
  recordChange(path);
  return answered;
}

/** @param {Response} response */
async function read(response) {
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  const body = isJson ? await response.json() : undefined;
  synchronize(body?.now, response.headers.get("date"));
  if (!response.ok) throw new Problem(response.status, body ?? {}, response.headers);
  const tag = response.headers.get("etag");
  if (body && tag) tags.set(body, tag);
  return body;
}

/** @type {WeakMap<object, string>} */
const tags = new WeakMap();

/** Returns the ETag of a response. Callers need it for responses that have no version in their body. @param {object} answer */
export const tagOf = (answer) => tags.get(answer);

/**
 * Returns the result of a call, or null if there is none (404).
 * @template T
 * @param {Promise<T>} answer
 * @returns {Promise<T | null>}
 */
export const ifFound = (answer) =>
  answer.catch((error) => {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  });

/** @type {import("./types").Call<"get">} */
export const get = (path, options) => send("GET", path, options ?? {});
/** @type {import("./types").Call<"post">} */
export const post = (path, options) => send("POST", path, options ?? {});
/** @type {import("./types").Call<"put">} */
export const put = (path, options) => send("PUT", path, options ?? {});
/** @type {import("./types").Call<"patch">} */
export const patch = (path, options) => send("PATCH", path, options ?? {});
/** @type {import("./types").Call<"delete">} */
export const remove = (path, options) => send("DELETE", path, options ?? {});

/**
 * Makes a call that the OpenAPI document doesn't describe: a call of the local stack, or a kiosk's call with its device token.
 * @param {string} method
 * @param {string} path
 * @param {{ body?: unknown, token?: string, idempotencyKey?: string }} [options]
 * @returns {Promise<any>}
 */
export function call(method, path, { body, token, idempotencyKey } = {}) {
  const headers = new Headers({ "Accept-Language": language.value });
  if (body !== undefined) headers.set("Content-Type", "application/json");
  if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
  if (idempotencyKey !== undefined) headers.set("Idempotency-Key", idempotencyKey);
  const init = { method, headers, body: body === undefined ? null : JSON.stringify(body) };
  return request(new URL(path.slice(1), root), init, false);
}
