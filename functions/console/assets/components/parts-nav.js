// The navigation between the parts of a page: a column on wide screens, a single line on phones.
import { html, useEffect, useRef } from "../vendor/preact.js";
import { Icon } from "./ui.js";

/** @typedef {{ key: string, icon: string, text: string, href: string }} Entry */

/** @param {{ label: string, entries: Entry[], current: string }} props */
export function PartsNav({ label, entries, current }) {
  const nav = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const link = nav.current?.querySelector("[aria-current]");
    if (nav.current && link instanceof HTMLElement) nav.current.scrollLeft = link.offsetLeft - (nav.current.clientWidth - link.offsetWidth) / 2;
  }, [current]);
  return html`<nav class="parts" aria-label=${label} ref=${nav}>
    ${entries.map(({ key, icon, text, href }) => html`<a key=${key} href=${href} aria-current=${key === current ? "page" : undefined}><${Icon} name=${icon} /><span>${text}</span></a>`)}
  </nav>`;
}
