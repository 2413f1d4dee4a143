// Announces live changes to screen readers, at most once every ten seconds.
import { t } from "../i18n/index.js";
import { html, useCallback, useEffect, useRef, useState } from "../vendor/preact.js";

const PAUSE_MS = 10_000;
/** The maximum number of changes that are read out. More changes are only counted. */
const MAX_SPOKEN = 3;

/**
 * @param {"live.changes" | "live.messages" | "live.decisions"} counted The text that counts changes if there are too many to read out.
 * @returns {{ announce: (text: string) => void, element: import("./ui.js").Children }}
 */
export function useAnnouncer(counted) {
  const [text, setText] = useState("");
  const waiting = useRef(/** @type {string[]} */ ([]));
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  const say = useCallback(() => {
    const texts = waiting.current.splice(0);
    setText(texts.length > MAX_SPOKEN ? t(counted, { count: texts.length }) : texts.join(" "));
    timer.current = texts.length > 0 ? setTimeout(say, PAUSE_MS) : undefined;
  }, []);
  const announce = useCallback((/** @type {string} */ it) => {
    waiting.current.push(it);
    if (timer.current === undefined) say();
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);
  return { announce, element: html`<p class="visually-hidden" role="status">${text}</p>` };
}
