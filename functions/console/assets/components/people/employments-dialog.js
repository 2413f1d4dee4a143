// The employment periods of a person. They are replaced as a whole, and past days are recomputed.
import { get, patch } from "../../api.js";
import { t } from "../../i18n/index.js";
import { day } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { Dialog } from "../dialog.js";
import { Conflict, EditFooter, useEdit } from "../edit.js";
import { Refused, TextField } from "../form.js";
import { toast } from "../toast.js";
import { Button } from "../ui.js";

/** @typedef {import("./fields.js").Person} Person */
/** @typedef {{ from: string, until: string }} Row */

/** @param {Person} person @returns {Row[]} */
const rowsOf = (person) => person.employments.map(({ from, until }) => ({ from: from ?? "", until: until ?? "" }));

/** @param {Row} row */
export function spanText({ from, until }) {
  return t("people.span", { from: from ? day(from, "date") : t("people.unknown"), until: until ? day(until, "date") : t("people.open_end") });
}

/** @param {{ person: Person, onSaved: (person: Person) => void, onClose: () => void }} props */
export function EmploymentsDialog({ person, onSaved, onClose }) {
  const [rows, setRows] = useState(() => rowsOf(person));
  const path = { id: person.id };
  const edit = useEdit(person, {
    load: () => get("/users/{id}", { path }),
    save: async (base) => {
      const employments = rows.map(({ from, until }) => ({ from: from || null, until: until || null }));
      onSaved(await patch("/users/{id}", { path, body: { employments }, version: base.version }));
      toast(t("people.saved", { name: person.full_name }));
      onClose();
    },
  });
  const take = () => {
    setRows(rowsOf(edit.base));
    edit.settle();
  };
  const errorOf = (/** @type {number} */ index, /** @type {string} */ end) =>
    edit.error?.errors.find(({ path }) => path.startsWith(`employments[${index}]`) && (path.endsWith(end) || (path.endsWith("]") && end === "from")))?.message;
  const change = (/** @type {number} */ index, /** @type {Partial<Row>} */ part) => setRows(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  return html`<${Dialog} title=${t("people.employments_of", { name: person.full_name })} onClose=${onClose} onSubmit=${edit.run}
    footer=${html`<${EditFooter} edit=${edit} onClose=${onClose} />`}>
    <p class="muted">${t("people.employments_about")}</p>
    ${edit.theirs && html`<${Conflict} theirs=${rowsOf(edit.theirs).map(spanText)} mine=${rows.map(spanText)} onTake=${take} />`}
    <${Refused} refusal=${edit.error} fields=${rows.map((_, index) => `employments[${index}]`)} />
    ${rows.map(
      (row, index) => html`<fieldset class="span" key=${index}>
        <legend class="visually-hidden">${t("people.employment", { number: index + 1 })}</legend>
        <${TextField} type="date" label=${t("people.from")} value=${row.from} error=${errorOf(index, "from")} onChange=${(/** @type {string} */ from) => change(index, { from })} />
        <${TextField} type="date" label=${t("people.until")} value=${row.until} error=${errorOf(index, "until")} onChange=${(/** @type {string} */ until) => change(index, { until })} />
        <${Button} kind="quiet" icon="trash-2" label=${t("correction.remove", { what: spanText(row) })} onClick=${() => setRows(rows.filter((_, at) => at !== index))} />
      </fieldset>`,
    )}
    <div><${Button} icon="plus" onClick=${() => setRows([...rows, { from: "", until: "" }])}>${t("people.add_employment")}<//></div>
  <//>`;
}
