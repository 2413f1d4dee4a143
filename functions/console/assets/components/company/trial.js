// A trial of changed policies or pay rules on the last two weeks: the people with different figures, and the differences. Nothing is stored.
import { t } from "../../i18n/index.js";
import { dateOf, duration, minute, plusDays } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { useAction } from "../query.js";
import { Button, Icon, Notice } from "../ui.js";

/** @typedef {{ name: string, before: number, after: number }} Difference Values in seconds. */
/** @typedef {{ people: number, items: { user_id: string, user_name: string, differences: Difference[] }[] }} Result */

const DAYS = 14;
/** The maximum number of people that are listed. */
const MAX_SHOWN = 10;

/**
 * @param {{ of: string, run: (dates: { from: string, to: string, as_export?: true }) => Promise<Result | null> }} props `of`: the tried change; a result is shown as long
 *   as it stays the same. `run` returns null if the API creates a file instead, because there are too many people.
 */
export function Trial({ of, run }) {
  const [tried, setTried] = useState(/** @type {{ of: string, result: Result | null } | null} */ (null));
  const attempt = useAction(async () => {
    const to = plusDays(dateOf(minute.peek()), -1);
    const dates = { from: plusDays(to, 1 - DAYS), to };
    const result = await run(dates).catch((/** @type {import("../../api.js").Problem} */ error) => {
      // If there are more people than one response can contain, a job computes the trial.
      if (error.errors?.some(({ path }) => path === "department_id")) return run({ ...dates, as_export: true });
      throw error;
    });
    setTried({ of, result });
  });
  return html`<div><${Button} icon="play" busy=${attempt.busy} onClick=${attempt.run}>${t("policy.try")}<//></div>
    ${attempt.error && html`<${Notice} tone="bad" role="alert">${attempt.error.message || t("state.offline_kept")}<//>`}
    ${tried?.of === of && tried.result && html`<div role="status"><${Outcome} result=${tried.result} /></div>`}`;
}

/** @param {{ result: Result }} props */
function Outcome({ result: { items, people } }) {
  if (items.length === 0) return html`<${Notice} tone="info">${t("policy.try_same", { count: people })}<//>`;
  return html`<${Notice} tone="info"><p>${t("policy.try_differs", { count: items.length })}</p>
    <ul class="trial">${items.slice(0, MAX_SHOWN).map((one) => html`<li key=${one.user_id}><span class="strong">${one.user_name}</span>: ${one.differences.map(
      ({ name, before, after }, index) => html`${index > 0 ? ", " : ""}${name} <span class="figures">${duration(before)}</span> <${Icon} name="arrow-right" label=${t("leave.becomes")} /> <span class="figures strong">${duration(after)}</span>`,
    )}</li>`)}</ul>
    ${items.length > MAX_SHOWN && html`<p>${t("approvals.and_more", { count: items.length - MAX_SHOWN })}</p>`}
  <//>`;
}
