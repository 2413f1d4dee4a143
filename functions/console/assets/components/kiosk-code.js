// The code that a kiosk shows for phones. It changes every few seconds, so that a photo of it is useless.
import { t } from "../i18n/index.js";
import { code } from "../kiosk.js";
import { base } from "../router.js";
import { ms } from "../time.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { QrCode } from "./qr-code.js";

/** The delay before the next request after a failure. */
const RETRY_MS = 15_000;
/** The minimum delay between two requests. */
const LEAST_MS = 1_000;

export function KioskCode() {
  const [shown, setShown] = useState("");
  useEffect(() => {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    let isGone = false;
    const next = async () => {
      const answer = await code().catch(() => undefined);
      if (isGone) return;
      // Without a network, no code is shown, because the previous code is no longer valid.
      setShown(answer?.code ?? "");
      timer = setTimeout(next, answer ? Math.max(LEAST_MS, ms(answer.changes_at) - ms(answer.now)) : RETRY_MS);
    };
    void next();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, []);
  if (shown === "") return null;
  const address = new URL(`today?kiosk_code=${encodeURIComponent(shown)}`, base).href;
  return html`<figure class="kiosk-code"><${QrCode} text=${address} label=${t("kiosk.code")} /><figcaption class="small muted">${t("kiosk.code_about")}</figcaption></figure>`;
}
