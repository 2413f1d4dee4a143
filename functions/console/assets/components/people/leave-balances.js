// A person's leave balances for their managers: every entry, and a dialog that adds or removes days with a reason.
import { get, post } from "../../api.js";
import { leaveTypeName, t } from "../../i18n/index.js";
import { number } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { useDialog } from "../company/part.js";
import { Dialog } from "../dialog.js";
import { EditFooter } from "../edit.js";
import { Refused, SelectField, TextField, errorAt } from "../form.js";
import { LedgerDialog } from "../ledger-dialog.js";
import { useAction, useQuery } from "../query.js";
import { toast } from "../toast.js";
import { Button, Empty, Loaded, Skeleton } from "../ui.js";

/** @typedef {import("../../types").Schemas["BalanceAnswer"]} Balance */
/** @typedef {(type: string) => string} TypeName */

/** @param {{ person: import("./fields.js").Person, mayAdjust: boolean }} props */
export function LeaveBalances({ person, mayAdjust }) {
  const query = useQuery(() => get("/leave/balances/{user_id}", { path: { user_id: person.id } }), [person.id]);
  const types = useQuery(() => get("/leave/types"), []).data?.items;
  const name = (/** @type {string} */ type) => leaveTypeName(type, types?.find(({ code }) => code === type)?.name);
  const { dialog, open, close } = useDialog();
  const ledger = (/** @type {Balance} */ { type, year }) => open(html`<${LedgerDialog} person=${person.id} type=${type} name=${name(type)} year=${year} onClose=${close} />`);
  const adjust = (/** @type {readonly Balance[]} */ balances) => open(html`<${AdjustDialog} person=${person} balances=${balances} name=${name} onSaved=${query.reload} onClose=${close} />`);
  return html`<section class="stack" aria-labelledby="leave-balances">
    <h3 id="leave-balances">${t("people.leave")}</h3>
    <${Loaded} query=${query} skeleton=${html`<${Skeleton} lines=${2} />`}>
      ${(/** @type {{ items: readonly Balance[] }} */ { items }) =>
        items.length === 0
          ? html`<${Empty} icon="palmtree" title=${t("people.no_leave")} />`
          : html`<ul class="rows">${items.map(
                (one) => html`<li key=${one.type} class="item"><span class="grow">${name(one.type)} ${one.year}</span><span class="figures strong">${number(one.available_days)}</span>
                  <${Button} kind="quiet" icon="history" label=${`${t("balance.ledger")}: ${name(one.type)}`} onClick=${() => ledger(one)} /></li>`,
              )}</ul>
              ${mayAdjust && html`<div><${Button} icon="palmtree" onClick=${() => adjust(items)}>${t("people.adjust_leave")}<//></div>`}`}
    <//>
    ${dialog}
  </section>`;
}

/** @param {{ person: import("./fields.js").Person, balances: readonly Balance[], name: TypeName, onSaved: () => void, onClose: () => void }} props */
function AdjustDialog({ person, balances, name, onSaved, onClose }) {
  const [type, setType] = useState(balances[0]?.type ?? "");
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const days = Number(typed.replace("−", "-").replace(",", "."));
  const isNumber = typed.trim() !== "" && !Number.isNaN(days);
  const available = balances.find((one) => one.type === type)?.available_days ?? 0;
  const save = useAction(async () => {
    await post("/leave/balances/{user_id}/adjustments", { path: { user_id: person.id }, body: { type, days, reason: reason.trim() } });
    toast(t("people.leave_adjusted", { name: person.full_name }));
    onSaved();
    onClose();
  });
  return html`<${Dialog} title=${t("people.adjust_leave_of", { name: person.full_name })} onClose=${onClose} onSubmit=${() => isNumber && reason.trim() !== "" && void save.run()} footer=${html`<${EditFooter} edit=${save} onClose=${onClose} />`}>
    <${Refused} refusal=${save.error} fields=${["type", "days", "reason"]} />
    <${SelectField} label=${t("leave.type")} value=${type} error=${errorAt(save.error, "type")} onChange=${setType} options=${balances.map((one) => [one.type, name(one.type)])} />
    <${TextField} label=${t("people.adjust_days")} hint=${t("people.adjust_days_hint")} value=${typed} error=${typed !== "" && !isNumber ? t("people_import.no_number") : errorAt(save.error, "days")} onChange=${setTyped} required inputmode="text" autocomplete="off" autofocus />
    <${TextField} label=${t("correction.reason")} hint=${t("people.adjust_reason_hint")} value=${reason} error=${errorAt(save.error, "reason")} onChange=${setReason} required maxlength="500" />
    <p class="muted" aria-live="polite">${t("people.leave_becomes", { before: number(available), after: number(available + (isNumber ? days : 0)) })}</p>
  <//>`;
}
