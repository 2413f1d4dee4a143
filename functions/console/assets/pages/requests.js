// All requests of a person with their state and history: leave, corrections and swaps. The page also shows the leave balances.
import { get, post, remove } from "../api.js";
import { useAction, useLive, useQuery } from "../components/query.js";
import { useSteadyOrder } from "../components/steady.js";
import { toast } from "../components/toast.js";
import { Badge, Button, Empty, Icon, Loaded, Notice, Segments, Skeleton } from "../components/ui.js";
import { leaveTypeName, t, word } from "../i18n/index.js";
import { loadPart } from "../router.js";
import { user } from "../session.js";
import { dateOf, day, minute, ms, number, time, timesWithDays } from "../time.js";
import { html, useState } from "../vendor/preact.js";

/** @typedef {import("../types").Schemas} Schemas */
/** @typedef {{ kind: "leave", at: string, it: Schemas["LeaveRequest"] } | { kind: "correction", at: string, it: Schemas["Correction"] } | { kind: "swap", at: string, it: Schemas["Swap"] }} Item */

/** The states that can still change. */
const OPEN = new Set(["pending", "accepted"]);

export default function Requests() {
  const [filter, setFilter] = useState("all");
  const [dialog, setDialog] = useState(/** @type {import("../components/ui.js").Children} */ (null));
  const id = user.value?.id ?? "";
  const types = useQuery(() => get("/leave/types"), []);
  const requests = useQuery(async () => {
    const query = { user_id: id, limit: 50 };
    const [leave, corrections, swaps] = await Promise.all([
      get("/leave/requests", { query }),
      get("/corrections", { query }),
      get("/roster/swaps", { query }),
    ]);
    /** @type {Item[]} */
    const items = [
      ...leave.items.map((it) => /** @type {Item} */ ({ kind: "leave", at: it.created_at, it })),
      ...corrections.items.map((it) => /** @type {Item} */ ({ kind: "correction", at: it.created_at, it })),
      ...swaps.items.map((it) => /** @type {Item} */ ({ kind: "swap", at: it.created_at, it })),
    ];
    return items.sort((a, b) => ms(b.at) - ms(a.at));
  }, [id]);
  const balances = useQuery(() => get("/leave/balances/{user_id}", { path: { user_id: "me" } }), []);
  const reload = () => {
    requests.reload();
    balances.reload();
  };
  useLive("notification", reload);
  useLive("resync", reload);
  const typeName = (/** @type {string} */ code) => leaveTypeName(code, types.data?.items.find((one) => one.code === code)?.name);
  const close = () => setDialog(null);
  const askLeave = async () => {
    const { LeaveDialog } = await loadPart(() => import("../components/leave-dialog.js"));
    setDialog(html`<${LeaveDialog} types=${types.data?.items ?? []} onClose=${close} onSent=${reload} />`);
  };
  const change = async (/** @type {Schemas["LeaveRequest"]} */ request) => {
    const { LeaveDialog } = await loadPart(() => import("../components/leave-dialog.js"));
    setDialog(html`<${LeaveDialog} types=${types.data?.items ?? []} request=${request} onClose=${close} onSent=${reload} />`);
  };
  const askSwap = async () => {
    const { SwapDialog } = await loadPart(() => import("../components/swap-dialog.js"));
    setDialog(html`<${SwapDialog} onClose=${close} onSent=${reload} />`);
  };
  const ledger = async (/** @type {Schemas["BalanceAnswer"]} */ balance) => {
    const { LedgerDialog } = await loadPart(() => import("../components/ledger-dialog.js"));
    setDialog(html`<${LedgerDialog} type=${balance.type} name=${typeName(balance.type)} year=${balance.year} onClose=${close} />`);
  };

  return html`<div class="page">
    <div class="page-head">
      <h1>${t("requests.title")}</h1>
      <div class="row">
        <${Button} kind="primary" icon="palmtree" onClick=${askLeave}>${t("requests.ask_leave")}<//>
        <${Button} icon="arrow-left-right" onClick=${askSwap}>${t("requests.ask_swap")}<//>
      </div>
    </div>
    <${Loaded} query=${balances} skeleton=${html`<${Skeleton} lines=${1} height="7rem" />`}>
      ${(/** @type {{ items: Schemas["BalanceAnswer"][] }} */ { items }) => html`<ul class="balances">
        ${items.map((balance) => html`<${Balance} key=${balance.type} balance=${balance} name=${typeName(balance.type)} onLedger=${() => ledger(balance)} />`)}
      </ul>`}
    <//>
    <section class="card" aria-labelledby="list">
      <header>
        <h2 id="list">${t("requests.list")}</h2>
        <${Segments} label=${t("requests.filter")} value=${filter} onChange=${setFilter}
          options=${[["all", t("inbox.all")], ["leave", t("requests.leave")], ["correction", t("requests.corrections")], ["swap", t("requests.swaps")]]} />
      </header>
      <${Loaded} query=${requests}>
        ${(/** @type {Item[]} */ items) => html`<${List} items=${items} filter=${filter} typeName=${typeName} onChange=${change} onChanged=${reload} />`}
      <//>
    </section>
    ${dialog}
  </div>`;
}

