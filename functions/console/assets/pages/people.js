// The people whom a manager manages, with a search by name, department and account status. A row opens the person.
import { get } from "../api.js";
import { FirstSteps } from "../components/company/first-steps.js";
import { managesDepartment } from "../components/departments.js";
import { PersonPanel, STATUS } from "../components/people/person-panel.js";
import { NewPersonDialog } from "../components/people/person-dialog.js";
import { useAction, useQuery } from "../components/query.js";
import { Avatar, Badge, Button, Empty, Loaded, Notice, Segments, Skeleton } from "../components/ui.js";
import "../i18n/admin/index.js";
import "../i18n/pay/index.js";
import { t, word } from "../i18n/index.js";
import { loadPart, navigate, place } from "../router.js";
import { html, useEffect, useState } from "../vendor/preact.js";

/** @typedef {import("../components/people/fields.js").Person} Person */
/** @typedef {import("../components/people/fields.js").Places} Places */
/** @typedef {{ items: Person[], next_cursor?: string | null }} People */
/** @typedef {{ q: string, department_id: string, status: string }} Filter */

const STATUSES = /** @type {const} */ (["active", "pending", "disabled", "all"]);
const PAGE = 50;
/** The maximum number of API pages for one page of the list, because an API page can contain few people and still have a next page. */
const MAX_READS = 5;
/** The delay after the last typed character before the search. */
const PAUSE_MS = 300;

/** @param {Record<string, string | null>} changes */
function show(changes) {
  navigate("people", { ...Object.fromEntries(place.peek().params), ...changes }, { replace: true });
}

/**
 * @param {Filter} filter
 * @param {string | null} [cursor]
 * @returns {Promise<People>}
 */
async function load(filter, cursor) {
  /** @type {People} */
  const people = { items: [], next_cursor: cursor ?? null };
  for (let read = 0; read < MAX_READS && people.items.length < PAGE && (read === 0 || people.next_cursor); read++) {
    const query = { ...filter, status: filter.status === "all" ? "" : filter.status, limit: PAGE - people.items.length, cursor: people.next_cursor };
    const page = await get("/users", { query });
    people.items.push(...page.items);
    people.next_cursor = page.next_cursor ?? null;
  }
  return people;
}

/** Returns departments and sites by id. @returns {Promise<Places>} */
async function loadPlaces() {
  const [departments, sites] = await Promise.all([get("/departments", { query: { limit: 200 } }), get("/sites", { query: { limit: 200 } })]);
  const byId = (/** @type {{ id: string, name: string }[]} */ items) => new Map(items.map(({ id, name }) => [id, name]));
  return { departments: byId(departments.items), sites: byId(sites.items) };
}

/** @type {Places} */
const NOWHERE = { departments: new Map(), sites: new Map() };

export default function PeoplePage() {
  const { params } = place.value;
  const filter = { q: params.get("q") ?? "", department_id: params.get("department") ?? "", status: params.get("status") ?? "active" };
  const person = params.get("person");
  const places = useQuery(loadPlaces, []).data ?? NOWHERE;
  const query = useQuery(() => load(filter), [filter.q, filter.department_id, filter.status]);
  const [isAdding, setAdding] = useState(false);
  /** The import dialog, loaded on first use. */
  const [sheet, setSheet] = useState(/** @type {typeof import("../components/people/import-dialog.js") | null} */ (null));
  const bring = async () => setSheet(await loadPart(() => import("../components/people/import-dialog.js")));
  const close = () => {
    show({ person: null });
    requestAnimationFrame(() => document.getElementById(`person-${person}`)?.focus());
  };
  const saved = (/** @type {Person} */ changed) => {
    if (query.data) query.replace({ ...query.data, items: query.data.items.map((one) => (one.id === changed.id ? changed : one)) });
  };
  return html`<div class="page">
    <div class="page-head">
      <h1>${t("nav.people")}</h1>
      <div class="row"><${Button} icon="upload" onClick=${bring}>${t("people_import.title")}<//>
        <${Button} kind="primary" icon="plus" onClick=${() => setAdding(true)}>${t("people.add")}<//></div>
    </div>
    ${params.has("first") && html`<${FirstSteps} />`}
    <div class=${`split ${person ? "has-detail" : "no-detail"}`}>
      <section class="card split-list stack" aria-label=${t("people.list")}>
        <${Filters} filter=${filter} places=${places} />
        <${Loaded} query=${query} skeleton=${html`<${Skeleton} lines=${8} height="3rem" />`}>
          ${(/** @type {People} */ people) => html`<${List} people=${people} filter=${filter} selected=${person} query=${query} />`}
        <//>
      </section>
      ${person &&
      html`<aside class="split-detail" aria-label=${t("people.person")}>
        <${PersonPanel} key=${person} id=${person} name=${query.data?.items.find(({ id }) => id === person)?.full_name} places=${places} onSaved=${saved} onClose=${close} />
      </aside>`}
    </div>
    ${isAdding && html`<${NewPersonDialog} places=${places} onSaved=${query.reload} onClose=${() => setAdding(false)} />`}
    ${sheet && html`<${sheet.PeopleImportDialog} onSaved=${query.reload} onClose=${() => setSheet(null)} />`}
  </div>`;
}

