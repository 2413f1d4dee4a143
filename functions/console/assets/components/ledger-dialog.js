// A dialog with the entries of a leave balance, newest first. Their sum is the balance.
import { get } from "../api.js";
import { t, word } from "../i18n/index.js";
import { dateOf, day, number } from "../time.js";
import { html } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";
import { useQuery } from "./query.js";
import { Empty, Loaded } from "./ui.js";

/** @param {{ person?: string, type: string, name: string, year: number, onClose: () => void }} props */
export function LedgerDialog({ person = "me", type, name, year, onClose }) {
  const ledger = useQuery(() => get("/leave/balances/{user_id}/ledger", { path: { user_id: person }, query: { type, year, limit: 200 } }), [person, type, year]);
  return html`<${Dialog} title=${`${name} ${year}`} onClose=${onClose}>
    <${Loaded} query=${ledger}>
      ${(/** @type {{ items: import("../types").Schemas["EntryAnswer"][] }} */ { items }) =>
        items.length === 0
          ? html`<${Empty} title=${t("balance.no_entries")} />`
          : html`<ul class="rows">
              ${items.map(
                (entry) => html`<li key=${entry.id} class="item">
                  <span class="grow"><span class="strong">${word("entry", entry.kind)}</span>${entry.note && html`<span class="muted block">${entry.note}</span>`}</span>
                  <time class="muted small" datetime=${entry.at}>${day(dateOf(entry.at), "medium")}</time>
                  <span class="figures strong">${number(entry.days, { signDisplay: "exceptZero" })}</span>
                </li>`,
              )}
            </ul>`}
    <//>
  <//>`;
}
