// People from a sheet: pasted or from a file, checked before anything is written, then added one after the other. Temporary passwords
// are shown once, as a file.
import { Problem, post } from "../../api.js";
import { t } from "../../i18n/index.js";
import { html, useState } from "../../vendor/preact.js";
import { Dialog } from "../dialog.js";
import { useAction } from "../query.js";
import { saveFile } from "../save-file.js";
import { parse, write } from "../sheet.js";
import { Badge, Button, Field, Icon, Notice } from "../ui.js";

/** @typedef {import("./fields.js").Places} Places */
/** @typedef {{ values: Record<string, string>, body: Record<string, unknown>, faults: Record<string, string> }} Line */
/** @typedef {{ username: string, password: string } | { error: string }} Outcome */

const COLUMNS = /** @type {const} */ (["full_name", "username", "email", "department", "site", "role", "hired_on", "annual_leave_days"]);
const ROLES = ["employee", "manager", "admin"];
/** More people than this belong into several sheets: each is a call, and each password is checked against known ones. */
const MAX_PEOPLE = 500;
const EXAMPLE = "full_name,username,email,department\nNora Petersen,nora,nora@example.com,Office\n";

/** @param {{ places: Places, onSaved: () => void, onClose: () => void }} props */
export function ImportDialog({ places, onSaved, onClose }) {
  const [text, setText] = useState("");
  const [outcomes, setOutcomes] = useState(/** @type {Map<number, Outcome>} */ (new Map()));
  const { head, lines } = checked(parse(text), places);
  const faulty = lines.filter(({ faults }) => Object.keys(faults).length > 0).length;
  const send = useAction(async () => {
    const done = new Map(outcomes);
    for (const [index, { body }] of lines.entries()) {
      // What was added isn't added again when the rest is tried again.
      const before = done.get(index);
      if (before && "password" in before) continue;
      try {
        const made = await post("/users", { body: /** @type {any} */ (body) });
        done.set(index, { username: made.username, password: made.temporary_password ?? "" });
      } catch (error) {
        if (!(error instanceof Problem) || error.status === 0) throw error;
        done.set(index, { error: error.message });
      }
      setOutcomes(new Map(done));
    }
    onSaved();
  });
  const choose = async (/** @type {any} */ event) => change((await event.target.files[0]?.text()) ?? "");
  const change = (/** @type {string} */ next) => {
    setText(next);
    setOutcomes(new Map());
  };
  const added = [...outcomes.values()].filter((one) => "password" in one);
  const isDone = lines.length > 0 && added.length === lines.length;
  const passwords = () => saveFile(new Blob([write([["username", "temporary_password"], ...added.map((one) => [one.username, one.password])])], { type: "text/csv" }), "temporary-passwords.csv");
  const isReady = lines.length > 0 && lines.length <= MAX_PEOPLE && faulty === 0 && head.includes("full_name");
  const footer = html`<${Button} onClick=${onClose}>${t(isDone ? "action.close" : "action.cancel")}<//>
    ${!isDone && html`<${Button} kind="primary" icon="upload" type="submit" busy=${send.busy} blocked=${!isReady}>${t("people_import.do", { count: lines.length })}<//>`}`;
  return html`<${Dialog} title=${t("people_import.title")} onClose=${onClose} onSubmit=${() => isReady && !isDone && void send.run()} footer=${footer}>
    <p class="muted">${t("people_import.about", { columns: COLUMNS.join(", ") })}</p>
    <div class="row"><label class="button file"><${Icon} name="upload" />${t("roster.choose_file")}<input type="file" accept=".csv,text/csv" class="visually-hidden" onChange=${choose} /></label></div>
    <${Field} label=${t("roster.sheet")} hint=${t("people_import.hint")}>
      ${(/** @type {object} */ attributes) => html`<textarea ...${attributes} rows="5" class="input secret" placeholder=${EXAMPLE} spellcheck=${false} value=${text} onInput=${(/** @type {any} */ event) => change(event.target.value)}></textarea>`}
    <//>
    ${send.error && html`<${Notice} tone="bad" role="alert">${send.error.message || t("state.offline_kept")}<//>`}
    ${lines.length > 0 && !head.includes("full_name") && html`<${Notice} tone="bad" role="alert">${t("people_import.no_name")}<//>`}
    ${lines.length > MAX_PEOPLE && html`<${Notice} tone="bad" role="alert">${t("people_import.too_many", { count: MAX_PEOPLE })}<//>`}
    ${faulty > 0 && html`<${Notice} tone="warn" role="alert">${t("roster.import_faults", { count: faulty })}<//>`}
    ${added.length > 0 && html`<${Notice} tone=${isDone ? "good" : "info"} role="status"><p>${t("people_import.added", { count: added.length })}</p><${Button} icon="download" onClick=${passwords}>${t("people_import.passwords")}<//><//>`}
    ${lines.length > 0 && html`<${Preview} head=${head} lines=${lines} outcomes=${outcomes} />`}
  <//>`;
}

