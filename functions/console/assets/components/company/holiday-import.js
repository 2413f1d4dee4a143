// A dialog that imports holidays from a sheet. Each line has a date and a name.
import { post } from "../../api.js";
import { t } from "../../i18n/index.js";
import { html } from "../../vendor/preact.js";
import { ImportDialog } from "../import-dialog.js";

/** Returns the displayed name of each column. */
const columns = () => ({ date: t("holidays.date"), name: t("company.name"), half_day: t("holidays.half_day"), site: t("people.site") });
const HALVES = ["morning", "afternoon"];

/** @param {{ sites: { id: string, name: string }[], onSaved: () => void, onClose: () => void }} props */
export function HolidayImportDialog({ sites, onSaved, onClose }) {
  const called = columns();
  const example = `${Object.values(called).join(",")}\n2026-12-24,Christmas Eve,afternoon,\n2026-12-25,Christmas Day,,\n`;
  const check = (/** @type {Record<string, string>} */ { date = "", name = "", half_day = "", site = "" }) => {
    const found = sites.find((one) => one.id === site || one.name.toLocaleLowerCase() === site.toLocaleLowerCase());
    /** @type {Record<string, string>} */
    const faults = {};
    if (!/^\d{4}-\d\d-\d\d$/.test(date)) faults.date = t("sheet.no_date");
    if (name === "") faults.name = t("form.required");
    if (half_day !== "" && !HALVES.includes(half_day)) faults.half_day = t("holidays.no_half");
    if (site !== "" && !found) faults.site = t("people_import.no_site");
    return { body: { date, name, half_day: half_day || null, site_id: found?.id ?? null }, faults };
  };
  return html`<${ImportDialog} title=${t("holidays.import")} about=${t("holidays.import_about", { columns: Object.values(called).join(", ") })} example=${example} columns=${called} needed="date" check=${check}
    add=${(/** @type {any} */ body) => post("/holidays", { body })} confirm=${(/** @type {number} */ count) => t("holidays.import_do", { count })} onSaved=${onSaved} onClose=${onClose} />`;
}
