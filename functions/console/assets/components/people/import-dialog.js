// A dialog that imports people from a sheet. A job creates accounts for new people, updates the others, and disables leavers. The temporary
// passwords of new people are shown once, as a file.
import { get, patch } from "../../api.js";
import { t } from "../../i18n/index.js";
import { user } from "../../session.js";
import { html, useState } from "../../vendor/preact.js";
import { CheckField } from "../form.js";
import { saveFile } from "../save-file.js";
import { SheetImport } from "../sheet-import.js";
import { columnOf, write } from "../sheet.js";
import { Button } from "../ui.js";

/** @typedef {import("../sheet-import.js").Prepared} Prepared */
/** @typedef {import("../sheet.js").Row} Row */
/** @typedef {{ username: string, temporary_password: string }} Password */

/** Returns the displayed name of each column. Other columns keep the API's names. */
const columns = () => ({
  full_name: t("people.full_name"),
  username: t("people.username"),
  email: t("people.email"),
  department: t("people.department"),
  site: t("people.site"),
  role: t("people.role"),
  hired_on: t("people.hired_on"),
  annual_leave_days: t("people.allowance"),
});
const ROLES = /** @type {const} */ (["employee", "manager", "admin"]);

/** Returns a role by its key or by its displayed name. @param {string} text */
const roleOf = (text) => ROLES.find((role) => [role, t(`role.${role}`).toLocaleLowerCase()].includes(text.toLocaleLowerCase()));

/** @param {{ onSaved: () => void, onClose: () => void }} props */
export function PeopleImportDialog({ onSaved, onClose }) {
  const [invites, setInvites] = useState(false);
  const called = columns();
  const example = `${[called.full_name, called.department, called.role].join(",")}\nNora Petersen,Office,${t("role.employee")}\n`;
  const passwords = (/** @type {Password[]} */ all) =>
    saveFile(new Blob([write([["username", "temporary_password"], ...all.map((one) => [one.username, one.temporary_password])])], { type: "text/csv" }), "temporary-passwords.csv");
  return html`<${SheetImport} title=${t("people_import.title")} about=${t("people_import.about", { columns: Object.values(called).join(", ") })} hint=${t("sheet.hint")} example=${example}
    path="/users/import" query=${{ invite: invites || undefined }} follow=${(/** @type {string} */ id) => get("/users/import/{id}", { path: { id } })} hasPreview prepare=${prepare} labels=${called}
    tools=${html`<${CheckField} label=${t("people_import.invite")} checked=${invites} onChange=${setInvites} />`}
    after=${async (/** @type {Prepared} */ { sheet }) => void (user.peek()?.role === "admin" && (await giveRoles(rolesOf(sheet))))}
    started=${(/** @type {import("../sheet-import.js").Started} */ { temporary_passwords: all }, /** @type {import("../sheet-import.js").Import | null} */ job) => {
      const made = /** @type {Password[]} */ (all ?? []);
      return html`${job?.status === "done" && html`<p>${t("sheet.added", { count: job.progress.done - job.failures.length })}</p>`}
        ${made.length > 0 && html`<p>${t("people_import.once")}</p><${Button} icon="download" onClick=${() => passwords(made)}>${t("people_import.passwords")}<//>`}`;
    }}
    onDone=${onSaved} onClose=${onClose} />`;
}

/**
 * Returns the sheet with the API's columns, and a username in each row.
 * @param {Row[]} sheet
 * @returns {Prepared}
 */
function prepare([head = { number: 1, cells: [] }, ...lines]) {
  const names = head.cells.map((name) => columnOf(name, columns()));
  const [nameAt, roleAt] = [names.indexOf("full_name"), names.indexOf("role")];
  const userAt = names.includes("username") ? names.indexOf("username") : names.push("username") - 1;
  const rows = lines.map(({ number, cells }) => ({ number, cells: names.map((_, at) => (cells[at] ?? "").trim() || (at === userAt ? usernameOf(cells[nameAt] ?? "") : "")) }));
  const faults = rows.flatMap(({ number, cells }) => (roleAt >= 0 && cells[roleAt] && !roleOf(cells[roleAt] ?? "") ? [{ row: number, column: "role", text: t("people_import.no_role") }] : []));
  const shown = [{ ...head, cells: names }, ...rows];
  return { sheet: shown, sent: withoutRoles(shown), faults };
}

/** Returns the sheet without its roles, because the API doesn't import roles. @param {Row[]} sheet */
function withoutRoles(sheet) {
  const at = sheet[0]?.cells.indexOf("role") ?? -1;
  return at < 0 ? sheet : sheet.map(({ number, cells }) => ({ number, cells: cells.filter((_, index) => index !== at) }));
}

/** Returns the roles of a sheet by username, without the default role. @param {Row[]} sheet @returns {[string, "manager" | "admin"][]} */
function rolesOf([head, ...lines]) {
  const [userAt, roleAt] = ["username", "role"].map((name) => head?.cells.indexOf(name) ?? -1);
  return lines.flatMap(({ cells }) => {
    const role = roleOf(cells[roleAt ?? -1] ?? "");
    return role === undefined || role === "employee" ? [] : [[cells[userAt ?? -1] ?? "", role]];
  });
}

/** Sets the roles of the imported people, because the API doesn't import roles. @param {[string, "manager" | "admin"][]} roles By username. */
async function giveRoles(roles) {
  for (const [username, role] of roles) {
    const person = (await get("/users", { query: { q: username, limit: 200 } })).items.find((one) => one.username === username);
    if (person && person.role !== role) await patch("/users/{id}", { path: { id: person.id }, body: { role }, version: person.version });
  }
}

/** Returns a username for a name: nora.petersen. @param {string} name */
function usernameOf(name) {
  const plain = name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replaceAll("ß", "ss").replaceAll("ı", "i").replaceAll("ł", "l").replaceAll("ø", "o");
  return plain.replace(/[^a-z0-9]+/g, ".").replace(/^\.|\.$/g, "");
}
