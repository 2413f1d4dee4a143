// A modal dialog. The browser's own dialog element keeps the focus inside, restores it at the end, and closes with Escape.
import { t } from "../i18n/index.js";
import { html, useEffect, useId, useRef } from "../vendor/preact.js";
import { Button } from "./ui.js";

/**
 * @param {{ title: string, isWide?: boolean, onClose: () => void, onSubmit?: () => void, footer?: import("./ui.js").Children,
 *   children?: import("./ui.js").Children }} props
 */
export function Dialog({ title, isWide = false, onClose, onSubmit, footer, children }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    onSubmit?.();
    // The focus moves to the first field that the form marks as invalid. Later, errors of the API move it (`Refused`).
    requestAnimationFrame(() => {
      const invalid = element.current?.querySelector('[aria-invalid="true"]');
      if (invalid instanceof HTMLElement) invalid.focus();
    });
  };
  return html`<dialog class=${isWide ? "dialog wide" : "dialog"} ref=${element} aria-labelledby=${id} onClose=${onClose}>
    <form onSubmit=${submit} novalidate>
      <header>
        <h2 id=${id}>${title}</h2>
        <${Button} kind="quiet" icon="x" label=${t("action.close")} onClick=${() => element.current?.close()} />
      </header>
      ${children}
      ${footer && html`<footer>${footer}</footer>`}
    </form>
  </dialog>`;
}
