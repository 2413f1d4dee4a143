// A drawing of a site's circle without a map: its radius, and this device's position. No external resource is loaded.
import { t } from "../../i18n/index.js";
import { number } from "../../time.js";
import { h, html } from "../../vendor/preact.js";

/** @typedef {{ latitude: number, longitude: number }} Position */

const METERS_PER_DEGREE = 111_320;
/** Half of the drawing's width, in its own units. */
const HALF = 100;
/** Round lengths for the scale, in metres. */
const SCALES = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/** @param {{ site: Position, radius: number, here: (Position & { accuracy: number }) | null }} props */
export function SiteSketch({ site, radius, here }) {
  if (![site.latitude, site.longitude, radius].every(Number.isFinite) || radius <= 0) return null;
  const east = here ? (here.longitude - site.longitude) * METERS_PER_DEGREE * Math.cos((site.latitude * Math.PI) / 180) : 0;
  const north = here ? (here.latitude - site.latitude) * METERS_PER_DEGREE : 0;
  const distance = Math.hypot(east, north);
  const reach = Math.max(radius, here ? distance + here.accuracy : 0) * 1.15;
  const unit = HALF / reach;
  const scale = SCALES.findLast((one) => one * unit <= HALF * 0.8) ?? 10;
  const text = here
    ? t(distance <= radius ? "sites.inside" : "sites.outside", { meters: number(Math.round(distance)) })
    : t("sites.circle", { meters: number(radius) });
  return html`<figure class="site-sketch">
    <svg viewBox=${`${-HALF} ${-HALF} ${2 * HALF} ${2 * HALF}`} role="img" aria-label=${text}>
      ${h("circle", { cx: 0, cy: 0, r: radius * unit, class: "reach" })}${h("circle", { cx: 0, cy: 0, r: 2.5, class: "center" })}
      ${here && h("circle", { cx: east * unit, cy: -north * unit, r: Math.max(3, here.accuracy * unit), class: "accuracy" })}
      ${here && h("circle", { cx: east * unit, cy: -north * unit, r: 3, class: "here" })}
      ${h("path", { d: `M${HALF - 8 - scale * unit} ${HALF - 8}h${scale * unit}`, class: "scale" })}
    </svg>
    <figcaption class="small muted">${text} · ${t("sites.scale", { meters: number(scale) })}</figcaption>
  </figure>`;
}
