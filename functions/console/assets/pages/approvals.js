// A list of everything that waits for a decision. A manager decides with the pointer or the keyboard, one item or several at once.
import { get } from "../api.js";
import { Facts } from "../components/approval-facts.js";
import { ICONS, nameOf, typeNames, what, when } from "../components/approval-text.js";
import { KINDS, decide, keyOf, loadApprovals, mayBe, needsReason, takesNote } from "../components/approvals-data.js";
import { useAnnouncer } from "../components/announcer.js";
import { FilterChips } from "../components/filter-chips.js";
import { LivePause, usePause } from "../components/live-pause.js";
import { useAction, useLive, useQuery, useReload } from "../components/query.js";
import { ReasonDialog } from "../components/reason-dialog.js";
import { useShortcuts } from "../components/shortcuts.js";
import { useSteadyOrder } from "../components/steady.js";
import { toast } from "../components/toast.js";
import { Button, Empty, Icon, Loaded, Notice, Skeleton } from "../components/ui.js";
import { t, word } from "../i18n/index.js";
import { shortcuts } from "../preferences.js";
import { href, navigate, place } from "../router.js";
import { dateOf, day, minute, time } from "../time.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";

/** @typedef {import("../components/approvals-data.js").Approval} Approval */
/** @typedef {import("../components/approvals-data.js").Verdict} Verdict */
/** @typedef {import("../components/approvals-data.js").Waiting} Waiting */

export default function ApprovalsPage() {
  const query = useQuery(loadApprovals, []);
  const types = useQuery(() => get("/leave/types"), []);
  const typeName = typeNames(types.data?.items);
  const updates = usePause(useReload(query.reload));
  useLive("notification", updates.refresh);
  useLive("day", updates.refresh);
  useLive("resync", updates.refresh);
  return html`<div class="page">
    <div class="page-head">
      <h1>${t("approvals.title")}</h1>
      <div class="row muted"><${LivePause} updates=${updates} /><${Keys} /></div>
    </div>
    ${query.data && html`<${Announced} items=${query.data.items} typeName=${typeName} />`}
    <${Loaded} query=${query} skeleton=${html`<section class="card"><${Skeleton} lines=${5} height="3rem" /></section>`}>
      ${(/** @type {Waiting} */ data) => html`<${Inbox} data=${data} typeName=${typeName} onDecided=${query.reload} />`}
    <//>
  </div>`;
}

/** Announces new items of the list to screen readers. @param {{ items: Approval[], typeName: (code: string) => string }} props */
function Announced({ items, typeName }) {
  const { announce, element } = useAnnouncer("live.decisions");
  const known = useRef(new Set(items.map(keyOf)));
  useEffect(() => {
    for (const item of items) if (!known.current.has(keyOf(item))) announce(`${nameOf(item)}: ${what(item, typeName)}.`);
    known.current = new Set(items.map(keyOf));
  }, [items]);
  return element;
}

