// Webhooks, which send events to the company's own systems. The secret for their verification is shown once.
import { get, patch, post, remove } from "../../api.js";
import { t, word } from "../../i18n/index.js";
import { dateOf, day, time } from "../../time.js";
import { html, useEffect, useState } from "../../vendor/preact.js";
import { Dialog } from "../dialog.js";
import { Conflict, EditFooter, useEdit } from "../edit.js";
import { CheckField, Refused, TextField, errorAt } from "../form.js";
import { useAction, useQuery } from "../query.js";
import { Secret } from "../secret.js";
import { toast } from "../toast.js";
import { Badge, Button, Empty, Loaded, Notice } from "../ui.js";
import { EventKinds, eventName } from "./event-kinds.js";
import { DeleteDialog, Item, Part, useDialog } from "./part.js";

/** @typedef {import("../../types").Schemas["Webhook"]} Webhook */
/** @typedef {import("../../types").Schemas["WebhookDelivery"]} Delivery */

/** The interval at which a pending test is polled. */
const POLL_MS = 2_000;

export function Webhooks() {
  const query = useQuery(() => get("/webhooks", { query: { limit: 200 } }), []);
  const { dialog, open, close } = useDialog();
  const edit = (/** @type {Webhook | null} */ webhook) => open(html`<${WebhookDialog} webhook=${webhook} onSaved=${query.reload} onClose=${close} />`);
  const ask = (/** @type {Webhook} */ { id, description }) =>
    open(html`<${DeleteDialog} name=${description} about=${t("webhooks.delete_about")} onDone=${query.reload} onClose=${close} onDelete=${() => remove("/webhooks/{id}", { path: { id } })} />`);
  return html`<${Part} title=${t("company.webhooks")} about=${t("webhooks.about")} icon="webhook" empty=${t("webhooks.none")} add=${t("webhooks.add")} query=${query} onAdd=${() => edit(null)}>
    ${(/** @type {Webhook} */ one) => html`<${Item} key=${one.id} icon="webhook" name=${one.description} details=${[one.url, one.kinds.length === 0 ? t("webhooks.all_kinds") : one.kinds.map(eventName).join(", ")].join(" · ")} onEdit=${() => edit(one)} onDelete=${() => ask(one)}>
      <${State} webhook=${one} />
      <${Button} kind="quiet" icon="activity" label=${t("webhooks.deliveries_of", { name: one.description })} onClick=${() => open(html`<${DeliveriesDialog} webhook=${one} onClose=${close} />`)} />
    <//>`}
  <//>${dialog}`;
}

/** The delivery state of a webhook, with the reason of a pause. @param {{ webhook: Webhook }} props */
function State({ webhook: { active, paused, failing_since: failing } }) {
  if (paused) return html`<${Badge} tone="bad" icon="pause">${word("webhook_pause", paused.reason)}<//>`;
  if (!active) return html`<${Badge} icon="pause">${t("webhooks.inactive")}<//>`;
  return failing ? html`<${Badge} tone="warn" icon="triangle-alert">${t("webhooks.failing", { date: day(dateOf(failing), "short"), time: time(failing) })}<//>` : null;
}

/** @param {Webhook} webhook @returns {{ url: string, kinds: string[], description: string, active: boolean }} */
const formOf = ({ url, kinds, description, active, paused }) => ({ url, kinds: [...kinds], description, active: active && !paused });

