// The API's step-by-step explanation of a day's figures. It is loaded when somebody opens it.
import { get } from "../api.js";
import { t, word } from "../i18n/index.js";
import { duration } from "../time.js";
import { html, useState } from "../vendor/preact.js";
import { useQuery } from "./query.js";
import { Icon, Loaded, Skeleton } from "./ui.js";

/** @typedef {import("../types").Schemas["Explanation"]} Explanation */
/** @typedef {import("../types").Day} Day */

/** @param {{ day: Day }} props */
export function DayExplanation({ day }) {
  const [isOpen, setOpen] = useState(false);
  return html`<details class="explanation" onToggle=${(/** @type {any} */ event) => setOpen(event.target.open)}>
    <summary><${Icon} name="circle-help" />${t("explanation.title")}</summary>
    ${isOpen && html`<${Figures} day=${day} />`}
  </details>`;
}

/** @param {{ day: Day }} props */
function Figures({ day: { user_id: person, date, version } }) {
  const query = useQuery(() => get("/attendance/{user_id}/{date}/explanation", { path: { user_id: person, date } }), [person, date, version]);
  return html`<${Loaded} query=${query} skeleton=${html`<${Skeleton} lines=${4} />`}>
    ${(/** @type {Explanation} */ { figures }) =>
      figures.length === 0
        ? html`<p class="muted">${t("day.nothing")}</p>`
        : html`<dl class="facts">${figures.map(
            ({ figure, seconds, steps }, index) => html`<div key=${index}>
              <dt class="row spread"><span>${word("explanation", figure)}</span><span class="figures strong">${duration(seconds)}</span></dt>
              <dd><ul class="bullets small">${steps.map(({ text }, at) => html`<li key=${at}>${text}</li>`)}</ul></dd>
            </div>`,
          )}</dl>`}
  <//>`;
}
