// A person's time account: its balance, its entries, and the manager's actions.
import { get } from "../../api.js";
import { t, word } from "../../i18n/index.js";
import { loadPart } from "../../router.js";
import { user } from "../../session.js";
import { day, duration } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { useAction, useQuery } from "../query.js";
import { Button, Empty, Loaded, Notice, Skeleton } from "../ui.js";
import { signedDuration } from "./timesheet.js";

/** @typedef {import("../../types").Schemas["TimeAccount"]} Account */
/** @typedef {import("../../types").Schemas["AccountEntry"]} Entry */

const PAGE = 20;

/** Returns the account, or null if no pay profile of the person has had one. @param {string} person */
async function load(person) {
  const { profiles } = await get("/users/{id}/pay-profile", { path: { id: person } });
  return profiles.some((one) => one.account) ? get("/pay/accounts/{user_id}", { path: { user_id: person } }) : null;
}

/** @param {{ person: string }} props */
export function AccountCard({ person }) {
  const query = useQuery(() => load(person), [person]);
  if (query.data === null) return null;
  return html`<section class="card stack" aria-labelledby="account">
    <h2 id="account">${t("account.title")}</h2>
    <${Loaded} query=${query} skeleton=${html`<${Skeleton} lines=${3} />`}>
      ${(/** @type {Account} */ account) => html`<${Balance} account=${account} />
        ${person !== user.value?.id && user.value?.role !== "employee" && html`<${Actions} account=${account} onSaved=${query.replace} />`}
        <${Ledger} key=${`${person} ${account.version}`} person=${person} />`}
    <//>
  </section>`;
}

/** A manager's actions for the account of another person. @param {{ account: Account, onSaved: (account: Account) => void }} props */
function Actions({ account, onSaved }) {
  const [dialog, setDialog] = useState(/** @type {import("../ui.js").Children} */ (null));
  const open = async (/** @type {"AdjustDialog" | "PayOutDialog"} */ name) => {
    const Which = (await loadPart(() => import("./account-dialogs.js")))[name];
    setDialog(html`<${Which} account=${account} onSaved=${onSaved} onClose=${() => setDialog(null)} />`);
  };
  return html`<div class="row actions">
    <${Button} icon="pencil" onClick=${() => open("AdjustDialog")}>${t("account.adjust")}<//>
    ${account.available_seconds > 0 && html`<${Button} icon="wallet" onClick=${() => open("PayOutDialog")}>${t("account.pay_out")}<//>`}
    ${dialog}
  </div>`;
}

/** @param {{ account: Account }} props */
function Balance({ account }) {
  const { balance_seconds: balance, available_seconds: available, reserved_seconds: reserved, expiring } = account;
  return html`<p class="account-balance figures ${balance < 0 ? "is-bad" : ""}">${signedDuration(balance)}</p>
    <p class="muted small">${t("account.as_of", { date: day(account.as_of, "date") })}</p>
    ${reserved > 0 && html`<p>${t("account.reserved", { reserved: duration(reserved), available: signedDuration(available) })}</p>`}
    ${account.is_above_cap && html`<${Notice} tone="warn">${t("account.above_cap", { cap: duration(account.cap_seconds ?? 0) })}<//>`}
    ${account.is_below_floor && html`<${Notice} tone="warn">${t("account.below_floor", { floor: signedDuration(account.floor_seconds ?? 0) })}<//>`}
    ${expiring && html`<${Notice} tone="warn">${t("account.expiring", { time: duration(expiring.seconds), date: day(expiring.on, "date") })}<//>`}`;
}

/** @param {{ person: string }} props */
function Ledger({ person }) {
  const load = (/** @type {string | null} */ cursor) => get("/pay/accounts/{user_id}/ledger", { path: { user_id: person }, query: { limit: PAGE, cursor } });
  const query = useQuery(() => load(null), [person]);
  const [more, setMore] = useState(/** @type {Entry[]} */ ([]));
  const [cursor, setCursor] = useState(/** @type {string | null | undefined} */ (undefined));
  const next = cursor === undefined ? query.data?.next_cursor : cursor;
  const read = useAction(async () => {
    const page = await load(next ?? null);
    setMore([...more, ...page.items]);
    setCursor(page.next_cursor ?? null);
  });
  return html`<${Loaded} query=${query}>
    ${(/** @type {{ items: readonly Entry[] }} */ { items }) =>
      items.length === 0
        ? html`<${Empty} icon="history" title=${t("account.empty")} />`
        : html`<ul class="rows">${[...items, ...more].map((one) => html`<li key=${one.id} class="item">
              <span class="grow"><span class="block">${word("account_entry", one.kind)}${(one.revision ?? 0) > 0 ? `, ${t("account.revision")}` : ""}</span>
                <span class="block small muted">${[day(one.date, "date"), one.reason, one.added_by_name].filter(Boolean).join(" · ")}</span></span>
              <span class=${`figures strong ${one.seconds < 0 ? "is-bad" : ""}`}>${one.seconds > 0 ? "+" : ""}${signedDuration(one.seconds)}</span>
            </li>`)}</ul>
            ${next && html`<${Button} class="wide" busy=${read.busy} onClick=${read.run}>${t("inbox.more")}<//>`}`}
  <//>`;
}
