// A control that pauses the live updates of a list. When the person resumes, the list is loaded again.
import { t } from "../i18n/index.js";
import { live } from "../live.js";
import { html, useRef, useState } from "../vendor/preact.js";
import { Button } from "./ui.js";

/** @typedef {{ isPaused: boolean, pause: (value: boolean) => void, refresh: () => void }} Pause */

/**
 * Loads a list again after live messages, unless updates are paused.
 * @param {() => void} reload
 * @returns {Pause} `refresh` is called with each message that changes the list.
 */
export function usePause(reload) {
  const [isPaused, setPaused] = useState(false);
  const missed = useRef(false);
  const refresh = () => {
    if (isPaused) missed.current = true;
    else reload();
  };
  const pause = (/** @type {boolean} */ value) => {
    setPaused(value);
    if (value || !missed.current) return;
    missed.current = false;
    reload();
  };
  return { isPaused, pause, refresh };
}

/** The state of the live connection, and the button that pauses or resumes updates. @param {{ updates: Pick<Pause, "isPaused" | "pause"> }} props */
export function LivePause({ updates: { isPaused, pause } }) {
  const state = isPaused ? "paused" : live.value === "open" ? "open" : "waiting";
  return html`<span class=${`live-state ${state}`}><span class="dot" aria-hidden="true"></span>${t(`live.${state}`)}</span>
    <${Button} kind="quiet" icon=${isPaused ? "play" : "pause"} label=${t(isPaused ? "live.resume" : "live.pause")} onClick=${() => pause(!isPaused)} />`;
}
