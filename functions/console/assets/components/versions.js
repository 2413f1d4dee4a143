// Two versions in two columns, line by line. Differences are marked with a word and a sign.
import { t } from "../i18n/index.js";
import { html } from "../vendor/preact.js";
import { Icon } from "./ui.js";

/** @param {{ titles: [string, string], lists: [string[], string[]] }} props */
export function Versions({ titles, lists: [old, fresh] }) {
  return html`<div class="before-after">
    <${Version} title=${titles[0]} lines=${old} others=${fresh} icon="minus" mark=${t("change.removed")} />
    <${Version} title=${titles[1]} lines=${fresh} others=${old} icon="plus" mark=${t("change.added")} />
  </div>`;
}

/** @param {{ title: string, lines: string[], others: string[], icon: string, mark: string }} props */
function Version({ title, lines, others, icon, mark }) {
  return html`<div class="version">
    <p class="small muted">${title}</p>
    <ul>
      ${lines.length === 0 && html`<li class="muted">${t("change.nothing")}</li>`}
      ${lines.map((line, index) => {
        const differs = !others.includes(line);
        return html`<li key=${index} class=${differs ? `differs ${icon}` : ""}>
          ${differs && html`<${Icon} name=${icon} label=${mark} />`}<span class="figures">${line}</span>
        </li>`;
      })}
    </ul>
  </div>`;
}
