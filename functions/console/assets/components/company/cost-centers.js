// Cost centers and projects that worked time is assigned to. An unused one stays readable, because past work refers to it.
import { get, put } from "../../api.js";
import { t } from "../../i18n/index.js";
import { html, useState } from "../../vendor/preact.js";
import { CheckField, TextField, errorAt } from "../form.js";
import { useQuery } from "../query.js";
import { Badge } from "../ui.js";
import { FormDialog, Item, Part, useDialog } from "./part.js";

/** @typedef {import("../../types").Schemas["CostCenter"]} CostCenter */
/** @typedef {{ code: string, name: string, active: boolean }} Form */

export function CostCenters() {
  const query = useQuery(() => get("/pay/cost-centers", { query: { limit: 200 } }), []);
  const { dialog, open, close } = useDialog();
  const edit = (/** @type {CostCenter | null} */ one) => open(html`<${CostCenterDialog} center=${one} onSaved=${query.reload} onClose=${close} />`);
  return html`<${Part} title=${t("company.cost_centers")} about=${t("cost_centers.about")} icon="briefcase" empty=${t("cost_centers.none")} add=${t("cost_centers.add")} onAdd=${() => edit(null)} query=${query}>
    ${(/** @type {CostCenter} */ one) => html`<${Item} key=${one.code} icon="briefcase" name=${one.name} details=${one.code} onEdit=${() => edit(one)}>
      ${!one.active && html`<${Badge} icon="minus">${t("cost_centers.inactive")}<//>`}<//>`}
  <//>${dialog}`;
}

/** @param {CostCenter} center @returns {Form} */
const formOf = ({ code, name, active }) => ({ code, name, active });

/** @param {Form} form */
const lines = ({ code, name, active }) => [name, code, ...(active ? [] : [t("cost_centers.inactive")])];

/** @param {{ center: CostCenter | null, onSaved: () => void, onClose: () => void }} props */
function CostCenterDialog({ center, onSaved, onClose }) {
  const [form, setForm] = useState(() => (center ? formOf(center) : { code: "", name: "", active: true }));
  const set = (/** @type {Partial<Form>} */ part) => setForm({ ...form, ...part });
  const save = (/** @type {CostCenter | null} */ base) =>
    put("/pay/cost-centers/{code}", { path: { code: form.code.trim() }, body: { name: form.name.trim(), active: form.active }, version: base?.version });
  const load = async () => (await get("/pay/cost-centers", { query: { limit: 200 } })).items.find((one) => one.code === form.code) ?? null;
  return html`<${FormDialog} title=${center ? t("company.edit_of", { name: center.name }) : t("cost_centers.add")} first=${center} form=${form} setForm=${setForm}
    formOf=${formOf} lines=${lines} load=${load} save=${save} fields=${["code", "name"]} onSaved=${onSaved} onClose=${onClose}>
    ${(/** @type {import("../form.js").Refusal} */ refusal) => html`
      ${!center && html`<${TextField} label=${t("cost_centers.code")} hint=${t("cost_centers.code_hint")} value=${form.code} error=${errorAt(refusal, "code")} onChange=${(/** @type {string} */ code) => set({ code })} required maxlength="32" spellcheck=${false} autofocus />`}
      <${TextField} label=${t("company.name")} value=${form.name} error=${errorAt(refusal, "name")} onChange=${(/** @type {string} */ name) => set({ name })} required maxlength="100" />
      <${CheckField} label=${t("cost_centers.active")} checked=${form.active} onChange=${(/** @type {boolean} */ active) => set({ active })} />`}
  <//>`;
}
