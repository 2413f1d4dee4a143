// Changes of the roster that aren't saved yet. They are kept on this device, so that a closed tab or a lost network loses nothing;
// what the API says against each of them is asked for while the person types.
import { Problem, post, put, remove } from "../../api.js";
import { user } from "../../session.js";
import { computed, signal } from "../../vendor/preact.js";
import { bodyOf, isSame } from "./cells.js";

/** @typedef {import("./cells.js").Plan} Plan */
/** @typedef {{ plan: Plan, base: Plan, name: string }} Change `base` is what the API had when the change was made. */
/** @typedef {{ texts: string[], isRefused: boolean }} Doubt What speaks against a change. */

/** How many calls run side by side. */
const CONCURRENCY = 4;
/** How long nothing must change before it is checked. */
const PAUSE_MS = 400;
/** A paste of a whole department isn't checked cell by cell before it is saved: the API says then what is wrong. */
const MAX_CHECKS = 60;

/** Changes by person and date: `id date`. */
export const changes = signal(/** @type {ReadonlyMap<string, Change>} */ (new Map()));
export const doubts = signal(/** @type {ReadonlyMap<string, Doubt>} */ (new Map()));
export const hasChanges = computed(() => changes.value.size > 0);

/** Steps back. @type {ReadonlyMap<string, Change>[]} */
let past = [];
/** @type {Set<string>} */
const unchecked = new Set();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;

/** @param {string} id @param {string} date */
export const keyOf = (id, date) => `${id} ${date}`;

const storage = () => `rollcall.roster.${user.peek()?.id ?? ""}`;

/** Takes up what this person left unsaved on this device. */
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
 * Changes cells. What is as the API has it is no change.
 * @param {{ id: string, name: string, date: string, plan: Plan, base: Plan }[]} cells
 */
export function change(cells) {
  past = [...past.slice(-49), changes.peek()];
  const next = new Map(changes.peek());
  const open = new Map(doubts.peek());
  for (const { id, name, date, plan, base } of cells) {
    const key = keyOf(id, date);
    open.delete(key);
    if (isSame(plan, base)) next.delete(key);
    else next.set(key, { plan, base, name });
  }
  doubts.value = open;
  keep(next);
  check(cells.map(({ id, date }) => keyOf(id, date)));
}

export function undo() {
  const before = past.pop();
  if (before !== undefined) keep(before);
}

export function discard() {
  past = [...past, changes.peek()];
  doubts.value = new Map();
  keep(new Map());
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
  // It may have changed meanwhile.
  if (answer === undefined || changes.peek().get(key) !== made) return;
  const texts = [...(answer.problem ? [problemText(answer.problem)] : []), ...answer.conflicts.map((one) => one.detail)];
  if (texts.length > 0) doubts.value = new Map(doubts.peek()).set(key, { texts, isRefused: !answer.allowed });
}

/** @param {{ detail?: string, title?: string, errors?: readonly { message: string }[] }} problem */
function problemText({ detail, title, errors }) {
  return [detail ?? title ?? "", ...(errors ?? []).map(({ message }) => message)].filter(Boolean).join(" · ");
}

/**
 * Saves everything. What is refused stays a change, with the reason of the refusal.
 * @param {string} reason
 * @param {(done: number, total: number) => void} onProgress
 * @returns {Promise<number>} How many changes were refused.
 */
export async function save(reason, onProgress) {
  const keys = [...changes.peek().keys()].sort((a, b) => a.split(" ")[1]?.localeCompare(b.split(" ")[1] ?? "") ?? 0);
  let done = 0;
  let refused = 0;
  onProgress(0, keys.length);
  await each(keys, async (key) => {
    const made = changes.peek().get(key);
    const [user_id = "", date = ""] = key.split(" ");
    if (made === undefined) return;
    try {
      const path = { user_id, date };
      if (made.plan.isReset) await remove("/roster/{user_id}/days/{date}", { path });
      else await put("/roster/{user_id}/days/{date}", { path, body: bodyOf(made.plan, reason) });
      if (changes.peek().get(key) === made) {
        const next = new Map(changes.peek());
        next.delete(key);
        keep(next);
      }
    } catch (error) {
      if (!(error instanceof Problem) || error.status === 0) throw error;
      refused++;
      doubts.value = new Map(doubts.peek()).set(key, { texts: [error.message], isRefused: true });
    }
    onProgress(++done, keys.length);
  });
  past = [];
  return refused;
}

/**
 * Runs an action for each item, a few at a time.
 * @template T
 * @param {T[]} items
 * @param {(item: T) => Promise<void>} action
 */
async function each(items, action) {
  const rest = [...items];
  const work = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await action(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}
