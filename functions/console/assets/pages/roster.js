// The roster: an editable sheet of people and dates. Changes are stored on this device until they are saved together.
import { download } from "../api.js";
import { useDepartments } from "../components/departments.js";
import { useAction } from "../components/query.js";
import { isSame, planOf, planText, read, typed } from "../components/roster/cells.js";
import { VIEWS, datesOf, useRoster } from "../components/roster/data.js";
import { change, changes, contested, discard, doubts, hasChanges, keepMine, restore, save, takeTheirs, undo } from "../components/roster/draft.js";
import { RosterGrid, areaOf, described, shownPlan } from "../components/roster/grid.js";
import { toast } from "../components/toast.js";
import { Button, Empty, Failure, Icon, Notice, Segments, Skeleton } from "../components/ui.js";
import { Versions } from "../components/versions.js";
import "../i18n/admin/index.js";
import { t } from "../i18n/index.js";
import { loadPart, navigate, place } from "../router.js";
import { user } from "../session.js";
import { dateOf, day, minute, plusDays } from "../time.js";
import { html, useEffect, useMemo, useState } from "../vendor/preact.js";

/** @typedef {import("../components/roster/cells.js").Row} Row */
/** @typedef {import("../components/roster/cells.js").Plan} Plan */
/** @typedef {import("../components/roster/grid.js").At} At */
/** @typedef {import("../components/roster/data.js").View} View */

const START = { row: 0, col: 0 };
/** The maximum number of objections, or of dates with conflicting changes, that are listed. */
const MAX_LISTED = 20;
/** The plans that were copied last, by row and column. They stay available when the person changes weeks. @type {Plan[][]} */
let copied = [];
/** The copied weeks of all people, by person. @type {Map<string, Plan[]>} */
let copiedWeek = new Map();

/** @param {Record<string, string | null>} next */
function show(next) {
  navigate("roster", { ...Object.fromEntries(place.peek().params), ...next }, { replace: true });
}

