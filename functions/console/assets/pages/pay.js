// A pay period for managers and administrators: the timesheets by status, their blockers, the approval, and the close of the period.
import { get, post } from "../api.js";
import { FilterChips } from "../components/filter-chips.js";
import { AccountCard } from "../components/pay/account.js";
import { PayRuns } from "../components/pay/runs.js";
import { PeriodPicker, usePeriods } from "../components/pay/periods.js";
import { BlockerList, TimesheetBadge, TimesheetCard } from "../components/pay/timesheet.js";
import { useAction, useQuery } from "../components/query.js";
import { Exports, orderFile } from "../components/reports/exports.js";
import { toast } from "../components/toast.js";
import { Avatar, Button, Empty, Loaded, Notice, Skeleton } from "../components/ui.js";
import "../i18n/admin/index.js";
import "../i18n/pay/index.js";
import { t, word } from "../i18n/index.js";
import { loadPart, navigate, place } from "../router.js";
import { user } from "../session.js";
import { dateOf, minute } from "../time.js";
import { html, useState } from "../vendor/preact.js";

/** @typedef {import("../components/pay/periods.js").Period} Period */
/** @typedef {import("../types").Schemas["TimesheetState"]} State */
/** @typedef {import("../types").Schemas["BlockedTimesheets"]} Blocked The timesheets that block the close of a period. */

const STATUSES = /** @type {const} */ (["open", "submitted", "approved", "rejected", "closed"]);
/** The maximum number of pages that are read. A longer list has to be filtered by department. */
const MAX_PAGES = 10;
/** The interval at which a closing period is polled. */
const CLOSING_MS = 3_000;

/** @param {Record<string, string | null>} changes */
function show(changes) {
  navigate("pay", { ...Object.fromEntries(place.peek().params), ...changes }, { replace: true });
}

/** Returns the timesheets of everyone for a period. @param {string} id */
async function load(id) {
  /** @type {State[]} */
  const items = [];
  let cursor = /** @type {string | null | undefined} */ (undefined);
  for (let read = 0; read < MAX_PAGES && cursor !== null; read++) {
    const page = await get("/pay/periods/{id}/timesheets", { path: { id }, query: { limit: 200, cursor } });
    items.push(...page.items);
    cursor = page.next_cursor ?? null;
  }
  return { items, hasMore: cursor !== null };
}

export default function PayPage() {
  const periods = usePeriods();
  return html`<div class="page stack">
    <h1>${t("nav.pay")}</h1>
    <${PeriodPicker} periods=${periods} onShow=${show}>
      ${(/** @type {Period} */ period) => html`<${Timesheets} key=${period.id} period=${period} onChange=${periods.query.reload} />`}
    <//>
  </div>`;
}

/** @param {{ period: Period, onChange: () => void }} props */
function Timesheets({ period, onChange }) {
  const { params } = place.value;
  const person = params.get("person");
  const status = params.get("status") ?? "";
  const query = useQuery(() => load(period.id), [period.id, period.version]);
  const close = () => {
    show({ person: null });
    requestAnimationFrame(() => document.getElementById(`timesheet-${person}`)?.focus());
  };
  const changed = () => {
    query.reload();
    onChange();
  };
  return html`<${Work} period=${period} states=${query.data?.items ?? []} onChange=${changed} />
    <div class=${`split ${person ? "has-detail" : "no-detail"}`}>
      <section class="card split-list stack" aria-label=${t("pay.timesheets")}>
        <${Loaded} query=${query} skeleton=${html`<${Skeleton} lines=${6} height="3rem" />`}>
          ${(/** @type {{ items: State[], hasMore: boolean }} */ { items, hasMore }) => html`
            <${FilterChips} label=${t("pay.status")} value=${status} onChange=${(/** @type {string} */ next) => show({ status: next || null })}
              options=${[{ key: "", text: t("pay.everyone"), count: items.length }, ...STATUSES.map((one) => ({ key: one, text: word("timesheet_status", one), count: items.filter((it) => it.status === one).length }))]} />
            ${hasMore && html`<${Notice} tone="warn">${t("pay.more", { count: items.length })}<//>`}
            <${List} items=${items.filter((one) => status === "" || one.status === status)} selected=${person} />`}
        <//>
      </section>
      ${person &&
      html`<aside class="split-detail stack" aria-label=${t("pay.timesheet")}>
        <${TimesheetCard} key=${person} period=${period.id} person=${person} onChange=${query.reload} onClose=${close} />
        <${AccountCard} key=${`account ${person}`} person=${person} />
      </aside>`}
    </div>
    ${user.value?.role === "admin" && html`<${PayRuns} period=${period} />`}
    <${Exports} />`;
}

/** @param {{ items: State[], selected: string | null }} props */
function List({ items, selected }) {
  if (items.length === 0) return html`<${Empty} icon="users" title=${t("pay.nobody")} />`;
  return html`<ul class="rows">${items.map(
    (one) => html`<li key=${one.user_id}><button class="item line" id=${`timesheet-${one.user_id}`} aria-current=${one.user_id === selected ? "true" : undefined} onClick=${() => show({ person: one.user_id })}>
      <${Avatar} name=${one.user_name ?? ""} /><span class="grow"><span class="block strong">${one.user_name}</span>${one.department_name && html`<span class="block small muted">${one.department_name}</span>`}</span>
      <${TimesheetBadge} status=${one.status} />
    </button></li>`,
  )}</ul>`;
}

