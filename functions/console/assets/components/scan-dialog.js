// A dialog that reads the code of a kiosk: with the camera if the browser supports it, or by typing.
import { t } from "../i18n/index.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";
import { TextField } from "./form.js";
import { Button, Notice } from "./ui.js";

/** The interval at which the camera picture is scanned. */
const LOOK_MS = 250;

/** Returns the code in a scanned text. If the text is an address of the console, the code is a parameter of it. @param {string} text */
export function codeOf(text) {
  const plain = text.trim();
  return /[?&]kiosk_code=([\w.-]+)/.exec(plain)?.[1] ?? plain;
}

/** @param {{ onCode: (code: string) => void, onClose: () => void }} props */
export function ScanDialog({ onCode, onClose }) {
  const [typed, setTyped] = useState("");
  const use = (/** @type {string} */ text) => {
    onCode(codeOf(text));
    onClose();
  };
  const footer = html`<${Button} onClick=${onClose}>${t("action.cancel")}<//>
    <${Button} kind="primary" icon="check" type="submit" blocked=${typed.trim() === ""}>${t("scan.use")}<//>`;
  return html`<${Dialog} title=${t("punch.scan")} onClose=${onClose} onSubmit=${() => typed.trim() !== "" && use(typed)} footer=${footer}>
    <p class="muted">${t("scan.about")}</p>
    <${Reader} onText=${use} />
    <${TextField} label=${t("scan.type")} hint=${t("scan.type_hint")} value=${typed} onChange=${setTyped} autocomplete="off" autocapitalize="none" spellcheck=${false} />
  <//>`;
}

/** The camera picture, scanned until it contains a code. @param {{ onText: (text: string) => void }} props */
function Reader({ onText }) {
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const canScan = "BarcodeDetector" in globalThis && navigator.mediaDevices !== undefined;
  const [isRefused, setRefused] = useState(false);
  useEffect(() => {
    if (!canScan) return;
    /** @type {MediaStream | undefined} */
    let stream;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    let timer;
    let isGone = false;
    const stop = () => stream?.getTracks().forEach((track) => track.stop());
    const begin = async () => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (isGone || video.current === null) return stop();
      video.current.srcObject = stream;
      const detector = new /** @type {any} */ (globalThis).BarcodeDetector({ formats: ["qr_code"] });
      timer = setInterval(async () => {
        if (isGone || video.current === null || video.current.videoWidth === 0) return;
        const [found] = await detector.detect(video.current).catch(() => []);
        if (found && !isGone) onText(found.rawValue);
      }, LOOK_MS);
    };
    begin().catch(() => setRefused(true));
    return () => {
      isGone = true;
      clearInterval(timer);
      stop();
    };
  }, []);
  if (!canScan || isRefused) return html`<${Notice} tone="info">${t(isRefused ? "camera.refused" : "scan.no_camera")}<//>`;
  return html`<div class="camera"><video ref=${video} autoplay playsinline muted aria-label=${t("scan.picture")}></video></div>`;
}
