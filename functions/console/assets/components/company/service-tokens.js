// Service tokens, with which the company's other systems call the API. A token is shown once.
import { get, post, remove } from "../../api.js";
import { t, word } from "../../i18n/index.js";
import { dateOf, day, instantOf, minute, plusDays } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { Dialog } from "../dialog.js";
import { EditFooter } from "../edit.js";
import { CheckField, Refused, TextField, errorAt } from "../form.js";
import { useAction, useQuery } from "../query.js";
import { Secret } from "../secret.js";
import { Button } from "../ui.js";
import { DeleteDialog, Item, Part, useDialog } from "./part.js";

/** @typedef {import("../../types").Schemas["ServiceToken"]} ServiceToken */

/** @typedef {ServiceToken["scopes"][number]} Scope */

const SCOPES = /** @type {Scope[]} */ (Object.keys(/** @type {Record<Scope, true>} */ ({
  "attendance:read": true, "company:read": true, "events:read": true, "leave:read": true, "pay:read": true, "reports:read": true,
  "roster:read": true, "roster:write": true, "users:read": true, "users:write": true,
})));
/** The maximum lifetime of a token, in days. */
const MAX_DAYS = 366;
const DEFAULT_DAYS = 180;

export function ServiceTokens() {
  const query = useQuery(() => get("/service-tokens", { query: { limit: 200 } }), []);
  const { dialog, open, close } = useDialog();
  const ask = (/** @type {ServiceToken} */ { id, name }) =>
    open(html`<${DeleteDialog} name=${name} about=${t("tokens.revoke_about")} confirm=${t("tokens.revoke")} onDone=${query.reload} onClose=${close}
      onDelete=${() => remove("/service-tokens/{id}", { path: { id } })} />`);
  return html`<${Part} title=${t("company.service_tokens")} about=${t("tokens.about")} icon="key-round" empty=${t("tokens.none")} add=${t("tokens.add")} query=${query}
    onAdd=${() => open(html`<${TokenDialog} onSaved=${query.reload} onClose=${close} />`)}>
    ${(/** @type {ServiceToken} */ one) => html`<${Item} key=${one.id} icon="key-round" name=${one.name} remove=${t("tokens.revoke")} onDelete=${() => ask(one)} details=${lines(one).join(" · ")} />`}
  <//>${dialog}`;
}

/** @param {ServiceToken} token */
function lines({ scopes, department_ids: departments, department_names: names, expires_at: end, last_used_at: used }) {
  return [
    scopes.map((one) => word("scope", one)).join(", "),
    departments === null ? t("people.everyone") : (names ?? departments).join(", "),
    t("tokens.until", { date: day(dateOf(end), "date") }),
    used === null ? t("tokens.never_used") : t("tokens.used", { date: day(dateOf(used), "date") }),
  ];
}

/** @param {{ onSaved: () => void, onClose: () => void }} props */
function TokenDialog({ onSaved, onClose }) {
  const today = dateOf(minute.peek() || 0);
  const departments = useQuery(() => get("/departments", { query: { limit: 200 } }), []).data?.items ?? [];
  const [form, setForm] = useState({ name: "", scopes: /** @type {Scope[]} */ ([]), department_ids: /** @type {string[]} */ ([]), until: plusDays(today, DEFAULT_DAYS) });
  const [token, setToken] = useState("");
  const save = useAction(async () => {
    const body = { name: form.name.trim(), scopes: form.scopes, department_ids: form.department_ids.length === 0 ? null : form.department_ids, expires_at: instantOf(plusDays(form.until, 1), "00:00") };
    setToken((await post("/service-tokens", { body })).token ?? "");
    onSaved();
  });
  const toggle = (/** @type {"scopes" | "department_ids"} */ field, /** @type {string} */ one) => {
    const chosen = /** @type {string[]} */ (form[field]);
    setForm({ ...form, [field]: chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one] });
  };
  if (token !== "") {
    return html`<${Dialog} key="made" title=${t("tokens.made", { name: form.name })} onClose=${onClose} onSubmit=${onClose} footer=${html`<${Button} kind="primary" type="submit">${t("action.close")}<//>`}>
      <${Secret} label=${t("tokens.token")} value=${token} about=${t("tokens.token_hint")} />
    <//>`;
  }
  const error = errorAt(save.error, "scopes");
  return html`<${Dialog} title=${t("tokens.add")} onClose=${onClose} onSubmit=${save.run} footer=${html`<${EditFooter} edit=${save} confirm=${t("tokens.add")} onClose=${onClose} />`}>
    <${Refused} refusal=${save.error} fields=${["name", "scopes", "department_ids", "expires_at"]} />
    <${TextField} label=${t("company.name")} hint=${t("tokens.name_hint")} value=${form.name} error=${errorAt(save.error, "name")} onChange=${(/** @type {string} */ name) => setForm({ ...form, name })} required maxlength="100" autofocus />
    <fieldset><legend class="strong">${t("tokens.scopes")}</legend>
      ${error && html`<p class="field"><span class="error">${error}</span></p>`}
      <div class="scopes">${SCOPES.map((one) => html`<${CheckField} key=${one} label=${`${word("scope", one)} (${one})`} checked=${form.scopes.includes(one)} onChange=${() => toggle("scopes", one)} />`)}</div>
    </fieldset>
    ${departments.length > 0 &&
    html`<fieldset><legend class="strong">${t("tokens.departments")}</legend>
      <div class="weekdays">${departments.map(({ id, name }) => html`<${CheckField} key=${id} label=${name} checked=${form.department_ids.includes(id)} onChange=${() => toggle("department_ids", id)} />`)}</div>
    </fieldset>`}
    <${TextField} type="date" label=${t("tokens.expires")} value=${form.until} max=${plusDays(today, MAX_DAYS - 1)} error=${errorAt(save.error, "expires_at")} onChange=${(/** @type {string} */ until) => setForm({ ...form, until })} required />
  <//>`;
}
