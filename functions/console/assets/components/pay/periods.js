// Pay periods: the one that is shown, and the way to others. The address has its id, so that a link shows the same period.
import { get } from "../../api.js";
import { t, word } from "../../i18n/index.js";
import { place } from "../../router.js";
import { dateOf, day, minute } from "../../time.js";
import { html } from "../../vendor/preact.js";
import { useQuery } from "../query.js";
import { Badge, Button, Empty, Failure, Skeleton } from "../ui.js";

/** @typedef {import("../../types").Schemas["PayPeriodWithStatus"]} Period */
/** @typedef {{ query: import("../query.js").Query<{ items: Period[] }>, year: number, period: Period | undefined }} Periods */

/** The year in which a period ends; an id is `2026-11-01..2026-11-30`. @param {string} id */
const yearOf = (id) => Number(id.slice(12, 16));

/** The periods of a year, and the one of the address; without one it is the period of today. @returns {Periods} */
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

/** Whether a period can still change. @param {{ period: Period }} props */
export function PeriodBadge({ period }) {
  const [tone, icon] = TONES[period.status];
  return html`<${Badge} tone=${tone} icon=${icon}>${word("pay_period", period.is_reopening ? "reopening" : period.status)}<//>`;
}

/**
 * Chooses a period; shows what is below it once there is one.
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
