// Small charts of a report. The table below contains the same data, so that no information is only in a picture.
import { t, word } from "../../i18n/index.js";
import { day, number } from "../../time.js";
import { h, html } from "../../vendor/preact.js";
import { written } from "./values.js";

/** @typedef {import("./definitions.js").Line} Line */
/** @typedef {import("./definitions.js").Chart} Chart */

/** The maximum number of bars. Smaller values are only in the table. */
const MAX_BARS = 12;
const WIDTH = 640;
const HEIGHT = 200;
/** The margin around the lines for the dots at their ends. */
const MARGIN = 6;
/** The maximum number of dates below the lines. More don't fit on a phone. */
const MAX_DATES = 4;

/** @param {{ chart: Chart, rows: Line[], caption: string }} props */
export function ReportChart({ chart, rows, caption }) {
  if (chart.type === "lines") return html`<${Lines} series=${chart.series} rows=${rows} caption=${caption} />`;
  return html`<${Bars} chart=${chart} rows=${rows} caption=${caption} />`;
}

/** @param {{ chart: Extract<Chart, { type: "bars" }>, rows: Line[], caption: string }} props */
function Bars({ chart, rows, caption }) {
  const all = added(chart, rows);
  const isByDate = rows[0]?.full_name === undefined && rows[0]?.department === undefined;
  const bars = isByDate ? all.slice(-MAX_BARS) : all.sort((a, b) => b.value - a.value).slice(0, MAX_BARS);
  const most = Math.max(...bars.map((bar) => Math.max(bar.value, bar.plan)), 0);
  if (most === 0) return null;
  const share = (/** @type {number} */ value) => `${Math.max(0, value / most) * 100}%`;
  return html`<figure class="chart">
    <figcaption class="small muted row"><span class="grow">${caption}</span>
      <span class="chart-key">${word("column", chart.value)}</span>${chart.plan && html`<span class="chart-key of-plan">${word("column", chart.plan)}</span>`}
      ${all.length > bars.length && html`<span>${t("reports.top", { count: bars.length })}</span>`}</figcaption>
    <ol class="chart-bars" aria-hidden="true">
      ${bars.map(
        (bar) => html`<li key=${bar.label}>
          <span class="small chart-label">${/^\d{4}-\d\d-\d\d$/.test(bar.label) ? day(bar.label, "medium") : bar.label}</span>
          <span class="track">${chart.plan && html`<span class="is-plan" style=${{ width: share(bar.plan) }}></span>`}<span class="is-value" style=${{ width: share(bar.value) }}></span></span>
          <span class="small figures">${written(bar.value, chart.kind, {})}</span>
        </li>`,
      )}
    </ol>
  </figure>`;
}

/** Returns the rows summed by label: a person in two departments has one bar. @param {Extract<Chart, { type: "bars" }>} chart @param {Line[]} rows */
function added(chart, rows) {
  /** @type {Map<string, { label: string, value: number, plan: number }>} */
  const bars = new Map();
  for (const row of rows) {
    const label = chart.label(row);
    const bar = bars.get(label) ?? { label, value: 0, plan: 0 };
    bar.value += Number(row[chart.value] ?? 0);
    bar.plan += chart.plan ? Number(row[chart.plan] ?? 0) : 0;
    bars.set(label, bar);
  }
  return [...bars.values()];
}

/** @param {{ series: string[], rows: Line[], caption: string }} props */
function Lines({ series, rows, caption }) {
  if (rows.length < 2) return null;
  const x = (/** @type {number} */ index) => (index / (rows.length - 1)) * WIDTH;
  const y = (/** @type {number} */ value) => HEIGHT - value * HEIGHT;
  const rules = [0, 0.25, 0.5, 0.75, 1].map((value) => h("line", { key: value, x1: 0, x2: WIDTH, y1: y(value), y2: y(value), class: "rule" }));
  const lines = series.map((key, at) => h("path", { key, d: pathOf(rows.map((row) => row[key]), x, y), class: `line line-${at}` }));
  // Dots are lines without a length: their round ends stay round when the chart is stretched.
  const dots = series.flatMap((key, at) => rows.map((row, index) => (typeof row[key] === "number" ? h("path", { key: `${key}${index}`, d: `M${x(index).toFixed(1)} ${y(row[key]).toFixed(1)}h0`, class: `dot line-${at}` }) : null)));
  const left = (/** @type {number} */ index) => `${((x(index) + MARGIN) / (WIDTH + 2 * MARGIN)) * 100}%`;
  return html`<figure class="chart">
    <figcaption class="small muted row"><span class="grow">${caption}</span>${series.map((key, at) => html`<span key=${key} class=${`chart-key series-${at}`}>${word("column", key)}</span>`)}</figcaption>
    <div class="chart-lines" aria-hidden="true">
      <span class="small axis"><span>${number(1, { style: "percent" })}</span><span>${number(0.5, { style: "percent" })}</span><span>${number(0, { style: "percent" })}</span></span>
      <svg viewBox=${`${-MARGIN} ${-MARGIN} ${WIDTH + 2 * MARGIN} ${HEIGHT + 2 * MARGIN}`} preserveAspectRatio="none">${rules}${lines}${dots}</svg>
      <span class="small dates">${dated(rows.length).map((index) => html`<span key=${index} style=${{ insetInlineStart: left(index) }}>${day(rows[index]?.from, "short")}</span>`)}</span>
    </div>
  </figure>`;
}

/** Returns the points with a date label: the first, the last, and evenly spaced points between them. @param {number} count */
function dated(count) {
  const shown = Math.min(count, MAX_DATES);
  return Array.from({ length: shown }, (_, at) => Math.round((at * (count - 1)) / (shown - 1)));
}

/**
 * Returns the path of a line. The line has gaps where values are missing.
 * @param {(number | null)[]} values
 * @param {(index: number) => number} x
 * @param {(value: number) => number} y
 */
function pathOf(values, x, y) {
  let isOpen = false;
  return values
    .map((value, index) => {
      if (typeof value !== "number") return (isOpen = false), "";
      const step = `${isOpen ? "L" : "M"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
      isOpen = true;
      return step;
    })
    .join("");
}
