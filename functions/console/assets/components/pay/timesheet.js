// A person's timesheet of a pay period: paid time, days, blockers of the signature, and signatures.
import { download, get, post } from "../../api.js";
import { leaveTypeName, t, word } from "../../i18n/index.js";
import { href, loadPart } from "../../router.js";
import { user } from "../../session.js";
import { dateOf, day, duration, time } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { useAction, useLive, useQuery } from "../query.js";
import { toast } from "../toast.js";
import { Badge, Button, Empty, Loaded, Notice, Skeleton } from "../ui.js";
import { usePayCodes } from "./codes.js";

/** @typedef {import("../../types").Schemas["Timesheet"]} Timesheet */
/** @typedef {Timesheet["status"]} Status */
/** @typedef {Timesheet["blockers"][number]} Blocker */

/** @type {Record<Status, [import("../ui.js").Tone, string]>} */
const TONES = { open: ["", "pencil"], submitted: ["info", "send"], approved: ["good", "check"], rejected: ["bad", "x"], closing: ["warn", "timer"], closed: ["good", "lock"] };

/** @param {{ status: Status }} props */
export function TimesheetBadge({ status }) {
  const [tone, icon] = TONES[status] ?? ["", "info"];
  return html`<${Badge} tone=${tone} icon=${icon}>${word("timesheet_status", status)}<//>`;
}

/** @param {{ period: string, person: string, onChange?: () => void, onClose?: () => void }} props */
export function TimesheetCard({ period, person, onChange, onClose }) {
  const query = useQuery(() => get("/pay/periods/{id}/timesheets/{user_id}", { path: { id: period, user_id: person } }), [period, person]);
  useLive("day", ({ data }) => data.user_id === person && query.reload());
  const changed = (/** @type {Timesheet} */ timesheet) => {
    query.replace(timesheet);
    onChange?.();
  };
  return html`<section class="card stack" aria-labelledby="timesheet">
    <${Loaded} query=${query} skeleton=${html`<${Skeleton} lines=${8} height="2rem" />`}>
      ${(/** @type {Timesheet} */ timesheet) => html`<${Content} timesheet=${timesheet} onChange=${changed} onReload=${query.reload} onClose=${onClose} />`}
    <//>
  </section>`;
}

/** @param {{ timesheet: Timesheet, onChange: (timesheet: Timesheet) => void, onReload: () => void, onClose?: () => void }} props */
function Content({ timesheet, onChange, onReload, onClose }) {
  const name = usePayCodes();
  const isOwn = timesheet.user_id === user.value?.id;
  const pdf = useAction(() => download("/pay/periods/{id}/timesheets/{user_id}", { format: "pdf" }, "timesheet.pdf", { id: timesheet.period_id, user_id: timesheet.user_id }));
  const signed = /** @type {const} */ (["submitted", "approved"]).flatMap((what) => {
    const one = timesheet[what];
    return one ? [t(`timesheet.${what}_by`, { name: one.by_name ?? "–", date: day(dateOf(one.at), "date"), time: time(one.at) })] : [];
  });
  return html`<div class="row timesheet-head">
      <h2 id="timesheet" class="grow">${isOwn ? t("timesheet.own") : timesheet.user_name}</h2>
      <${TimesheetBadge} status=${timesheet.status} />
      <span class="timesheet-buttons"><${Button} kind="quiet" icon="download" label=${t("timesheet.pdf")} busy=${pdf.busy} onClick=${pdf.run} />
        ${onClose && html`<${Button} kind="quiet" icon="x" label=${t("pay.close_detail")} onClick=${onClose} />`}</span>
    </div>
    ${pdf.error && html`<${Notice} tone="bad" role="alert">${pdf.error.message || t("state.offline")}<//>`}
    ${signed.map((text) => html`<p class="muted small" key=${text}>${text}</p>`)}
    ${timesheet.rejected && html`<${Notice} tone="warn"><p>${t("timesheet.rejected_by", { name: timesheet.rejected.by_name ?? "–" })}</p><p>${timesheet.rejected.note}</p><//>`}
    ${timesheet.has_changed && html`<${Notice} tone="info">${t(timesheet.status === "closed" ? "timesheet.changed_closed" : "timesheet.changed")}<//>`}
    <${Totals} totals=${timesheet.totals} name=${name} />
    <${Blockers} timesheet=${timesheet} />
    <${Actions} timesheet=${timesheet} onChange=${onChange} onReload=${onReload} />
    <${Days} timesheet=${timesheet} name=${name} />
    ${timesheet.changed_days.length > 0 &&
    html`<h3>${t("timesheet.changed_days")}</h3>
      <ul class="rows">${timesheet.changed_days.map((one) => html`<li key=${one.date} class="item"><span class="grow">${day(one.date, "date")}</span>${one.codes.map(({ code, seconds }) => html`<span key=${code} class="figures">${name(code)} ${signedDuration(seconds)}</span>`)}</li>`)}</ul>`}`;
}

/** Returns a duration with its sign. Overpaid time is negative. @param {number} seconds */
export const signedDuration = (seconds) => (seconds < 0 ? `−${duration(-seconds)}` : duration(seconds));

/** @param {{ totals: readonly { code: string, seconds: number }[], name: (code: string) => string }} props */
function Totals({ totals, name }) {
  if (totals.length === 0) return null;
  return html`<dl class="figures-row">${totals.map(({ code, seconds }) => html`<div key=${code}><dt class="small muted">${name(code)}</dt><dd class="figures strong">${signedDuration(seconds)}</dd></div>`)}</dl>`;
}

/** Returns the address of a person's day. @param {string} person @param {string} date */
const dayAddress = (person, date) => (person === user.value?.id ? href("calendar", { date }) : href("team", { person, date }));

/** The blockers of a timesheet's signature, each with a link to its day. @param {{ blockers: readonly Blocker[], person: string }} props */
export function BlockerList({ blockers, person }) {
  return html`<ul>${blockers.map((one, index) => {
    const date = "date" in one ? one.date : one.start_date;
    return html`<li key=${index}><a href=${dayAddress(person, date)}>${day(date, "medium")}</a>: ${word("timesheet_blocker", one.kind)}</li>`;
  })}</ul>`;
}

/** @param {{ timesheet: Timesheet }} props */
function Blockers({ timesheet }) {
  if (timesheet.blockers.length === 0 || timesheet.status === "closed") return null;
  return html`<${Notice} tone="warn">
    <p class="strong">${t("timesheet.blocked")}</p>
    <${BlockerList} blockers=${timesheet.blockers} person=${timesheet.user_id} />
  <//>`;
}

