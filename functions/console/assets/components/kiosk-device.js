// What makes a browser tab the screen of a kiosk: it stays on, fills the screen, and takes over a new release by itself.
import { t } from "../i18n/index.js";
import { base, release } from "../router.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { Button } from "./ui.js";

/** How often the kiosk looks for a new release. */
const CHECK_MS = 3_600_000;
/** Says that the kiosk filled the screen before it loaded a new release: a reload ends that. */
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

/** Fills the screen. Browsers allow it only right after a touch or a key. */
export function fillScreen() {
  if (document.fullscreenEnabled && document.fullscreenElement === null) void document.documentElement.requestFullscreen().catch(() => {});
}

/** A button that fills the screen, while the page doesn't. */
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

/** Returns the release that the server has now; `undefined` if it doesn't answer. */
async function newestRelease() {
  const answer = await fetch(base, { cache: "no-store" }).catch(() => undefined);
  if (!answer?.ok) return undefined;
  return /"\.\/([0-9a-f]{12})\//.exec(await answer.text())?.[1];
}

/**
 * Loads a new release as soon as nobody uses the kiosk. Its tab is never closed, so it would keep the old release for good.
 * @param {boolean} isIdle Whether nothing is typed, asked, queued, or shown that somebody should read.
 */
export function useNewestRelease(isIdle) {
  const [isOld, setOld] = useState(false);
  useEffect(() => {
    const check = async () => {
      const newest = await newestRelease();
      if (newest === undefined) return;
      if (newest !== release) return setOld(true);
      // This page is the newest, so its worker needn't wait until the tab is closed.
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
