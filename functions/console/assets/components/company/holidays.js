// The public holidays of a year, for the whole company or for one site.
import { get, post, remove } from "../../api.js";
import { t, word } from "../../i18n/index.js";
import { loadPart } from "../../router.js";
import { dateOf, day, minute } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { SelectField, TextField, errorAt } from "../form.js";
import { useQuery } from "../query.js";
import { Button } from "../ui.js";
import { DeleteDialog, FormDialog, Item, Part, useDialog } from "./part.js";

/** @typedef {import("../../types").Schemas["Holiday"]} Holiday */

export function Holidays() {
  const [year, setYear] = useState(() => Number(dateOf(minute.peek() || 0).slice(0, 4)));
  const query = useQuery(() => get("/holidays", { query: { year } }), [year]);
  const { dialog, open, close } = useDialog();
  const saved = (/** @type {number} */ its) => (its === year ? query.reload() : setYear(its));
  const add = () => open(html`<${HolidayDialog} year=${year} onSaved=${saved} onClose=${close} />`);
  const ask = (/** @type {Holiday} */ { id, name, version }) =>
    open(html`<${DeleteDialog} name=${name} about=${t("holidays.delete")} onDone=${query.reload} onClose=${close} onDelete=${() => remove("/holidays/{id}", { path: { id }, version })} />`);
  const bring = async () => {
    const [{ HolidayImportDialog }, { items }] = await Promise.all([loadPart(() => import("./holiday-import.js")), get("/sites", { query: { limit: 200 } })]);
    open(html`<${HolidayImportDialog} sites=${items} onSaved=${query.reload} onClose=${close} />`);
  };
  const bringPublic = async () => {
    const [{ HolidayCalendarDialog }, { items }] = await Promise.all([loadPart(() => import("./holiday-calendar.js")), get("/sites", { query: { limit: 200 } })]);
    open(html`<${HolidayCalendarDialog} sites=${items} onSaved=${query.reload} onClose=${close} />`);
  };
  const subscribe = async () => {
    const { HolidaySubscriptionDialog } = await loadPart(() => import("./holiday-subscription.js"));
    open(html`<${HolidaySubscriptionDialog} onRead=${query.reload} onClose=${close} />`);
  };
  const head = html`<div class="row">
    <${Button} kind="quiet" icon="chevron-left" label=${String(year - 1)} onClick=${() => setYear(year - 1)} />
    <p class="strong figures" aria-live="polite">${String(year)}</p>
    <${Button} kind="quiet" icon="chevron-right" label=${String(year + 1)} onClick=${() => setYear(year + 1)} />
    <span class="grow"></span><${Button} icon="calendar-plus" onClick=${bringPublic}>${t("holidays.public")}<//><${Button} icon="repeat" onClick=${subscribe}>${t("subscription.title")}<//><${Button} icon="upload" onClick=${bring}>${t("holidays.import")}<//>
  </div>`;
  return html`<${Part} title=${t("company.holidays")} about=${t("holidays.about")} icon="calendar" empty=${t("holidays.none", { year: String(year) })} add=${t("holidays.add")} onAdd=${add} head=${head} query=${query}>
    ${(/** @type {Holiday} */ one) => html`<${Item} key=${one.id} icon="calendar" name=${one.name} onDelete=${() => ask(one)}
      details=${[day(one.date, "full"), one.half_day && word("half", one.half_day), one.site_name ?? t("holidays.everywhere")].filter(Boolean).join(" · ")} />`}
  <//>${dialog}`;
}

/** @param {{ year: number, onSaved: (year: number) => void, onClose: () => void }} props */
function HolidayDialog({ year, onSaved, onClose }) {
  const [form, setForm] = useState({ name: "", date: `${year}-01-01`, half_day: "", site_id: "" });
  const sites = useQuery(() => get("/sites", { query: { limit: 200 } }), []).data?.items ?? [];
  const save = () =>
    post("/holidays", { body: /** @type {any} */ ({ name: form.name.trim(), date: form.date, half_day: form.half_day || null, site_id: form.site_id || null }) });
  return html`<${FormDialog} title=${t("holidays.add")} first=${null} form=${form} setForm=${setForm} formOf=${() => form} lines=${() => []} load=${async () => null}
    save=${save} fields=${["name", "date", "half_day", "site_id"]} onSaved=${() => onSaved(Number(form.date.slice(0, 4)))} onClose=${onClose}>
    ${(/** @type {any} */ refusal) => {
      const bind = (/** @type {keyof typeof form} */ field) => ({ value: form[field], error: errorAt(refusal, field), onChange: (/** @type {string} */ value) => setForm({ ...form, [field]: value }) });
      return html`<${TextField} label=${t("company.name")} ...${bind("name")} required maxlength="100" autofocus />
        <${TextField} label=${t("holidays.date")} type="date" ...${bind("date")} required />
        <div class="two">
          <${SelectField} label=${t("holidays.length")} ...${bind("half_day")} options=${[["", t("holidays.whole")], ["morning", t("half.morning")], ["afternoon", t("half.afternoon")]]} />
          <${SelectField} label=${t("people.site")} ...${bind("site_id")} options=${[["", t("holidays.everywhere")], ...sites.map(({ id, name }) => [id, name])]} />
        </div>`;
    }}
  <//>`;
}
