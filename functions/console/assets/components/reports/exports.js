// Reports and other files that take some time. They are ordered here, followed with live messages, and downloaded when they are ready.
import { get, ifFound, post } from "../../api.js";
import { t, word } from "../../i18n/index.js";
import { user } from "../../session.js";
import { time } from "../../time.js";
import { html, signal, useEffect } from "../../vendor/preact.js";
import { useAction, useLive } from "../query.js";
import { toast } from "../toast.js";
import { Badge, Button, Icon, Notice } from "../ui.js";

/** @typedef {import("../../types").Schemas["ReportExport"]} ReportExport */
/** @typedef {import("../../types").Schemas["ReportExportOrder"]} Order */

/** The interval at which an unfinished export is polled. A live message reports its end. */
const POLL_MS = 3_000;
/** The orders of this visit and of previous visits. The API keeps them for a week. */
const orders = signal(/** @type {ReportExport[]} */ ([]));
let owner = "";

const storage = () => `rollcall.exports.${user.peek()?.id ?? ""}`;

/** @param {ReportExport[]} next */
function keep(next) {
  orders.value = next;
  localStorage.setItem(storage(), JSON.stringify(next.map(({ id }) => id)));
}

/** Reads the exports of this person's earlier visits. */
async function restore() {
  if (owner === storage()) return;
  owner = storage();
  orders.value = [];
  const ids = /** @type {string[]} */ (JSON.parse(localStorage.getItem(owner) ?? "[]"));
  try {
    // An export that the API has deleted is left out.
    const found = await Promise.all(ids.map((id) => ifFound(get("/reports/exports/{id}", { path: { id } }))));
    if (owner === storage()) keep(found.filter((one) => one !== null));
  } catch (error) {
    // After a failure, for example offline, the next visit of the page loads the exports again.
    owner = "";
    throw error;
  }
}

/** @param {string} id */
async function refresh(id) {
  const found = await get("/reports/exports/{id}", { path: { id } });
  keep(orders.peek().map((one) => (one.id === id ? found : one)));
  return found;
}

/** Orders a file, and adds it to the list. @param {() => Promise<ReportExport>} order */
export async function orderFile(order) {
  await restore();
  const made = await order();
  keep([made, ...orders.peek()].slice(0, 10));
  toast(t("reports.ordered"));
}

/** @param {Order} order */
export const orderExport = (order) => orderFile(() => post("/reports/exports", { body: order }));

const isOpen = (/** @type {ReportExport} */ { status }) => status === "queued" || status === "running";

export function Exports() {
  useEffect(() => void restore().catch(() => {}), []);
  const open = orders.value.filter(isOpen);
  useEffect(() => {
    if (open.length === 0) return;
    const timer = setInterval(() => open.forEach(({ id }) => void refresh(id).catch(() => {})), POLL_MS);
    return () => clearInterval(timer);
  }, [open.map(({ id }) => id).join(" ")]);
  useLive("notification", ({ data }) => {
    if (/^export_(ready|failed)$/.test(data.kind)) for (const { id } of orders.peek().filter(isOpen)) void refresh(id).catch(() => {});
  });
  const fetchFile = useAction(async (/** @type {string} */ id) => {
    // The address is valid for a few minutes, so each download requests a new one.
    const { url } = await refresh(id);
    if (url) location.assign(url);
  });
  if (orders.value.length === 0) return null;
  return html`<section class="card stack" aria-labelledby="exports">
    <h2 id="exports">${t("reports.exports")}</h2>
    ${fetchFile.error && html`<${Notice} tone="bad" role="alert">${fetchFile.error.message || t("state.offline")}<//>`}
    <ul class="rows" aria-live="polite">
      ${orders.value.map(
        (one) => html`<li key=${one.id} class="item">
          <${Icon} name="file-text" />
          <span class="grow"><span class="block">${word("report", one.report)} · ${one.format.toUpperCase()}</span>
            <span class="small muted">${isOpen(one) && one.progress.total > 0 ? t("reports.parts", { done: one.progress.done, total: one.progress.total }) : one.error ? one.error : t("reports.ordered_at", { time: time(one.created_at) })}</span>
            ${isOpen(one) && html`<progress max=${one.progress.total || 1} value=${one.progress.total ? one.progress.done : undefined} aria-label=${word("report", one.report)}></progress>`}</span>
          ${one.status === "done"
            ? html`<${Button} icon="download" busy=${fetchFile.busy} onClick=${() => fetchFile.run(one.id)}>${t("reports.download")}<//>`
            : html`<${Badge} tone=${one.status === "failed" ? "bad" : "info"} icon=${one.status === "failed" ? "circle-alert" : "clock"}>${word("job", one.status)}<//>`}
        </li>`,
      )}
    </ul>
  </section>`;
}
