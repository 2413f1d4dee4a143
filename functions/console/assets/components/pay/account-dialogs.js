// A manager's dialogs for a person's time account: add or remove time with a reason, or pay time out.
import { get, post } from "../../api.js";
import { t } from "../../i18n/index.js";
import { html, useState } from "../../vendor/preact.js";
import { Dialog } from "../dialog.js";
import { EditFooter } from "../edit.js";
import { Refused, SelectField, TextField, errorAt } from "../form.js";
import { useAction, useQuery } from "../query.js";
import { toast } from "../toast.js";
import { Notice } from "../ui.js";
import { payCodeName } from "./codes.js";
import { signedDuration } from "./timesheet.js";

/** @typedef {import("../../types").Schemas["TimeAccount"]} Account */
/** @typedef {{ account: Account, onSaved: (account: Account) => void, onClose: () => void }} Props */

const SECONDS_OF_HOUR = 3600;
const SECONDS_OF_MINUTE = 60;

/**
 * Returns the seconds of a typed time: `1.5`, `1,5` or `1:30`, with a minus sign to remove time. Returns NaN if the text is no time.
 * @param {string} text
 */
export function secondsOf(text) {
  const [, sign, hours = "", minutes] = /^\s*([-−+]?)\s*(\d+(?:[.,]\d+)?)(?::([0-5]\d))?\s*$/.exec(text) ?? [];
  if (hours === "" || (minutes !== undefined && /[.,]/.test(hours))) return Number.NaN;
  const seconds = Math.round(Number(hours.replace(",", ".")) * SECONDS_OF_HOUR) + Number(minutes ?? 0) * SECONDS_OF_MINUTE;
  return sign === "-" || sign === "−" ? -seconds : seconds;
}

/** The balance before and after the change. @param {{ account: Account, change: number }} props */
function Becomes({ account, change }) {
  return html`<p class="muted" aria-live="polite">${t("account.becomes", { before: signedDuration(account.balance_seconds), after: signedDuration(account.balance_seconds + (Number.isNaN(change) ? 0 : change)) })}</p>`;
}

/** @param {Props} props */
export function AdjustDialog({ account, onSaved, onClose }) {
  const [time, setTime] = useState("");
  const [reason, setReason] = useState("");
  const seconds = secondsOf(time);
  const save = useAction(async () => {
    onSaved(await post("/pay/accounts/{user_id}/adjustments", { path: { user_id: account.user_id }, body: { seconds, reason: reason.trim() } }));
    toast(t("account.adjusted"));
    onClose();
  });
  const isReady = !Number.isNaN(seconds) && reason.trim() !== "";
  return html`<${Dialog} title=${t("account.adjust")} onClose=${onClose} onSubmit=${() => isReady && void save.run()} footer=${html`<${EditFooter} edit=${save} onClose=${onClose} />`}>
    <${Refused} refusal=${save.error} fields=${["seconds", "reason"]} />
    <${TextField} label=${t("account.time")} hint=${t("account.time_hint")} value=${time} error=${time !== "" && Number.isNaN(seconds) ? t("account.no_time") : errorAt(save.error, "seconds")} onChange=${setTime} required inputmode="text" autocomplete="off" autofocus />
    <${TextField} label=${t("correction.reason")} hint=${t("account.reason_hint")} value=${reason} error=${errorAt(save.error, "reason")} onChange=${setReason} required maxlength="500" />
    <${Becomes} account=${account} change=${seconds} />
  <//>`;
}

/** @param {Props} props */
export function PayOutDialog({ account, onSaved, onClose }) {
  const query = useQuery(() => get("/pay/codes", { query: { limit: 200 } }), []);
  const codes = (query.data?.items ?? []).filter((one) => one.kind === "overtime" && one.active);
  const [time, setTime] = useState("");
  const [chosen, setChosen] = useState("");
  const code = chosen || (codes[0]?.code ?? "");
  const seconds = secondsOf(time);
  const isTime = seconds > 0;
  const save = useAction(async () => {
    onSaved(await post("/pay/accounts/{user_id}/payouts", { path: { user_id: account.user_id }, body: { seconds, code } }));
    toast(t("account.paid_out"));
    onClose();
  });
  return html`<${Dialog} title=${t("account.pay_out")} onClose=${onClose} onSubmit=${() => isTime && code !== "" && void save.run()} footer=${html`<${EditFooter} edit=${save} confirm=${t("account.pay_out")} icon="wallet" onClose=${onClose} />`}>
    <p>${t("account.pay_out_about")}</p>
    <${Refused} refusal=${save.error} fields=${["seconds", "code"]} />
    <${TextField} label=${t("account.time")} hint=${t("account.pay_out_hint")} value=${time} error=${time !== "" && !isTime ? t("account.no_time") : errorAt(save.error, "seconds")} onChange=${setTime} required inputmode="text" autocomplete="off" autofocus />
    <${SelectField} label=${t("pay_rules.code")} value=${code} error=${errorAt(save.error, "code")} onChange=${setChosen} options=${codes.map((one) => [one.code, payCodeName(one.code, one.name)])} />
    ${query.error && html`<${Notice} tone="bad" role="alert">${query.error.message || t("state.offline")}<//>`}
    <${Becomes} account=${account} change=${isTime ? -seconds : 0} />
  <//>`;
}