/**
 * The requests of a kind. No row moves while somebody points at the list or has the focus in it.
 * @param {{ items: Item[], filter: string, typeName: (code: string) => string, onChange: (request: Schemas["LeaveRequest"]) => void, onChanged: () => void }} props
 */
function List({ items: all, filter, typeName, onChange, onChanged }) {
  const ofKind = all.filter((item) => filter === "all" || item.kind === filter);
  const { items, handlers } = useSteadyOrder(ofKind, ({ it }) => it.id, { choice: filter });
  if (items.length === 0) return html`<${Empty} title=${t("requests.none")} />`;
  return html`<ul class="rows" ...${handlers}>${items.map((item) => html`<${Row} key=${item.it.id} item=${item} typeName=${typeName} onChange=${onChange} onChanged=${onChanged} />`)}</ul>`;
}

/** @param {number} days */
const inDays = (days) => t("requests.days", { count: days });

/** @param {{ balance: Schemas["BalanceAnswer"], name: string, onLedger: () => void }} props */
function Balance({ balance, name, onLedger }) {
  const rows = /** @type {[import("../i18n/index.js").Key, number][]} */ ([
    ["balance.granted", balance.granted_days],
    ["balance.carried", balance.carried_days],
    ["balance.adjusted", balance.adjusted_days],
    ["balance.used", -balance.used_days],
    ["balance.pending", -balance.pending_days],
    ["balance.deducted", -balance.deducted_days],
    ["balance.expired", -balance.expired_days],
  ]);
  const shown = rows.filter(([, days]) => days !== 0);
  return html`<li class="card stack">
    <h2>${name}</h2>
    <p><span class="figure figures">${number(balance.available_days)}</span> <span class="muted">${t("balance.available", { date: day(balance.to, "short") })}</span></p>
    <dl class="sums small">
      ${shown.map(([key, days]) => html`<div key=${key}><dt class="muted">${t(key)}</dt><dd class="figures">${number(days, { signDisplay: "exceptZero" })}</dd></div>`)}
    </dl>
    <div><${Button} kind="quiet" icon="history" onClick=${onLedger}>${t("balance.ledger")}<//></div>
  </li>`;
}

/** @type {Record<string, [import("../components/ui.js").Tone, string]>} */
const STATES = {
  pending: ["warn", "clock"],
  accepted: ["warn", "clock"],
  approved: ["good", "check"],
  rejected: ["bad", "x"],
  declined: ["bad", "x"],
  cancelled: ["", "undo-2"],
  withdrawn: ["", "undo-2"],
  expired: ["", "clock-alert"],
};
/** @type {Record<Item["kind"], string>} */
const ICONS = { leave: "palmtree", correction: "pencil", swap: "arrow-left-right" };

