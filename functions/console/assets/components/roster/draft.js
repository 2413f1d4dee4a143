// The unsaved changes of the roster. They are stored on this device, so that a closed tab or a lost network loses nothing. The API checks
// each change while the person types.
import { Problem, get, ifFound, post, put, remove } from "../../api.js";
import { user } from "../../session.js";
import { computed, signal } from "../../vendor/preact.js";
import { bodyOf, isSame } from "./cells.js";

/** @typedef {import("./cells.js").Plan} Plan */
/** @typedef {import("../../types").Schemas["RosterDay"]} StoredDay A date that a manager or a swap planned. */
/**
 * @typedef {{ plan: Plan, base: Plan, isPlanned?: boolean, name: string, isContested?: boolean }} Change `base`: the API's plan when the change was made.
 *   `isPlanned`: whether `base` was planned for that date. `isContested`: somebody else has changed the date since; `base` is then their plan.
 */
/** @typedef {{ texts: string[], isRefused: boolean }} Doubt The API's objections to a change. */

/** The number of concurrent calls. */
const CONCURRENCY = 4;
/** The delay after the last change before it is checked. */
const PAUSE_MS = 400;
/** The maximum number of cells that are checked while typing. A larger paste is checked only when it is saved. */
const MAX_CHECKS = 60;

/** The changes by person and date: `id date`. */
export const changes = signal(/** @type {ReadonlyMap<string, Change>} */ (new Map()));
export const doubts = signal(/** @type {ReadonlyMap<string, Doubt>} */ (new Map()));
export const hasChanges = computed(() => changes.value.size > 0);

/** The steps that can be undone. @type {ReadonlyMap<string, Change>[]} */
let past = [];
/** @type {Set<string>} */
const unchecked = new Set();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;

/** @param {string} id @param {string} date */
export const keyOf = (id, date) => `${id} ${date}`;

const storage = () => `rollcall.roster.${user.peek()?.id ?? ""}`;

/** The changes that wait for a decision, because somebody else has changed the same date. */
export const contested = computed(() => [...changes.value].filter(([, { isContested }]) => isContested));

/** Loads the unsaved changes of this person from this device. */
export function restore() {
  past = [];
  doubts.value = new Map();
  try {
    const kept = /** @type {[string, Change][]} */ (JSON.parse(localStorage.getItem(storage()) ?? "[]"));
    changes.value = new Map(kept);
  } catch {
    changes.value = new Map();
  }
  check([...changes.peek().keys()]);
}

/** @param {ReadonlyMap<string, Change>} next */
function keep(next) {
  changes.value = next;
  if (next.size === 0) localStorage.removeItem(storage());
  else localStorage.setItem(storage(), JSON.stringify([...next]));
}

/**
 * Changes cells. A plan equal to the API's plan isn't a change. A cell that is changed again keeps its first `base`.
 * @param {{ id: string, name: string, date: string, plan: Plan, base: Plan, isPlanned: boolean }[]} cells
 */
export function change(cells) {
  const next = new Map(changes.peek());
  for (const { id, date, plan, ...cell } of cells) {
    const key = keyOf(id, date);
    const { base, isPlanned, name } = next.get(key) ?? cell;
    if (isSame(plan, base)) next.delete(key);
    else next.set(key, { plan, base, name, ...(isPlanned === undefined ? {} : { isPlanned }) });
  }
  step(next);
}

/** Undoes the last step. */
export function undo() {
  const before = past.pop();
  if (before !== undefined) replace(before);
}

/** Discards all changes. */
export function discard() {
  step(new Map());
}

/** Keeps the version of a date that somebody else has saved. @param {string} key */
export function takeTheirs(key) {
  const next = new Map(changes.peek());
  next.delete(key);
  step(next);
}

/** Keeps a change of a date that somebody else has changed too. It is saved with the other changes. @param {string} key */
export function keepMine(key) {
  const made = changes.peek().get(key);
  if (made === undefined) return;
  step(new Map(changes.peek()).set(key, { ...made, isContested: false }));
}

/** Makes a step that can be undone. @param {ReadonlyMap<string, Change>} next */
function step(next) {
  past = [...past.slice(-49), changes.peek()];
  replace(next);
}

/** Replaces the changes. The objections to changes that differ now are requested again. @param {ReadonlyMap<string, Change>} next */
function replace(next) {
  const before = changes.peek();
  const others = [...new Set([...before.keys(), ...next.keys()])].filter((key) => before.get(key) !== next.get(key));
  forget(others);
  keep(next);
  check(others);
}

/** @param {string[]} keys */
function forget(keys) {
  doubts.value = new Map([...doubts.peek()].filter(([key]) => !keys.includes(key)));
}

/** @param {string[]} keys */
function check(keys) {
  for (const key of keys) unchecked.add(key);
  clearTimeout(soon);
  soon = setTimeout(() => {
    const wanted = [...unchecked].filter((key) => changes.peek().has(key)).slice(0, MAX_CHECKS);
    unchecked.clear();
    void each(wanted, preview);
  }, PAUSE_MS);
}

/** @param {string} key */
async function preview(key) {
  const made = changes.peek().get(key);
  const [user_id = "", date = ""] = key.split(" ");
  if (made === undefined || made.plan.isReset) return;
  const body = bodyOf(made.plan, "–");
  const answer = await post("/roster/{user_id}/days/{date}/preview", { path: { user_id, date }, body }).catch((error) => {
    if (error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429) return { allowed: false, problem: { detail: error.message }, conflicts: [] };
    return undefined;
  });
  // The change may have been edited in the meantime.
  if (answer === undefined || changes.peek().get(key) !== made) return;
  const texts = [...(answer.problem ? [problemText(answer.problem)] : []), ...answer.conflicts.map((one) => one.detail)];
  if (texts.length > 0) doubts.value = new Map(doubts.peek()).set(key, { texts, isRefused: !answer.allowed });
}

