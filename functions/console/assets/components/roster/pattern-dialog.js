// The pattern of one or several people: a week that comes back, or several weeks in turn, from a date on.
import { get, post, put } from "../../api.js";
import { t } from "../../i18n/index.js";
import { day as dayText, plusDays, weekday } from "../../time.js";
import { html, useEffect, useState } from "../../vendor/preact.js";
import { WEEKDAYS, weekdayName } from "../company/policies.js";
import { Dialog } from "../dialog.js";
import { Refused, TextField } from "../form.js";
import { useAction, useQuery } from "../query.js";
import { toast } from "../toast.js";
import { Button, Failure, Notice, Skeleton } from "../ui.js";
import { read, typed } from "./cells.js";
import { PreviewText, usePreview } from "./preview.js";

/** @typedef {import("./cells.js").Row} Row */
/** @typedef {string[]} Week A text for each weekday, as it is typed. */

const MAX_WEEKS = 12;
/** Any Monday. */
const MONDAY = "2026-11-02";

/** @param {{ people: Row[], today: string, onSaved: () => void, onClose: () => void }} props */
export function PatternDialog({ people, today, onSaved, onClose }) {
  const first = /** @type {Row} */ (people[0]);
  const now = useQuery(() => get("/roster/{user_id}", { path: { user_id: first.user_id }, query: { from: today, to: today } }), [first.user_id]);
  const settings = useQuery(() => get("/settings"), []);
  const [from, setFrom] = useState(plusDays(today, 8 - weekday(today)));
  const [weeks, setWeeks] = useState(/** @type {Week[] | null} */ (null));
  const [failed, setFailed] = useState(/** @type {{ name: string, text: string }[]} */ ([]));
  useEffect(() => {
    if (weeks === null && now.data && settings.data) setWeeks(weeksOf(now.data, settings.data, today));
  }, [now.data, settings.data]);
  const body = weeks && bodyOf(weeks, from);
  const preview = usePreview(() => post("/roster/{user_id}/preview", { path: { user_id: first.user_id }, body: /** @type {NonNullable<typeof body>} */ (body) }), body ? JSON.stringify(body) : "");
  const save = useAction(async () => {
    if (body === null) return;
    const refused = [];
    for (const { user_id, full_name: name } of people) {
      try {
        await put("/roster/{user_id}", { path: { user_id }, body });
      } catch (error) {
        // With one person the form says what is wrong.
        if (people.length === 1 || /** @type {any} */ (error).status === 0) throw error;
        refused.push({ name, text: /** @type {Error} */ (error).message });
      }
    }
    setFailed(refused);
    onSaved();
    if (refused.length > 0) return;
    toast(t("roster.pattern_saved", { count: people.length }));
    onClose();
  });
  const set = (/** @type {number} */ week, /** @type {number} */ day, /** @type {string} */ text) => weeks && setWeeks(weeks.map((one, at) => (at === week ? one.map((old, on) => (on === day ? text : old)) : one)));
  const title = people.length === 1 ? t("roster.pattern_of", { name: first.full_name }) : t("roster.pattern_of_many", { count: people.length });
  const footer = html`<${Button} onClick=${onClose}>${t("action.cancel")}<//><${Button} kind="primary" icon="check" type="submit" busy=${save.busy} blocked=${body === null}>${t("action.save")}<//>`;
  return html`<${Dialog} title=${title} isWide onClose=${onClose} onSubmit=${() => body && void save.run()} footer=${footer}>
    <p class="muted">${t("roster.pattern_hint")}</p>
    <${Refused} refusal=${save.error} />
    ${failed.length > 0 && html`<${Notice} tone="bad" role="alert"><ul>${failed.map(({ name, text }) => html`<li key=${name}>${name}: ${text}</li>`)}</ul><//>`}
    <${TextField} type="date" label=${t("roster.from")} hint=${t("roster.from_hint")} value=${from} onChange=${setFrom} required />
    ${weeks === null && (now.error ?? settings.error ? html`<${Failure} error=${now.error ?? settings.error} retry=${() => (now.reload(), settings.reload())} />` : html`<div aria-busy="true"><${Skeleton} lines=${2} height="4rem" /></div>`)}
    ${(weeks ?? []).map(
      (week, at) => html`<fieldset class="roster-week" key=${at}>
        <legend class="small strong">${weeks && weeks.length > 1 ? t("roster.week_number", { number: at + 1 }) : t("roster.each_week")}</legend>
        ${week.map(
          (text, day) => html`<label key=${day}><span class="small">${dayText(plusDays(MONDAY, day), "weekday")}</span>
            <input class="input figures" aria-label=${[weekdayName(WEEKDAYS[day] ?? "monday"), weeks && weeks.length > 1 ? t("roster.week_number", { number: at + 1 }) : ""].filter(Boolean).join(", ")} aria-invalid=${read(text) === null ? "true" : undefined}
              value=${text} autocomplete="off" spellcheck=${false} onInput=${(/** @type {any} */ event) => set(at, day, event.target.value)} /></label>`,
        )}
        ${weeks && weeks.length > 1 && html`<${Button} kind="quiet" icon="trash-2" label=${t("roster.remove_week", { number: at + 1 })} onClick=${() => setWeeks(weeks.filter((_, one) => one !== at))} />`}
      </fieldset>`,
    )}
    ${weeks && weeks.length < MAX_WEEKS && html`<div><${Button} icon="plus" onClick=${() => setWeeks([...weeks, [...(weeks.at(-1) ?? [])]])}>${t("roster.add_week")}<//></div>`}
    ${weeks && body === null && html`<p class="field"><span class="error">${t("roster.type_hint")}</span></p>`}
    ${people.length > 1 && html`<p class="small muted">${t("roster.preview_of", { name: first.full_name })}</p>`}
    <${PreviewText} state=${preview} />
  <//>`;
}

/**
 * The weeks of the pattern that holds now; the company's usual week where there is none.
 * @param {import("../../types").Schemas["Roster"]} roster
 * @param {import("../../types").Schemas["SettingsAnswer"]} settings
 * @param {string} today
 * @returns {Week[]}
 */
function weeksOf({ patterns }, settings, today) {
  const holds = patterns.filter((one) => one.effective_from <= today).at(-1) ?? patterns.at(-1);
  const usual = typed({ shifts: [{ ...settings.default_shift, break_minutes: settings.default_shift.break_minutes ?? 0 }] });
  if (holds === undefined) return [WEEKDAYS.map((name) => (settings.default_weekly_offs.includes(name) ? t("roster.off") : usual))];
  const weeks = /** @type {{ shifts: Record<string, import("./cells.js").PlannedShift[]> }[]} */ ("weeks" in holds ? holds.weeks : [holds]);
  return weeks.map(({ shifts }) => WEEKDAYS.map((name) => typed({ shifts: shifts[name] ?? [] })));
}

/** What is sent; null while a text can't be read. @param {Week[]} weeks @param {string} from */
function bodyOf(weeks, from) {
  const read_ = weeks.map((week) => week.map((text) => read(text)));
  if (from === "" || read_.some((week) => week.includes(null))) return null;
  const parts = read_.map((week) => ({
    weekly_offs: WEEKDAYS.filter((_, at) => week[at]?.shifts.length === 0),
    shifts: Object.fromEntries(WEEKDAYS.flatMap((name, at) => (week[at]?.shifts.length ? [[name, week[at].shifts]] : []))),
  }));
  if (parts.length === 1) return { effective_from: from, ...parts[0] };
  return { effective_from: from, anchor: plusDays(from, 1 - weekday(from)), weeks: parts };
}
