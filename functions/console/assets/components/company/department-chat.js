// The Slack or Microsoft Teams channel that receives the notifications of a department. Its address is a secret and is never shown again.
import { get, ifFound, put, remove } from "../../api.js";
import { t, word } from "../../i18n/index.js";
import { dateOf, day } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { Dialog } from "../dialog.js";
import { EditFooter } from "../edit.js";
import { CheckField, Refused, SelectField, TextField, errorAt } from "../form.js";
import { useAction, useQuery } from "../query.js";
import { toast } from "../toast.js";
import { Button, Loaded, Notice } from "../ui.js";

/** @typedef {import("../../types").Schemas["Department"]} Department */
/** @typedef {import("../../types").Schemas["DepartmentChat"]} Chat */
/** @typedef {Chat["kinds"][number]} Kind */

const KINDS = /** @type {const} */ (["late", "not_arrived", "leave_approved"]);
const SERVICES = /** @type {const} */ (["slack", "teams"]);

/** @param {{ department: Department, onClose: () => void }} props */
export function ChatDialog({ department, onClose }) {
  const path = { id: department.id };
  const query = useQuery(() => ifFound(get("/departments/{id}/chat", { path })), [department.id]);
  return html`<${Loaded} query=${query} skeleton=${null}>
    ${(/** @type {Chat | null} */ chat) => html`<${Form} department=${department} chat=${chat} onClose=${onClose} />`}
  <//>`;
}

/** @param {{ department: Department, chat: Chat | null, onClose: () => void }} props */
function Form({ department, chat, onClose }) {
  const path = { id: department.id };
  const [service, setService] = useState(chat?.service ?? "slack");
  const [url, setUrl] = useState("");
  const [kinds, setKinds] = useState(/** @type {readonly Kind[]} */ (chat?.kinds ?? KINDS));
  const save = useAction(async () => {
    await put("/departments/{id}/chat", { path, body: { service, url: url.trim(), kinds: [...kinds] } });
    toast(t("company.saved", { name: t("chat.of", { name: department.name }) }));
    onClose();
  });
  const end = useAction(async () => {
    await remove("/departments/{id}/chat", { path });
    toast(t("chat.removed"));
    onClose();
  });
  const toggle = (/** @type {Kind} */ one) => setKinds(kinds.includes(one) ? kinds.filter((other) => other !== one) : [...kinds, one]);
  return html`<${Dialog} title=${t("chat.of", { name: department.name })} onClose=${onClose} onSubmit=${() => url.trim() !== "" && void save.run()} footer=${html`<${EditFooter} edit=${save} onClose=${onClose} />`}>
    <p class="muted">${t("chat.about")}</p>
    ${chat &&
    html`<div class="row spread"><p>${t("chat.since", { service: word("chat_service", chat.service), host: chat.host, date: day(dateOf(chat.set_at), "date"), name: chat.set_by_name ?? "–" })}</p>
      <${Button} kind="danger" icon="x" busy=${end.busy} onClick=${end.run}>${t("chat.remove")}<//></div>`}
    ${chat?.stopped_at && html`<${Notice} tone="warn">${t("chat.stopped", { date: day(dateOf(chat.stopped_at), "date") })}<//>`}
    <${Refused} refusal=${save.error ?? end.error} fields=${["service", "url", "kinds"]} />
    <${SelectField} label=${t("chat.service")} value=${service} error=${errorAt(save.error, "service")} onChange=${setService} options=${SERVICES.map((one) => [one, word("chat_service", one)])} />
    <${TextField} type="url" label=${t("chat.url")} hint=${t(chat ? "chat.url_again" : "chat.url_hint")} value=${url} error=${errorAt(save.error, "url")} onChange=${setUrl} required maxlength="2000" autocomplete="off" spellcheck=${false} autofocus />
    <fieldset><legend class="strong">${t("chat.kinds")}</legend>
      ${errorAt(save.error, "kinds") && html`<p class="field"><span class="error">${errorAt(save.error, "kinds")}</span></p>`}
      ${KINDS.map((one) => html`<${CheckField} key=${one} label=${word("chat_kind", one)} checked=${kinds.includes(one)} onChange=${() => toggle(one)} />`)}
    </fieldset>
  <//>`;
}
