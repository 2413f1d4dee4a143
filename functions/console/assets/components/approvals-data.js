// The items that wait for the person's decision, and the calls that decide them.
import { get, post } from "../api.js";
import { waiting } from "../bootstrap.js";

/** @typedef {import("../types").Schemas} Schemas */
/** @typedef {Schemas["Approval"]} Approval */
/** @typedef {Approval["kind"]} Kind */
/** @typedef {"approve" | "reject"} Verdict */
/** @typedef {{ items: Approval[], hasMore: boolean }} Waiting */

/** The kinds, in the order of their filters. */
export const KINDS = /** @type {const} */ (["leave_request", "correction", "swap", "flagged_clock_in", "day_to_review", "pay_approval", "registration"]);
/** The maximum number of decisions in one call. */
const MAX_DECISIONS = 50;

/** @returns {Promise<Waiting>} */
export async function loadApprovals() {
  const { items, next_cursor: cursor, counts } = await get("/approvals", { query: { limit: 200 } });
  if (counts) waiting.value = counts.total;
  return { items, hasMore: !!cursor };
}

/** @param {Approval} item */
export function keyOf(item) {
  return `${item.kind} ${idOf(item)}`;
}

/** @param {Approval} item */
function idOf(item) {
  switch (item.kind) {
    case "leave_request":
      return item.leave_request.id;
    case "correction":
      return item.correction.id;
    case "swap":
      return item.swap.id;
    case "registration":
      return item.user.id;
    case "day_to_review":
    case "flagged_clock_in":
      return `${item.day.user_id} ${item.day.date}`;
    case "pay_approval":
      return `${item.pay_approval.user_id} ${item.pay_approval.date}`;
  }
}

/**
 * Returns whether the person may give this verdict. Guessed times can be confirmed or edited, but not rejected.
 * @param {Approval} item
 * @param {Verdict} verdict
 */
export function mayBe(item, verdict) {
  switch (item.kind) {
    case "leave_request":
      return includes(item.leave_request.allowed_actions, verdict);
    case "correction":
      return includes(item.correction.allowed_actions, verdict);
    case "swap":
      return includes(item.swap.allowed_actions, verdict, verdict === "approve" ? "accept" : "decline");
    case "day_to_review":
      return verdict === "approve";
    case "flagged_clock_in":
    case "pay_approval":
    case "registration":
      return true;
  }
}

/**
 * @param {readonly string[] | null | undefined} actions
 * @param {string[]} wanted
 */
function includes(actions, ...wanted) {
  return actions === null || actions === undefined || wanted.some((one) => actions.includes(one));
}

/**
 * Returns whether a decision needs a reason. Confirming guessed times needs one.
 * @param {Approval} item
 */
export function needsReason(item) {
  return item.kind === "day_to_review";
}

/**
 * Returns whether the person can read a note. People with a rejected registration can't sign in.
 * @param {Approval} item
 */
export function takesNote(item) {
  return item.kind !== "registration";
}

/**
 * Returns the decisions for the API: usually one; for a date with several times that wait for pay approval, one for each time.
 * @param {Approval} item
 * @param {Verdict} verdict
 * @param {string} note
 * @returns {Schemas["ApprovalDecision"][]}
 */
function decisionsOf(item, verdict, note) {
  if (item.kind !== "pay_approval") return [decision(item, verdict, note)];
  const { user_id, date, waiting } = item.pay_approval;
  const status = verdict === "approve" ? "approved" : "rejected";
  return waiting.map(({ subject, code, seconds }) => ({ kind: "pay_approval", user_id, date, subject, ...(code ? { code } : {}), seconds, status, ...(note === "" ? {} : { note }) }));
}

/**
 * Returns a decision about the version that is shown, because the request may have changed since.
 * @param {Exclude<Approval, { kind: "pay_approval" }>} item
 * @param {Verdict} verdict
 * @param {string} note
 * @returns {Schemas["ApprovalDecision"]}
 */
function decision(item, verdict, note) {
  const isApproved = verdict === "approve";
  const said = note === "" ? {} : { note };
  switch (item.kind) {
    case "leave_request":
      return { kind: item.kind, id: item.leave_request.id, version: item.leave_request.version, status: isApproved ? "approved" : "rejected", ...said };
    case "correction":
      return { kind: item.kind, id: item.correction.id, version: item.correction.version, status: isApproved ? "approved" : "rejected", ...said };
    case "swap": {
      const isAsked = item.swap.allowed_actions?.includes("accept") || item.swap.allowed_actions?.includes("decline");
      const status = isAsked ? (isApproved ? "accepted" : "declined") : isApproved ? "approved" : "rejected";
      return { kind: item.kind, id: item.swap.id, version: item.swap.version, status, ...said };
    }
    case "day_to_review":
      return { kind: item.kind, user_id: item.day.user_id, date: item.day.date, version: item.day.version, status: "confirmed", reason: note };
    case "flagged_clock_in":
      return { kind: item.kind, user_id: item.day.user_id, date: item.day.date, version: item.day.version, status: isApproved ? "acknowledged" : "rejected", ...said };
    case "registration":
      return { kind: item.kind, id: item.user.id, status: isApproved ? "active" : "disabled" };
  }
}

/**
 * Sends the decisions in batches, one batch after the other.
 * @param {Approval[]} items
 * @param {Verdict} verdict
 * @param {string} note
 * @param {string} idempotencyKey A repeated call uses the same key, so that nothing is decided twice.
 * @returns {Promise<Map<string, string>>} The errors of items that weren't decided, by key.
 */
export async function decide(items, verdict, note, idempotencyKey) {
  /** @type {Map<string, string>} */
  const refused = new Map();
  const all = items.flatMap((item) => decisionsOf(item, verdict, note).map((one) => ({ item, one })));
  for (let from = 0; from < all.length; from += MAX_DECISIONS) {
    const some = all.slice(from, from + MAX_DECISIONS);
    const decisions = some.map(({ one }) => one);
    const { results } = await post("/approvals/decisions", { body: { decisions }, idempotencyKey: `${idempotencyKey}-${from}` });
    for (const [index, { problem }] of results.entries()) {
      const item = some[index]?.item;
      if (problem && item) refused.set(keyOf(item), problem.detail ?? problem.title);
    }
  }
  return refused;
}
