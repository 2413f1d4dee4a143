// Pay rules: overtime, premiums for nights and Sundays, and the rounding of paid time. The versions of rules are ordered by their first date.
// The dialog adds a version, or replaces the version with the same date.
import { get, post, put, remove } from "../../api.js";
import { t, word } from "../../i18n/index.js";
import { dateOf, day, duration, minute } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { Dialog } from "../dialog.js";
import { Conflict, EditFooter, merged, useEdit } from "../edit.js";
import { CheckField, Refused, SelectField, TextField, errorAt } from "../form.js";
import { usePayCodes } from "../pay/codes.js";
import { useQuery } from "../query.js";
import { orderFile } from "../reports/exports.js";
import { toast } from "../toast.js";
import { Button, Notice } from "../ui.js";
import { DeleteDialog, Item, Part, useDialog } from "./part.js";
import { Trial } from "./trial.js";

/** @typedef {import("../../types").Schemas["PayRules"]} Rules */
/** @typedef {Rules["versions"][number]} Version */
/** @typedef {NonNullable<Version["overtime"]>[number]} Overtime */
/** @typedef {NonNullable<Version["premiums"]>[number]} Premium */
/** @typedef {Version & { name: string }} Form The newest version of the rules, with their name. */

/** The default overtime rule: eight hours a day, the first rule of most companies. */
const FIRST_OVERTIME = /** @type {Overtime} */ ({ per: "day", after: { minutes: 480 }, code: "overtime", needs_approval: false });
const MINUTES_OF_HOUR = 60;

export function PayRules() {
  const query = useQuery(() => get("/pay/rules", { query: { limit: 200 } }), []);
  const name = usePayCodes();
  const { dialog, open, close } = useDialog();
  const edit = (/** @type {Rules | null} */ rules) => open(html`<${RulesDialog} rules=${rules} onSaved=${query.reload} onClose=${close} />`);
  const ask = (/** @type {Rules} */ one) =>
    open(html`<${DeleteDialog} name=${one.name} about=${t("pay_rules.delete_about")} onDone=${query.reload} onClose=${close} onDelete=${() => remove("/pay/rules/{id}", { path: { id: one.id } })} />`);
  return html`<${Part} title=${t("company.pay_rules")} about=${t("pay_rules.about")} icon="wallet" empty=${t("pay_rules.none")} add=${t("pay_rules.add")} query=${query} onAdd=${() => edit(null)}>
    ${(/** @type {Rules} */ one) => html`<${Item} key=${one.id} icon="wallet" name=${one.name} details=${[t("pay_rules.people", { count: one.people }), ...sentences(one.versions.at(-1), name)].join(" · ")} onEdit=${() => edit(one)} onDelete=${one.people > 0 ? undefined : () => ask(one)} />`}
  <//>${dialog}`;
}

/** Returns the content of a version as sentences. @param {Version | undefined} version @param {(code: string) => string} name */
function sentences(version, name) {
  if (version === undefined) return [];
  return [
    t("pay_rules.since", { date: day(version.effective_from, "date") }),
    ...(version.overtime ?? []).map((one) => t("pay_rules.overtime_says", { code: name(one.code), after: one.after === "scheduled" ? t("pay_rules.scheduled") : duration(60 * one.after.minutes), per: word("pay_per", one.per) })),
    ...(version.premiums ?? []).map((one) => t("pay_rules.premium_says", { code: name(one.code), from: one.from, until: one.until })),
    ...(version.rounding ? [t("pay_rules.rounding_says", { step: version.rounding.step_minutes })] : []),
  ];
}

/** @param {Rules} rules @returns {Form} */
function formOf({ name, versions }) {
  const newest = /** @type {Version} */ (versions.at(-1));
  return { ...newest, name, overtime: newest.overtime ?? [], premiums: newest.premiums ?? [], rounding: newest.rounding ?? null, before_shift: newest.before_shift ?? "count" };
}

/**
 * Returns the content of a form as text, for the comparison with the version that somebody else saved.
 * @param {Form} form
 * @param {(code: string) => string} name
 */
function lines({ name: title, effective_from: from, overtime, premiums, rounding, before_shift: before }, name) {
  const text = (/** @type {Partial<Version>} */ part) => sentences({ effective_from: from, ...part }, name).slice(1).join(", ");
  return [
    title,
    t("pay_rules.since", { date: day(from, "date") }),
    ...(overtime ?? []).map((one) => [text({ overtime: [one] }), ...(one.needs_approval ? [t("pay_rules.approval")] : [])].join(", ")),
    ...(premiums ?? []).map((one) => [text({ premiums: [one] }), ...(one.days ?? []).map((it) => word("premium_day", it))].join(", ")),
    ...(rounding ? [`${text({ rounding })}, ${word("rounding", rounding.mode)}`] : []),
    `${t("pay_rules.before_shift")}: ${word("before_shift", before ?? "count")}`,
  ];
}

