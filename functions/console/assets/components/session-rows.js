// Editable rows for the sessions and breaks of a day as times of day. Each session also has its cost center if the company uses them.
import { get } from "../api.js";
import { t } from "../i18n/index.js";
import { dateOf, daysFrom, instantOf, ms, plusDays, time } from "../time.js";
import { html, useId } from "../vendor/preact.js";
import { SelectField, errorAt } from "./form.js";
import { useQuery } from "./query.js";
import { Button, Icon } from "./ui.js";

/** @typedef {{ from: string, to: string }} Times Times of day. `to` is empty while the session or break is open. */
/** @typedef {Times & { was?: { from: string, to?: string | null } }} Range `was`: the original instants. */
/** @typedef {Range & { id?: string, breaks: Range[], center?: string }} Row `center`: the code for the whole session. Empty: that of the pay profile; absent: unchanged. */
/** @typedef {{ id?: string | null, clock_in: string, clock_out?: string | null, breaks: { started_at: string, ended_at?: string | null }[],
 *   cost_centers?: { cost_center: string, from: string }[] }} SessionTimes */
/** @typedef {{ from: string | null, to: string | null }} Instants The instants of a range. Null: not entered. */
/** @typedef {{ from?: string, to?: string }} Errors The errors of the ends of a range. */

/** The choice that keeps the cost centers of a session. */
const KEPT = "*";

/** Returns whether a session or a break has no start time. @param {Row[]} rows */
export const lacksTime = (rows) => rows.some((row) => row.from === "" || row.breaks.some((pause) => pause.from === ""));

/** Returns the paths of the times, as the API names them in errors. @param {number} session @param {number} [pause] */
function pathsOf(session, pause) {
  return pause === undefined ? { from: `sessions[${session}].clock_in`, to: `sessions[${session}].clock_out` } : { from: `sessions[${session}].breaks[${pause}].started_at`, to: `sessions[${session}].breaks[${pause}].ended_at` };
}

/** Returns the paths of all fields of the rows. @param {Row[]} rows */
export const fieldsOf = (rows) => rows.flatMap((row, index) => [pathsOf(index), ...row.breaks.map((_, at) => pathsOf(index, at))]).flatMap(({ from, to }) => [from, to]);

/**
 * The rows as form fields. `isChecked`: a missing start time is marked at its field, like an error of the API.
 * @param {{ rows: Row[], date: string, zone: string, isChecked: boolean, refusal: import("./form.js").Refusal, onChange: (rows: Row[]) => void }} props
 */
export function SessionRows({ rows, date, zone, isChecked, refusal, onChange }) {
  const centers = (useQuery(() => get("/pay/cost-centers", { query: { limit: 200 } }), []).data?.items ?? []).filter((one) => one.active);
  const change = (/** @type {number} */ index, /** @type {Partial<Row>} */ values) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...values } : row)));
  const instants = instantsOf(rows, date, zone);
  const later = (/** @type {Instants | undefined} */ range) => ({ from: range?.from ? daysFrom(range.from, date, zone) : "", to: range?.to ? daysFrom(range.to, date, zone) : "" });
  const errors = (/** @type {Times} */ value, /** @type {ReturnType<typeof pathsOf>} */ paths) => ({
    from: isChecked && value.from === "" ? t("edit.lacks_time") : errorAt(refusal, paths.from),
    to: errorAt(refusal, paths.to),
  });
  return html`<ol class="stack">
      ${rows.map(
        (row, index) => html`<li key=${index} class="session-row">
          <${RangeFields} label=${t("correction.session", { number: index + 1 })} value=${row} days=${later(instants[index])} errors=${errors(row, pathsOf(index))} onChange=${(/** @type {Times} */ value) => change(index, value)}
            onRemove=${rows.length > 1 ? () => onChange(rows.filter((_, at) => at !== index)) : undefined} />
          ${row.breaks.map(
            (pause, at) => html`<${RangeFields} key=${at} label=${t("correction.break", { number: at + 1 })} value=${pause}
              days=${later(instants[index]?.breaks[at])} errors=${errors(pause, pathsOf(index, at))}
              onChange=${(/** @type {Times} */ value) => change(index, { breaks: row.breaks.map((one, n) => (n === at ? { ...one, ...value } : one)) })}
              onRemove=${() => change(index, { breaks: row.breaks.filter((_, n) => n !== at) })} />`,
          )}
          ${centers.length > 0 &&
          html`<${SelectField} label=${t("cost_center.title")} value=${row.center ?? (row.id ? KEPT : "")} onChange=${(/** @type {string} */ center) => change(index, { center: center === KEPT ? undefined : center })}
            options=${[...(row.id ? [[KEPT, t("cost_center.kept")]] : []), ["", t("cost_center.of_profile")], ...centers.map(({ code, name }) => [code, name])]} />`}
          <${Button} kind="quiet" icon="plus" onClick=${() => change(index, { breaks: [...row.breaks, { from: "12:00", to: "12:30" }] })}>${t("correction.add_break")}<//>
        </li>`,
      )}
    </ol>
    <${Button} icon="plus" onClick=${() => onChange([...rows, { from: "", to: "", breaks: [] }])}>${t("correction.add_session")}<//>`;
}

/**
 * A range of times of day. `days`: the distance of the ends from the work date, in words.
 * @param {{ label: string, value: Times, days: Times, errors: Errors, onChange: (value: Times) => void, onRemove?: () => void }} props
 */
