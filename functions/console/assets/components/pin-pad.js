// A number pad for a PIN, by touch or keyboard. The typed digits are shown as dots.
import { t } from "../i18n/index.js";
import { html, useEffect, useRef } from "../vendor/preact.js";
import { Icon } from "./ui.js";

/** @param {{ value: string, onChange: (value: string) => void, label: string, isFocused?: boolean }} props */
export function PinPad({ value, onChange, label, isFocused = false }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    if (isFocused) input.current?.focus();
  }, []);
  const add = (/** @type {string} */ digit) => onChange((value + digit).slice(0, 8));
  const key = (/** @type {string} */ digit) => html`<button key=${digit} type="button" class="button" onClick=${() => add(digit)}>${digit}</button>`;
  return html`<div class="pin-pad">
    <label class="field"><span>${label}</span>
      <input class="input pin" ref=${input} type="password" inputmode="none" autocomplete="off" name="pin" required value=${value}
        onInput=${(/** @type {any} */ event) => onChange(event.target.value.replace(/\D/g, "").slice(0, 8))} />
    </label>
    <div class="keys" role="group" aria-label=${label}>
      ${["1", "2", "3", "4", "5", "6", "7", "8", "9"].map(key)}
      <button type="button" class="button quiet" aria-label=${t("kiosk.clear")} onClick=${() => onChange("")}><${Icon} name="x" /></button>
      ${key("0")}
      <button type="button" class="button quiet" aria-label=${t("kiosk.back")} onClick=${() => onChange(value.slice(0, -1))}><${Icon} name="delete" /></button>
    </div>
  </div>`;
}