/** The actions for the whole period. @param {{ period: Period, states: State[], onChange: () => void }} props */
function Work({ period, states, onChange }) {
  const [dialog, setDialog] = useState(/** @type {import("../components/ui.js").Children} */ (null));
  const [left, setLeft] = useState(/** @type {{ name: string, text: string }[]} */ ([]));
  const path = { id: period.id };
  const submitted = states.filter((one) => one.status === "submitted").length;
  const approve = useAction(async () => {
    /** @type {{ name: string, text: string }[]} */
    const refused = [];
    let count = 0;
    let cursor = /** @type {string | null | undefined} */ (undefined);
    do {
      const page = await post("/pay/periods/{id}/approvals", { path, body: cursor ? { cursor } : {} });
      count += page.results.filter((one) => one.approved).length;
      refused.push(...page.results.filter((one) => !one.approved).map((one) => ({ name: one.user_name ?? "", text: word("problem", one.code ?? "") })));
      cursor = page.next_cursor;
    } while (cursor);
    setLeft(refused);
    toast(t("pay.approved", { count }));
    onChange();
  });
  const end = useAction(async () => {
    await post("/pay/periods/{id}/close", { path, body: {} });
    toast(t("pay.closing"));
    onChange();
    setTimeout(onChange, CLOSING_MS);
  });
  const files = useAction(() => orderFile(() => post("/pay/periods/{id}/timesheets/export", { path, body: {} })));
  const reopen = async () => {
    const { ReasonDialog } = await loadPart(() => import("../components/reason-dialog.js"));
    setDialog(html`<${ReasonDialog} title=${t("pay.reopen")} about=${t("pay.reopen_about")} label=${t("roster.reason")} required confirm=${t("pay.reopen")} icon="undo-2" kind="danger" onClose=${() => setDialog(null)}
      onConfirm=${async (/** @type {string} */ reason) => {
        await post("/pay/periods/{id}/reopen", { path, body: { reason } });
        toast(t("pay.reopening"));
        onChange();
        setTimeout(onChange, CLOSING_MS);
      }} />`);
  };
  const isAdmin = user.value?.role === "admin";
  const isOver = !Number.isNaN(minute.value) && period.to < dateOf(minute.value);
  return html`<div class="row">
      ${submitted > 0 && period.status === "open" && html`<${Button} kind="primary" icon="check-check" busy=${approve.busy} onClick=${approve.run}>${t("pay.approve_all", { count: submitted })}<//>`}
      ${isAdmin && isOver && period.status === "open" && html`<${Button} icon="lock" busy=${end.busy} onClick=${end.run}>${t("pay.close")}<//>`}
      ${isAdmin && period.status === "closed" && html`<${Button} icon="undo-2" onClick=${reopen}>${t("pay.reopen")}<//>`}
      ${states.length > 0 && html`<${Button} kind="quiet" icon="file-text" busy=${files.busy} onClick=${files.run}>${t("pay.order_files")}<//>`}
      ${period.status === "closing" && html`<${Button} icon="refresh-cw" onClick=${onChange}>${t("pay.refresh")}<//>`}
    </div>
    ${(approve.error ?? files.error) && html`<${Notice} tone="bad" role="alert">${(approve.error ?? files.error)?.message || t("state.offline")}<//>`}
    ${end.error && html`<${Refusal} error=${end.error} />`}
    ${left.length > 0 && html`<${Notice} tone="warn" role="alert"><p>${t("pay.left", { count: left.length })}</p><ul>${left.map(({ name, text }) => html`<li key=${name}>${name}: ${text}</li>`)}</ul><//>`}
    ${dialog}`;
}

/** The reason why a period can't be closed, with the people who must still act. @param {{ error: import("../api.js").Problem }} props */
function Refusal({ error }) {
  const blocked = /** @type {Blocked | undefined} */ (error.body.blocked_timesheets);
  if (blocked === undefined) return html`<${Notice} tone="bad" role="alert">${error.message || t("state.offline")}<//>`;
  const more = blocked.count - blocked.people.length;
  return html`<${Notice} tone="bad" role="alert">
    <p class="strong">${t("pay.blocked", { count: blocked.count })}</p>
    <ul class="rows">${blocked.people.map(
      ({ user_id: person, user_name: name, status, blockers }) => html`<li key=${person}>
        <p class="row"><button class="link" onClick=${() => show({ person, status: null })}>${name}</button><${TimesheetBadge} status=${status} /></p>
        ${blockers.length > 0 && html`<${BlockerList} blockers=${blockers} person=${person} />`}
      </li>`,
    )}</ul>
    ${more > 0 && html`<p>${t("pay.blocked_more", { count: more })}</p>`}
  <//>`;
}
