// The calendar of holidays that the company subscribes to: it is read once a month.
import { get, ifFound, put, remove } from "../../api.js";
import { t, word } from "../../i18n/index.js";
import { dateOf, day } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { Dialog } from "../dialog.js";
import { EditFooter } from "../edit.js";
import { Refused, TextField, errorAt } from "../form.js";
import { useAction, useQuery } from "../query.js";
import { toast } from "../toast.js";
import { Button, Loaded, Notice } from "../ui.js";

/** @typedef {import("../../types").Schemas["HolidaySubscription"]} Subscription */

/** @param {{ onClose: () => void }} props */
export function HolidaySubscriptionDialog({ onClose }) {
  const query = useQuery(() => ifFound(get("/holidays/subscription")), []);
  return html`<${Loaded} query=${query} skeleton=${null}>${(/** @type {Subscription | null} */ one) => html`<${Form} subscription=${one} onClose=${onClose} />`}<//>`;
}

/** @param {{ subscription: Subscription | null, onClose: () => void }} props */
function Form({ subscription: one, onClose }) {
  const [url, setUrl] = useState(one?.url ?? "");
  const [region, setRegion] = useState(one?.region ?? "");
  const save = useAction(async () => {
    await put("/holidays/subscription", { body: { url: url.trim(), region: region.trim().toUpperCase() || null }, version: one?.version });
    toast(t("subscription.saved"));
    onClose();
  });
  const end = useAction(async () => {
    await remove("/holidays/subscription", { version: one?.version });
    toast(t("subscription.ended"));
    onClose();
  });
  return html`<${Dialog} title=${t("subscription.title")} onClose=${onClose} onSubmit=${() => url.trim() !== "" && void save.run()} footer=${html`<${EditFooter} edit=${save} onClose=${onClose} />`}>
    <p class="muted">${t("subscription.about")}</p>
    ${one &&
    html`<div class="row spread"><p>${[t("subscription.holidays", { count: one.holidays }), one.refreshed_at && t("subscription.read", { date: day(dateOf(one.refreshed_at), "date") }), t("subscription.next", { date: day(dateOf(one.next_refresh_at), "date") })].filter(Boolean).join(" · ")}</p>
        <${Button} kind="danger" icon="x" busy=${end.busy} onClick=${end.run}>${t("subscription.end")}<//></div>
      ${one.failure && html`<${Notice} tone="warn">${t("subscription.failed", { why: word("calendar_failure", String(one.failure)) })}<//>`}`}
    <${Refused} refusal=${save.error ?? end.error} fields=${["url", "region"]} />
    <${TextField} type="url" label=${t("subscription.url")} hint=${t("subscription.url_hint")} value=${url} error=${errorAt(save.error, "url")} onChange=${setUrl} required maxlength="2000" autocomplete="off" spellcheck=${false} autofocus />
    <${TextField} label=${t("sites.region")} hint=${t("subscription.region_hint")} value=${region} error=${errorAt(save.error, "region")} onChange=${setRegion} maxlength="6" autocomplete="off" spellcheck=${false} />
  <//>`;
}
