// The reports. The address contains the report, the dates and the people, so that a link shows the same figures.
import { download, get } from "../api.js";
import { useDepartments } from "../components/departments.js";
import { PartsNav } from "../components/parts-nav.js";
import { useAction, useQuery } from "../components/query.js";
import { ReportChart } from "../components/reports/chart.js";
import { MAX_DAYS, REPORTS, reportOf } from "../components/reports/definitions.js";
import { Exports, orderExport } from "../components/reports/exports.js";
import { ReportTable } from "../components/reports/table.js";
import { Button, Empty, Failure, Icon, Loaded, Notice, Skeleton } from "../components/ui.js";
import "../i18n/admin/index.js";
import "../i18n/pay/index.js";
import { t, word } from "../i18n/index.js";
import { href, navigate, place } from "../router.js";
import { dateOf, day, minute, plusDays, weekday } from "../time.js";
import { html, useId } from "../vendor/preact.js";

/** @typedef {import("../components/reports/definitions.js").Report} Report */
/** @typedef {import("../components/reports/definitions.js").Line} Line */
/** @typedef {Record<string, string | number>} Query */

/** @param {Record<string, string | null>} changes */
function show(changes) {
  navigate("reports", { ...Object.fromEntries(place.peek().params), ...changes }, { replace: true });
}

/**
 * Returns the parameters of a report: those in the address, and defaults for the others.
 * @param {Report} report
 * @param {URLSearchParams} params
 * @param {string} today
 * @returns {Query}
 */
function queryOf(report, params, today) {
  const whom = { department_id: params.get("department") ?? "", user_id: params.get("person") ?? "" };
  if (report.period === "month") {
    const [year = "", month = ""] = (params.get("month") ?? today.slice(0, 7)).split("-");
    return { year: Number(year), month: Number(month), ...whom };
  }
  if (report.period === "year") return { year: Number(params.get("year") ?? today.slice(0, 4)), ...whom };
  const to = params.get("to") ?? today;
  return { from: params.get("from") ?? plusDays(to, -report.days), to, ...(report.groups ? { group_by: params.get("by") ?? "user" } : {}), ...whom };
}

/** Returns the error of a range of dates. @param {Report} report @param {Query} query */
function rangeFault({ period, maxDays = MAX_DAYS }, { from, to }) {
  if (period !== "range") return undefined;
  const [first, last] = [String(from), String(to)];
  // The API refuses invalid dates.
  if (Number.isNaN(Date.parse(first)) || Number.isNaN(Date.parse(last))) return undefined;
  if (last < first) return t("reports.to_before");
  return last > plusDays(first, maxDays - 1) ? t("reports.too_long", { count: maxDays }) : undefined;
}

/** Returns the parameters of an order. Empty parameters are left out. @param {Query} query */
const orderOf = (query) => Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ""));