/** @param {{ detail?: string, title?: string, errors?: readonly { message: string }[] }} problem */
function problemText({ detail, title, errors }) {
  return [detail ?? title ?? "", ...(errors ?? []).map(({ message }) => message)].filter(Boolean).join(" · ");
}

/**
 * Saves all changes except those that wait for a decision. A refused change stays, with the reason of the refusal. If somebody else has
 * changed a date in the meantime, the change of that date stays and waits for a decision.
 * @param {string} reason
 * @param {(done: number, total: number) => void} onProgress
 * @returns {Promise<{ refused: number, contested: number }>} The numbers of changes that stay.
 */
export async function save(reason, onProgress) {
  const made = [...changes.peek()].filter(([, one]) => !one.isContested).sort(([a], [b]) => dateOfKey(a).localeCompare(dateOfKey(b)));
  let done = 0;
  let refused = 0;
  onProgress(0, made.length);
  const stored = await storedDays(made.map(([key]) => key));
  await each(made, async ([key, one]) => {
    try {
      await saveOne(key, one, stored.get(key), reason);
    } catch (error) {
      if (!(error instanceof Problem) || error.status === 0) throw error;
      refused++;
      doubts.value = new Map(doubts.peek()).set(key, { texts: [error.message], isRefused: true });
    }
    onProgress(++done, made.length);
  });
  past = [];
  return { refused, contested: contested.peek().length };
}

/**
 * Saves a change on condition that the version that it is based on is still current.
 * @param {string} key
 * @param {Change} made
 * @param {StoredDay | undefined} stored
 * @param {string} reason
 */
async function saveOne(key, made, stored, reason) {
  if (isOutdated(made, stored)) return contest(key, made, stored);
  const [user_id = "", date = ""] = key.split(" ");
  const options = { path: { user_id, date }, version: stored?.version ?? 0 };
  try {
    if (made.plan.isReset) await remove("/roster/{user_id}/days/{date}", options);
    else await put("/roster/{user_id}/days/{date}", { ...options, body: bodyOf(made.plan, reason) });
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 412) throw error;
    return contest(key, made, (await storedDays([key])).get(key));
  }
  settle(key, made);
}

/** Removes a saved change, unless it was edited in the meantime. @param {string} key @param {Change} made */
function settle(key, made) {
  if (changes.peek().get(key) !== made) return;
  const next = new Map(changes.peek());
  next.delete(key);
  forget([key]);
  keep(next);
}

/** Returns whether somebody else has changed a date since a change of it was made. @param {Change} made @param {StoredDay | undefined} stored */
function isOutdated(made, stored) {
  return stored === undefined ? made.isPlanned === true : !isSame(planOfStored(stored), made.base);
}

/**
 * Bases a change on the version that somebody else has saved. The change waits for a decision, unless both plans are equal.
 * @param {string} key
 * @param {Change} made
 * @param {StoredDay | undefined} stored
 */
function contest(key, made, stored) {
  const base = planOfStored(stored);
  if (isSame(base, made.plan) || (base.isReset && made.plan.isReset)) return settle(key, made);
  if (changes.peek().get(key) !== made) return;
  forget([key]);
  keep(new Map(changes.peek()).set(key, { ...made, base, isPlanned: stored !== undefined, isContested: true }));
}

/** @param {StoredDay | undefined} stored @returns {Plan} */
function planOfStored(stored) {
  if (stored === undefined) return { shifts: [], isReset: true };
  return { shifts: stored.shifts.map(({ start, end, break_minutes, site_id }) => ({ start, end, break_minutes: break_minutes ?? 0, site_id: site_id ?? null })) };
}

/**
 * Returns the API's stored dates with their versions, with one call for each person and year.
 * @param {string[]} keys
 * @returns {Promise<Map<string, StoredDay>>}
 */
async function storedDays(keys) {
  /** @type {Map<string, string[]>} */
  const dates = new Map();
  for (const key of keys) {
    const [id = "", date = ""] = key.split(" ");
    const group = `${id} ${date.slice(0, 4)}`;
    dates.set(group, [...(dates.get(group) ?? []), date].sort());
  }
  /** @type {Map<string, StoredDay>} */
  const stored = new Map();
  await each([...dates], async ([group, [from = "", ...rest]]) => {
    const [user_id = ""] = group.split(" ");
    // The roster of a deleted person isn't found. The API refuses the change when it is sent.
    const roster = await ifFound(get("/roster/{user_id}", { path: { user_id }, query: { from, to: rest.at(-1) ?? from } }));
    for (const day of roster?.days ?? []) stored.set(keyOf(user_id, day.date), day);
  });
  return stored;
}

/** @param {string} key */
const dateOfKey = (key) => key.split(" ")[1] ?? "";

/**
 * Runs an action for each item, a few at a time. Returns the results in the order of the items.
 * @template T, R
 * @param {T[]} items
 * @param {(item: T) => Promise<R>} action
 * @returns {Promise<R[]>}
 */
export async function each(items, action) {
  const rest = [...items.entries()];
  const answers = /** @type {R[]} */ ([]);
  const work = async () => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) answers[next[0]] = await action(next[1]);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return answers;
}
