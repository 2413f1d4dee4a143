// A dialog for the person's shifts as a calendar feed for their phone. An address is shown once, and a new address replaces the previous one.
import { post, remove } from "../api.js";
import { t } from "../i18n/index.js";
import { html, useState } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";
import { QrCode } from "./qr-code.js";
import { useAction } from "./query.js";
import { toast } from "./toast.js";
import { Button, Notice } from "./ui.js";

/** @param {{ onClose: () => void }} props */
export function FeedDialog({ onClose }) {
  const [url, setUrl] = useState("");
  const create = useAction(async () => setUrl((await post("/roster/me/calendar", { body: {} })).url));
  const revoke = useAction(async () => {
    await remove("/roster/me/calendar");
    setUrl("");
    toast(t("feed.revoked"));
    onClose();
  });
  const copy = async () => {
    await navigator.clipboard.writeText(url);
    toast(t("feed.copied"));
  };
  const error = create.error ?? revoke.error;
  return html`<${Dialog} title=${t("calendar.subscribe")} onClose=${onClose}>
    <p>${t("feed.about")}</p>
    ${error && html`<${Notice} tone="bad" role="alert">${error.message || t("state.offline")}<//>`}
    ${url === ""
      ? html`<div class="row"><${Button} kind="primary" icon="link" busy=${create.busy} onClick=${create.run}>${t("feed.create")}<//>
          <${Button} kind="danger" busy=${revoke.busy} onClick=${revoke.run}>${t("feed.revoke")}<//></div>`
      : html`<label class="field"><span>${t("feed.address")}</span>
            <input class="input" readonly value=${url} onFocus=${(/** @type {any} */ event) => event.target.select()} /></label>
          <${Notice}>${t("feed.secret")}<//>
          <${QrCode} text=${url} label=${t("feed.qr")} />
          <div class="row">
            <a class="button primary" href=${url.replace(/^https?:/, "webcal:")}>${t("feed.open")}</a>
            <${Button} onClick=${copy}>${t("feed.copy")}<//>
          </div>`}
  <//>`;
}
