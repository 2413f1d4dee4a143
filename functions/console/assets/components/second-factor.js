// The person's second factor: authenticator app codes in addition to the password, and recovery codes for a lost phone.
import { post } from "../api.js";
import { t } from "../i18n/index.js";
import { html, useState } from "../vendor/preact.js";
import { CodeField } from "./code-field.js";
import { QrCode } from "./qr-code.js";
import { useAction } from "./query.js";
import { Secret } from "./secret.js";
import { Button, Notice } from "./ui.js";

/** @typedef {import("../types").Answer<"/auth/mfa", "post">} Started */

/**
 * The setup of a second factor: scan the QR code, type a code, store the recovery codes.
 * @param {{ onDone: () => void }} props
 */
export function Enrolment({ onDone }) {
  const [enrolment, setEnrolment] = useState(/** @type {Started | null} */ (null));
  const [codes, setCodes] = useState(/** @type {string[] | null} */ (null));
  const [code, setCode] = useState("");
  const begin = useAction(async () => setEnrolment(await post("/auth/mfa", { body: {} })));
  const confirm = useAction(async () => setCodes((await post("/auth/mfa/confirm", { body: { code: code.trim() } })).recovery_codes));
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void confirm.run();
  };
  if (codes) return html`<${RecoveryCodes} codes=${codes} onDone=${onDone} />`;
  if (!enrolment) {
    return html`<div class="stack">
      ${begin.error && html`<${Notice} tone="bad" role="alert">${begin.error.message || t("state.offline")}<//>`}
      <div><${Button} kind="primary" icon="smartphone" busy=${begin.busy} onClick=${begin.run}>${t("second.set_up")}<//></div>
    </div>`;
  }
  return html`<form class="stack" onSubmit=${submit}>
    <p>${t("second.scan")}</p>
    <${QrCode} text=${enrolment.otpauth_uri} label=${t("second.qr")} />
    <details class="more"><summary>${t("second.by_hand")}</summary><${Secret} label=${t("second.secret")} value=${enrolment.secret} about=${t("second.secret_hint")} /></details>
    ${confirm.error && html`<${Notice} tone="bad" role="alert">${confirm.error.message || t("state.offline")}<//>`}
    <${CodeField} value=${code} onChange=${setCode} isOnly />
    <div><${Button} kind="primary" icon="check" type="submit" busy=${confirm.busy}>${t("second.confirm")}<//></div>
  </form>`;
}

/** @param {{ codes: string[], onDone: () => void }} props */
export function RecoveryCodes({ codes, onDone }) {
  return html`<div class="stack">
    <${Notice} tone="good">${t("second.enabled_now")}<//>
    <p>${t("second.recovery_about")}</p>
    <ul class="recovery-codes figures">${codes.map((one) => html`<li key=${one}>${one}</li>`)}</ul>
    <${Secret} label=${t("second.recovery")} value=${codes.join(" ")} about=${t("second.recovery_hint")} />
    <div><${Button} kind="primary" icon="check" onClick=${onDone}>${t("second.kept")}<//></div>
  </div>`;
}
