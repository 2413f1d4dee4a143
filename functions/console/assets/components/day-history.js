// The later changes of a recorded day: the author, the reason, and the values before and after.
import { t, word } from "../i18n/index.js";
import { dateOf, day as dayText, time } from "../time.js";
import { html } from "../vendor/preact.js";
import { BeforeAfter } from "./before-after.js";

/** @typedef {import("../types").Schemas["HistoryItem"]} HistoryItem */

/** Punches are already in the event list of the day. */
const PUNCHES = new Set(["clock_in", "clock_out", "break_start", "break_end"]);

/** @param {{ items: HistoryItem[], zone: string }} props */
export function DayHistory({ items, zone }) {
  const changes = items.filter((item) => !PUNCHES.has(item.kind));
  if (changes.length === 0) return null;
  return html`<section class="stack">
    <h3>${t("history.title")}</h3>
    <ol class="stack history">
      ${changes.map(
        (item, index) => html`<li key=${index} class="stack">
          <p>
            <span class="strong">${what(item)}</span>
            <span class="muted small block">${[who(item), `${dayText(dateOf(item.at, zone), "short")}, ${time(item.at, zone)}`].filter(Boolean).join(" · ")}</span>
          </p>
          ${item.reason && html`<blockquote>${item.reason}</blockquote>`}
          ${item.kind === "edited" && html`<${BeforeAfter} before=${item.before} after=${item.after} zone=${zone} />`}
        </li>`,
      )}
    </ol>
  </section>`;
}

/** @param {HistoryItem} item */
function what(item) {
  if (item.kind === "edited") return word("history.edited", item.cause);
  if (item.kind === "clock_in_reviewed") return word("history.reviewed", item.status);
  return word("history", item.kind);
}

/** Returns the name of the author of a change. @param {HistoryItem} item */
function who({ by }) {
  return by.kind === "user" ? by.name : t("history.system");
}