function RangeFields({ label, value, days, errors, onChange, onRemove }) {
  const id = useId();
  const wrong = [...new Set([errors.from, errors.to].filter(Boolean))];
  const input = (/** @type {"from" | "to"} */ end) =>
    html`<label class="field grow"><span class="small muted">${t(`correction.${end}`)}${days[end] && html` <span class="strong" id=${`${id}-${end}`}>${days[end]}</span>`}</span>
      <input class="input" type="time" aria-label=${`${label}: ${t(`correction.${end}`)}`} value=${value[end]} aria-invalid=${errors[end] ? "true" : undefined}
        aria-describedby=${[days[end] && `${id}-${end}`, errors[end] && `${id}-error`].filter(Boolean).join(" ") || undefined}
        onInput=${(/** @type {any} */ event) => onChange({ from: value.from, to: value.to, [end]: event.target.value })} />
    </label>`;
  return html`<fieldset class="range"><legend class="small strong">${label}</legend>
    ${input("from")}${input("to")}
    ${onRemove && html`<${Button} kind="quiet" icon="trash-2" label=${t("correction.remove", { what: label })} onClick=${onRemove} />`}
    ${wrong.length > 0 && html`<p class="error" id=${`${id}-error`}><${Icon} name="circle-alert" />${wrong.join(" ")}</p>`}
  </fieldset>`;
}

/**
 * Returns the rows of a day's sessions.
 * @param {SessionTimes[]} sessions
 * @param {string} zone
 * @returns {Row[]}
 */
export function rowsOf(sessions, zone) {
  const at = (/** @type {string | null | undefined} */ instant) => (instant ? time(instant, zone) : "");
  return sessions.map((one) => ({
    ...(one.id ? { id: one.id } : {}),
    from: at(one.clock_in),
    to: at(one.clock_out),
    was: { from: one.clock_in, to: one.clock_out },
    breaks: one.breaks.map((pause) => ({
      from: at(pause.started_at),
      to: at(pause.ended_at),
      was: { from: pause.started_at, to: pause.ended_at },
    })),
  }));
}

/**
 * Returns the times of a day's sessions.
 * @param {import("../types").Day} day
 * @returns {SessionTimes[]}
 */
export function timesOf(day) {
  return day.sessions.map(({ id, clock_in, clock_out, breaks }) => ({
    id,
    clock_in: clock_in.at,
    clock_out: clock_out?.at ?? null,
    breaks: breaks.map(({ started_at, ended_at }) => ({ started_at, ended_at: ended_at ?? null })),
  }));
}

/**
 * Returns the instants of the rows. A time that wasn't changed keeps its seconds. A time that isn't after the previous one is on the
 * next day. A row without a start time has no instants.
 * @param {Row[]} rows
 * @param {string} date
 * @param {string} zone
 * @returns {(Instants & { breaks: Instants[] })[]}
 */
export function instantsOf(rows, date, zone) {
  let end = "";
  const ended = (/** @type {Range} */ range, /** @type {string | null} */ from) =>
    from === null || range.to === "" ? null : (kept(range.to, range.was?.to, zone) ?? following(range.to, from, zone));
  return rows.map((row) => {
    const start = row.from === "" ? null : (kept(row.from, row.was?.from, zone) ?? started(row, date, zone, end));
    const breaks = row.breaks.map((pause) => {
      const from = start === null || pause.from === "" ? null : (kept(pause.from, pause.was?.from, zone) ?? following(pause.from, start, zone, true));
      return { from, to: ended(pause, from) };
    });
    const to = ended(row, start);
    end = to ?? start ?? end;
    return { from: start, to, breaks };
  });
}

/**
 * Returns the sessions of the rows. Sessions and breaks without a start time are left out.
 * @param {Row[]} rows
 * @param {string} date
 * @param {string} zone
 * @returns {SessionTimes[]}
 */
export function sessionsOf(rows, date, zone) {
  return instantsOf(rows, date, zone).flatMap(({ from, to, breaks }, index) => {
    const { id, center } = rows[index] ?? {};
    if (from === null) return [];
    const taken = breaks.flatMap((pause) => (pause.from === null ? [] : [{ started_at: pause.from, ended_at: pause.to }]));
    const named = center === undefined ? {} : { cost_centers: center === "" ? [] : [{ cost_center: center, from }] };
    return [{ ...(id ? { id } : {}), clock_in: from, clock_out: to, breaks: taken, ...named }];
  });
}

/**
 * Returns the original instant of a time of day, or undefined if the time was changed.
 * @param {string} timeOfDay
 * @param {string | null | undefined} was
 * @param {string} zone
 */
function kept(timeOfDay, was, zone) {
  return was && time(was, zone) === timeOfDay ? was : undefined;
}

/**
 * Returns the start of a session: on its original date, else on the work date, or after the previous session.
 * @param {Row} row
 * @param {string} date
 * @param {string} zone
 * @param {string} end
 */
function started(row, date, zone, end) {
  if (row.was) return instantOf(dateOf(row.was.from, zone), row.from, zone);
  const start = instantOf(date, row.from, zone);
  return end !== "" && ms(start) < ms(end) ? instantOf(plusDays(date, 1), row.from, zone) : start;
}

/**
 * Returns the first instant after another instant that has the time of day.
 * @param {string} timeOfDay
 * @param {string} earlier
 * @param {string} zone
 * @param {boolean} [orAt]
 */
function following(timeOfDay, earlier, zone, orAt = false) {
  const date = dateOf(earlier, zone);
  const same = instantOf(date, timeOfDay, zone);
  const isAfter = ms(same) > ms(earlier) || (orAt && time(earlier, zone) === timeOfDay);
  return isAfter ? same : instantOf(plusDays(date, 1), timeOfDay, zone);
}
