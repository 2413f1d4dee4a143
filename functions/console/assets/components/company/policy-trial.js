// What a change of policies would have meant for the last two weeks: whose figures differ, and by how much. Nothing is written.
import { post } from "../../api.js";
import { t } from "../../i18n/index.js";
import { dateOf, duration, minute, plusDays } from "../../time.js";
import { html } from "../../vendor/preact.js";
import { useAction } from "../query.js";
import { Button, Icon, Notice } from "../ui.js";

/** @typedef {import("../../types").Schemas["SettingsPreview"]} Trial */
/** @typedef {import("../../types").Schemas["FigureDifferences"]} Differences */

const DAYS = 14;
/** So many people are named. */
const MAX_SHOWN = 10;
const FIGURES = /** @type {const} */ (["worked_seconds", "scheduled_seconds", "late_seconds", "early_leave_seconds", "overtime_seconds"]);

/** @param {{ change: Record<string, unknown>, trial: Trial | null, onTrial: (trial: Trial) => void }} props */
export function PolicyTrial({ change, trial, onTrial }) {
  const attempt = useAction(async () => {
    const to = plusDays(dateOf(minute.peek()), -1);
    onTrial(await post("/settings/preview", { body: { change: /** @type {any} */ (change), from: plusDays(to, 1 - DAYS), to } }));
  });
  return html`<div><${Button} icon="play" busy=${attempt.busy} onClick=${attempt.run}>${t("policy.try")}<//></div>
    ${attempt.error && html`<${Notice} tone="bad" role="alert">${attempt.error.message || t("state.offline_kept")}<//>`}
    ${trial && html`<div role="status"><${Outcome} trial=${trial} /></div>`}`;
}

/** @param {{ trial: Trial }} props */
function Outcome({ trial: { items, people } }) {
  if (items.length === 0) return html`<${Notice} tone="info">${t("policy.try_same", { count: people })}<//>`;
  return html`<${Notice} tone="info"><p>${t("policy.try_differs", { count: items.length })}</p>
    <ul>${items.slice(0, MAX_SHOWN).map((one) => html`<li key=${one.user_id}><span class="strong">${one.user_name}</span>: ${differences(one.figures)}</li>`)}</ul>
    ${items.length > MAX_SHOWN && html`<p>${t("approvals.and_more", { count: items.length - MAX_SHOWN })}</p>`}
  <//>`;
}

/** @param {Differences} figures */
function differences(figures) {
  return FIGURES.filter((key) => figures[key].before !== figures[key].after).map(
    (key, index) => html`${index > 0 ? ", " : ""}${t(`column.${key}`)} <span class="figures">${duration(figures[key].before)}</span> <${Icon} name="arrow-right" label=${t("leave.becomes")} /> <span class="figures strong">${duration(figures[key].after)}</span>`,
  );
}
