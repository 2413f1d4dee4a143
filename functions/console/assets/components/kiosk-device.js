// The functions that make a browser tab a kiosk's screen: it stays on, fills the screen, and loads new releases automatically.
import { t } from "../i18n/index.js";
import { base, release } from "../router.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { Button } from "./ui.js";

/** The interval of checks for a new release. */
const CHECK_MS = 3_600_000;
/** The key of the mark that the kiosk was in full screen before it loaded a new release. A reload ends full screen. */
const WAS_FULL = "rollcall.kiosk.full_screen";

/** Keeps the screen on while the page is visible. @param {boolean} isOn */
export function useAwake(isOn) {
  useEffect(() => {
    if (!isOn || !("wakeLock" in navigator)) return;
    const lock = () => document.visibilityState === "visible" && navigator.wakeLock.request("screen").catch(() => {});
    void lock();
    document.addEventListener("visibilitychange", lock);
    return () => document.removeEventListener("visibilitychange", lock);
  }, [isOn]);
}

/** Fills the screen. Browsers allow this only directly after a touch or a key. */
export function fillScreen() {
  if (document.fullscreenEnabled && document.fullscreenElement === null) void document.documentElement.requestFullscreen().catch(() => {});
}

/** A button that fills the screen. It is shown while the page isn't in full screen. */
export function FullScreen() {
  const [isFull, setFull] = useState(document.fullscreenElement !== null);
  useEffect(() => {
    const follow = () => setFull(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", follow);
    // After a reload, the first touch fills the screen again.
    const wasFull = sessionStorage.getItem(WAS_FULL) !== null;
    sessionStorage.removeItem(WAS_FULL);
    if (wasFull) document.addEventListener("click", fillScreen, { once: true });
    return () => {
      document.removeEventListener("fullscreenchange", follow);
      document.removeEventListener("click", fillScreen);
    };
  }, []);
  if (isFull || !document.fullscreenEnabled) return null;
  return html`<${Button} kind="quiet" onClick=${fillScreen}>${t("kiosk.full_screen")}<//>`;
}

/** Returns the server's current release, or `undefined` if the server doesn't respond. */
async function newestRelease() {
  const answer = await fetch(base, { cache: "no-store" }).catch(() => undefined);
  if (!answer?.ok) return undefined;
  return /"\.\/([0-9a-f]{12})\//.exec(await answer.text())?.[1];
}

/**
 * Loads a new release when nobody uses the kiosk. A kiosk's tab is never closed, so it would otherwise keep the old release.
 * @param {boolean} isIdle Whether no input, no question, no queued punch and no message is pending.
 */
export function useNewestRelease(isIdle) {
  const [isOld, setOld] = useState(false);
  useEffect(() => {
    const check = async () => {
      const newest = await newestRelease();
      if (newest === undefined) return;
      if (newest !== release) return setOld(true);
      // This page already runs the newest release, so the waiting worker can start at once.
      const registration = await navigator.serviceWorker?.getRegistration();
      registration?.waiting?.postMessage("activate");
    };
    const timer = setInterval(() => void check(), CHECK_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (!isOld || !isIdle) return;
    if (document.fullscreenElement !== null) sessionStorage.setItem(WAS_FULL, "1");
    location.reload();
  }, [isOld, isIdle]);
}
