// A person's payroll data: the first date, the personnel number, the pay rules, the cost center and the time account.
import { get, put } from "../../api.js";
import { t } from "../../i18n/index.js";
import { user } from "../../session.js";
import { dateOf, day, minute, number } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { FormDialog, useDialog } from "../company/part.js";
import { CheckField, SelectField, TextField, errorAt } from "../form.js";
import { useQuery } from "../query.js";
import { Button, Loaded, Skeleton } from "../ui.js";

/** @typedef {import("../../types").Schemas["PayProfiles"]} Profiles */
/** @typedef {Profiles["profiles"][number]} Profile */
/** @typedef {{ effective_from: string, personnel_number: string, rules_id: string, cost_center: string, account: boolean, weekly_hours: string }} Form */
/** @typedef {{ rules: Map<string, string>, centers: Map<string, string> }} Names */

const MINUTES_OF_HOUR = 60;

/** @returns {Promise<Names>} */
async function loadNames() {
  const query = { limit: 200 };
  const [rules, centers] = await Promise.all([user.peek()?.role === "admin" ? get("/pay/rules", { query }) : { items: [] }, get("/pay/cost-centers", { query })]);
  return { rules: new Map(rules.items.map(({ id, name }) => [id, name])), centers: new Map(centers.items.filter(({ active }) => active).map(({ code, name }) => [code, name])) };
}

/** @param {{ person: import("./fields.js").Person }} props */
export function PayProfile({ person }) {
  const path = { id: person.id };
  const query = useQuery(() => get("/users/{id}/pay-profile", { path }), [person.id]);
  const names = useQuery(loadNames, []).data ?? { rules: new Map(), centers: new Map() };
  const { dialog, open, close } = useDialog();
  const edit = (/** @type {Profiles} */ profiles) => open(html`<${ProfileDialog} person=${person} profiles=${profiles} names=${names} onSaved=${query.replace} onClose=${close} />`);
  return html`<section class="stack" aria-labelledby="pay-profile">
    <h3 id="pay-profile">${t("pay_profile.title")}</h3>
    <${Loaded} query=${query} skeleton=${html`<${Skeleton} lines=${2} />`}>
      ${(/** @type {Profiles} */ profiles) => html`
        ${profiles.profiles.length === 0
          ? html`<p class="muted">${t("pay_profile.none")}</p>`
          : html`<ul>${profiles.profiles.map((one) => html`<li key=${one.effective_from}>${lines(formOf(one), names).join(" · ")}</li>`)}</ul>`}
        ${user.value?.role === "admin" && html`<div><${Button} icon="wallet" onClick=${() => edit(profiles)}>${t("pay_profile.change")}<//></div>`}`}
    <//>
    ${dialog}
  </section>`;
}

/** @param {Profile} profile @returns {Form} */
function formOf({ rules_id, cost_center, weekly_minutes, ...rest }) {
  return { ...rest, rules_id: rules_id ?? "", cost_center: cost_center ?? "", weekly_hours: weekly_minutes ? String(weekly_minutes / MINUTES_OF_HOUR) : "" };
}

/** @param {Form} form @param {Names} names */
function lines(form, { rules, centers }) {
  return [
    t("pay_rules.since", { date: day(form.effective_from, "date") }),
    t("pay_profile.number_says", { number: form.personnel_number }),
    ...(form.rules_id === "" ? [] : [rules.get(form.rules_id) ?? t("company.pay_rules")]),
    ...(form.cost_center === "" ? [] : [centers.get(form.cost_center) ?? form.cost_center]),
    ...(form.account ? [t("pay_profile.has_account")] : []),
    ...(form.weekly_hours === "" ? [] : [t("pay_profile.weekly_says", { hours: number(Number(form.weekly_hours.replace(",", "."))) })]),
  ];
}

/** @param {{ person: import("./fields.js").Person, profiles: Profiles, names: Names, onSaved: (profiles: Profiles) => void, onClose: () => void }} props */
function ProfileDialog({ person, profiles, names, onSaved, onClose }) {
  const today = dateOf(minute.peek() || 0);
  const [form, setForm] = useState(() => {
    const newest = profiles.profiles.at(-1);
    return newest ? { ...formOf(newest), effective_from: today } : { effective_from: person.employments.at(-1)?.from ?? today, personnel_number: "", rules_id: "", cost_center: "", account: false, weekly_hours: "" };
  });
  const set = (/** @type {Partial<Form>} */ part) => setForm({ ...form, ...part });
  const path = { id: person.id };
  const save = async (/** @type {Profiles | null} */ base) => {
    const { weekly_hours, rules_id, cost_center, personnel_number, ...rest } = form;
    const body = { ...rest, personnel_number: personnel_number.trim(), rules_id: rules_id || null, cost_center: cost_center || null, weekly_minutes: weekly_hours.trim() === "" ? null : Math.round(Number(weekly_hours.replace(",", ".")) * MINUTES_OF_HOUR) };
    onSaved(await put("/users/{id}/pay-profile", { path, body, version: base?.version || undefined }));
    return { name: person.full_name };
  };
  return html`<${FormDialog} title=${t("pay_profile.of", { name: person.full_name })} first=${profiles} form=${form} setForm=${setForm} formOf=${(/** @type {Profiles} */ { profiles: [...all] }) => (all.length > 0 ? formOf(/** @type {Profile} */ (all.at(-1))) : form)}
    lines=${(/** @type {Form} */ one) => lines(one, names)} load=${() => get("/users/{id}/pay-profile", { path })} save=${save}
    fields=${["effective_from", "personnel_number", "rules_id", "cost_center", "weekly_minutes"]} onSaved=${() => {}} onClose=${onClose}>
    ${(/** @type {import("../form.js").Refusal} */ refusal) => {
      const bind = (/** @type {Exclude<keyof Form, "account">} */ field, /** @type {string} */ path = field) => ({ value: form[field], error: errorAt(refusal, path), onChange: (/** @type {string} */ value) => set({ [field]: value }) });
      return html`<div class="two">
          <${TextField} type="date" label=${t("pay_rules.from")} hint=${t("pay_profile.from_hint")} ...${bind("effective_from")} required />
          <${TextField} label=${t("pay_profile.number")} ...${bind("personnel_number")} required maxlength="20" spellcheck=${false} autocomplete="off" autofocus />
        </div>
        <${SelectField} label=${t("company.pay_rules")} hint=${t("pay_profile.rules_hint")} ...${bind("rules_id")} options=${[["", t("pay_profile.built_in_rules")], ...names.rules]} />
        <${SelectField} label=${t("pay_profile.cost_center")} ...${bind("cost_center")} options=${[["", t("people.none")], ...names.centers]} />
        <${CheckField} label=${t("pay_profile.account")} checked=${form.account} onChange=${(/** @type {boolean} */ account) => set({ account })} />
        ${form.account && html`<${TextField} label=${t("pay_profile.weekly")} hint=${t("pay_profile.weekly_hint")} ...${bind("weekly_hours", "weekly_minutes")} inputmode="decimal" />`}`;
    }}
  <//>`;
}
