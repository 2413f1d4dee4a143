// The page for a visit without a network. The person who last used this device can punch. The punches are stored and sent after a sign-in.
import { QueueList } from "../components/queue-list.js";
import { useAction } from "../components/query.js";
import { Button, Icon, Notice } from "../components/ui.js";
import { t } from "../i18n/index.js";
import { add, load, queue } from "../offline/queue.js";
import { navigate, place } from "../router.js";
import { PERSON, restore } from "../session.js";
import { html, useEffect } from "../vendor/preact.js";

const ACTIONS = /** @type {const} */ (["in", "out", "break_start", "break_end"]);
const ICONS = { in: "log-in", out: "log-out", break_start: "coffee", break_end: "play" };
/** The most likely action after a punch. */
const NEXT = { in: "out", out: "in", break_start: "break_end", break_end: "out" };
/** The time between attempts to reach the API. Not every return of the network is an `online` event: Chromium sends none to a page that was
 * loaded offline, and none is sent if the device was connected all the time but not to the internet. */
const RETRY_MS = 10_000;

export default function OfflinePage() {
  const person = /** @type {{ id: string, full_name: string }} */ (JSON.parse(localStorage.getItem(PERSON) ?? '{"id":"","full_name":""}'));
  useEffect(() => void load(person.id), [person.id]);
  const punch = useAction((/** @type {typeof ACTIONS[number]} */ action) => add(person.id, { action }));
  const back = useAction(async () => {
    // The session of the last visit is restored if it is still valid.
    if (await restore()) navigate(place.peek().params.get("next")?.split("?")[0] ?? "today", {}, { replace: true });
    else if (navigator.onLine) navigate("sign-in", {}, { replace: true });
  });
  useEffect(() => {
    addEventListener("online", back.run);
    const timer = setInterval(() => navigator.onLine && document.visibilityState === "visible" && void back.run(), RETRY_MS);
    return () => {
      removeEventListener("online", back.run);
      clearInterval(timer);
    };
  }, []);
  const last = queue.value.at(-1)?.action;
  const likely = last ? NEXT[last] : "in";
  return html`<main class="sign-in" id="main">
    <section class="card stack punch">
      <h1>${person.full_name}</h1>
      <${Notice} tone="warn" icon="wifi-off">${t("offline.about")}<//>
      ${punch.error && html`<${Notice} tone="bad" role="alert">${t("offline.not_kept")}<//>`}
      <div class="punch-buttons">
        ${ACTIONS.map((action) => html`<${Button} key=${action} kind=${action === likely ? "primary" : ""} icon=${ICONS[action]} class=${action === likely ? "punch-button" : "punch-other"} busy=${punch.busy && action === likely} onClick=${() => punch.run(action)}>${t(`punch.${action}`)}<//>`)}
      </div>
      <${Button} kind="quiet" icon="refresh-cw" busy=${back.busy} onClick=${back.run}>${t("state.retry")}<//>
    </section>
    <${QueueList} />
    <p class="small muted row"><${Icon} name="lock" />${t("offline.privacy")}</p>
  </main>`;
}
