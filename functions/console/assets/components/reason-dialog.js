// A dialog for a reason, a note or a confirmation before an action.
import { t } from "../i18n/index.js";
import { html, useState } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";
import { useAction } from "./query.js";
import { Button, Field, Notice } from "./ui.js";

/**
 * @param {{ title: string, about?: import("./ui.js").Children, label?: string, hint?: string, confirm: string, icon?: string,
 *   kind?: "primary" | "danger", required?: boolean, onConfirm: (text: string) => Promise<unknown>, onClose: () => void }} props
 */
export function ReasonDialog({ title, about, label, hint, confirm, icon, kind = "primary", required = false, onConfirm, onClose }) {
  const [text, setText] = useState("");
  const [isMissing, setMissing] = useState(false);
  const send = useAction(async () => {
    await onConfirm(text.trim());
    onClose();
  });
  const submit = () => {
    const lacks = required && text.trim() === "";
    setMissing(lacks);
    if (!lacks) void send.run();
  };
  const footer = html`<${Button} onClick=${onClose}>${t("action.cancel")}<//>
    <${Button} kind=${kind} icon=${icon} type="submit" busy=${send.busy}>${confirm}<//>`;
  return html`<${Dialog} title=${title} onClose=${onClose} onSubmit=${submit} footer=${footer}>
    ${about && html`<p>${about}</p>`}
    ${send.error && html`<${Notice} tone="bad" role="alert">${send.error.code === "offline" ? t("state.offline_kept") : send.error.message}<//>`}
    ${label !== undefined &&
    html`<${Field} label=${label} hint=${hint} error=${isMissing ? t("reason.missing") : undefined}>
      ${(/** @type {object} */ attributes) =>
        html`<textarea ...${attributes} autofocus maxlength="500" value=${text} onInput=${(/** @type {any} */ event) => setText(event.target.value)}></textarea>`}
    <//>`}
  <//>`;
}
