// A secret that the API shows once, such as a temporary password or a kiosk's code.
import { t } from "../i18n/index.js";
import { html } from "../vendor/preact.js";
import { toast } from "./toast.js";
import { Button, Field, Notice } from "./ui.js";

/** @param {{ label: string, value: string, about: string }} props */
export function Secret({ label, value, about }) {
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    toast(t("feed.copied"));
  };
  return html`<div class="stack">
    <${Field} label=${label} hint=${about}>
      ${(/** @type {object} */ attributes) =>
        html`<input ...${attributes} class="input secret" readonly autofocus value=${value} onFocus=${(/** @type {any} */ event) => event.target.select()} />`}
    <//>
    <${Notice} tone="warn">${t("secret.once")}<//>
    <div><${Button} onClick=${copy}>${t("feed.copy")}<//></div>
  </div>`;
}
