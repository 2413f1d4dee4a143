// Form controls, each with its label, its hint and the API's error for its value.
import { t } from "../i18n/index.js";
import { html, useEffect, useRef } from "../vendor/preact.js";
import { Field, Notice } from "./ui.js";

/** @typedef {import("../api.js").Problem | undefined} Refusal */
/** @typedef {{ label: string, hint?: string, error?: string }} Labels */

/**
 * Returns whether a field shows the error of a path. For example, the field `default_shift` shows the error of `default_shift.start`.
 * @param {string} field
 * @param {string} path
 */
function covers(field, path) {
  return path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
}

/**
 * Returns the API's error for a field's value, as a sentence.
 * @param {Refusal} refusal
 * @param {string} field
 */
export function errorAt(refusal, field) {
  const text = refusal?.errors.find(({ path }) => covers(field, path))?.message;
  return text && text.charAt(0).toLocaleUpperCase(document.documentElement.lang) + text.slice(1);
}

/**
 * The reason why the API refused a form. Errors that a field already shows aren't repeated. The first invalid field gets the focus.
 * @param {{ refusal: Refusal, fields?: string[] }} props
 */
export function Refused({ refusal, fields = [] }) {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const invalid = element.current?.closest("form")?.querySelector('[aria-invalid="true"]');
    if (invalid instanceof HTMLElement) invalid.focus();
    else element.current?.scrollIntoView({ block: "nearest" });
  }, [refusal]);
  if (refusal === undefined) return null;
  const others = refusal.errors.filter(({ path }) => !fields.some((field) => covers(field, path)));
  const text = refusal.code === "offline" ? t("state.offline_kept") : refusal.errors.length > 0 ? t("form.check") : refusal.message || t("state.error");
  return html`<div ref=${element}><${Notice} tone="bad" role="alert">
    <p>${text}</p>
    ${others.length > 0 && html`<ul>${others.map(({ path, message }) => html`<li key=${path}>${[path, message].filter(Boolean).join(": ")}</li>`)}</ul>`}
  <//></div>`;
}

/** @param {Labels & { value: string, onChange: (value: string) => void, [attribute: string]: unknown }} props */
export function TextField({ label, hint, error, value, onChange, ...more }) {
  return html`<${Field} label=${label} hint=${hint} error=${error}>
    ${(/** @type {object} */ attributes) => html`<input ...${attributes} ...${more} value=${value} onInput=${(/** @type {any} */ event) => onChange(event.target.value)} />`}
  <//>`;
}

/** @param {Labels & { value: string, options: [string, string][], onChange: (value: string) => void }} props */
export function SelectField({ label, hint, error, value, options, onChange }) {
  return html`<${Field} label=${label} hint=${hint} error=${error}>
    ${(/** @type {object} */ attributes) => html`<select ...${attributes} value=${value} onChange=${(/** @type {any} */ event) => onChange(event.target.value)}>
      ${options.map(([key, text]) => html`<option key=${key} value=${key} selected=${key === value}>${text}</option>`)}
    </select>`}
  <//>`;
}

/** @param {{ label: string, checked: boolean, onChange: (checked: boolean) => void }} props */
export function CheckField({ label, checked, onChange }) {
  return html`<label class="check"><input type="checkbox" checked=${checked} onChange=${() => onChange(!checked)} />${label}</label>`;
}

/** The time zones that the browser lists, and UTC, which browsers may omit. */
const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC")];

/**
 * A field for a time zone by its name. A part of the name is enough to find it.
 * @param {Labels & { value: string, onChange: (value: string) => void, required?: boolean }} props
 */
export function ZoneField(props) {
  return html`<${TextField} ...${props} list="zones" autocomplete="off" spellcheck=${false} />
    <datalist id="zones">${ZONES.map((name) => html`<option key=${name} value=${name}></option>`)}</datalist>`;
}
