// The audit log: the author, the time and the differences of each change, in words.
import { get } from "../../api.js";
import { language, t, word } from "../../i18n/index.js";
import { navigate, place } from "../../router.js";
import { dateOf, day, number, time } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { SelectField } from "../form.js";
import { useAction, useQuery } from "../query.js";
import { Button, Empty, Loaded, Notice } from "../ui.js";
import { WEEKDAYS, weekdayName } from "./policies.js";

/** @typedef {import("../../types").Schemas["AuditEntry"]} Entry */
/** @typedef {{ items: Entry[], next_cursor?: string | null }} Entries */

const PAGE = 30;
/** Values in snake case and language codes, which the API uses as names. */
const CHOICE = /^[a-z]+(_[a-z]+)*$/;
const LANGUAGE = /^(en|de|es|fr|tr)$/;
/** Fields that are left out, because they change with every change. */
const IGNORED = new Set(["version", "updated_at"]);

/** Returns everything that has an audit log, by subject. @returns {Promise<[string, string][]>} */
async function subjects() {
  const limit = { query: { limit: 200 } };
  const [people, departments, sites, kiosks, terminals, tokens, webhooks] = await Promise.all([
    get("/users", limit), get("/departments", limit), get("/sites", limit), get("/kiosks", limit), get("/terminals", limit), get("/service-tokens", limit), get("/webhooks", limit),
  ]);
  const named = (/** @type {readonly { id: string, name: string }[]} */ items, /** @type {string} */ subject, /** @type {string} */ kind) =>
    items.map((one) => /** @type {[string, string]} */ ([`${subject}:${one.id}`, `${kind}: ${one.name}`]));
  return [
    ["settings", t("company.policies")],
    ["holidays", t("company.holidays")],
    ["leave-types", t("company.leave_types")],
    ["pay", t("audit.pay")],
    ...named(departments.items, "department", t("people.department")),
    ...named(sites.items, "site", t("people.site")),
    ...named(kiosks.items, "kiosk", t("company.kiosks")),
    // The API calls terminals kiosks.
    ...named(terminals.items, "kiosk", t("company.terminals")),
    ...named(tokens.items, "service-token", t("company.service_tokens")),
    ...named(webhooks.items.map(({ id, description }) => ({ id, name: description })), "webhook", t("company.webhooks")),
    ...people.items.map((one) => /** @type {[string, string]} */ ([`user:${one.id}`, one.full_name])),
  ];
}

export function Audit() {
  const subject = place.value.params.get("subject") ?? "settings";
  const options = useQuery(subjects, []).data ?? [["settings", t("company.policies")]];
  const query = useQuery(() => /** @type {Promise<Entries>} */ (get("/audit", { query: { subject, limit: PAGE } })), [subject]);
  const choose = (/** @type {string} */ next) => navigate("company", { part: "audit", subject: next }, { replace: true });
  return html`<section class="card stack" aria-labelledby="part">
    <h2 id="part">${t("company.audit")}</h2>
    <p class="muted">${t("audit.about")}</p>
    <${SelectField} label=${t("audit.subject")} value=${subject} options=${options} onChange=${choose} />
    <${Loaded} query=${query}>
      ${(/** @type {Entries} */ entries) => html`<${List} entries=${entries} subject=${subject} query=${query} />`}
    <//>
  </section>`;
}

/** @param {{ entries: Entries, subject: string, query: import("../query.js").Query<Entries> }} props */
function List({ entries, subject, query }) {
  const more = useAction(async () => {
    const next = await get("/audit", { query: { subject, limit: PAGE, cursor: entries.next_cursor } });
    query.replace({ ...next, items: [...entries.items, ...next.items] });
  });
  if (entries.items.length === 0) return html`<${Empty} icon="history" title=${t("audit.none")} />`;
  return html`<ol class="rows audit">${entries.items.map((one) => html`<li key=${one.id}><${Line} entry=${one} /></li>`)}</ol>
    ${more.error && html`<${Notice} tone="bad" role="alert">${more.error.message || t("state.offline")}<//>`}
    ${entries.next_cursor && html`<${Button} class="wide" busy=${more.busy} onClick=${more.run}>${t("inbox.more")}<//>`}`;
}

/** @param {{ entry: Entry }} props */
function Line({ entry }) {
  const [isOpen, setOpen] = useState(false);
  const all = differences(entry.before, entry.after);
  const shown = isOpen ? all : all.slice(0, 5);
  const actor = "name" in entry.actor && entry.actor.name ? entry.actor.name : t("audit.system");
  return html`<article class="audit-entry">
    <p><span class="strong">${word("audit", entry.action)}</span> <span class="muted small">${actor} · ${day(dateOf(entry.at), "date")}, ${time(entry.at)}</span></p>
    ${shown.length > 0 &&
    html`<dl class="small">${shown.map(({ path, before, after }) => html`<div key=${path}><dt>${label(path)}</dt><dd>${before === undefined ? "" : html`<del>${text(before)}</del> `}${after === undefined ? "" : html`<ins>${text(after)}</ins>`}</dd></div>`)}</dl>`}
    ${all.length > shown.length && html`<button class="link small" onClick=${() => setOpen(true)}>${t("audit.more", { count: all.length - shown.length })}</button>`}
  </article>`;
}

/**
 * Returns the values that differ before and after, by path.
 * @param {any} before
 * @param {any} after
 * @returns {{ path: string, before: any, after: any }[]}
 */
export function differences(before, after) {
  const [old, now] = [flat(ordered(before)), flat(ordered(after))];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => !IGNORED.has(path) && JSON.stringify(old.get(path)) !== JSON.stringify(now.get(path)))
    // An id is redundant if its name is shown.
    .filter((path) => !(path.endsWith("_id") && (now.has(path.replace(/_id$/, "_name")) || old.has(path.replace(/_id$/, "_name")))))
    .sort()
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }));
}

/** Returns a value with sorted object fields, because stored objects have no fixed order. @param {any} value @returns {any} */
function ordered(value) {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, ordered(value[name])]));
}

/** Returns the values of an object by path. Lists are not split. @param {any} value @param {string} [prefix] @param {Map<string, any>} [found] */
function flat(value, prefix = "", found = new Map()) {
  if (value === null || value === undefined) return found;
  for (const [name, one] of Object.entries(value)) {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    if (one !== null && typeof one === "object" && !Array.isArray(one)) flat(one, path, found);
    else found.set(path, one);
  }
  return found;
}

/** Returns a path in words. It uses the names of the policies where they exist. @param {string} path */
const label = (path) => path.split(".").map((part) => word("field", part)).join(" › ");

/** @param {any} value @returns {string} */
function text(value) {
  if (value === null || value === "") return t("audit.nothing");
  if (typeof value === "boolean") return t(value ? "reports.yes" : "reports.no");
  if (typeof value === "number") return number(value);
  if (Array.isArray(value)) return value.map((one) => (one !== null && typeof one === "object" ? [...flat(one)].map(([path, inner]) => `${label(path)}: ${text(inner)}`).join(", ") : valueText(String(one)))).join("; ") || t("audit.nothing");
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return day(value, "date");
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return `${day(dateOf(value), "date")}, ${time(value)}`;
  return valueText(String(value));
}

/** Returns a value in words: a weekday, a choice of a policy, or the typed text. @param {string} value */
function valueText(value) {
  if (WEEKDAYS.includes(/** @type {"monday"} */ (value))) return weekdayName(value);
  return LANGUAGE.test(value) ? (new Intl.DisplayNames(language.value, { type: "language" }).of(value) ?? value) : CHOICE.test(value) ? word("value", value) : value;
}