export default function RosterPage() {
  const { params } = place.value;
  const today = Number.isNaN(minute.value) ? "" : dateOf(minute.value);
  const date = params.get("date") ?? today;
  const view = /** @type {View} */ (params.get("view") ?? "") in VIEWS ? /** @type {View} */ (params.get("view")) : "week";
  const department = params.get("department") ?? "";
  const name = params.get("q") ?? "";
  const dates = useMemo(() => (date === "" ? [] : datesOf(date, view)), [date, view]);
  const roster = useRoster(dates, department);
  const rows = useMemo(() => matching(roster.rows, name), [roster.rows, name]);
  const departments = useDepartments();
  const [active, setActive] = useState(START);
  const [anchor, setAnchor] = useState(START);
  const [picked, setPicked] = useState(/** @type {At | null} */ (null));
  const [dialog, setDialog] = useState(/** @type {import("../components/ui.js").Children} */ (null));
  const close = () => setDialog(null);
  const isReadOnly = (/** @type {Row} */ row) => row.user_id === user.value?.id;
  useEffect(restore, [user.value?.id]);
  useEffect(() => setPicked(null), [dates, department]);
  useEffect(() => {
    // The browser warns before a tab with changes is closed. The changes are stored in any case.
    const ask = (/** @type {BeforeUnloadEvent} */ event) => hasChanges.peek() && event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, []);

  const cells = (/** @type {ReturnType<typeof areaOf>} */ area) =>
    rows.slice(area.top, area.bottom + 1).map((row) => row.days.slice(area.left, area.right + 1).map((it) => ({ row, it })));
  const area = areaOf(active, anchor);
  const put = (/** @type {{ row: Row, it: Row["days"][number], plan: Plan }[]} */ list) => {
    const allowed = list.filter(({ row, it, plan }) => !isReadOnly(row) && it.date >= today && !isSame(plan, shownPlan(row, it)));
    if (allowed.length > 0) change(allowed.map(({ row, it, plan }) => ({ id: row.user_id, name: row.full_name, date: it.date, plan, base: planOf(it), isPlanned: it.overridden || it.swapped })));
    return allowed.length;
  };
  const copy = () => {
    copied = cells(area).map((line) => line.map(({ row, it }) => shownPlan(row, it)));
    toast(t("roster.copied", { count: copied.reduce((sum, line) => sum + line.length, 0) }));
    return copied.map((line) => line.map(typed).join("\t")).join("\n");
  };
  const paste = (/** @type {string} */ text) => {
    const lines = text.trim() === "" ? copied : text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t").map((one) => read(one)));
    const isOwn = copied.map((line) => line.map(typed).join("\t")).join("\n") === text.trim();
    const plans = isOwn ? copied : lines;
    const height = Math.max(plans.length, area.bottom - area.top + 1);
    const width = Math.max(plans[0]?.length ?? 0, area.right - area.left + 1);
    const target = cells({ top: area.top, left: area.left, bottom: area.top + height - 1, right: area.left + width - 1 });
    // If the selection is larger than the copied area, the copied area is repeated.
    const list = target.flatMap((line, y) => line.map(({ row, it }, x) => ({ row, it, plan: plans[y % plans.length]?.[x % (plans[0]?.length ?? 1)] ?? null })));
    const good = list.filter((one) => one.plan !== null);
    const count = put(/** @type {any} */ (good));
    toast(good.length < list.length ? t("roster.pasted_some", { count, refused: list.length - good.length }) : t("roster.pasted", { count }));
  };
  const copyWeek = () => {
    copiedWeek = new Map(rows.map((row) => [row.user_id, row.days.slice(0, 7).map((it) => shownPlan(row, it))]));
    toast(t("roster.week_copied", { count: copiedWeek.size }));
    if (dates[0]) show({ date: plusDays(dates[0], 7) });
  };
  const pasteWeek = () => {
    const count = put(rows.flatMap((row) => (copiedWeek.get(row.user_id) ?? []).flatMap((plan, col) => (row.days[col] ? [{ row, it: row.days[col], plan }] : []))));
    toast(t("roster.pasted", { count }));
  };
  const swap = (/** @type {At} */ from, /** @type {At} */ to) => {
    const [one] = cells(areaOf(from, from)).flat();
    const [other] = cells(areaOf(to, to)).flat();
    const both = one && other ? exchanged(one, other, rows) : [];
    // A swap is refused if one of its cells can't be changed.
    if (both.some(({ row, it }) => isReadOnly(row) || it.date < today)) toast(t("roster.swap_not"));
    else if (put(both) > 0) toast(t("roster.swap_made"));
  };
  const select = (/** @type {At} */ to, /** @type {At} */ from) => {
    if (picked !== null && (to.row !== picked.row || to.col !== picked.col)) {
      swap(picked, to);
      setPicked(null);
    }
    setActive(to);
    setAnchor(from);
  };
  const clear = () => put(cells(area).flat().map(({ row, it }) => ({ row, it, plan: { shifts: [] } })));
  const [chosen] = cells(areaOf(active, active)).flat();
  const open = async () => {
    if (chosen === undefined || isReadOnly(chosen.row)) return;
    const { DayPlanDialog } = await loadPart(() => import("../components/roster/day-dialog.js"));
    setDialog(html`<${DayPlanDialog} row=${chosen.row} day=${chosen.it} plan=${shownPlan(chosen.row, chosen.it)} onPlan=${(/** @type {Plan} */ plan) => put([{ ...chosen, plan }])} onClose=${close} />`);
  };
  const pattern = async () => {
    const people = cells({ ...area, left: 0, right: 0 }).flat().map(({ row }) => row).filter((row) => !isReadOnly(row));
    if (people.length === 0) return;
    const { PatternDialog } = await loadPart(() => import("../components/roster/pattern-dialog.js"));
    setDialog(html`<${PatternDialog} people=${people} today=${today} onSaved=${roster.reload} onClose=${close} />`);
  };
  const upload = async () => {
    const { SheetDialog } = await loadPart(() => import("../components/roster/sheet-dialog.js"));
    setDialog(html`<${SheetDialog} rows=${rows} onDone=${roster.reload} onClose=${close} />`);
  };
  const sheet = useAction(() => download("/roster", { from: dates[0], to: dates.at(-1), department_id: department, format: "csv" }, "roster.csv"));
  const isWeekPasted = copiedWeek.size > 0;
  const note = chosen ? described(chosen.row, chosen.it) : "";

  return html`<div class="page wide roster">
    <div class="page-head">
      <h1>${t("nav.roster")}</h1>
      <p class="print-only">${dates[0] ? `${day(dates[0], "full")} – ${day(dates.at(-1) ?? "", "full")}` : ""}</p>
      <div class="row no-print">
        <${Button} kind="quiet" icon="upload" label=${t("roster.import")} onClick=${upload} />
        <${Button} kind="quiet" icon="download" label=${t("roster.export")} busy=${sheet.busy} onClick=${sheet.run} />
        <${Button} kind="quiet" icon="printer" label=${t("roster.print")} onClick=${() => print()} />
      </div>
    </div>
    <section class="card stack" aria-label=${t("nav.roster")}>
      <div class="roster-tools">
        <div class="row">
          <${Button} kind="quiet" icon="chevron-left" label=${t("roster.earlier")} onClick=${() => dates[0] && show({ date: plusDays(dates[0], -VIEWS[view]) })} />
          <h2 aria-live="polite">${dates[0] ? `${day(dates[0], "short")} – ${day(dates.at(-1) ?? "", "date")}` : ""}</h2>
          <${Button} kind="quiet" icon="chevron-right" label=${t("roster.later")} onClick=${() => dates[0] && show({ date: plusDays(dates[0], VIEWS[view]) })} />
          <${Button} kind="quiet" onClick=${() => show({ date: null })}>${t("nav.today")}<//>
        </div>
        <div class="row grow end">
          <input class="input roster-search" type="search" aria-label=${t("roster.search")} placeholder=${t("roster.search")} value=${name} onInput=${(/** @type {any} */ event) => show({ q: event.target.value || null })} />
          ${departments.length > 1 &&
          html`<select class="input roster-department" aria-label=${t("people.department")} value=${department} onChange=${(/** @type {any} */ event) => show({ department: event.target.value || null })}>
            <option value="">${t("board.all_departments")}</option>
            ${departments.map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === department}>${one.name}</option>`)}
          </select>`}
          <${Segments} label=${t("calendar.view")} value=${view} options=${[["week", t("roster.week")], ["fortnight", t("roster.fortnight")], ["month", t("roster.month")]]} onChange=${(/** @type {string} */ next) => show({ view: next === "week" ? null : next })} />
        </div>
      </div>
      <div class="row roster-actions" role="toolbar" aria-label=${t("roster.actions")}>
        <${Button} icon="pencil" onClick=${open}>${t("roster.plan")}<//>
        <${Button} icon="repeat" onClick=${pattern}>${t("roster.pattern")}<//>
        <${Button} icon="arrow-left-right" aria-pressed=${picked !== null} onClick=${() => setPicked(picked ? null : active)}>${t("roster.swap")}<//>
        <${Button} icon="copy" onClick=${copy}>${t("roster.copy")}<//>
        <${Button} icon="clipboard-paste" blocked=${copied.length === 0} onClick=${() => paste("")}>${t("roster.paste")}<//>
        <${Button} icon="calendar-plus" onClick=${copyWeek}>${t("roster.copy_week")}<//>
        ${isWeekPasted && html`<${Button} icon="clipboard-paste" onClick=${pasteWeek}>${t("roster.paste_week")}<//>`}
      </div>
      ${picked && html`<${Notice} tone="info" role="status">${t("roster.pick_other")}<//>`}
      ${sheet.error && html`<${Notice} tone="bad" role="alert">${sheet.error.message || t("state.offline")}<//>`}
      <p class="visually-hidden" id="roster-keys">${t("roster.keys")}</p>
      ${roster.error && rows.length > 0 && html`<${Notice} tone="warn" role="alert">${roster.error.message || t("state.offline")}<//>`}
      ${rows.length > 0
        ? html`<${RosterGrid} rows=${rows} dates=${dates} isComplete=${roster.isComplete} active=${active} anchor=${anchor} picked=${picked} isReadOnly=${isReadOnly} onSelect=${select} onSwap=${swap}
            onType=${(/** @type {At} */ at, /** @type {Plan} */ plan) => put(cells(areaOf(at, at)).flat().map((one) => ({ ...one, plan })))} onOpen=${open} onClear=${clear} onCopy=${copy} onPaste=${paste} onUndo=${undo} onEscape=${() => setPicked(null)} />`
        : roster.error
          ? html`<${Failure} error=${roster.error} retry=${roster.reload} />`
          : roster.isComplete
            ? html`<${Empty} icon="users" title=${t(name === "" ? "roster.nobody" : "people.nobody_matches")} />`
            : html`<div aria-busy="true"><${Skeleton} lines=${8} height="2.75rem" /></div>`}
      <p class="small muted roster-note" role="status">${note}</p>
      <p class="small muted roster-hint">${t("roster.hint")}</p>
    </section>
    ${hasChanges.value && html`<${Unsaved} onSaved=${roster.reload} />`}
    ${dialog}
  </div>`;
}

/** @param {Row[]} rows @param {string} name */
function matching(rows, name) {
  const wanted = name.trim().toLocaleLowerCase();
  return wanted === "" ? rows : rows.filter((row) => row.full_name.toLocaleLowerCase().includes(wanted));
}

/**
 * Returns the plans of two cells after a swap. On one date, the plans are exchanged. On two dates, each person takes the other's date and has
 * their own date off.
 * @param {{ row: Row, it: Row["days"][number] }} one
 * @param {{ row: Row, it: Row["days"][number] }} other
 * @param {Row[]} rows
 */
function exchanged(one, other, rows) {
  const mine = shownPlan(one.row, one.it);
  const theirs = shownPlan(other.row, other.it);
  if (one.it.date === other.it.date || one.row.user_id === other.row.user_id) return [{ ...one, plan: theirs }, { ...other, plan: mine }];
  const at = (/** @type {Row} */ row, /** @type {string} */ date) => rows.find(({ user_id }) => user_id === row.user_id)?.days.find((it) => it.date === date);
  const [oneThen, otherThen] = [at(one.row, other.it.date), at(other.row, one.it.date)];
  return [
    { ...one, plan: { shifts: [] } },
    { ...other, plan: { shifts: [] } },
    ...(oneThen ? [{ row: one.row, it: oneThen, plan: theirs }] : []),
    ...(otherThen ? [{ row: other.row, it: otherThen, plan: mine }] : []),
  ];
}

/** The dates that somebody else has changed too, with both versions and a choice for each. */
function Contested() {
  return html`<${Notice} tone="warn" role="alert">
    <p>${t("roster.contested", { count: contested.value.length })}</p>
    <ul class="roster-contested">
      ${contested.value.slice(0, MAX_LISTED).map(([key, { name, base, plan }]) => {
        const which = `${name}, ${day(key.split(" ")[1] ?? "", "medium")}`;
        return html`<li key=${key} class="stack">
          <p class="strong">${which}</p>
          <${Versions} titles=${[t("edit.theirs"), t("edit.mine")]} lists=${[planText(base), planText(plan)].map((text) => [text])} />
          <div class="row">
            <${Button} onClick=${() => takeTheirs(key)}>${t("roster.take_theirs")}<span class="visually-hidden">: ${which}</span><//>
            <${Button} onClick=${() => keepMine(key)}>${t("roster.keep_mine")}<span class="visually-hidden">: ${which}</span><//>
          </div>
        </li>`;
      })}
    </ul>
  <//>`;
}