/** @param {{ timesheet: Timesheet, onChange: (timesheet: Timesheet) => void, onReload: () => void }} props */
function Actions({ timesheet, onChange, onReload }) {
  const [dialog, setDialog] = useState(/** @type {import("../ui.js").Children} */ (null));
  const path = { id: timesheet.period_id, user_id: timesheet.user_id };
  // The hash makes sure that the person signs the figures on the screen. The API refuses other figures.
  const body = { figures_hash: timesheet.figures_hash };
  const sign = useAction(async (/** @type {"submit" | "approve"} */ action) => {
    onChange(action === "submit" ? await post("/pay/periods/{id}/timesheets/{user_id}/submit", { path, body }) : await post("/pay/periods/{id}/timesheets/{user_id}/approve", { path, body }));
    toast(t(`timesheet.done_${action}`));
  });
  const reject = async () => {
    const { ReasonDialog } = await loadPart(() => import("../reason-dialog.js"));
    setDialog(html`<${ReasonDialog} title=${t("timesheet.reject")} about=${t("timesheet.reject_about")} label=${t("reason.note")} required confirm=${t("timesheet.reject")} icon="x" kind="danger" onClose=${() => setDialog(null)}
      onConfirm=${async (/** @type {string} */ note) => {
        onChange(await post("/pay/periods/{id}/timesheets/{user_id}/reject", { path, body: { note } }));
        toast(t("timesheet.done_reject"));
      }} />`);
  };
  const may = (/** @type {"submit" | "approve" | "reject"} */ action) => timesheet.allowed_actions.includes(action);
  const isStale = sign.error?.code === "timesheet_changed";
  return html`${sign.error && html`<${Notice} tone="bad" role="alert"><p>${sign.error.message || t("state.offline")}</p>${isStale && html`<${Button} icon="refresh-cw" onClick=${() => (sign.clear(), onReload())}>${t("timesheet.reload")}<//>`}<//>`}
    ${(may("submit") || may("approve") || may("reject")) &&
    html`<div class="row actions">
      ${may("submit") && html`<${Button} kind="primary" icon="send" busy=${sign.busy} onClick=${() => sign.run("submit")}>${t("timesheet.submit")}<//>`}
      ${may("approve") && html`<${Button} kind="primary" icon="check" busy=${sign.busy} onClick=${() => sign.run("approve")}>${t("timesheet.approve")}<//>`}
      ${may("reject") && html`<${Button} kind="danger" icon="x" onClick=${reject}>${t("timesheet.reject")}<//>`}
    </div>`}
    ${dialog}`;
}

/** @param {{ timesheet: Timesheet, name: (code: string) => string }} props */
function Days({ timesheet, name }) {
  if (timesheet.days.length === 0) return html`<${Empty} icon="calendar" title=${t("timesheet.no_days")} />`;
  return html`<div class="table-scroll timesheet-frame" tabindex="0" role="region" aria-label=${t("timesheet.days")}>
    <table class="table timesheet-days">
      <caption class="visually-hidden">${t("timesheet.days")}</caption>
      <thead><tr><th scope="col">${t("timesheet.date")}</th><th scope="col" class="number">${t("timesheet.worked")}</th><th scope="col" class="number">${t("timesheet.planned")}</th><th scope="col">${t("timesheet.paid")}</th></tr></thead>
      <tbody>
        ${timesheet.days.map(
          (one) => html`<tr key=${one.date}>
            <th scope="row"><a href=${dayAddress(timesheet.user_id, one.date)}>${day(one.date, "medium")}</a></th>
            <td class="number figures">${one.worked_seconds === 0 ? "–" : duration(one.worked_seconds)}</td>
            <td class="number figures">${one.scheduled_seconds === 0 ? "–" : duration(one.scheduled_seconds)}</td>
            <td>${one.codes.map(({ code, seconds }) => html`<span key=${code} class="pay-code"><span class="muted">${name(code)}</span> <span class="figures">${signedDuration(seconds)}</span></span>`)}
              ${one.absences.map((absence, index) => html`<${Badge} key=${index} tone="info" icon="palmtree">${absence.leave_type ? leaveTypeName(absence.leave_type) : t("timesheet.holiday")}<//>`)}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
