// The API's preview of a plan while it is typed: changes, conflicts, and whether the API would refuse it.
import { Problem } from "../../api.js";
import { t } from "../../i18n/index.js";
import { day } from "../../time.js";
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { Notice } from "../ui.js";
import { planOf, shiftText } from "./cells.js";

/** @typedef {import("../../types").Schemas["RosterPreview"]} Preview */
/** @typedef {{ data?: Preview, error?: Problem, isLoading: boolean }} State */

/** The delay after the last change before a preview is requested. */
const PAUSE_MS = 350;
/** The maximum number of dates that are listed. The others are counted. */
const MAX_DAYS = 14;

/**
 * Requests a preview shortly after a change of `key`. With an empty key, nothing is requested.
 * @param {() => Promise<Preview>} load
 * @param {string} key
 * @returns {State}
 */
export function usePreview(load, key) {
  const [state, setState] = useState(/** @type {State} */ ({ isLoading: false }));
  const turn = useRef(0);
  useEffect(() => {
    const mine = ++turn.current;
    if (key === "") return setState({ isLoading: false });
    setState((before) => ({ ...before, isLoading: true }));
    const timer = setTimeout(() => {
      load().then(
        (data) => mine === turn.current && setState({ data, isLoading: false }),
        (error) => mine === turn.current && setState({ error, isLoading: false }),
      );
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [key]);
  return state;
}

/** @param {{ state: State }} props */
export function PreviewText({ state: { data, error, isLoading } }) {
  if (error) return html`<${Notice} tone="bad" role="alert">${error.message || t("state.offline")}<//>`;
  if (!data) return html`<p class="small muted" role="status">${isLoading ? t("state.loading") : ""}</p>`;
  const problem = data.problem;
  return html`<div class="preview stack" aria-live="polite" aria-busy=${isLoading ? "true" : undefined}>
    ${problem &&
    html`<${Notice} tone="bad"><p>${problem.detail ?? problem.title}</p>
      ${(problem.errors ?? []).length > 0 && html`<ul>${problem.errors?.map(({ path, message }) => html`<li key=${path}>${path ? `${path}: ${message}` : message}</li>`)}</ul>`}<//>`}
    ${data.conflicts.length > 0 && html`<${Notice} tone="warn"><ul>${data.conflicts.map((one) => html`<li key=${one.date + one.kind}>${day(one.date, "medium")}: ${one.detail}</li>`)}</ul><//>`}
    ${!problem && data.days.length === 0 && html`<p class="small muted">${t("roster.no_change")}</p>`}
    ${data.days.length > 0 &&
    html`<p class="small strong">${t("roster.dates_change", { count: data.days.length })}</p>
      <ul class="small roster-changes">
        ${data.days.slice(0, MAX_DAYS).map(({ date, before, after }) => html`<li key=${date}><span>${day(date, "medium")}</span><del>${text(before)}</del><ins>${text(after)}</ins></li>`)}
      </ul>
      ${data.days.length > MAX_DAYS && html`<p class="small muted">${t("roster.more_dates", { count: data.days.length - MAX_DAYS })}</p>`}`}
  </div>`;
}

/** @param {import("./cells.js").RowDay} it */
function text(it) {
  const { shifts } = planOf(it);
  return shifts.length === 0 ? (it.holiday?.name ?? t("roster.off")) : shifts.map(shiftText).join(", ");
}
