// The field for a second-factor code: six digits of an authenticator app, or a recovery code.
import { t } from "../i18n/index.js";
import { html } from "../vendor/preact.js";
import { TextField } from "./form.js";

/** @param {{ value: string, onChange: (value: string) => void, isOnly?: boolean }} props `isOnly`: recovery codes aren't accepted. */
export function CodeField({ value, onChange, isOnly = false }) {
  return html`<${TextField} label=${t("second.code")} hint=${isOnly ? undefined : t("second.code_hint")} name="code" value=${value} onChange=${onChange} required autofocus
    autocomplete="one-time-code" inputmode=${isOnly ? "numeric" : "text"} autocapitalize="none" spellcheck=${false} maxlength="20" />`;
}
