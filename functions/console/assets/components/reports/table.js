// A table with sortable columns. The order is in the address, so that a link shows the same table.
import { locale, t, word } from "../../i18n/index.js";
import { html, useState } from "../../vendor/preact.js";
import { Button, Icon } from "../ui.js";
import { isFigure, written } from "./values.js";

/** @typedef {import("./definitions.js").Column} Column */
/** @typedef {import("./definitions.js").Line} Line */

/** The number of rows that are shown at first. */
const FIRST = 100;

/**
 * @param {{ columns: Column[], rows: Line[], totals: Line, sort: string, onSort: (sort: string) => void, caption: string }} props `sort`: a column; a minus sorts descending.
 */
export function ReportTable({ columns, rows, totals, sort, onSort, caption }) {
  const [shown, setShown] = useState(FIRST);
  const by = sort.replace(/^-/, "");
  const isDown = sort.startsWith("-");
  const ordered = by === "" ? rows : [...rows].sort((a, b) => compared(a[by], b[by]) * (isDown ? -1 : 1));
  const press = (/** @type {Column} */ column) => {
    if (by !== column.key) onSort(isFigure(column.kind) ? `-${column.key}` : column.key);
    else onSort(isDown === isFigure(column.kind) ? (isDown ? column.key : `-${column.key}`) : "");
  };
  const hasTotals = Object.keys(totals).length > 0;
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${caption}>
      <table class="table report-table">
        <caption class="visually-hidden">${caption}</caption>
        <thead><tr>
          ${columns.map(
            (column) => html`<th key=${column.key} scope="col" class=${isFigure(column.kind) ? "number" : ""} aria-sort=${by === column.key ? (isDown ? "descending" : "ascending") : undefined}>
              <button onClick=${() => press(column)}>${word("column", column.key)}<${Icon} name=${by === column.key ? (isDown ? "arrow-down" : "arrow-up") : "minus"} /></button>
            </th>`,
          )}
        </tr></thead>
        <tbody>
          ${ordered.slice(0, shown).map(
            (row, index) => html`<tr key=${index}>
              ${columns.map((column, at) => {
                const value = row[column.key];
                const classes = [isFigure(column.kind) && "number figures", column.bad && value > 0 && "is-bad"].filter(Boolean).join(" ");
                const to = column.link?.(row);
                const plain = written(value, column.kind, row);
                // Names can occur in several rows, so the label of a link includes the date.
                const text = to ? html`<a href=${to} aria-label=${row.date ? `${plain}, ${written(row.date, "date", row)}` : undefined}>${plain}</a>` : plain;
                return at === 0 ? html`<th key=${column.key} scope="row" class=${classes}>${text}</th>` : html`<td key=${column.key} class=${classes}>${text}</td>`;
              })}
            </tr>`,
          )}
        </tbody>
        ${hasTotals &&
        html`<tfoot><tr>
          ${columns.map((column, at) => html`<td key=${column.key} class=${isFigure(column.kind) ? "number figures" : ""}>${column.key in totals ? written(totals[column.key], column.kind, totals) : at === 0 ? t("reports.total") : ""}</td>`)}
        </tr></tfoot>`}
      </table>
    </div>
    ${rows.length > shown && html`<${Button} class="wide" onClick=${() => setShown(shown + 5 * FIRST)}>${t("reports.more_rows", { count: rows.length - shown })}<//>`}`;
}

/** @param {any} a @param {any} b */
function compared(a, b) {
  if (a === null || a === undefined) return b === null || b === undefined ? 0 : -1;
  if (b === null || b === undefined) return 1;
  return typeof a === "string" ? a.localeCompare(String(b), locale.value) : Number(a) - Number(b);
}
