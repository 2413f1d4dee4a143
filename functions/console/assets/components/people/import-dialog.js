// People from a sheet. Their temporary passwords are shown once, as a file.
import { post } from "../../api.js";
import { t } from "../../i18n/index.js";
import { html } from "../../vendor/preact.js";
import { ImportDialog } from "../import-dialog.js";
import { saveFile } from "../save-file.js";
import { write } from "../sheet.js";
import { Button } from "../ui.js";

/** @typedef {import("./fields.js").Places} Places */
/** @typedef {{ username: string, temporary_password?: string | null }} Made */

/** What each column is called. */
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

/** A role by its name, or by what it is called here. @param {string} text */
const roleOf = (text) => ROLES.find((role) => [role, t(`role.${role}`).toLocaleLowerCase()].includes(text.toLocaleLowerCase()));

/** @param {{ places: Places, onSaved: () => void, onClose: () => void }} props */
export function PeopleImportDialog({ places, onSaved, onClose }) {
  /** Usernames of the lines before, to find those that come twice. @type {Map<string, number>} */
  const seen = new Map();
  const called = columns();
  const example = `${[called.full_name, called.department, called.role].join(",")}\nNora Petersen,Office,${t("role.employee")}\n`;
  const passwords = (/** @type {Made[]} */ made) =>
    saveFile(new Blob([write([["username", "temporary_password"], ...made.map((one) => [one.username, one.temporary_password ?? ""])])], { type: "text/csv" }), "temporary-passwords.csv");
  return html`<${ImportDialog} title=${t("people_import.title")} about=${t("people_import.about", { columns: Object.values(called).join(", ") })} example=${example} columns=${called} needed="full_name"
    check=${(/** @type {Record<string, string>} */ values, /** @type {number} */ index) => checked(values, index, seen, places)}
    add=${(/** @type {any} */ body) => post("/users", { body })} confirm=${(/** @type {number} */ count) => t("people_import.do", { count })}
    done=${(/** @type {Made[]} */ made) => html`<p>${t("people_import.once")}</p><${Button} icon="download" onClick=${() => passwords(made)}>${t("people_import.passwords")}<//>`}
    onSaved=${onSaved} onClose=${onClose} />`;
}

/**
 * A person of the sheet, with what is wrong in the cells.
 * @param {Record<string, string>} values
 * @param {number} index
 * @param {Map<string, number>} seen
 * @param {Places} places
 */
function checked(values, index, seen, places) {
  /** @type {Record<string, string>} */
  const faults = {};
  if (!values.full_name) faults.full_name = t("form.required");
  const username = values.username || usernameOf(values.full_name ?? "");
  if ((seen.get(username) ?? index) !== index) faults.username = t("people_import.twice");
  else seen.set(username, index);
  const department = idOf(places.departments, values.department);
  const site = idOf(places.sites, values.site);
  if (values.department && department === undefined) faults.department = t("people_import.no_department");
  if (values.site && site === undefined) faults.site = t("people_import.no_site");
  const role = values.role ? roleOf(values.role) : undefined;
  if (values.role && role === undefined) faults.role = t("people_import.no_role");
  if (values.hired_on && !/^\d{4}-\d\d-\d\d$/.test(values.hired_on)) faults.hired_on = t("sheet.no_date");
  const days = Number((values.annual_leave_days ?? "").replace(",", "."));
  if (Number.isNaN(days)) faults.annual_leave_days = t("people_import.no_number");
  const body = {
    full_name: values.full_name,
    username,
    ...(values.email ? { email: values.email } : {}),
    ...(department ? { department_id: department } : {}),
    ...(site ? { site_id: site } : {}),
    ...(role ? { role } : {}),
    ...(values.hired_on ? { hired_on: values.hired_on } : {}),
    ...(values.annual_leave_days ? { annual_leave_days: days } : {}),
  };
  return { values: { username }, body, faults };
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