/** Returns whether worked time may stay unpaid. @param {Version} version */
const mayBeUnpaid = ({ overtime, before_shift: before }) => (overtime ?? []).some((one) => one.needs_approval) || before === "approve" || before === "ignore";

/** @param {{ rules: Rules | null, onSaved: () => void, onClose: () => void }} props */
function RulesDialog({ rules, onSaved, onClose }) {
  const [form, setForm] = useState(() => /** @type {Form} */ ({ ...(rules ? formOf(rules) : { name: "", overtime: [FIRST_OVERTIME] }), effective_from: dateOf(minute.peek() || 0) }));
  const change = (/** @type {Partial<Form>} */ part) => setForm({ ...form, ...part });
  const path = { id: rules?.id ?? "" };
  const edit = useEdit(rules, {
    load: () => get("/pay/rules/{id}", { path }),
    merge: (theirs, before) => {
      // The first date of the form stays, because it belongs to the reader's own version.
      if (theirs && before) setForm((now) => ({ ...merged(now, formOf(before), formOf(theirs)), effective_from: now.effective_from }));
    },
    save: async (base) => {
      const { name: title, ...version } = form;
      const name = title.trim();
      const kept = (base?.versions ?? []).filter((one) => one.effective_from !== version.effective_from);
      const body = { name, versions: [...kept, version] };
      if (base === null) await post("/pay/rules", { body });
      else await put("/pay/rules/{id}", { path, body, version: base.version });
      toast(t("company.saved", { name }));
      onSaved();
      onClose();
    },
  });
  const take = () => {
    if (edit.base) setForm(formOf(edit.base));
    edit.settle();
  };
  const codeName = usePayCodes();
  const attempt = async (/** @type {{ from: string, to: string, as_export?: true }} */ dates) => {
    // The preview computes these dates as if the rules were in force.
    const { name: _, ...version } = form;
    const answer = await post("/pay/rules/preview", { body: { change: { ...(rules ? { rules_id: rules.id } : {}), versions: [{ ...version, effective_from: dates.from }] }, ...dates } });
    if (!("items" in answer)) return (await orderFile(async () => answer), null);
    const { items, people } = answer;
    return { people, items: items.map((one) => ({ user_id: one.user_id, user_name: one.user_name ?? "", differences: one.codes.map(({ code, before, after }) => ({ name: codeName(code), before, after })) })) };
  };
  return html`<${Dialog} title=${rules ? t("company.edit_of", { name: rules.name }) : t("pay_rules.add")} isWide onClose=${onClose} onSubmit=${edit.run} footer=${html`<${EditFooter} edit=${edit} onClose=${onClose} />`}>
    ${edit.theirs && html`<${Conflict} theirs=${lines(formOf(edit.theirs), codeName)} mine=${lines(form, codeName)} onTake=${take} />`}
    <${Refused} refusal=${edit.error} fields=${["name"]} />
    <div class="two">
      <${TextField} label=${t("company.name")} value=${form.name} error=${errorAt(edit.error, "name")} onChange=${(/** @type {string} */ name) => change({ name })} required maxlength="100" autofocus />
      <${TextField} label=${t("pay_rules.from")} hint=${t("pay_rules.from_hint")} type="date" value=${form.effective_from} onChange=${(/** @type {string} */ effective_from) => change({ effective_from })} required />
    </div>
    <${OvertimeRows} rows=${form.overtime ?? []} onChange=${(/** @type {Overtime[]} */ overtime) => change({ overtime })} />
    <${PremiumRows} rows=${form.premiums ?? []} onChange=${(/** @type {Premium[]} */ premiums) => change({ premiums })} />
    <div class="two">
      <${SelectField} label=${t("pay_rules.rounding")} value=${String(form.rounding?.step_minutes ?? "")} onChange=${(/** @type {string} */ step) => change({ rounding: step === "" ? null : { mode: "nearest", of: "day", ...form.rounding, step_minutes: Number(step) } })}
        options=${[["", t("pay_rules.no_rounding")], ...[5, 6, 10, 15, 30].map((step) => [String(step), t("pay_rules.step", { step })])]} />
      ${form.rounding && html`<${SelectField} label=${t("pay_rules.mode")} value=${form.rounding.mode} onChange=${(/** @type {"nearest"} */ mode) => form.rounding && change({ rounding: { ...form.rounding, mode } })} options=${["nearest", "up", "down"].map((one) => [one, word("rounding", one)])} />`}
      <${SelectField} label=${t("pay_rules.before_shift")} value=${form.before_shift ?? "count"} onChange=${(/** @type {"count"} */ before_shift) => change({ before_shift })} options=${["count", "approve", "ignore"].map((one) => [one, word("before_shift", one)])} />
    </div>
    ${mayBeUnpaid(form) && html`<${Notice} tone="warn">${t("pay_rules.unpaid_warning")}<//>`}
    <${Trial} of=${JSON.stringify(form)} run=${attempt} />
  <//>`;
}

