// The manager's live board: missing, late, present and absent people, and today's events. A row opens the person's day.
import { useAnnouncer } from "../components/announcer.js";
import { Board } from "../components/board.js";
import { useBoard } from "../components/board-data.js";
import { Feed, useFeed } from "../components/board-feed.js";
import { useThumbnails } from "../components/board-photos.js";
import { FILTERS, matches, sorted } from "../components/board-state.js";
import { DayPanel } from "../components/day-panel.js";
import { useDepartments } from "../components/departments.js";
import { FilterChips } from "../components/filter-chips.js";
import { LivePause } from "../components/live-pause.js";
import { useSettings } from "../components/settings.js";
import { useSteadyOrder } from "../components/steady.js";
import { Button, Empty, Loaded, Notice, Skeleton } from "../components/ui.js";
import { language, t, word } from "../i18n/index.js";
import { navigate, place } from "../router.js";
import { day, minute } from "../time.js";
import { html } from "../vendor/preact.js";

/** @typedef {import("../components/board-state.js").Line} Line */
/** @typedef {import("../components/board-state.js").Filter} Filter */
/** @typedef {import("../components/board-data.js").BoardData} BoardData */

/** Changes details of the address. Other details stay. @param {Record<string, string | null>} changes @param {{ replace?: boolean }} [options] */
function show(changes, options) {
  navigate("team", { ...Object.fromEntries(place.peek().params), ...changes }, options);
}

export default function TeamPage() {
  const { params } = place.value;
  const department = params.get("department") ?? "";
  const person = params.get("person");
  const settings = useSettings();
  const departments = new Map(useDepartments().map(({ id, name }) => [id, name]));
  const announcer = useAnnouncer("live.changes");
  const { query, isPaused, pause } = useBoard(department, (before, after) => {
    if (before.presence !== after.presence) announcer.announce(t("live.presence", { name: after.full_name, state: word("presence", after.presence) }));
  });
  const line = query.data?.lines.find(({ user_id }) => user_id === person);
  const close = () => {
    show({ person: null, date: null });
    requestAnimationFrame(() => document.getElementById(`line-${person}`)?.focus());
  };
  return html`<div class="page">
    <div class="page-head">
      <h1>${t("team.title")}</h1>
      <p class="row muted">
        ${query.data && html`<span>${day(query.data.date)}</span>`}
        <${LivePause} updates=${{ isPaused, pause }} />
      </p>
    </div>
    ${announcer.element}
    <div class=${`split ${person ? "has-detail" : ""}`}>
      <section class="card split-list" aria-labelledby="board">
        <h2 class="visually-hidden" id="board">${t("board.title")}</h2>
        ${query.error && !query.data && html`<div class="board-head"><div class="row"><${DepartmentSelect} value=${department} departments=${departments} /></div></div>`}
        <${Loaded} query=${query} skeleton=${html`<${Skeleton} lines=${6} height="3rem" />`}>
          ${(/** @type {BoardData} */ data) =>
            html`<${BoardCard} data=${data} department=${department} departments=${departments} graceMinutes=${settings.data?.late_grace_minutes ?? 0} />`}
        <//>
      </section>
      <aside class="split-detail" aria-label=${t(person ? "team.day" : "feed.title")}>
        ${person
          ? html`<${DayPanel} key=${person} person=${person} name=${line?.full_name} date=${params.get("date") ?? query.data?.date}
              today=${query.data?.date} settings=${settings.data} onDate=${(/** @type {string} */ date) => show({ date }, { replace: true })} onClose=${close} />`
          : query.data && html`<${TodayFeed} data=${query.data} scope=${`${department} ${query.data.date}`} />`}
      </aside>
    </div>
  </div>`;
}

/** @param {{ data: BoardData, scope: string }} props */
function TodayFeed({ data, scope }) {
  const entries = useFeed(data.lines, scope);
  return html`<${Feed} entries=${entries} onOpen=${open} />`;
}

/** @param {Line} line */
function open(line) {
  show({ person: line.user_id, date: null });
}

/** @param {{ data: BoardData, department: string, departments: Map<string, string>, graceMinutes: number }} props */
function BoardCard({ data, department, departments, graceMinutes }) {
  const { params } = place.value;
  const filter = /** @type {Filter} */ (FILTERS.find((one) => one === params.get("state")) ?? "all");
  const at = minute.value;
  const fresh = sorted(data.lines, at, graceMinutes, language.value).filter((line) => matches(line, filter, at, graceMinutes));
  const order = useSteadyOrder(fresh, (line) => line.user_id, { all: data.lines, choice: `${department} ${filter}` });
  const lines = order.items;
  const photos = useThumbnails(lines, data.date);
  return html`
    <div class="board-head">
      <${Filters} data=${data} value=${filter} graceMinutes=${graceMinutes} />
      <div class="row">
        ${departments.size > 1 && html`<${DepartmentSelect} value=${department} departments=${departments} />`}
        ${photos.isOffered &&
        html`<label class="check"><input type="checkbox" checked=${photos.isOn} onChange=${photos.toggle} />${t("board.photos")}</label>`}
        <${Button} kind="quiet" icon="refresh-cw" label=${t("board.sort")} class=${order.isOld ? "" : "invisible"} onClick=${order.sort} />
      </div>
    </div>
    ${data.hasMore && html`<${Notice} tone="warn">${t("board.more", { count: data.lines.length })}<//>`}
    ${lines.length === 0
      ? html`<${Empty} icon="users" title=${t(filter === "all" ? "board.nobody" : "board.nobody_matches")}>
          ${filter !== "all" && html`<${Button} onClick=${() => show({ state: null }, { replace: true })}>${t("board.show_all")}<//>`}
        <//>`
      : html`<${Board} lines=${lines} graceMinutes=${graceMinutes} selected=${params.get("person")} departments=${department ? new Map() : departments}
          thumbnails=${photos.thumbnails} onOpen=${open} handlers=${order.handlers} />`}
  `;
}

/** The filters by state, each with its number of people. @param {{ data: BoardData, value: Filter, graceMinutes: number }} props */
function Filters({ data, value, graceMinutes }) {
  const options = FILTERS.map((filter) => ({
    key: filter,
    text: t(`board.state.${filter}`),
    count: data.lines.filter((line) => matches(line, filter, minute.value, graceMinutes)).length,
  }));
  return html`<${FilterChips} label=${t("board.filter")} value=${value} options=${options}
    onChange=${(/** @type {string} */ state) => show({ state: state === "all" ? null : state }, { replace: true })} />`;
}

/** @param {{ value: string, departments: Map<string, string> }} props */
function DepartmentSelect({ value, departments }) {
  const change = (/** @type {any} */ event) => show({ department: event.target.value || null }, { replace: true });
  return html`<label class="row select"><span class="small muted">${t("board.department")}</span>
    <select class="input" aria-label=${t("board.department")} value=${value} onChange=${change}>
      <option value="">${t("board.all_departments")}</option>
      ${[...departments].map(([id, name]) => html`<option key=${id} value=${id} selected=${id === value}>${name}</option>`)}
    </select>
  </label>`;
}
