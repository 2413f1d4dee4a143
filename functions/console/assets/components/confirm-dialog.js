// A dialog that confirms the password before a sensitive change, with a code if the person has a second factor.
import { post } from "../api.js";
import { t } from "../i18n/index.js";
import { confirmed, user } from "../session.js";
import { html, useState } from "../vendor/preact.js";
import { CodeField } from "./code-field.js";
import { Dialog } from "./dialog.js";
import { TextField } from "./form.js";
import { useAction } from "./query.js";
import { Button, Notice } from "./ui.js";

/** @param {{ onAnswer: (isConfirmed: boolean) => void }} props */
export function ConfirmDialog({ onAnswer }) {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [isCodeWanted, setCodeWanted] = useState(false);
  const send = useAction(async () => {
    const body = { password, session: /** @type {const} */ ("cookie"), ...(code.trim() === "" ? {} : { code: code.trim() }) };
    try {
      confirmed(await post("/auth/confirm", { body }));
    } catch (error) {
      if (/** @type {{ code?: string }} */ (error).code === "mfa_required" && !isCodeWanted) return setCodeWanted(true);
      throw error;
    }
    onAnswer(true);
  });
  const footer = html`<${Button} onClick=${() => onAnswer(false)}>${t("action.cancel")}<//>
    <${Button} kind="primary" icon="lock" type="submit" busy=${send.busy}>${t("confirm.do")}<//>`;
  return html`<${Dialog} title=${t("confirm.title")} onClose=${() => onAnswer(false)} onSubmit=${send.run} footer=${footer}>
    <p class="muted">${t("confirm.about")}</p>
    ${send.error && html`<${Notice} tone="bad" role="alert">${send.error.message || t("state.offline_kept")}<//>`}
    <input class="visually-hidden" name="username" autocomplete="username" tabindex="-1" aria-hidden="true" readonly value=${user.value?.username ?? ""} />
    <${TextField} label=${t("sign_in.password")} type="password" name="password" autocomplete="current-password" value=${password} onChange=${setPassword} required autofocus />
    ${isCodeWanted && html`<${CodeField} value=${code} onChange=${setCode} />`}
  <//>`;
}