/** Returns the codes that rules of a kind may use. @param {"overtime" | "premium"} kind */
function useCodes(kind) {
  const items = useQuery(() => get("/pay/codes", { query: { limit: 200 } }), []).data?.items ?? [];
  const name = usePayCodes();
  return items.filter((one) => one.active && (kind === "premium" ? one.kind === "premium" : ["regular", "overtime"].includes(one.kind))).map(({ code }) => /** @type {[string, string]} */ ([code, name(code)]));
}

/** @param {{ rows: readonly Overtime[], onChange: (rows: Overtime[]) => void }} props */
function OvertimeRows({ rows, onChange }) {
  const codes = useCodes("overtime");
  const set = (/** @type {number} */ at, /** @type {Partial<Overtime>} */ part) => onChange(rows.map((row, index) => (index === at ? { ...row, ...part } : row)));
  return html`<fieldset class="stack"><legend class="strong">${t("pay_rules.overtime")}</legend>
    ${rows.map((row, index) => html`<div class="pay-rule" key=${index} role="group" aria-label=${t("pay_rules.rule", { number: index + 1 })}>
      <${SelectField} label=${t("pay_rules.per")} value=${row.per} onChange=${(/** @type {Overtime["per"]} */ per) => set(index, { per, ...(per !== "day" && row.after === "scheduled" ? { after: { minutes: 2400 } } : {}) })} options=${["day", "week", "period"].map((one) => [one, word("pay_per", one)])} />
      <${TextField} label=${t("pay_rules.after")} placeholder=${row.per === "day" ? t("pay_rules.scheduled") : ""} inputmode="decimal" value=${row.after === "scheduled" ? "" : String(row.after.minutes / MINUTES_OF_HOUR)}
        onChange=${(/** @type {string} */ text) => set(index, { after: text.trim() === "" ? "scheduled" : { minutes: Math.round(Number(text.replace(",", ".")) * MINUTES_OF_HOUR) || 0 } })} />
      <${SelectField} label=${t("pay_rules.code")} value=${row.code} onChange=${(/** @type {string} */ code) => set(index, { code })} options=${codes} />
      <${CheckField} label=${t("pay_rules.approval")} checked=${row.needs_approval ?? false} onChange=${(/** @type {boolean} */ needs_approval) => set(index, { needs_approval })} />
      <${Button} kind="quiet" icon="trash-2" label=${t("pay_rules.remove", { number: index + 1 })} onClick=${() => onChange(rows.filter((_, at) => at !== index))} />
    </div>`)}
    <div><${Button} icon="plus" onClick=${() => onChange([...rows, FIRST_OVERTIME])}>${t("pay_rules.add_overtime")}<//></div>
  </fieldset>`;
}

/** @param {{ rows: readonly Premium[], onChange: (rows: Premium[]) => void }} props */
function PremiumRows({ rows, onChange }) {
  const codes = useCodes("premium");
  const set = (/** @type {number} */ at, /** @type {Partial<Premium>} */ part) => onChange(rows.map((row, index) => (index === at ? { ...row, ...part } : row)));
  const first = codes[0]?.[0];
  return html`<fieldset class="stack"><legend class="strong">${t("pay_rules.premiums")}</legend>
    ${first === undefined && rows.length === 0 && html`<p class="hint">${t("pay_rules.no_premiums")}</p>`}
    ${rows.map((row, index) => html`<div class="pay-rule" key=${index} role="group" aria-label=${t("pay_rules.rule", { number: index + 1 })}>
      <${SelectField} label=${t("pay_rules.code")} value=${row.code} onChange=${(/** @type {string} */ code) => set(index, { code })} options=${codes} />
      <${TextField} label=${t("policy.start")} type="time" value=${row.from} onChange=${(/** @type {string} */ from) => set(index, { from })} />
      <${TextField} label=${t("policy.end")} type="time" value=${row.until} onChange=${(/** @type {string} */ until) => set(index, { until })} />
      <${SelectField} label=${t("pay_rules.days")} value=${row.days?.length === 1 ? row.days[0] : ""} onChange=${(/** @type {string} */ one) => set(index, { days: one === "" ? null : [/** @type {"holiday"} */ (one)] })} options=${[["", t("pay_rules.all_days")], ...["workday", "weekly_off", "holiday"].map((one) => [one, word("premium_day", one)])]} />
      <${Button} kind="quiet" icon="trash-2" label=${t("pay_rules.remove", { number: index + 1 })} onClick=${() => onChange(rows.filter((_, at) => at !== index))} />
    </div>`)}
    ${first !== undefined && html`<div><${Button} icon="plus" onClick=${() => onChange([...rows, { code: first, from: "22:00", until: "06:00" }])}>${t("pay_rules.add_premium")}<//></div>`}
  </fieldset>`;
}
