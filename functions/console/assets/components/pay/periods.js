// Pay periods: the selected period, and a picker for others. The address contains the period's id, so that a link shows the same period.
import { get } from "../../api.js";
import { t, word } from "../../i18n/index.js";
import { place } from "../../router.js";
import { dateOf, day, minute } from "../../time.js";
import { html } from "../../vendor/preact.js";
import { useQuery } from "../query.js";
import { Badge, Button, Empty, Failure, Skeleton } from "../ui.js";

/** @typedef {import("../../types").Schemas["PayPeriodWithStatus"]} Period */
/** @typedef {{ query: import("../query.js").Query<{ items: Period[] }>, year: number, period: Period | undefined }} Periods */

/** Returns the year in which a period ends. An id is `2026-11-01..2026-11-30`. @param {string} id */
const yearOf = (id) => Number(id.slice(12, 16));

/** Returns the periods of a year, and the period in the address, or today's period if the address has none. @returns {Periods} */
export function usePeriods() {
  const { params } = place.value;
  const today = Number.isNaN(minute.value) ? "" : dateOf(minute.value);
  const id = params.get("period") ?? "";
  const year = Number(params.get("year")) || yearOf(id) || Number(today.slice(0, 4)) || undefined;
  const query = useQuery(() => get("/pay/periods", { query: { year } }), [year]);
  const items = query.data?.items ?? [];
  const period = items.find((one) => one.id === id) ?? items.findLast((one) => one.from <= today) ?? items[0];
  return { query, year: year ?? 0, period };
}

/** @param {Period} period */
export const periodName = ({ from, to }) => `${day(from, "short")} – ${day(to, "date")}`;

const TONES = /** @type {const} */ ({ open: ["", "clock"], closing: ["warn", "timer"], closed: ["good", "lock"] });

/** The status of a period. @param {{ period: Period }} props */
export function PeriodBadge({ period }) {
  const [tone, icon] = TONES[period.status];
  return html`<${Badge} tone=${tone} icon=${icon}>${word("pay_period", period.is_reopening ? "reopening" : period.status)}<//>`;
}

/**
 * A picker for a period, with the content of the selected period below.
 * @param {{ periods: Periods, onShow: (changes: Record<string, string | null>) => void, children: (period: Period) => import("../ui.js").Children }} props
 */
export function PeriodPicker({ periods: { query, year, period }, onShow, children }) {
  if (query.error?.code === "pay_period_not_set") return html`<section class="card"><${Empty} icon="calendar" title=${t("pay.not_set")}><p class="muted">${t("pay.not_set_about")}</p><//></section>`;
  if (query.data === undefined) return query.error ? html`<section class="card"><${Failure} error=${query.error} retry=${query.reload} /></section>` : html`<section class="card"><${Skeleton} lines=${6} height="2.5rem" /></section>`;
  const show = (/** @type {number} */ next) => onShow({ year: String(next), period: null });
  return html`<div class="row pay-period">
      <${Button} kind="quiet" icon="chevron-left" label=${t("pay.year_before")} onClick=${() => show(year - 1)} />
      <label><span class="visually-hidden">${t("pay.period")}</span>
        <select class="input" value=${period?.id} onChange=${(/** @type {any} */ event) => onShow({ period: event.target.value, year: null })}>
          ${query.data.items.map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === period?.id}>${periodName(one)}</option>`)}
        </select></label>
      <${Button} kind="quiet" icon="chevron-right" label=${t("pay.year_after")} onClick=${() => show(year + 1)} />
      ${period && html`<${PeriodBadge} period=${period} />`}
    </div>
    ${period ? children(period) : html`<section class="card"><${Empty} icon="calendar" title=${t("pay.no_periods", { year: String(year) })} /></section>`}`;
}