/** @param {{ head: string[], lines: Line[], outcomes: Map<number, Outcome> }} props */
function Preview({ head, lines, outcomes }) {
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${t("roster.sheet")}>
    <table class="table small">
      <thead><tr><th scope="col">#</th>${head.map((name) => html`<th key=${name} scope="col">${name}</th>`)}</tr></thead>
      <tbody>${lines.map(({ values, faults }, index) => {
        const outcome = outcomes.get(index);
        return html`<tr key=${index} class=${Object.keys(faults).length > 0 || (outcome && "error" in outcome) ? "has-fault" : ""}>
          <th scope="row">${index + 1} ${outcome && ("password" in outcome ? html`<${Badge} tone="good" icon="check">${t("people_import.ok")}<//>` : html`<span class="fault"><${Icon} name="circle-alert" />${outcome.error}</span>`)}</th>
          ${head.map((name) => html`<td key=${name} class=${faults[name] ? "is-fault" : ""}>${values[name] ?? ""}${faults[name] && html`<span class="fault"><${Icon} name="circle-alert" />${faults[name]}</span>`}</td>`)}
        </tr>`;
      })}</tbody>
    </table>
  </div>`;
}

/**
 * The people of a sheet, with what is wrong in their cells.
 * @param {string[][]} sheet
 * @param {Places} places
 * @returns {{ head: string[], lines: Line[] }}
 */
function checked(sheet, places) {
  const [first = [], ...rest] = sheet;
  const head = first.map((name) => name.trim().toLowerCase().replaceAll(" ", "_"));
  const seen = new Set();
  const lines = rest.map((row) => {
    const values = Object.fromEntries(head.map((name, at) => [name, (row[at] ?? "").trim()]));
    /** @type {Record<string, string>} */
    const faults = {};
    for (const name of head) if (!(/** @type {readonly string[]} */ (COLUMNS).includes(name)) && values[name]) faults[name] = t("people_import.unknown_column");
    if (!values.full_name) faults.full_name = t("form.required");
    const username = values.username || usernameOf(values.full_name ?? "");
    if (seen.has(username)) faults.username = t("people_import.twice");
    seen.add(username);
    const department = idOf(places.departments, values.department);
    const site = idOf(places.sites, values.site);
    if (values.department && department === undefined) faults.department = t("people_import.no_department");
    if (values.site && site === undefined) faults.site = t("people_import.no_site");
    if (values.role && !ROLES.includes(values.role.toLowerCase())) faults.role = t("people_import.no_role");
    if (values.hired_on && !/^\d{4}-\d\d-\d\d$/.test(values.hired_on)) faults.hired_on = t("people_import.no_date");
    const days = Number((values.annual_leave_days ?? "").replace(",", "."));
    if (Number.isNaN(days)) faults.annual_leave_days = t("people_import.no_number");
    const body = {
      full_name: values.full_name,
      username,
      ...(values.email ? { email: values.email } : {}),
      ...(department ? { department_id: department } : {}),
      ...(site ? { site_id: site } : {}),
      ...(values.role ? { role: values.role.toLowerCase() } : {}),
      ...(values.hired_on ? { hired_on: values.hired_on } : {}),
      ...(values.annual_leave_days ? { annual_leave_days: days } : {}),
    };
    return { values: { ...values, ...(head.includes("username") ? { username } : {}) }, body, faults };
  });
  return { head, lines };
}

/** @param {Map<string, string>} places @param {string | undefined} name */
function idOf(places, name) {
  const wanted = name?.toLocaleLowerCase();
  return wanted ? [...places].find(([id, one]) => id === name || one.toLocaleLowerCase() === wanted)?.[0] : undefined;
}

/** A username of a name: nora.petersen. @param {string} name */
function usernameOf(name) {
  const plain = name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replaceAll("ß", "ss").replaceAll("ı", "i").replaceAll("ł", "l").replaceAll("ø", "o");
  return plain.replace(/[^a-z0-9]+/g, ".").replace(/^\.|\.$/g, "");
}
