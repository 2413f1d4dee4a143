// A dialog that takes a photo with the device's camera and previews it.
import { t } from "../i18n/index.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";
import { Button, Notice } from "./ui.js";

/** The width of a photo in pixels. A face is recognizable at this size, and a photo has about 60 kB. */
const WIDTH = 640;

/** @param {{ onPhoto: (base64: string) => void, onClose: () => void }} props `base64` is a JPEG. */
export function CameraDialog({ onPhoto, onClose }) {
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const [photo, setPhoto] = useState(/** @type {string | null} */ (null));
  const [state, setState] = useState(/** @type {"starting" | "on" | "refused" | "missing"} */ ("starting"));
  useEffect(() => {
    /** @type {MediaStream | undefined} */
    let stream;
    let isGone = false;
    const begin = async () => {
      // Without HTTPS, browsers offer the camera only on localhost.
      if (!navigator.mediaDevices) return setState("missing");
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: { ideal: 1280 } } });
        if (isGone) return stop();
        if (video.current) video.current.srcObject = stream;
      } catch (error) {
        setState(error instanceof DOMException && error.name === "NotFoundError" ? "missing" : "refused");
      }
    };
    const stop = () => stream?.getTracks().forEach((track) => track.stop());
    void begin();
    return () => {
      isGone = true;
      stop();
    };
  }, []);
  const take = () => video.current && setPhoto(capture(video.current));
  const use = () => {
    if (photo === null) return;
    onPhoto(photo);
    onClose();
  };
  const footer = photo
    ? html`<${Button} icon="undo-2" onClick=${() => setPhoto(null)}>${t("camera.again")}<//>
        <${Button} kind="primary" icon="check" onClick=${use}>${t("camera.use")}<//>`
    : html`<${Button} kind="primary" icon="camera" blocked=${state !== "on"} onClick=${take}>${t("camera.take")}<//>`;
  return html`<${Dialog} title=${t("camera.title")} onClose=${onClose} footer=${footer}>
    <div class="camera">
      ${state === "refused" && html`<${Notice} tone="warn">${t("camera.refused")}<//>`}
      ${state === "missing" && html`<${Notice} tone="warn">${t("camera.missing")}<//>`}
      <video ref=${video} autoplay playsinline muted hidden=${photo !== null || state !== "on"}
        onLoadedData=${() => setState("on")}></video>
      ${photo && html`<img src=${`data:image/jpeg;base64,${photo}`} alt=${t("camera.taken")} />`}
    </div>
  <//>`;
}

/**
 * Returns the current picture of a video, as a JPEG in base64.
 * @param {HTMLVideoElement} video
 */
export function capture(video) {
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, WIDTH / (video.videoWidth || WIDTH));
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.85).split(",")[1] ?? null;
}
