// Pay codes: the kinds of time that payroll distinguishes, each with its multiplier and its name in the payroll system.
import { get, put, tagOf } from "../../api.js";
import { t, word } from "../../i18n/index.js";
import { number } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { CheckField, SelectField, TextField, errorAt } from "../form.js";
import { payCodeName } from "../pay/codes.js";
import { useQuery } from "../query.js";
import { Badge } from "../ui.js";
import { FormDialog, Item, Part, useDialog } from "./part.js";

/** @typedef {import("../../types").Schemas["PayCodeDefinition"]} Code */
/** @typedef {{ items: readonly Code[] }} Codes */
/** @typedef {{ code: string, name: string, kind: Code["kind"], percent: string, export_code: string, active: boolean, credits_account: boolean }} Form */

const KINDS = /** @type {const} */ (["regular", "overtime", "premium", "absence", "adjustment"]);
/** Codes that every company has. Their kinds can't change, and they stay active. */
const BUILT_IN = ["regular", "overtime", "absence_paid", "absence_unpaid"];
const PERCENT = 100;
/** @type {Form} */
const NEW = { code: "", name: "", kind: "premium", percent: "25", export_code: "", active: true, credits_account: false };
/** Kinds of work. The multiplied time of these kinds can be credited to time accounts. @type {readonly Code["kind"][]} */
const WORK = ["regular", "overtime", "premium"];

export function PayCodes() {
  const query = useQuery(() => get("/pay/codes", { query: { limit: 200 } }), []);
  const { dialog, open, close } = useDialog();
  const edit = (/** @type {Code | null} */ one) => open(html`<${PayCodeDialog} code=${one} all=${query.data} onSaved=${query.reload} onClose=${close} />`);
  return html`<${Part} title=${t("company.pay_codes")} about=${t("pay_codes.about")} icon="timer" empty=${t("state.loading")} add=${t("pay_codes.add")} onAdd=${() => edit(null)} query=${query}>
    ${(/** @type {Code} */ one) => html`<${Item} key=${one.code} icon="timer" name=${payCodeName(one.code, one.name)} details=${lines(formOf(one)).slice(1).join(" · ")} onEdit=${() => edit(one)}>
      ${!one.active && html`<${Badge} icon="minus">${t("pay_codes.inactive")}<//>`}<//>`}
  <//>${dialog}`;
}

/** @param {Code} code @returns {Form} */
function formOf({ multiplier, export_code, ...rest }) {
  return { ...rest, percent: String(Math.round(multiplier * PERCENT)), export_code: export_code ?? "" };
}

/** @param {Form} form */
function lines({ code, name, kind, percent, export_code, active, credits_account }) {
  const paid = number(Number(percent) / PERCENT, { style: "percent" });
  return [
    payCodeName(code, name),
    code,
    word("pay_code_kind", kind),
    t(kind === "premium" ? "pay_codes.on_top" : "pay_codes.paid", { percent: paid }),
    ...(export_code === "" || export_code === code ? [] : [t("pay_codes.exported", { code: export_code })]),
    ...(credits_account ? [t("pay_codes.credited")] : []),
    ...(active ? [] : [t("pay_codes.inactive")]),
  ];
}

/** @param {{ code: Code | null, all: Codes | undefined, onSaved: () => void, onClose: () => void }} props */
function PayCodeDialog({ code, all, onSaved, onClose }) {
  const [form, setForm] = useState(() => (code ? formOf(code) : NEW));
  // All codes share one version.
  const [version, setVersion] = useState(() => all && tagOf(all));
  const isBuiltIn = code !== null && BUILT_IN.includes(code.code);
  const save = () => {
    const { name, kind, percent, export_code, active, credits_account } = form;
    const body = { name: name.trim(), kind, multiplier: Number(percent.replace(",", ".")) / PERCENT, export_code: export_code.trim() || null, active, credits_account: credits_account && WORK.includes(kind) };
    return put("/pay/codes/{code}", { path: { code: form.code.trim() }, body, version });
  };
  const load = async () => {
    const newest = await get("/pay/codes", { query: { limit: 200 } });
    setVersion(tagOf(newest));
    return newest.items.find((one) => one.code === form.code) ?? null;
  };
  return html`<${FormDialog} title=${code ? t("company.edit_of", { name: payCodeName(code.code, code.name) }) : t("pay_codes.add")} first=${code} form=${form} setForm=${setForm}
    formOf=${formOf} lines=${lines} load=${load} save=${save} fields=${["code", "name", "kind", "multiplier", "export_code", "credits_account"]} onSaved=${onSaved} onClose=${onClose}>
    ${(/** @type {import("../form.js").Refusal} */ refusal) => {
      const set = (/** @type {Partial<Form>} */ part) => setForm({ ...form, ...part });
      const bind = (/** @type {"code" | "name" | "percent" | "export_code"} */ field, path = field === "percent" ? "multiplier" : field) => ({ value: form[field], error: errorAt(refusal, path), onChange: (/** @type {string} */ value) => set({ [field]: value }) });
      return html`
        ${!code && html`<${TextField} label=${t("leave_types.code")} hint=${t("leave_types.code_hint")} ...${bind("code")} required maxlength="32" autocapitalize="none" spellcheck=${false} autofocus />`}
        <${TextField} label=${t("company.name")} ...${bind("name")} required maxlength="100" />
        ${!isBuiltIn && html`<${SelectField} label=${t("pay_codes.kind")} value=${form.kind} error=${errorAt(refusal, "kind")} onChange=${(/** @type {Code["kind"]} */ kind) => set({ kind })} options=${KINDS.map((one) => [one, word("pay_code_kind", one)])} />`}
        <${TextField} label=${t("pay_codes.percent")} hint=${t(form.kind === "premium" ? "pay_codes.percent_premium" : "pay_codes.percent_hint")} ...${bind("percent")} required inputmode="decimal" />
        <${TextField} label=${t("pay_codes.export_code")} hint=${t("pay_codes.export_code_hint")} ...${bind("export_code")} maxlength="32" autocapitalize="none" spellcheck=${false} />
        ${WORK.includes(form.kind) && html`<${CheckField} label=${t("pay_codes.credits_account")} checked=${form.credits_account} onChange=${(/** @type {boolean} */ credits_account) => set({ credits_account })} />`}
        ${!isBuiltIn && html`<${CheckField} label=${t("pay_codes.active")} checked=${form.active} onChange=${(/** @type {boolean} */ active) => set({ active })} />`}`;
    }}
  <//>`;
}
