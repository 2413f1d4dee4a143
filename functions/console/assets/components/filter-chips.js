// The filters of a list, each with its number of items.
import { html, useId } from "../vendor/preact.js";

/**
 * @param {{ label: string, value: string, options: { key: string, text: string, count: number }[], onChange: (key: string) => void }} props
 */
export function FilterChips({ label, value, options, onChange }) {
  const name = useId();
  return html`<fieldset class="filters">
    <legend class="visually-hidden">${label}</legend>
    ${options.map(
      ({ key, text, count }) => html`<label key=${key} class=${`filter ${key} ${count === 0 ? "none" : ""}`}>
        <input type="radio" name=${name} value=${key} checked=${key === value} onChange=${() => onChange(key)} />
        <span class="filter-count figures">${count}</span><span>${text}</span>
      </label>`,
    )}
  </fieldset>`;
}
