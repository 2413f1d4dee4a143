// The company's policies, each described in sentences, with a button to change it.
import { get, patch, post } from "../../api.js";
import { hasTimesheets, loadBranding } from "../../bootstrap.js";
import { t } from "../../i18n/index.js";
import { zone } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { Dialog } from "../dialog.js";
import { Conflict, EditFooter, merged, useEdit } from "../edit.js";
import { Refused } from "../form.js";
import { useQuery } from "../query.js";
import { orderFile } from "../reports/exports.js";
import { toast } from "../toast.js";
import { Button, Icon, Loaded, Notice, Skeleton } from "../ui.js";
import { POLICIES, isReadable, sent } from "./policies.js";
import { PolicyFields } from "./policy-fields.js";
import { useDialog } from "./part.js";
import { Trial } from "./trial.js";

/** @typedef {import("./policies.js").Settings} Settings */
/** @typedef {import("./policies.js").Policy} Policy */

/** Policies that affect the figures of days. A change of them can be tried on past days. */
const TRIED = new Set(["lateness", "overtime", "forgotten", "breaks"]);

/** Figures that a trial compares. */
const FIGURES = /** @type {const} */ (["worked_seconds", "scheduled_seconds", "late_seconds", "early_leave_seconds", "overtime_seconds"]);

export function Policies() {
  const query = useQuery(() => get("/settings"), []);
  const { dialog, open, close } = useDialog();
  const saved = (/** @type {Settings} */ settings) => {
    zone.value = settings.time_zone;
    query.replace(settings);
    void loadBranding();
    hasTimesheets.value = Boolean(settings.pay_period);
  };
  return html`<section class="stack" aria-labelledby="part">
    <h2 class="visually-hidden" id="part">${t("company.policies")}</h2>
    <${Loaded} query=${query} skeleton=${html`<${Skeleton} lines=${6} height="6rem" />`}>
      ${(/** @type {Settings} */ settings) =>
        POLICIES.map(
          (policy) => html`<${Card} key=${policy.key} policy=${policy} settings=${settings}
            onChange=${() => open(html`<${PolicyDialog} policy=${policy} settings=${settings} onSaved=${saved} onClose=${close} />`)} />`,
        )}
    <//>
    ${dialog}
  </section>`;
}

/** @param {{ policy: Policy, settings: Settings, onChange: () => void }} props */
function Card({ policy, settings, onChange }) {
  const title = t(`policy.${policy.key}`);
  const warning = policy.warning?.(settings);
  return html`<article class="card policy" aria-labelledby=${`policy-${policy.key}`}>
    <${Icon} name=${policy.icon} />
    <div class="stack">
      <h3 id=${`policy-${policy.key}`}>${title}</h3>
      <div>${policy.sentences(settings).map((text) => html`<p key=${text}>${text}</p>`)}</div>
      <${Example} policy=${policy} settings=${settings} />
      <p class="small muted">${t(`policy.${policy.key}.from`)}</p>
      ${warning && html`<${Notice} tone="warn">${warning}<//>`}
    </div>
    <${Button} icon="pencil" aria-label=${t("company.edit_of", { name: title })} onClick=${onChange}>${t("company.change")}<//>
  </article>`;
}

/** An example of the policy, computed from the settings. @param {{ policy: Policy, settings: Settings }} props */
function Example({ policy, settings }) {
  const text = policy.example?.(settings);
  return text ? html`<p class="small muted">${t("policy.example", { text })}</p>` : null;
}

/**
 * Returns the policy's settings that differ, in the form in which they are sent.
 * @param {Policy} policy
 * @param {Settings} form
 * @param {Settings} base
 * @returns {Record<string, unknown>}
 */
function changesOf(policy, form, base) {
  return Object.fromEntries(policy.settings.map((name) => [name, sent(form[name], name)]).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(base[/** @type {"photo"} */ (name)])));
}

/** @param {{ policy: Policy, settings: Settings, onSaved: (settings: Settings) => void, onClose: () => void }} props */
function PolicyDialog({ policy, settings, onSaved, onClose }) {
  const [form, setForm] = useState(settings);
  const edit = useEdit(settings, {
    load: () => get("/settings"),
    merge: (theirs, before) => setForm((now) => merged(now, before, theirs)),
    save: async (base) => {
      const body = changesOf(policy, form, base);
      onSaved(/** @type {Settings} */ (Object.keys(body).length === 0 ? base : await patch("/settings", { body, version: base.version })));
      toast(t("company.saved", { name: t(`policy.${policy.key}`) }));
      onClose();
    },
  });
  const take = () => {
    setForm(edit.base);
    edit.settle();
  };
  const warning = policy.warning?.(form);
  const change = changesOf(policy, form, edit.base);
  const key = JSON.stringify(change);
  const isValid = policy.settings.every((name) => isReadable(form[name], name));
  const attempt = async (/** @type {{ from: string, to: string, as_export?: true }} */ dates) => {
    const answer = await post("/settings/preview", { body: { change: /** @type {any} */ (change), ...dates } });
    if (!("items" in answer)) return (await orderFile(async () => answer), null);
    const { items, people } = answer;
    const differences = (/** @type {(typeof items)[number]["figures"]} */ figures) => FIGURES.filter((name) => figures[name].before !== figures[name].after).map((name) => ({ name: t(`column.${name}`), ...figures[name] }));
    return { people, items: items.map((one) => ({ user_id: one.user_id, user_name: one.user_name ?? "", differences: differences(one.figures) })) };
  };
  return html`<${Dialog} title=${t(`policy.${policy.key}`)} onClose=${onClose} onSubmit=${edit.run} footer=${html`<${EditFooter} edit=${edit} onClose=${onClose} />`}>
    ${edit.theirs && html`<${Conflict} theirs=${policy.sentences(edit.theirs)} mine=${policy.sentences(form)} onTake=${take} />`}
    <${Refused} refusal=${edit.error} fields=${policy.settings} />
    <${PolicyFields} policy=${policy.key} form=${form} set=${(/** @type {Partial<Settings>} */ part) => setForm({ ...form, ...part })} refusal=${edit.error} />
    ${warning && html`<${Notice} tone="warn">${warning}<//>`}
    <div class="preview" aria-live="polite"><p class="small muted">${t("company.means")}</p>${isValid ? html`${policy.sentences(form).map((text) => html`<p key=${text}>${text}</p>`)}<${Example} policy=${policy} settings=${form} />` : html`<p>${t("policy.unreadable")}</p>`}<p class="small muted">${t(`policy.${policy.key}.from`)}</p></div>
    ${TRIED.has(policy.key) && isValid && key !== "{}" && html`<${Trial} of=${key} run=${attempt} />`}
  <//>`;
}