/** The unsaved changes, with the API's objections. @param {{ onSaved: () => void }} props */
function Unsaved({ onSaved }) {
  const [dialog, setDialog] = useState(/** @type {import("../components/ui.js").Children} */ (null));
  const [progress, setProgress] = useState({ done: 0, total: 0 });
  const count = changes.value.size;
  const ready = count - contested.value.length;
  const found = [...changes.value].filter(([key]) => doubts.value.has(key));
  const confirm = async (/** @type {string} */ reason) => {
    const { refused, contested } = await save(reason, (done, total) => setProgress({ done, total })).finally(() => setProgress({ done: 0, total: 0 }));
    if (refused > 0) toast(t("roster.saved_some", { count: refused }));
    else if (contested === 0) toast(t("roster.saved"));
    onSaved();
  };
  const ask = async () => {
    const { ReasonDialog } = await loadPart(() => import("../components/reason-dialog.js"));
    setDialog(html`<${ReasonDialog} title=${t("roster.save_title", { count: ready })} about=${t("roster.save_about")} label=${t("roster.reason")} confirm=${t("action.save")} icon="check" required onConfirm=${confirm} onClose=${() => setDialog(null)} />`);
  };
  return html`<section class="card roster-unsaved" aria-label=${t("roster.unsaved", { count })}>
    <div class="row spread">
      <p class="strong" role="status">${progress.total > 0 ? t("roster.saving", { done: progress.done, total: progress.total }) : t("roster.unsaved", { count })}</p>
      <div class="row">
        <${Button} icon="undo-2" onClick=${undo}>${t("roster.undo")}<//>
        <${Button} icon="trash-2" onClick=${discard}>${t("roster.discard")}<//>
        <${Button} kind="primary" icon="check" blocked=${ready === 0} onClick=${ask}>${t("roster.save")}<//>
      </div>
    </div>
    ${contested.value.length > 0 && html`<${Contested} />`}
    ${found.length > 0 &&
    html`<details open><summary class="small"><${Icon} name="triangle-alert" />${t("roster.doubts", { count: found.length })}</summary>
      <ul class="roster-doubts small">
        ${found.slice(0, MAX_LISTED).map(([key, { name }]) => html`<li key=${key} class=${doubts.value.get(key)?.isRefused ? "refused" : ""}><span class="strong">${name}, ${day(key.split(" ")[1] ?? "", "medium")}</span>: ${doubts.value.get(key)?.texts.join(" · ")}</li>`)}
      </ul>
    </details>`}
    ${dialog}
  </section>`;
}
