// Short messages at the edge of the screen. They are announced, stay long enough to be read, and can be closed.
import { t } from "../i18n/index.js";
import { html, signal } from "../vendor/preact.js";
import { Button } from "./ui.js";

/** @type {import("../vendor/preact.js").Signal<{ id: number, text: string }[]>} */
const shown = signal([]);
let last = 0;

/** @param {string} text */
export function toast(text) {
  const id = ++last;
  shown.value = [...shown.value.slice(-2), { id, text }];
  // A message stays half a second for each word, and at least six seconds.
  setTimeout(() => close(id), Math.max(6000, 500 * text.split(" ").length));
}

/** @param {number} id */
function close(id) {
  shown.value = shown.value.filter((one) => one.id !== id);
}

/** Closes all messages, because another person must not see them. */
export function closeAll() {
  shown.value = [];
}

export function Toasts() {
  return html`<div class="toasts" role="status" aria-live="polite">
    ${shown.value.map(
      ({ id, text }) => html`<div class="toast" key=${id}>
        <span>${text}</span>
        <${Button} icon="x" label=${t("action.close")} onClick=${() => close(id)} />
      </div>`,
    )}
  </div>`;
}
