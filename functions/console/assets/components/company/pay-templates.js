// Templates of payroll files: the file format of the payroll system, and the company's numbers in that system.
import { get, put, remove } from "../../api.js";
import { t, word } from "../../i18n/index.js";
import { html, useState } from "../../vendor/preact.js";
import { CheckField, SelectField, TextField, errorAt } from "../form.js";
import { useQuery } from "../query.js";
import { Badge, Button } from "../ui.js";
import { DeleteDialog, FormDialog, Item, Part, useDialog } from "./part.js";

/** @typedef {import("../../types").Schemas["NamedPayrollTemplate"]} Named */
/** @typedef {Named["template"]} Template */
/** @typedef {Template["format"]} Format */
/** @typedef {import("../../types").Schemas["CsvColumn"]} Column */
/** @typedef {Omit<import("../../types").Schemas["CsvTemplate"], "columns"> & { columns: Column[] }} Sheet */
/** @typedef {{ name: string, format: Format, consultant_number: string, client_number: string, company_code: string, batch_id: string, sheet: Sheet }} Form */

const FORMATS = /** @type {const} */ (["csv", "xlsx", "json", "datev_lodas", "datev_lohn_und_gehalt", "adp", "gusto"]);
const VALUES = /** @type {const} */ (["personnel_number", "full_name", "code", "export_code", "leave_type", "hours", "days", "cost_center", "from", "until", "period_from", "period_until", "constant"]);
/** The formats of the values of a sheet, each with its options. */
const CHOICES = /** @type {const} */ ({
  separator: ["comma", "semicolon", "tab", "pipe"],
  decimal: ["point", "comma"],
  hours: ["decimal", "clock", "seconds"],
  dates: ["iso", "compact", "day_month_year_dots", "day_month_year_slashes", "month_day_year"],
  encoding: ["utf8", "utf8_bom", "windows1252"],
});
/** @type {Sheet} */
const SHEET = {
  columns: [
    { header: "personnel_number", value: "personnel_number" },
    { header: "code", value: "export_code" },
    { header: "hours", value: "hours" },
  ],
  separator: "semicolon",
  decimal: "comma",
  hours: "decimal",
  dates: "iso",
  encoding: "utf8_bom",
  with_header: true,
};
/** @type {Form} */
const NEW = { name: "", format: "csv", consultant_number: "", client_number: "", company_code: "", batch_id: "", sheet: SHEET };

export function PayTemplates() {
  const query = useQuery(() => get("/pay/templates", { query: { limit: 200 } }), []);
  const { dialog, open, close } = useDialog();
  const edit = (/** @type {Named | null} */ one) => open(html`<${TemplateDialog} template=${one} onSaved=${query.reload} onClose=${close} />`);
  const ask = (/** @type {Named} */ { name, is_built_in, version }) =>
    open(html`<${DeleteDialog} name=${templateName(name)} about=${t(is_built_in ? "pay_templates.delete_built_in" : "pay_templates.delete_about")} onDone=${query.reload} onClose=${close}
      onDelete=${() => remove("/pay/templates/{name}", { path: { name }, version })} />`);
  return html`<${Part} title=${t("company.pay_templates")} about=${t("pay_templates.about")} icon="file-text" empty=${t("state.loading")} add=${t("pay_templates.add")} onAdd=${() => edit(null)} query=${query}>
    ${(/** @type {Named} */ one) => html`<${Item} key=${one.name} icon="file-text" name=${templateName(one.name)} details=${lines(formOf(one)).slice(1).join(" · ")}
      onEdit=${() => edit(one)} onDelete=${one.version > 0 ? () => ask(one) : undefined}>
      ${one.version === 0 && html`<${Badge}>${t("pay_templates.built_in")}<//>`}<//>`}
  <//>${dialog}`;
}

/** Returns the name of a template. A built-in template has a name in the reader's language. @param {string} name */
export const templateName = (name) => word("pay_template", name);

/** @param {Named} named @returns {Form} */
function formOf({ name, template }) {
  const form = { ...NEW, name, format: template.format };
  switch (template.format) {
    case "csv":
      return { ...form, sheet: { ...SHEET, ...template.sheet, columns: [...(template.sheet?.columns ?? SHEET.columns)] } };
    case "datev_lodas":
      return { ...form, consultant_number: String(template.consultant_number), client_number: String(template.client_number) };
    case "adp":
      return { ...form, company_code: template.company_code, batch_id: template.batch_id };
    case "xlsx":
    case "json":
    case "datev_lohn_und_gehalt":
    case "gusto":
      return form;
  }
}

/** @param {Form} form @returns {Template} */
function templateOf({ format, consultant_number, client_number, company_code, batch_id, sheet }) {
  switch (format) {
    case "csv":
      return { format, sheet };
    case "datev_lodas":
      return { format, consultant_number: Number(consultant_number), client_number: Number(client_number) };
    case "adp":
      return { format, company_code: company_code.trim(), batch_id: batch_id.trim() };
    case "xlsx":
    case "json":
    case "datev_lohn_und_gehalt":
    case "gusto":
      return { format };
  }
}

/** @param {Form} form */
function lines(form) {
  const { name, format, sheet } = form;
  return [
    templateName(name),
    word("pay_format", format),
    ...(format === "csv" ? [t("pay_templates.columns_say", { columns: sheet.columns.map(({ header }) => header).join(", ") })] : []),
    ...(format === "datev_lodas" ? [`${t("pay_templates.consultant")} ${form.consultant_number}`, `${t("pay_templates.client")} ${form.client_number}`] : []),
    ...(format === "adp" ? [`${t("pay_templates.company_code")} ${form.company_code}`, `${t("pay_templates.batch")} ${form.batch_id}`] : []),
  ];
}

