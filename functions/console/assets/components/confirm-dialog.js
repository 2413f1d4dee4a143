// Asks for the password where a change wants a recent sign-in. One dialog for all calls that wait for it.
import { post } from "../api.js";
import { t } from "../i18n/index.js";
import { confirmation, confirmed } from "../session.js";
import { html, useState } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";
import { useAction } from "./query.js";
import { Button, Field, Notice } from "./ui.js";

/** The dialog while something waits for the password. */
export function ConfirmDialog() {
  return confirmation.value && html`<${PasswordDialog} settle=${confirmation.value} />`;
}

/** @param {{ settle: (isConfirmed: boolean) => void }} props */
function PasswordDialog({ settle }) {
  const [password, setPassword] = useState("");
  const confirm = useAction(async () => {
    const body = { password, session: "cookie" };
    confirmed(await /** @type {any} */ (post)("/auth/confirm", { body }));
    settle(true);
  });
  const cancel = () => settle(false);
  const footer = html`<${Button} onClick=${cancel}>${t("action.cancel")}<//>
    <${Button} kind="primary" type="submit" busy=${confirm.busy}>${t("confirm.submit")}<//>`;
  return html`<${Dialog} title=${t("confirm.title")} onClose=${cancel} onSubmit=${() => void confirm.run()} footer=${footer}>
    <p>${t("confirm.why")}</p>
    ${confirm.error && html`<${Notice} tone="bad" role="alert">${confirm.error.message}<//>`}
    <${Field} label=${t("sign_in.password")}>
      ${(/** @type {object} */ attributes) =>
        html`<input ...${attributes} type="password" autocomplete="current-password" autofocus required value=${password} onInput=${(/** @type {any} */ event) => setPassword(event.target.value)} />`}
    <//>
  <//>`;
}
