// Pay runs: the payroll files of a pay period. A finished run never changes; a later run contains only the differences.
import { download, get, post } from "../../api.js";
import { t, word } from "../../i18n/index.js";
import { dateOf, day, time } from "../../time.js";
import { html, useEffect, useState } from "../../vendor/preact.js";
import { CheckField, Refused, SelectField, errorAt } from "../form.js";
import { useAction, useQuery } from "../query.js";
import { toast } from "../toast.js";
import { Badge, Button, Empty, Loaded, Notice } from "../ui.js";

/** @typedef {import("../../types").Schemas["PayRun"]} Run */

/** The interval at which an unfinished run is polled. */
const POLL_MS = 3_000;

const TONES = /** @type {const} */ ({ queued: ["info", "clock"], running: ["info", "timer"], done: ["good", "check"], failed: ["bad", "x"] });

/** @param {{ period: import("./periods.js").Period }} props */
export function PayRuns({ period }) {
  const query = useQuery(() => get("/pay/runs", { query: { period_id: period.id, limit: 50 } }), [period.id]);
  const isUnderWay = query.data?.items.some(({ status }) => status === "queued" || status === "running") ?? false;
  useEffect(() => {
    if (!isUnderWay) return;
    const timer = setInterval(query.reload, POLL_MS);
    return () => clearInterval(timer);
  }, [isUnderWay, query.reload]);
  return html`<section class="card stack" aria-labelledby="runs">
    <h2 id="runs">${t("runs.title")}</h2>
    <p class="muted">${t("runs.about")}</p>
    <${NewRun} period=${period} onStarted=${query.reload} />
    <${Loaded} query=${query}>
      ${(/** @type {{ items: readonly Run[] }} */ { items }) =>
        items.length === 0 ? html`<${Empty} icon="file-text" title=${t("runs.none")} />` : html`<ul class="rows">${items.map((run) => html`<${Line} key=${run.id} run=${run} />`)}</ul>`}
    <//>
  </section>`;
}

/** @param {{ period: import("./periods.js").Period, onStarted: () => void }} props */
function NewRun({ period, onStarted }) {
  const templates = useQuery(() => get("/pay/templates", { query: { limit: 200 } }), []).data?.items ?? [];
  const isClosed = period.status === "closed";
  const [chosen, setChosen] = useState("");
  const [isPreview, setPreview] = useState(!isClosed);
  const template = chosen || (templates[0]?.name ?? "");
  const start = useAction(async () => {
    await post("/pay/runs", { body: { period_id: period.id, template, preview: isPreview } });
    toast(t("runs.started"));
    onStarted();
  });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void start.run();
  };
  return html`<form class="stack" onSubmit=${submit}>
    <${Refused} refusal=${start.error} fields=${["template"]} />
    <div class="row pay-run">
      <${SelectField} label=${t("runs.template")} value=${template} error=${errorAt(start.error, "template")} onChange=${setChosen} options=${templates.map(({ name }) => [name, word("pay_template", name)])} />
      <${CheckField} label=${t("runs.preview")} checked=${isPreview} onChange=${setPreview} />
      <${Button} icon="play" type="submit" busy=${start.busy} blocked=${template === "" || (!isClosed && !isPreview)}>${t("runs.start")}<//>
    </div>
    ${!isClosed && html`<p class="hint">${t("runs.not_closed")}</p>`}
  </form>`;
}

/** @param {{ run: Run }} props */
function Line({ run }) {
  const [tone, icon] = TONES[run.status];
  const file = useAction(() => download("/pay/runs/{id}/file", {}, `payroll-${run.period_id}`, { id: run.id }));
  const details = [
    `${day(dateOf(run.created_at), "date")}, ${time(run.created_at)}`,
    run.requested_by_name,
    run.status === "done" && t("runs.lines", { lines: run.lines, people: run.people }),
    run.earlier_runs.length > 0 && t("runs.differences"),
  ];
  return html`<li class="item">
    <span class="grow"><span class="block strong">${word("pay_template", run.template)}${run.is_preview ? ` · ${t("runs.is_preview")}` : ""}</span>
      <span class="block small muted">${details.filter(Boolean).join(" · ")}</span>
      ${run.not_closed.length > 0 && html`<span class="block small">${t("runs.left_out", { count: run.not_closed.length })}</span>`}
      ${run.error && html`<span class="block small is-bad">${run.error}</span>`}
      ${run.hash && html`<span class="block small muted pay-hash">SHA-256 ${run.hash}</span>`}
      ${file.error && html`<${Notice} tone="bad" role="alert">${file.error.message || t("state.offline")}<//>`}</span>
    <${Badge} tone=${tone} icon=${icon}>${word("pay_run", run.status)}<//>
    ${run.status === "done" && html`<${Button} kind="quiet" icon="download" label=${t("runs.download")} busy=${file.busy} onClick=${file.run} />`}
  </li>`;
}
