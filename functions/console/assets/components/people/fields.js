// A person's profile as a form: the typed values, the request body, and the text.
import { LANGUAGES, t } from "../../i18n/index.js";
import { number } from "../../time.js";

/** @typedef {import("../../types").User} Person */
/** @typedef {{ full_name: string, username: string, email: string, department_id: string, site_id: string, time_zone: string, language: string,
 *   annual_leave_days: string, tracks_attendance: boolean, role: string, manages_all: boolean, manages: string[] }} Form */
/** @typedef {{ departments: Map<string, string>, sites: Map<string, string> }} Places */

/** @type {Form} */
export const EMPTY = {
  full_name: "", username: "", email: "", department_id: "", site_id: "", time_zone: "", language: "",
  annual_leave_days: "", tracks_attendance: true, role: "employee", manages_all: false, manages: [],
};

/** Text fields that are `null` when empty. */
const OPTIONAL = /** @type {const} */ (["email", "department_id", "site_id", "time_zone", "language"]);

/** @param {Person} person @returns {Form} */
export function formOf(person) {
  const texts = Object.fromEntries(OPTIONAL.map((field) => [field, person[field] ?? ""]));
  const { full_name, username, tracks_attendance, role, manages_all, manages } = person;
  return { ...EMPTY, ...texts, full_name, username, tracks_attendance, role, manages_all, manages, annual_leave_days: String(person.annual_leave_days ?? "") };
}

/** Returns the request body of a form. @param {Form} form @returns {Record<string, unknown>} */
function bodyOf(form) {
  const texts = Object.fromEntries(OPTIONAL.map((field) => [field, form[field].trim() || null]));
  const days = form.annual_leave_days.trim().replace(",", ".");
  const { role, tracks_attendance } = form;
  return {
    full_name: form.full_name.trim(),
    username: form.username.trim(),
    ...texts,
    // The API refuses a text that isn't a number.
    annual_leave_days: days === "" ? null : Number.isNaN(Number(days)) ? days : Number(days),
    tracks_attendance,
    role,
    ...(role === "manager" ? (form.manages_all ? { manages_all: true } : { manages: form.manages }) : {}),
  };
}

/** Returns the changes of a form. @param {Form} form @param {Form} before */
export function changes(form, before) {
  const [mine, old] = [bodyOf(form), bodyOf(before)];
  return Object.fromEntries(Object.entries(mine).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(old[field])));
}

/** Returns the request body for a new person. Empty fields get their defaults. @param {Form} form */
export function newBody(form) {
  return Object.fromEntries(Object.entries(bodyOf(form)).filter(([field, value]) => value !== null && !(field === "role" && value === "employee")));
}

/** Returns the names of the departments that a person manages. @param {Form} form @param {Places} places */
function managed(form, places) {
  if (form.role !== "manager") return "";
  if (form.manages_all) return t("people.everyone");
  return form.manages.map((id) => places.departments.get(id) ?? id).join(", ");
}

/**
 * Returns a profile as labels and values.
 * @param {Form} form
 * @param {Places} places
 * @returns {[string, string][]}
 */
export function described(form, places) {
  const none = "–";
  const days = Number(form.annual_leave_days.replace(",", "."));
  return [
    [t("people.full_name"), form.full_name],
    [t("people.username"), form.username],
    [t("people.email"), form.email || none],
    [t("people.role"), t(`role.${/** @type {"admin"} */ (form.role)}`)],
    ...(form.role === "manager" ? [/** @type {[string, string]} */ ([t("people.manages"), managed(form, places) || none])] : []),
    [t("people.department"), places.departments.get(form.department_id) ?? none],
    [t("people.site"), places.sites.get(form.site_id) ?? none],
    [t("people.zone"), form.time_zone || t("people.zone_default")],
    [t("people.language"), LANGUAGES[/** @type {"en"} */ (form.language)] ?? t("people.language_default")],
    [t("people.allowance"), form.annual_leave_days === "" ? t("people.allowance_default") : t("people.days", { days: number(days) })],
    [t("people.attendance"), t(form.tracks_attendance ? "people.tracked" : "people.untracked")],
  ];
}

/** @param {Form} form @param {Places} places */
export const lines = (form, places) => described(form, places).map(([label, value]) => `${label}: ${value}`);