export default function ReportsPage() {
  const { params } = place.value;
  const today = Number.isNaN(minute.value) ? "" : dateOf(minute.value);
  const report = reportOf(params.get("report"));
  const query = today === "" ? null : queryOf(report, params, today);
  const group = String(query?.group_by ?? "");
  const key = JSON.stringify([report.key, query]);
  const read = report.read ?? ((/** @type {any} */ found) => found);
  const fault = query === null ? undefined : rangeFault(report, query);
  const answer = useQuery(async () => (query === null || fault ? undefined : { key, ...read(await get(report.path, { query })) }), [key]);
  const file = useAction((/** @type {string} */ format) => download(report.path, { ...query, format }, `${report.key}.${format}`));
  const order = useAction((/** @type {string} */ format) => orderExport(/** @type {any} */ ({ report: report.key, format, ...orderOf(query ?? {}) })));
  const isFaulty = fault !== undefined;
  const isTooLarge = !isFaulty && [answer.error?.code, file.error?.code].includes("report_too_large");
  const columns = report.columns(group);
  const chart = report.chart(group);
  const caption = `${word("report", report.key)}${query ? `, ${periodText(report, query)}` : ""}`;
  // Rows of another report don't fit the columns, so they aren't shown.
  const shown = answer.data?.key === key || (answer.data && answer.loading && JSON.parse(answer.data.key)[0] === report.key && JSON.parse(answer.data.key)[1]?.group_by === query?.group_by) ? answer : { ...answer, data: undefined };

  return html`<div class="page wide">
    <h1>${t("nav.reports")}</h1>
    <div class="company reports">
      <${PartsNav} label=${t("reports.which")} current=${report.key} entries=${REPORTS.map(({ key: name, icon }) => ({ key: name, icon, text: word("report", name), href: href("reports", { report: name, department: params.get("department"), person: params.get("person") }) }))} />
      <div class="stack">
        <section class="card stack" aria-labelledby="report">
          <div class="row spread">
            <h2 id="report">${word("report", report.key)}</h2>
            <div class="row">
              ${!report.isSheetOnly && html`<${Button} icon="download" busy=${file.busy} blocked=${isFaulty} onClick=${() => file.run("xlsx")}>${t("reports.as_xlsx")}<//>`}
              <${Button} icon="download" busy=${file.busy} blocked=${isFaulty} onClick=${() => file.run("csv")}>${t("reports.as_csv")}<//>
              ${!report.isSheetOnly && html`<${Button} kind="quiet" icon="file-text" busy=${order.busy} blocked=${isFaulty} onClick=${() => order.run("xlsx")}>${t("reports.order")}<//>`}
            </div>
          </div>
          <p class="muted">${word("report_about", report.key)}</p>
          ${query && html`<${Filters} report=${report} query=${query} params=${params} fault=${fault} />`}
          ${isTooLarge && html`<${Notice} tone="info" role="alert"><p>${t("reports.too_large")}</p><${Button} kind="primary" icon="file-text" busy=${order.busy} onClick=${() => order.run("xlsx")}>${t("reports.order")}<//><//>`}
          ${file.error && !isTooLarge && html`<${Notice} tone="bad" role="alert">${file.error.message || t("state.offline")}<//>`}
          ${order.error && html`<${Notice} tone="bad" role="alert">${order.error.message || t("state.offline")}<//>`}
          ${answer.error && !isTooLarge && !isFaulty
            ? html`<${Failure} error=${answer.error} retry=${answer.reload} />`
            : !isTooLarge &&
              !isFaulty &&
              html`<${Loaded} query=${shown} skeleton=${html`<${Skeleton} lines=${8} height="2.5rem" />`}>
                ${(/** @type {{ rows: Line[], totals: Line }} */ { rows, totals }) =>
                  rows.length === 0
                    ? html`<${Empty} icon=${report.icon} title=${t("reports.nothing")} />`
                    : html`<div class="stack" aria-busy=${answer.loading ? "true" : undefined}>
                        ${chart && html`<${ReportChart} chart=${chart} rows=${rows} caption=${caption} />`}
                        <${ReportTable} key=${report.key} columns=${columns} rows=${rows} totals=${totals} caption=${caption} sort=${params.get("sort") ?? ""} onSort=${(/** @type {string} */ sort) => show({ sort: sort || null })} />
                      </div>`}
              <//>`}
        </section>
        <${Exports} />
      </div>
    </div>
  </div>`;
}

/** @param {Report} report @param {Query} query */
function periodText(report, query) {
  if (report.period === "month") return day(`${query.year}-${String(query.month).padStart(2, "0")}-01`, "month");
  if (report.period === "year") return String(query.year);
  return `${day(String(query.from), "date")} – ${day(String(query.to), "date")}`;
}

/** Links to the most common weeks and months. @param {{ query: Query }} props */
function Ranges({ query }) {
  const today = dateOf(minute.value);
  const monday = plusDays(today, 1 - weekday(today));
  const first = `${today.slice(0, 7)}-01`;
  const lastOfBefore = plusDays(first, -1);
  const ranges = /** @type {const} */ ([
    ["this_week", monday, today],
    ["last_week", plusDays(monday, -7), plusDays(monday, -1)],
    ["this_month", first, today],
    ["last_month", `${lastOfBefore.slice(0, 7)}-01`, lastOfBefore],
  ]);
  return html`<div class="row report-ranges" role="group" aria-label=${t("reports.ranges")}>
    ${ranges.map(([key, from, to]) => html`<${Button} key=${key} kind="quiet" aria-pressed=${query.from === from && query.to === to} onClick=${() => show({ from, to })}>${t(`reports.${key}`)}<//>`)}
  </div>`;
}

/** @param {{ report: Report, query: Query, params: URLSearchParams, fault?: string }} props `fault`: the error of the dates. */
function Filters({ report, query, params, fault }) {
  const id = useId();
  const departments = useDepartments();
  const people = useQuery(() => get("/users", { query: { limit: 200, department_id: params.get("department") ?? "" } }), [params.get("department")]).data?.items ?? [];
  const date = (/** @type {"from" | "to"} */ name) => html`<div class="field"><label class="small" for=${id + name}>${t(`reports.${name}`)}</label>
    <input class="input" type="date" id=${id + name} value=${query[name]} aria-invalid=${name === "to" && fault ? "true" : undefined} aria-describedby=${name === "to" && fault ? `${id}fault` : undefined}
      onChange=${(/** @type {any} */ event) => event.target.value && show({ [name]: event.target.value })} />
    ${name === "to" && fault && html`<p class="error" id=${`${id}fault`} role="alert"><${Icon} name="circle-alert" />${fault}</p>`}</div>`;
  const choice = (/** @type {string} */ label, /** @type {string} */ value, /** @type {[string, string][]} */ options, /** @type {(value: string | null) => void} */ change) => html`<label class="field"><span class="small">${label}</span>
    <select class="input" value=${value} onChange=${(/** @type {any} */ event) => change(event.target.value || null)}>${options.map(([key, text]) => html`<option key=${key} value=${key} selected=${key === value}>${text}</option>`)}</select></label>`;
  const last = Number(query.year);
  return html`<div class="report-filters" role="search">
    ${report.period === "range" && html`<${Ranges} query=${query} />${date("from")}${date("to")}`}
    ${report.period === "month" && html`<label class="field"><span class="small">${t("reports.month")}</span><input class="input" type="month" value=${`${query.year}-${String(query.month).padStart(2, "0")}`} onChange=${(/** @type {any} */ event) => /^\d{4}-\d\d$/.test(event.target.value) && show({ month: event.target.value })} /></label>`}
    ${report.period === "year" && choice(t("reports.year"), String(last), [last - 2, last - 1, last, last + 1].map((year) => [String(year), String(year)]), (year) => show({ year }))}
    ${report.groups && choice(t("reports.group"), String(query.group_by), report.groups.map((one) => [one, word("group", one)]), (by) => show({ by, sort: null }))}
    ${departments.length > 1 && choice(t("people.department"), params.get("department") ?? "", [["", t("board.all_departments")], ...departments.map(({ id, name }) => /** @type {[string, string]} */ ([id, name]))], (department) => show({ department, person: null }))}
    ${choice(t("reports.person"), params.get("person") ?? "", [["", t("people.everyone")], ...people.map(({ id, full_name }) => /** @type {[string, string]} */ ([id, full_name]))], (person) => show({ person }))}
  </div>`;
}
