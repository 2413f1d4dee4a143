// Types of leave, with their balance, their pay, and the limit for requests in the past.
import { get, put, tagOf } from "../../api.js";
import { leaveTypeName, t } from "../../i18n/index.js";
import { number } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { CheckField, SelectField, TextField, errorAt } from "../form.js";
import { useQuery } from "../query.js";
import { FormDialog, Item, Part, useDialog } from "./part.js";

/** @typedef {import("../../types").Schemas["LeaveType"]} LeaveType */
/** @typedef {{ items: LeaveType[] }} LeaveTypes */
/** @typedef {{ code: string, name: string, counted: boolean, paid: boolean, half_days: boolean, holidays_count: boolean, accrual: string,
 *   annual_days: string, backdate_days: string, interrupts: boolean }} Form */

/** @type {Form} */
const NEW = { code: "", name: "", counted: true, paid: true, half_days: true, holidays_count: false, accrual: "yearly", annual_days: "", backdate_days: "0", interrupts: false };
const SWITCHES = /** @type {const} */ (["paid", "half_days", "holidays_count", "interrupts"]);

export function LeaveTypes() {
  const query = useQuery(() => get("/leave/types"), []);
  const { dialog, open, close } = useDialog();
  const edit = (/** @type {LeaveType | null} */ one) => open(html`<${LeaveTypeDialog} type=${one} all=${query.data} onSaved=${query.reload} onClose=${close} />`);
  return html`<${Part} title=${t("company.leave_types")} about=${t("leave_types.about")} icon="palmtree" empty=${t("state.loading")} add=${t("leave_types.add")} onAdd=${() => edit(null)} query=${query}>
    ${(/** @type {LeaveType} */ one) => html`<${Item} key=${one.code} icon="palmtree" name=${leaveTypeName(one.code, one.name)} details=${lines(formOf(one)).slice(1).join(" · ")} onEdit=${() => edit(one)} />`}
  <//>${dialog}`;
}

/** @param {LeaveType} type @returns {Form} */
function formOf(type) {
  return { ...type, interrupts: type.interrupts ?? false, annual_days: String(type.annual_days ?? ""), backdate_days: String(type.backdate_days) };
}

/** @param {Form} form */
function lines(form) {
  return [
    leaveTypeName(form.code, form.name),
    t(form.counted ? "leave_types.counted" : "leave_types.not_counted"),
    ...(form.annual_days === "" ? [] : [t("people.days", { days: number(Number(form.annual_days.replace(",", "."))) })]),
    t(form.paid ? "leave_types.paid" : "leave_types.unpaid"),
    ...(form.half_days ? [t("leave_types.half_days")] : []),
    ...(form.holidays_count ? [t("leave_types.holidays_count")] : []),
    ...(form.interrupts ? [t("leave_types.interrupts")] : []),
    ...(form.backdate_days === "0" ? [] : [t("leave_types.backdate", { days: form.backdate_days })]),
  ];
}

/** @param {{ type: LeaveType | null, all: LeaveTypes | undefined, onSaved: () => void, onClose: () => void }} props */
function LeaveTypeDialog({ type, all, onSaved, onClose }) {
  const [form, setForm] = useState(() => (type ? formOf(type) : NEW));
  // All types share one version.
  const [version, setVersion] = useState(() => all && tagOf(all));
  const save = async () => {
    const { code, annual_days, backdate_days, name, ...rest } = form;
    const hasDays = form.counted && code !== "annual" && annual_days.trim() !== "";
    const body = /** @type {any} */ ({ ...rest, name: name.trim() || null, annual_days: hasDays ? Number(annual_days.replace(",", ".")) : null, backdate_days: Number(backdate_days) });
    return put("/leave/types/{code}", { path: { code: code.trim() }, body, version });
  };
  const load = async () => {
    const newest = await get("/leave/types");
    setVersion(tagOf(newest));
    return newest.items.find(({ code }) => code === form.code) ?? null;
  };
  return html`<${FormDialog} title=${type ? t("company.edit_of", { name: leaveTypeName(type.code, type.name) }) : t("leave_types.add")} first=${type} form=${form} setForm=${setForm}
    formOf=${(/** @type {LeaveType} */ one) => formOf(one)} lines=${lines} load=${load} save=${save}
    fields=${["code", "name", "annual_days", "backdate_days", "accrual"]} onSaved=${onSaved} onClose=${onClose}>
    ${(/** @type {any} */ refusal) => {
      const set = (/** @type {Partial<Form>} */ part) => setForm({ ...form, ...part });
      const isAnnual = form.code === "annual";
      return html`
        ${!type && html`<${TextField} label=${t("leave_types.code")} hint=${t("leave_types.code_hint")} value=${form.code} error=${errorAt(refusal, "code")} autofocus
          onChange=${(/** @type {string} */ code) => set({ code })} required maxlength="32" autocapitalize="none" spellcheck=${false} />`}
        <${TextField} label=${t("company.name")} value=${form.name} error=${errorAt(refusal, "name")} onChange=${(/** @type {string} */ name) => set({ name })} maxlength="100" />
        ${isAnnual
          ? html`<p class="muted">${t("leave_types.annual")}</p>`
          : html`<${CheckField} label=${t("leave_types.counted")} checked=${form.counted} onChange=${(/** @type {boolean} */ counted) => set({ counted })} />`}
        ${form.counted && !isAnnual &&
        html`<${TextField} label=${t("leave_types.annual_days")} hint=${t("leave_types.annual_days_hint")} value=${form.annual_days} error=${errorAt(refusal, "annual_days")} inputmode="decimal"
          onChange=${(/** @type {string} */ annual_days) => set({ annual_days })} />`}
        ${form.counted && html`<${SelectField} label=${t("leave_types.accrual")} value=${form.accrual} error=${errorAt(refusal, "accrual")} onChange=${(/** @type {string} */ accrual) => set({ accrual })}
          options=${[["yearly", t("leave_types.yearly")], ["monthly", t("leave_types.monthly")]]} />`}
        ${SWITCHES.map((key) => html`<${CheckField} key=${key} label=${t(`leave_types.${key}`)} checked=${form[key]} onChange=${(/** @type {boolean} */ value) => set({ [key]: value })} />`)}
        <${TextField} label=${t("leave_types.backdate_days")} value=${form.backdate_days} error=${errorAt(refusal, "backdate_days")} inputmode="numeric"
          onChange=${(/** @type {string} */ backdate_days) => set({ backdate_days })} />`;
    }}
  <//>`;
}
