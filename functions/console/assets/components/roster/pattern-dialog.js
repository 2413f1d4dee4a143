// The weekly pattern of one or several people from a date on. It repeats one week, or several weeks in turn.
import { get, post, put } from "../../api.js";
import { t } from "../../i18n/index.js";
import { day as dayText, plusDays, weekday } from "../../time.js";
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { WEEKDAYS, weekdayName } from "../company/policies.js";
import { Dialog } from "../dialog.js";
import { Refused, TextField } from "../form.js";
import { useAction, useQuery } from "../query.js";
import { toast } from "../toast.js";
import { Button, Failure, Notice, Skeleton } from "../ui.js";
import { Versions } from "../versions.js";
import { read, typed } from "./cells.js";
import { each } from "./draft.js";
import { PreviewText, usePreview } from "./preview.js";

/** @typedef {import("./cells.js").Row} Row */
/** @typedef {import("../../types").Schemas["Roster"]} Roster */
/** @typedef {string[]} Week The typed text for each weekday. */

const MAX_WEEKS = 12;
/** An arbitrary Monday, for the names of weekdays. */
const MONDAY = "2026-11-02";

/** @param {{ people: Row[], today: string, onSaved: () => void, onClose: () => void }} props */
export function PatternDialog({ people, today, onSaved, onClose }) {
  const first = /** @type {Row} */ (people[0]);
  const load = (/** @type {string} */ user_id) => get("/roster/{user_id}", { path: { user_id }, query: { from: today, to: today } });
  /** The versions that the change is based on, by person. */
  const versions = useRef(/** @type {Map<string, number>} */ (new Map()));
  const now = useQuery(async () => {
    const rosters = await each(people, ({ user_id }) => load(user_id));
    versions.current = new Map(rosters.map(({ user_id, version }) => [user_id, version]));
    return /** @type {Roster} */ (rosters.find(({ user_id }) => user_id === first.user_id));
  }, [first.user_id]);
  /** The people who don't have the pattern yet. */
  const [rest, setRest] = useState(people);
  /** The versions that somebody else has saved in the meantime. */
  const [contested, setContested] = useState(/** @type {{ row: Row, theirs: string[] }[]} */ ([]));
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
    if (body === null || !settings.data) return;
    const refused = [];
    const changed = [];
    for (const row of rest) {
      const { user_id, full_name: name } = row;
      try {
        await put("/roster/{user_id}", { path: { user_id }, body, version: versions.current.get(user_id) ?? 0 });
        setRest((rows) => rows.filter((one) => one !== row));
      } catch (error) {
        const { status, message } = /** @type {import("../../api.js").Problem} */ (error);
        if (status === 412) {
          // The next save is based on the newer version.
          const newest = await load(user_id);
          versions.current.set(user_id, newest.version);
          changed.push({ row, theirs: stored(newest, settings.data, from) });
          continue;
        }
        // With one person, the form shows the error.
        if (people.length === 1 || status === 0) throw error;
        refused.push({ name, text: message });
      }
    }
    setFailed(refused);
    setContested(changed);
    onSaved();
    if (refused.length > 0 || changed.length > 0) return;
    toast(t("roster.pattern_saved", { count: people.length }));
    onClose();
  });
  const takeTheirs = (/** @type {Row} */ row) => {
    const left = rest.filter((one) => one !== row);
    setRest(left);
    setContested(contested.filter((one) => one.row !== row));
    if (left.length === 0) onClose();
  };
  const set = (/** @type {number} */ week, /** @type {number} */ day, /** @type {string} */ text) => weeks && setWeeks(weeks.map((one, at) => (at === week ? one.map((old, on) => (on === day ? text : old)) : one)));
  const title = people.length === 1 ? t("roster.pattern_of", { name: first.full_name }) : t("roster.pattern_of_many", { count: people.length });
  const footer = html`<${Button} onClick=${onClose}>${t("action.cancel")}<//><${Button} kind="primary" icon="check" type="submit" busy=${save.busy} blocked=${body === null}>${t(contested.length > 0 ? "edit.save_mine" : "action.save")}<//>`;
  return html`<${Dialog} title=${title} isWide onClose=${onClose} onSubmit=${() => body && void save.run()} footer=${footer}>
    <p class="muted">${t("roster.pattern_hint")}</p>
    <${Refused} refusal=${save.error} />
    ${contested.length > 0 &&
    html`<${Notice} tone="warn" role="alert"><p>${t("form.conflict")}</p>
      <ul class="roster-contested">
        ${contested.map(
          ({ row, theirs }) => html`<li key=${row.user_id} class="stack">
            <p class="strong">${row.full_name}</p>
            <${Versions} titles=${[t("edit.theirs"), t("edit.mine")]} lists=${[theirs, weeks ? patternLines(weeks, from) : []]} />
            <div><${Button} onClick=${() => takeTheirs(row)}>${t("roster.take_theirs")}<span class="visually-hidden">: ${row.full_name}</span><//></div>
          </li>`,
        )}
      </ul><//>`}
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
 * Returns the weeks of the current pattern, or the company's default week if there is none.
 * @param {Roster} roster
 * @param {import("../../types").Schemas["SettingsAnswer"]} settings
 * @param {string} today
 * @returns {Week[]}
 */
function weeksOf({ patterns }, settings, today) {
  const holds = patterns.filter((one) => one.effective_from <= today).at(-1) ?? patterns.at(-1);
  if (holds !== undefined) return weeksOfPattern(holds);
  const usual = typed({ shifts: [{ ...settings.default_shift, break_minutes: settings.default_shift.break_minutes ?? 0 }] });
  return [WEEKDAYS.map((name) => (settings.default_weekly_offs.includes(name) ? t("roster.off") : usual))];
}

/** @param {Roster["patterns"][number]} pattern @returns {Week[]} */
function weeksOfPattern(pattern) {
  const weeks = /** @type {{ shifts: Record<string, import("./cells.js").PlannedShift[]> }[]} */ ("weeks" in pattern ? pattern.weeks : [pattern]);
  return weeks.map(({ shifts }) => WEEKDAYS.map((name) => typed({ shifts: shifts[name] ?? [] })));
}

/**
 * Returns the patterns that are in force on a date and later, as lines.
 * @param {Roster} roster
 * @param {import("../../types").Schemas["SettingsAnswer"]} settings
 * @param {string} date
 */
function stored(roster, settings, date) {
  const holds = roster.patterns.filter((one) => one.effective_from <= date).at(-1);
  const later = roster.patterns.filter((one) => one === holds || one.effective_from > date);
  if (later.length === 0) return patternLines(weeksOf(roster, settings, date), date);
  return later.flatMap((one) => patternLines(weeksOfPattern(one), one.effective_from));
}

/** Returns a pattern as lines: its date, and the plan of each weekday. @param {Week[]} weeks @param {string} from */
function patternLines(weeks, from) {
  const lines = weeks.flatMap((week, at) => [...(weeks.length > 1 ? [t("roster.week_number", { number: at + 1 })] : []), ...week.map((text, on) => `${dayText(plusDays(MONDAY, on), "weekday")} ${text}`)]);
  return [...(from === "" ? [] : [`${t("roster.from")}: ${dayText(from, "date")}`]), ...lines];
}

/** Returns the request body, or null if a text is invalid. @param {Week[]} weeks @param {string} from */
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