/** @param {{ item: Item, typeName: (code: string) => string, onChange: (request: Schemas["LeaveRequest"]) => void, onChanged: () => void }} props */
function Row({ item, typeName, onChange, onChanged }) {
  const { it, kind } = item;
  const [tone, icon] = STATES[it.status] ?? ["", "info"];
  const me = user.value?.id;
  const withdraw = useAction(async () => {
    if (kind === "leave") await remove("/leave/requests/{id}", { path: { id: it.id }, version: it.version });
    else if (kind === "correction") await remove("/corrections/{id}", { path: { id: it.id }, version: it.version });
    else await remove("/roster/swaps/{id}", { path: { id: it.id }, version: it.version });
    toast(t("requests.withdrawn"));
    onChanged();
  });
  const answer = useAction(async (/** @type {"accepted" | "declined"} */ status) => {
    await post("/roster/swaps/{id}/decision", { path: { id: it.id }, version: it.version, body: { status } });
    toast(t(`requests.swap_${status}`));
    onChanged();
  });
  const isMine = kind !== "swap" || it.from_user_id === me;
  const isToAnswer = kind === "swap" && it.with_user_id === me && it.status === "pending";
  const today = Number.isNaN(minute.value) ? "" : dateOf(minute.value);
  const canWithdraw = isMine && (OPEN.has(it.status) || (kind === "leave" && it.status === "approved" && it.end_date >= today));
  const error = withdraw.error ?? answer.error;
  return html`<li>
    <details class="request">
      <summary class="item">
        <${Icon} name=${ICONS[kind]} />
        <span class="grow"><span class="strong">${title(item, typeName)}</span><span class="muted block">${period(item)}</span></span>
        <${Badge} tone=${tone} icon=${icon}>${word("request_status", it.status)}<//>
      </summary>
      <div class="stack request-body">
        ${error && html`<${Notice} tone="bad" role="alert">${error.message || t("state.offline")}<//>`}
        <${Story} item=${item} />
        <div class="row">
          ${isToAnswer && html`<${Button} kind="primary" icon="check" busy=${answer.busy} onClick=${() => answer.run("accepted")}>${t("requests.accept")}<//>
            <${Button} icon="x" busy=${answer.busy} onClick=${() => answer.run("declined")}>${t("requests.decline")}<//>`}
          ${kind === "leave" && it.status === "pending" && html`<${Button} icon="pencil" onClick=${() => onChange(it)}>${t("requests.change")}<//>`}
          ${canWithdraw && html`<${Button} kind="danger" icon="undo-2" busy=${withdraw.busy} onClick=${withdraw.run}>${t(it.status === "approved" ? "requests.cancel" : "requests.withdraw")}<//>`}
        </div>
      </div>
    </details>
  </li>`;
}

/**
 * @param {Item} item
 * @param {(code: string) => string} typeName
 */
function title({ kind, it }, typeName) {
  if (kind === "leave") return `${typeName(it.type)}, ${inDays(it.days)}`;
  if (kind === "correction") return t("requests.correction_of", { date: day(it.date, "medium") });
  const isMine = it.from_user_id === user.value?.id;
  const { with_user_name: asked, from_user_name: asker } = named(it);
  const name = (isMine ? asked : asker) ?? t("requests.someone");
  return t(isMine ? "requests.swap_with" : "requests.swap_from", { name });
}

/** @param {Item} item */
function period({ kind, it }) {
  if (kind === "leave") {
    const half = it.start_half ?? it.end_half;
    const dates = it.start_date === it.end_date ? day(it.start_date, "medium") : `${day(it.start_date, "medium")} – ${day(it.end_date, "medium")}`;
    return half ? `${dates}, ${word("half", half)}` : dates;
  }
  if (kind === "correction") return it.sessions.map((one) => timesWithDays(one.clock_in, one.clock_out)).join(", ");
  return [it.my_date, it.their_date].filter((date) => date !== null && date !== undefined).map((date) => day(/** @type {string} */ (date), "medium")).join(" ↔ ");
}

/**
 * Returns an object with the names that a response contains in addition to its ids.
 * @param {object} it
 * @returns {Record<string, string | null | undefined>}
 */
function named(it) {
  return /** @type {any} */ (it);
}

/** The history of a request, oldest first. @param {{ item: Item }} props */
function Story({ item }) {
  const { kind, it } = item;
  /** @type {[string | null | undefined, string, string | null | undefined][]} */
  const steps =
    kind === "leave"
      ? it.history.map((one) => [one.at, word("leave_history", one.kind), one.note])
      : kind === "correction"
        ? [[it.created_at, t("leave_history.requested"), it.reason], [it.decided_at, word("request_status", it.status), it.note]]
        : [
            [it.created_at, t("leave_history.requested"), it.note],
            [it.answered_at, word("request_status", it.status === "declined" ? "declined" : "accepted"), it.answer_note],
            [it.decided_at, word("request_status", it.status), it.decision_note],
          ];
  const decider = named(it).decided_by_name;
  return html`<ol class="story">
    ${kind === "leave" && it.reason && html`<li><span class="muted">${it.reason}</span></li>`}
    ${steps
      .filter(([at]) => at)
      .map(
        ([at, what, note]) => html`<li key=${`${at}${what}`}>
          <time class="muted small" datetime=${at}>${day(dateOf(at ?? ""), "short")}, ${time(at)}</time>
          <span>${what}${note && html`: <q>${note}</q>`}</span>
        </li>`,
      )}
    ${decider && html`<li class="muted small">${t("requests.decided_by", { name: decider })}</li>`}
  </ol>`;
}