/** @param {{ data: Waiting, typeName: (code: string) => string, onDecided: () => void }} props */
function Inbox({ data, typeName, onDecided }) {
  const { params } = place.value;
  const filter = params.get("kind") ?? "all";
  const open = params.get("item");
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const [selected, setSelected] = useState(/** @type {Set<string>} */ (new Set()));
  const [refused, setRefused] = useState(/** @type {Map<string, string>} */ (new Map()));
  const [dialog, setDialog] = useState(/** @type {import("../components/ui.js").Children} */ (null));
  const fitting = data.items.filter((item) => filter === "all" || item.kind === filter);
  const { items, handlers } = useSteadyOrder(fitting, keyOf, { choice: filter });
  const chosen = items.filter((item) => selected.has(keyOf(item)));
  const current = items.find((item) => keyOf(item) === open);
  /** The idempotency key of the same decisions until the API responds, so that a retry decides nothing twice. */
  const attempt = useRef({ of: "", key: "" });

  // The Back button closes the open item. It doesn't go through all items that were opened.
  const show = (/** @type {Record<string, string | null>} */ changes) => {
    const opens = !!changes.item && !current;
    navigate("approvals", { ...Object.fromEntries(params), ...changes }, { replace: !opens });
  };
  const move = (/** @type {number} */ step) => {
    const at = items.findIndex((item) => keyOf(item) === open);
    const next = items[at < 0 ? 0 : Math.min(items.length - 1, Math.max(0, at + step))];
    if (!next) return;
    show({ item: keyOf(next) });
    rowOf(list.current, keyOf(next))?.focus();
  };
  const toggle = (/** @type {string} */ key) => {
    const after = new Set(selected);
    if (!after.delete(key)) after.add(key);
    setSelected(after);
  };
  const decideOn = async (/** @type {Approval[]} */ some, /** @type {Verdict} */ verdict, /** @type {string} */ note) => {
    const of = JSON.stringify([some.map(keyOf), verdict, note]);
    if (attempt.current.of !== of) attempt.current = { of, key: crypto.randomUUID() };
    const failed = await decide(some, verdict, note, attempt.current.key);
    attempt.current = { of: "", key: "" };
    const done = some.filter((item) => !failed.has(keyOf(item)));
    setRefused(new Map([...[...refused].filter(([key]) => !done.some((item) => keyOf(item) === key)), ...failed]));
    setSelected(new Set([...selected].filter((key) => !done.some((item) => keyOf(item) === key))));
    say(verdict, done, failed.size);
    moveOn(done);
    onDecided();
  };
  const run = useAction(decideOn);
  /** Opens the item after the decided items, if the open item is one of them. @param {Approval[]} done */
  const moveOn = (done) => {
    const keys = new Set(done.map(keyOf));
    if (open === null || !keys.has(open)) return;
    const at = items.findIndex((item) => keyOf(item) === open);
    const next = [...items.slice(at + 1), ...items.slice(0, at).reverse()].find((item) => !keys.has(keyOf(item)));
    show({ item: next ? keyOf(next) : null });
    if (next) rowOf(list.current, keyOf(next))?.focus();
  };
  const ask = (/** @type {Approval[]} */ some, /** @type {Verdict} */ verdict) => {
    const able = some.filter((item) => mayBe(item, verdict));
    if (able.length === 0) {
      if (some.length > 0) toast(t(`approvals.left_${verdict}`, { count: some.length }));
      return;
    }
    const asksForReason = verdict === "approve" && able.some(needsReason);
    if (verdict === "approve" && !asksForReason) return void run.run(able, verdict, "");
    setDialog(html`<${DecisionDialog} items=${able} left=${some.length - able.length} verdict=${verdict} typeName=${typeName} isRequired=${asksForReason}
      onConfirm=${(/** @type {string} */ note) => decideOn(able, verdict, note)} onClose=${() => setDialog(null)} />`);
  };
  const acted = () => (chosen.length > 0 ? chosen : current ? [current] : []);
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    a: () => ask(acted(), "approve"),
    r: () => ask(acted(), "reject"),
    x: () => open !== null && toggle(open),
  });

  if (data.items.length === 0) return html`<section class="card"><${Empty} icon="check-check" title=${t("approvals.none")} /></section>`;
  const options = ["all", ...KINDS].map((key) => ({
    key,
    text: word("approvals.kind", key),
    count: key === "all" ? data.items.length : data.items.filter((item) => item.kind === key).length,
  }));
  return html`<div class=${`split approvals ${current ? "has-detail" : ""}`}>
    <section class="card split-list" aria-labelledby="waiting">
      <h2 class="visually-hidden" id="waiting">${t("approvals.list")}</h2>
      <div class="approvals-head">
        <${FilterChips} label=${t("approvals.filter")} value=${filter} options=${options.filter((one) => one.count > 0 || one.key === filter)}
          onChange=${(/** @type {string} */ kind) => show({ kind: kind === "all" ? null : kind, item: null })} />
        <${Bulk} items=${items} chosen=${chosen} busy=${run.busy} onAll=${(/** @type {boolean} */ all) => setSelected(new Set(all ? items.map(keyOf) : []))} onDecide=${ask} />
      </div>
      ${data.hasMore && html`<${Notice}>${t("approvals.more", { count: data.items.length })}<//>`}
      ${run.error && html`<${Notice} tone="bad" role="alert">${run.error.code === "offline" ? t("state.offline_kept") : run.error.message}<//>`}
      ${items.length === 0
        ? html`<${Empty} icon="check-check" title=${t("approvals.none_of_kind")} />`
        : html`<ul class="rows" ref=${list} ...${handlers}>
            ${items.map(
              (item) => html`<${Row} key=${keyOf(item)} item=${item} typeName=${typeName} isOpen=${keyOf(item) === open} isSelected=${selected.has(keyOf(item))}
                refused=${refused.get(keyOf(item))} onSelect=${() => toggle(keyOf(item))} onOpen=${() => show({ item: keyOf(item) })} />`,
            )}
          </ul>`}
    </section>
    <aside class="split-detail" aria-label=${t("approvals.detail")}>
      ${current
        ? html`<${Detail} key=${keyOf(current)} item=${current} typeName=${typeName} busy=${run.busy} refused=${refused.get(keyOf(current))}
            onDecide=${(/** @type {Verdict} */ verdict) => ask([current], verdict)}
            onClose=${() => {
              show({ item: null });
              requestAnimationFrame(() => rowOf(list.current, keyOf(current))?.focus());
            }} />`
        : html`<section class="card"><${Empty} title=${t("approvals.choose")} /></section>`}
    </aside>
    ${dialog}
  </div>`;
}

/**
 * @param {HTMLElement | null} list
 * @param {string} key
 */
function rowOf(list, key) {
  return /** @type {HTMLElement | null} */ (list?.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? null);
}

/**
 * Shows the number of decided items and of failed decisions.
 * @param {Verdict} verdict
 * @param {Approval[]} done
 * @param {number} failed
 */
function say(verdict, done, failed) {
  const [first] = done;
  if (done.length === 1 && first && failed === 0) toast(t(`approvals.done_${verdict}`, { name: nameOf(first) }));
  else toast([t("approvals.done", { count: done.length }), ...(failed > 0 ? [t("approvals.failed", { count: failed })] : [])].join(" "));
}

/** The active shortcut keys, with a link to turn them off. */
function Keys() {
  const on = shortcuts.value;
  return html`<details class="keys">
    <summary class="button quiet"><${Icon} name="keyboard" />${t("keys.title")}</summary>
    <div class="card keys-list stack">
      ${on
        ? html`<dl>${["j", "k", "x", "a", "r"].map((key) => html`<div key=${key}><dt><kbd>${key}</kbd></dt><dd>${word("keys", key)}</dd></div>`)}</dl>`
        : html`<p>${t("keys.off")}</p>`}
      <a href=${href("preferences")}>${t("keys.change")}</a>
    </div>
  </details>`;
}

/**
 * The controls that decide on all selected items.
 * @param {{ items: Approval[], chosen: Approval[], busy: boolean, onAll: (all: boolean) => void, onDecide: (items: Approval[], verdict: Verdict) => void }} props
 */
function Bulk({ items, chosen, busy, onAll, onDecide }) {
  const none = chosen.length === 0;
  const isAll = items.length > 0 && chosen.length === items.length;
  return html`<div class="row spread bulk">
    <label class="check">
      <input type="checkbox" checked=${isAll} indeterminate=${!none && !isAll} onChange=${() => onAll(!isAll)} />
      ${none ? t("approvals.select_all") : t("approvals.selected", { count: chosen.length })}
    </label>
    <div class="row">
      <${Button} icon="check" busy=${busy} blocked=${none} onClick=${() => onDecide(chosen, "approve")}>${t("approvals.approve")}<//>
      <${Button} icon="x" busy=${busy} blocked=${none} onClick=${() => onDecide(chosen, "reject")}>${t("approvals.reject")}<//>
    </div>
  </div>`;
}

/**
 * @param {{ item: Approval, typeName: (code: string) => string, isOpen: boolean, isSelected: boolean, refused?: string,
 *   onSelect: () => void, onOpen: () => void }} props
 */
function Row({ item, typeName, isOpen, isSelected, refused, onSelect, onOpen }) {
  const date = dateOf(item.since);
  const isToday = !Number.isNaN(minute.value) && date === dateOf(minute.value);
  return html`<li class="approval">
    <label class="pick"><input type="checkbox" checked=${isSelected} onChange=${onSelect} /><span class="visually-hidden">${t("approvals.select", { name: nameOf(item) })}</span></label>
    <button class="item line" data-key=${keyOf(item)} aria-current=${isOpen ? "true" : undefined} onClick=${onOpen}>
      <${Icon} name=${ICONS[item.kind]} />
      <span class="grow">
        <span class="block strong">${nameOf(item)}</span>
        <span class="block">${what(item, typeName)}</span>
        <span class="block muted small">${when(item)}</span>
        ${refused && html`<span class="block refused small"><${Icon} name="circle-alert" />${refused}</span>`}
      </span>
      <time class="muted small" datetime=${item.since}>${isToday ? time(item.since) : day(date, "short")}</time>
    </button>
  </li>`;
}

/**
 * @param {{ item: Approval, typeName: (code: string) => string, busy: boolean, refused?: string, onDecide: (verdict: Verdict) => void,
 *   onClose: () => void }} props
 */
function Detail({ item, typeName, busy, refused, onDecide, onClose }) {
  const verdicts = /** @type {Verdict[]} */ (["approve", "reject"]);
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    // On narrow screens the detail replaces the list, so the focus moves to the detail.
    if (matchMedia("(max-width: 63.99rem)").matches) heading.current?.focus();
  }, []);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && onClose();
  return html`<section class="card stack" aria-labelledby="approval" onKeyDown=${onKeyDown}>
    <header>
      <div>
        <h2 id="approval" tabindex="-1" ref=${heading}>${nameOf(item)}</h2>
        <p class="muted">${what(item, typeName)}</p>
      </div>
      <${Button} kind="quiet" icon="x" label=${t("action.close")} onClick=${onClose} />
    </header>
    ${refused && html`<${Notice} tone="bad" role="alert">${refused}<//>`}
    <${Facts} item=${item} typeName=${typeName} />
    <div class="row actions">
      ${verdicts
        .filter((verdict) => mayBe(item, verdict))
        .map(
          (verdict) => html`<${Button} key=${verdict} kind=${verdict === "approve" ? "primary" : "danger"} icon=${verdict === "approve" ? "check" : "x"} busy=${busy}
            onClick=${() => onDecide(verdict)}>${t(`verdict.${item.kind === "day_to_review" ? "confirm" : item.kind === "flagged_clock_in" && verdict === "approve" ? "acknowledge" : verdict}`)}<//>`,
        )}
    </div>
  </section>`;
}

/**
 * @param {{ items: Approval[], left: number, verdict: Verdict, typeName: (code: string) => string, isRequired: boolean,
 *   onConfirm: (note: string) => Promise<void>, onClose: () => void }} props
 */
function DecisionDialog({ items, left, verdict, typeName, isRequired, onConfirm, onClose }) {
  const about = html`<ul>${items.slice(0, 5).map((item) => html`<li key=${keyOf(item)}><span class="strong">${nameOf(item)}</span>: ${what(item, typeName)}</li>`)}
    ${items.length > 5 && html`<li class="muted">${t("approvals.and_more", { count: items.length - 5 })}</li>`}</ul>
    ${left > 0 && html`<p class="muted">${t(`approvals.left_${verdict}`, { count: left })}</p>`}`;
  return html`<${ReasonDialog} title=${t(`approvals.title_${verdict}`, { count: items.length })} about=${about} required=${isRequired}
    label=${items.some(takesNote) ? t(isRequired ? "correction.reason" : "reason.note") : undefined} hint=${t(isRequired ? "approvals.reason_hint" : "reason.note_hint")}
    confirm=${t(`approvals.${verdict}`)} icon=${verdict === "approve" ? "check" : "x"} kind=${verdict === "approve" ? "primary" : "danger"}
    onConfirm=${onConfirm} onClose=${onClose} />`;
}
