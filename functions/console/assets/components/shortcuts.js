// Single-key shortcuts of a page. People can turn them off (WCAG 2.1.4), and they are inactive while a person types.
import { shortcuts } from "../preferences.js";
import { useEffect, useRef } from "../vendor/preact.js";

/** Elements that handle keys themselves. */
const TAKES_KEYS = "input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable], dialog, [role=menu]";

/** @param {Record<string, () => void>} keys The actions by key. */
export function useShortcuts(keys) {
  const newest = useRef(keys);
  newest.current = keys;
  useEffect(() => {
    const press = (/** @type {KeyboardEvent} */ event) => {
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
      const isTyped = event.target instanceof Element && event.target.closest(TAKES_KEYS) !== null;
      const act = newest.current[event.key.toLowerCase()];
      if (!shortcuts.value || !isPlain || isTyped || !act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