/** @param {{ template: Named | null, onSaved: () => void, onClose: () => void }} props */
function TemplateDialog({ template, onSaved, onClose }) {
  const [form, setForm] = useState(() => (template ? formOf(template) : NEW));
  const set = (/** @type {Partial<Form>} */ part) => setForm({ ...form, ...part });
  const path = { name: form.name.trim() };
  const save = async (/** @type {Named | null} */ base) => {
    const { name } = await put("/pay/templates/{name}", { path, body: { template: templateOf(form) }, version: base !== null && base.version > 0 ? base.version : undefined });
    return { name: templateName(name) };
  };
  return html`<${FormDialog} title=${template ? t("company.edit_of", { name: templateName(template.name) }) : t("pay_templates.add")} isWide first=${template} form=${form} setForm=${setForm}
    formOf=${formOf} lines=${lines} load=${() => get("/pay/templates/{name}", { path })} save=${save} fields=${["name", ...NUMBERS.flatMap(({ fields }) => fields.map(({ field }) => `template.${field}`))]} onSaved=${onSaved} onClose=${onClose}>
    ${(/** @type {import("../form.js").Refusal} */ refusal) => html`
      ${!template && html`<${TextField} label=${t("company.name")} hint=${t("leave_types.code_hint")} value=${form.name} error=${errorAt(refusal, "name")} onChange=${(/** @type {string} */ name) => set({ name })} required maxlength="32" autocapitalize="none" spellcheck=${false} autofocus />`}
      <${SelectField} label=${t("pay_templates.format")} value=${form.format} onChange=${(/** @type {Format} */ format) => set({ format })} options=${FORMATS.map((one) => [one, word("pay_format", one)])} />
      ${NUMBERS.filter(({ format }) => format === form.format).map(({ format, fields }) => html`<div class="two" key=${format}>
        ${fields.map(({ field, label, ...more }) => html`<${TextField} key=${field} label=${t(label)} value=${form[field]} error=${errorAt(refusal, `template.${field}`)} onChange=${(/** @type {string} */ value) => set({ [field]: value })} required ...${more} />`)}
      </div>`)}
      ${form.format === "csv" && html`<${SheetFields} sheet=${form.sheet} onChange=${(/** @type {Sheet} */ sheet) => set({ sheet })} />`}`}
  <//>`;
}

/** Formats that contain the company's numbers. */
const NUMBERS = /** @type {const} */ ([
  { format: "datev_lodas", fields: [{ field: "consultant_number", label: "pay_templates.consultant", inputmode: "numeric", maxlength: "7" }, { field: "client_number", label: "pay_templates.client", inputmode: "numeric", maxlength: "5" }] },
  { format: "adp", fields: [{ field: "company_code", label: "pay_templates.company_code", maxlength: "3" }, { field: "batch_id", label: "pay_templates.batch", maxlength: "8" }] },
]);

/** @param {{ sheet: Sheet, onChange: (sheet: Sheet) => void }} props */
function SheetFields({ sheet, onChange }) {
  const { columns } = sheet;
  const change = (/** @type {Column[]} */ next) => onChange({ ...sheet, columns: next });
  const set = (/** @type {number} */ at, /** @type {Partial<Column>} */ part) => change(columns.map((column, index) => (index === at ? { ...column, ...part } : column)));
  const move = (/** @type {number} */ at) => change(columns.map((column, index) => /** @type {Column} */ (index === at - 1 ? columns[at] : index === at ? columns[at - 1] : column)));
  return html`<fieldset class="stack"><legend class="strong">${t("pay_templates.columns")}</legend>
      ${columns.map((column, index) => html`<div class="pay-rule sheet-column" key=${index} role="group" aria-label=${t("pay_templates.column", { number: index + 1 })}>
        <${TextField} label=${t("pay_templates.header")} value=${column.header} onChange=${(/** @type {string} */ header) => set(index, { header })} maxlength="100" />
        <${SelectField} label=${t("pay_templates.value")} value=${column.value} onChange=${(/** @type {Column["value"]} */ value) => set(index, { value, text: value === "constant" ? (column.text ?? "") : null })} options=${VALUES.map((one) => [one, word("pay_column", one)])} />
        ${column.value === "constant" && html`<${TextField} label=${t("pay_templates.text")} value=${column.text ?? ""} onChange=${(/** @type {string} */ text) => set(index, { text })} maxlength="100" />`}
        ${index > 0 && html`<${Button} kind="quiet" icon="arrow-up" label=${t("pay_templates.earlier", { number: index + 1 })} onClick=${() => move(index)} />`}
        ${columns.length > 1 && html`<${Button} kind="quiet" icon="trash-2" label=${t("pay_templates.remove", { number: index + 1 })} onClick=${() => change(columns.filter((_, at) => at !== index))} />`}
      </div>`)}
      <div><${Button} icon="plus" onClick=${() => change([...columns, { header: "", value: "hours" }])}>${t("pay_templates.add_column")}<//></div>
    </fieldset>
    <div class="two">
      ${/** @type {(keyof typeof CHOICES)[]} */ (Object.keys(CHOICES)).map((key) => html`<${SelectField} key=${key} label=${t(`pay_templates.${key}`)} value=${sheet[key] ?? CHOICES[key][0]} onChange=${(/** @type {string} */ value) => onChange(/** @type {Sheet} */ ({ ...sheet, [key]: value }))} options=${CHOICES[key].map((one) => [one, word(`pay_${key}`, one)])} />`)}
    </div>
    <${CheckField} label=${t("pay_templates.with_header")} checked=${sheet.with_header ?? true} onChange=${(/** @type {boolean} */ with_header) => onChange({ ...sheet, with_header })} />`;
}
