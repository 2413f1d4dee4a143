// Punches that were made without a network: those that wait to be sent, and those that a manager must review or that were refused.
import { t, word } from "../i18n/index.js";
import { dismiss, queue, send } from "../offline/queue.js";
import { dateOf, day, time } from "../time.js";
import { html } from "../vendor/preact.js";
import { useAction } from "./query.js";
import { Badge, Button, Icon } from "./ui.js";

/** @typedef {import("../offline/queue.js").Row} Row */

const ICONS = { in: "log-in", out: "log-out", break_start: "coffee", break_end: "play" };

export function QueueList() {
  const rows = queue.value;
  const waiting = rows.some((row) => row.result === undefined);
  const again = useAction(async () => void (await send()));
  if (rows.length === 0) return null;
  return html`<section class="card stack" aria-labelledby="queue">
    <div class="row spread">
      <h2 id="queue">${t("queue.title")}</h2>
      ${waiting && html`<${Button} icon="send" busy=${again.busy} onClick=${again.run}>${t("queue.send")}<//>`}
    </div>
    <ul class="rows" role="status">
      ${rows.map(
        (row) => html`<li key=${row.client_id} class="item">
          <${Icon} name=${ICONS[row.action]} />
          <span class="grow"><span class="block">${t(`punch.${row.action}`)}, ${day(dateOf(row.occurred_at), "medium")} ${time(row.occurred_at)}</span>
            ${row.result && html`<span class="small muted">${explained(row.result)}</span>`}</span>
          ${row.result === undefined
            ? html`<${Badge} tone="info" icon="clock">${t("queue.waiting")}<//>`
            : html`<${Badge} tone=${row.result.status === "refused" ? "bad" : "warn"} icon=${row.result.status === "refused" ? "x" : "eye"}>${word("queue.status", row.result.status)}<//>
                <${Button} kind="quiet" icon="x" label=${t("queue.dismiss")} onClick=${() => dismiss(row.client_id)} />`}
        </li>`,
      )}
    </ul>
  </section>`;
}

/** Returns the reason why a punch wasn't accepted directly. @param {NonNullable<Row["result"]>} result */
function explained({ status, code }) {
  const why = code ? word("queue.why", code) : "";
  return status === "refused" ? t("queue.refused", { why }) : t("queue.review", { why });
}