/** @param {{ filter: Filter, places: Places }} props */
function Filters({ filter, places }) {
  const [typed, setTyped] = useState(filter.q);
  useEffect(() => {
    if (typed === filter.q) return;
    const timer = setTimeout(() => show({ q: typed || null }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const departments = [...places.departments].filter(([id]) => managesDepartment(id));
  return html`<div class="people-filters" role="search">
    <input class="input" type="search" aria-label=${t("people.search")} placeholder=${t("people.search")} value=${typed} onInput=${(/** @type {any} */ event) => setTyped(event.target.value)} />
    ${departments.length > 1 &&
    html`<select class="input" aria-label=${t("people.department")} value=${filter.department_id} onChange=${(/** @type {any} */ event) => show({ department: event.target.value || null })}>
      <option value="">${t("board.all_departments")}</option>
      ${departments.map(([id, name]) => html`<option key=${id} value=${id} selected=${id === filter.department_id}>${name}</option>`)}
    </select>`}
    <${Segments} label=${t("people.status")} value=${filter.status} options=${STATUSES.map((status) => [status, t(`account.${status}`)])}
      onChange=${(/** @type {string} */ status) => show({ status: status === "active" ? null : status })} />
  </div>`;
}

/** @param {{ people: People, filter: Filter, selected: string | null, query: import("../components/query.js").Query<People> }} props */
function List({ people, filter, selected, query }) {
  const more = useAction(async () => {
    const next = await load(filter, people.next_cursor);
    query.replace({ ...next, items: [...people.items, ...next.items] });
  });
  const isFiltered = filter.q !== "" || filter.department_id !== "";
  if (people.items.length === 0 && !people.next_cursor) {
    return html`<${Empty} icon="users" title=${t(isFiltered ? "people.nobody_matches" : filter.status === "pending" ? "people.nobody_pending" : "people.nobody")}>
      ${isFiltered && html`<${Button} onClick=${() => show({ q: null, department: null, status: "all" })}>${t("board.show_all")}<//>`}
    <//>`;
  }
  return html`<ul class="rows" aria-busy=${query.loading ? "true" : undefined}>
      ${people.items.map((one) => html`<li key=${one.id}><${Line} person=${one} selected=${one.id === selected} /></li>`)}
    </ul>
    ${query.error && html`<${Notice} tone="bad" role="alert">${query.error.message || t("state.offline")}<//>`}
    ${more.error && html`<${Notice} tone="bad" role="alert">${more.error.message || t("state.offline")}<//>`}
    ${people.next_cursor && html`<${Button} class="wide" busy=${more.busy} onClick=${more.run}>${t("inbox.more")}<//>`}`;
}

/** @param {{ person: Person, selected: boolean }} props */
function Line({ person, selected }) {
  const [tone, icon] = STATUS[person.status] ?? ["", "info"];
  const details = [person.department_name, person.site_name, `@${person.username}`].filter(Boolean).join(" · ");
  return html`<button class="item line" id=${`person-${person.id}`} aria-current=${selected ? "true" : undefined} onClick=${() => show({ person: person.id })}>
    <${Avatar} name=${person.full_name} />
    <span class="grow"><span class="block strong">${person.full_name}</span><span class="block muted small">${details}</span></span>
    ${person.role !== "employee" && html`<${Badge}>${word("role", person.role)}<//>`}
    ${person.status !== "active" && html`<${Badge} tone=${tone} icon=${icon}>${word("account", person.status)}<//>`}
  </button>`;
}
