// A dialog that imports public holidays of a country or of a calendar file (iCalendar). It previews the API's changes before the import.
import { post, sendSheet } from "../../api.js";
import { language, t, word } from "../../i18n/index.js";
import { dateOf, day, minute } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { Dialog } from "../dialog.js";
import { CheckField, Refused, SelectField, TextField, errorAt } from "../form.js";
import { useAction } from "../query.js";
import { toast } from "../toast.js";
import { Button, Icon, Notice, Segments } from "../ui.js";

/** @typedef {import("../../types").Schemas["HolidayImport"]} Change */

/** The maximum number of holidays that are listed. */
const MAX_SHOWN = 40;

/** Returns the countries with their codes, in the reader's language. @returns {[string, string][]} */
function countries() {
  const names = new Intl.DisplayNames(language.value, { type: "region", fallback: "none" });
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const all = letters.flatMap((first) => letters.map((second) => first + second)).flatMap((code) => {
    const name = names.of(code);
    // A withdrawn code is an alias of another code, so it is left out.
    return name === undefined || new Intl.Locale(`und-${code}`).region !== code ? [] : [/** @type {[string, string]} */ ([code, name])];
  });
  return all.sort(([, a], [, b]) => a.localeCompare(b, language.value));
}

/** Returns the country of the browser's language. */
const ownCountry = () => new Intl.Locale(navigator.language).maximize().region ?? "DE";

/** @param {{ sites: { id: string, name: string }[], onSaved: () => void, onClose: () => void }} props */
export function HolidayCalendarDialog({ sites, onSaved, onClose }) {
  const thisYear = Number(dateOf(minute.peek() || 0).slice(0, 4));
  const [source, setSource] = useState("country");
  const [form, setForm] = useState({ country: ownCountry(), subdivision: "", half_days: true, site_id: "" });
  const [years, setYears] = useState([thisYear, thisYear + 1]);
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const [change, setChange] = useState(/** @type {Change | null} */ (null));
  const set = (/** @type {Partial<typeof form>} */ part) => {
    setForm({ ...form, ...part });
    setChange(null);
  };
  const ask = (/** @type {boolean} */ preview) => {
    const query = { site_id: form.site_id || undefined, preview: preview || undefined };
    const { country, subdivision, half_days } = form;
    if (source === "calendar" && file) return /** @type {Promise<Change>} */ (sendSheet("/holidays/import", file, query));
    return post("/holidays/import", { query, body: { country, subdivision: subdivision.trim() || null, years, half_days } });
  };
  const run = useAction(async () => {
    if (change === null) return setChange(await ask(true));
    const { added, removed } = await ask(false);
    toast(t("holidays.imported", { count: added.length + removed.length }));
    onSaved();
    onClose();
  });
  const work = change ? change.added.length + change.removed.length : undefined;
  const isReady = (source === "calendar" ? file !== null : years.length > 0) && work !== 0;
  const toggle = (/** @type {number} */ year) => {
    setYears(years.includes(year) ? years.filter((one) => one !== year) : [...years, year].sort());
    setChange(null);
  };
  const footer = html`<${Button} onClick=${onClose}>${t("action.cancel")}<//>
    <${Button} kind="primary" icon=${change === null ? "check" : "upload"} type="submit" busy=${run.busy} blocked=${!isReady}>${t(change === null ? "sheet.check" : "roster.import_do")}<//>`;
  return html`<${Dialog} title=${t("holidays.public")} onClose=${onClose} onSubmit=${() => isReady && void run.run()} footer=${footer}>
    <${Segments} label=${t("holidays.source")} value=${source} options=${[["country", t("holidays.of_country")], ["calendar", t("holidays.of_calendar")]]} onChange=${(/** @type {string} */ next) => (setSource(next), setChange(null))} />
    <${Refused} refusal=${run.error} fields=${["country", "subdivision", "years"]} />
    ${source === "country"
      ? html`<div class="two">
            <${SelectField} label=${t("holidays.country")} value=${form.country} error=${errorAt(run.error, "country")} onChange=${(/** @type {string} */ country) => set({ country })} options=${countries()} />
            <${TextField} label=${t("holidays.subdivision")} hint=${t("holidays.subdivision_hint")} value=${form.subdivision} error=${errorAt(run.error, "subdivision")} onChange=${(/** @type {string} */ subdivision) => set({ subdivision })} maxlength="3" autocomplete="off" spellcheck=${false} />
          </div>
          <fieldset><legend class="strong">${t("holidays.years")}</legend>
            ${errorAt(run.error, "years") && html`<p class="field"><span class="error">${errorAt(run.error, "years")}</span></p>`}
            <div class="weekdays">${[thisYear, thisYear + 1, thisYear + 2].map((year) => html`<${CheckField} key=${year} label=${String(year)} checked=${years.includes(year)} onChange=${() => toggle(year)} />`)}</div>
          </fieldset>
          <${CheckField} label=${t("holidays.half_days")} checked=${form.half_days} onChange=${(/** @type {boolean} */ half_days) => set({ half_days })} />`
      : html`<div class="row"><label class="button file"><${Icon} name="upload" />${t("roster.choose_file")}<input type="file" accept=".ics,text/calendar" class="visually-hidden" onChange=${(/** @type {any} */ event) => (setFile(event.target.files[0] ?? null), setChange(null))} /></label>
          ${file && html`<span>${file.name}</span>`}</div>
          <p class="hint">${t("holidays.calendar_hint")}</p>`}
    <${SelectField} label=${t("people.site")} value=${form.site_id} onChange=${(/** @type {string} */ site_id) => set({ site_id })} options=${[["", t("holidays.everywhere")], ...sites.map(({ id, name }) => /** @type {[string, string]} */ ([id, name]))]} />
    ${change && html`<div role="status"><${Outcome} change=${change} sites=${sites} /></div>`}
  <//>`;
}

/** @param {{ change: Change, sites: { id: string, name: string }[] }} props */
function Outcome({ change: { added, removed, unchanged, skipped }, sites }) {
  const line = (/** @type {Change["added"][number]} */ one) => [day(one.date, "date"), one.name, one.half_day && word("half", one.half_day), one.site_id && sites.find(({ id }) => id === one.site_id)?.name].filter(Boolean).join(" · ");
  return html`<${Notice} tone=${added.length + removed.length === 0 ? "info" : "good"}>
    <p>${t("holidays.would_add", { count: added.length })} ${unchanged > 0 ? t("sheet.unchanged", { count: unchanged }) : ""}</p>
    ${added.length > 0 && html`<ul>${added.slice(0, MAX_SHOWN).map((one, index) => html`<li key=${index}>${line(one)}</li>`)}</ul>`}
    ${added.length > MAX_SHOWN && html`<p>${t("approvals.and_more", { count: added.length - MAX_SHOWN })}</p>`}
    ${removed.length > 0 && html`<p>${t("holidays.would_remove", { names: removed.map(line).join("; ") })}</p>`}
    ${skipped.length > 0 && html`<p>${t("holidays.skipped", { names: skipped.join(", ") })}</p>`}
  <//>`;
}