/** @param {{ webhook: Webhook | null, onSaved: () => void, onClose: () => void }} props */
function WebhookDialog({ webhook, onSaved, onClose }) {
  const [form, setForm] = useState(() => (webhook ? formOf(webhook) : { url: "", kinds: [], description: "", active: true }));
  const [secret, setSecret] = useState("");
  const path = { id: webhook?.id ?? "" };
  const edit = useEdit(webhook, {
    load: () => get("/webhooks/{id}", { path }),
    save: async (base) => {
      const body = { url: form.url.trim(), kinds: form.kinds, description: form.description.trim(), active: form.active };
      if (base === null) setSecret((await post("/webhooks", { body })).secret ?? "");
      else await patch("/webhooks/{id}", { path, body, version: base.version });
      onSaved();
      toast(t("company.saved", { name: body.description }));
      if (base !== null) onClose();
    },
  });
  const rotate = useAction(async () => {
    setSecret((await post("/webhooks/{id}/secret", { path, body: {} })).secret ?? "");
    onSaved();
  });
  if (secret !== "") {
    return html`<${Dialog} key="secret" title=${t("webhooks.secret_of", { name: form.description })} onClose=${onClose} onSubmit=${onClose} footer=${html`<${Button} kind="primary" type="submit">${t("action.close")}<//>`}>
      <${Secret} label=${t("webhooks.secret")} value=${secret} about=${t("webhooks.secret_hint")} />
    <//>`;
  }
  const lines = (/** @type {ReturnType<typeof formOf>} */ one) => [one.description, one.url, one.kinds.map(eventName).join(", ") || t("webhooks.all_kinds"), t(one.active ? "webhooks.active" : "webhooks.inactive")];
  const take = () => {
    if (edit.base) setForm(formOf(edit.base));
    edit.settle();
  };
  const bind = (/** @type {"url" | "description"} */ field) => ({ value: form[field], error: errorAt(edit.error, field), onChange: (/** @type {string} */ value) => setForm({ ...form, [field]: value }) });
  return html`<${Dialog} title=${webhook ? t("company.edit_of", { name: webhook.description }) : t("webhooks.add")} onClose=${onClose} onSubmit=${edit.run} footer=${html`<${EditFooter} edit=${edit} confirm=${webhook ? undefined : t("webhooks.add")} onClose=${onClose} />`}>
    ${edit.theirs && html`<${Conflict} theirs=${lines(formOf(edit.theirs))} mine=${lines(form)} onTake=${take} />`}
    <${Refused} refusal=${edit.error ?? rotate.error} fields=${["url", "kinds", "description"]} />
    ${webhook?.paused && html`<${Notice} tone="warn">${t("webhooks.paused_about", { date: day(dateOf(webhook.paused.at), "date"), reason: word("webhook_pause", webhook.paused.reason) })}<//>`}
    <${TextField} label=${t("webhooks.description")} hint=${t("webhooks.description_hint")} ...${bind("description")} required maxlength="100" autofocus />
    <${TextField} label=${t("webhooks.url")} hint=${t("webhooks.url_hint")} ...${bind("url")} required type="url" autocomplete="off" spellcheck=${false} maxlength="2000" />
    <${EventKinds} value=${form.kinds} error=${errorAt(edit.error, "kinds")} onChange=${(/** @type {string[]} */ kinds) => setForm({ ...form, kinds })} />
    <${CheckField} label=${t("webhooks.deliver")} checked=${form.active} onChange=${(/** @type {boolean} */ active) => setForm({ ...form, active })} />
    ${webhook && html`<div><${Button} icon="key-round" busy=${rotate.busy} onClick=${rotate.run}>${t("webhooks.rotate")}<//><p class="hint">${t("webhooks.rotate_hint")}</p></div>`}
  <//>`;
}

const TONES = /** @type {const} */ ({ pending: ["info", "clock"], delivered: ["good", "check"], failed: ["bad", "x"] });

/** The newest deliveries of a webhook, with their results. @param {{ webhook: Webhook, onClose: () => void }} props */
function DeliveriesDialog({ webhook, onClose }) {
  const path = { id: webhook.id };
  const query = useQuery(() => get("/webhooks/{id}/deliveries", { path, query: { limit: 50 } }), [webhook.id]);
  const [test, setTest] = useState("");
  const send = useAction(async () => {
    setTest((await post("/webhooks/{id}/test", { path })).delivery_id);
    toast(t("webhooks.test_sent"));
  });
  // The API responds before the delivery is stored and sent.
  const isAwaited = test !== "" && !query.data?.items.some(({ id, attempts }) => id === test && attempts > 0);
  useEffect(() => {
    if (!isAwaited) return;
    const timer = setInterval(query.reload, POLL_MS);
    return () => clearInterval(timer);
  }, [isAwaited, query.reload]);
  const again = useAction(async (/** @type {string} */ delivery_id) => {
    await post("/webhooks/{id}/deliveries/{delivery_id}/replay", { path: { ...path, delivery_id } });
    toast(t("webhooks.replayed"));
    query.reload();
  });
  const error = send.error ?? again.error;
  const footer = html`<${Button} icon="refresh-cw" busy=${query.loading} onClick=${query.reload}>${t("webhooks.refresh")}<//><${Button} icon="send" busy=${send.busy} onClick=${send.run}>${t("webhooks.test")}<//><${Button} kind="primary" onClick=${onClose}>${t("action.close")}<//>`;
  return html`<${Dialog} title=${t("webhooks.deliveries_of", { name: webhook.description })} isWide onClose=${onClose} footer=${footer}>
    ${error && html`<${Notice} tone="bad" role="alert">${error.message || t("state.offline")}<//>`}
    <${Loaded} query=${query}>
      ${(/** @type {{ items: readonly Delivery[] }} */ { items }) =>
        items.length === 0
          ? html`<${Empty} icon="activity" title=${t("webhooks.no_deliveries")} />`
          : html`<ul class="rows">${items.map((one) => {
              const [tone, icon] = TONES[one.status];
              const attempt = one.last_attempt;
              const result = attempt && (attempt.status ? t("webhooks.answered", { status: String(attempt.status) }) : word("delivery_error", attempt.error ?? ""));
              return html`<li key=${one.id} class="item">
                <span class="grow"><span class="block">${eventName(one.kind)}</span>
                  <span class="block small muted">${[`${day(dateOf(one.at), "short")}, ${time(one.at)}`, result, one.attempts > 1 && t("webhooks.attempts", { count: one.attempts })].filter(Boolean).join(" · ")}</span></span>
                <${Badge} tone=${tone} icon=${icon}>${word("delivery", one.status)}<//>
                ${one.status !== "pending" && html`<${Button} kind="quiet" icon="repeat" label=${t("webhooks.replay_of", { kind: eventName(one.kind) })} busy=${again.busy} onClick=${() => again.run(one.id)} />`}
              </li>`;
            })}</ul>`}
    <//>
  <//>`;
}
