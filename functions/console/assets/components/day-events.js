// The events of a day in order: punches with their exact times, remarks, places and photos, breaks, and the plan.
import { t, word } from "../i18n/index.js";
import { duration, ms, time } from "../time.js";
import { html } from "../vendor/preact.js";
import { Photo } from "./photos.js";
import { Badge, Icon } from "./ui.js";

/** @typedef {import("../types").Day} Day */
/** @typedef {import("../types").Schemas["Punch"]} Punch */
/** @typedef {import("./photos.js").PhotoLinks} PhotoLinks */
/** @typedef {{ key: string, at: string, icon: string, text: string, isPlan?: boolean, punch?: Punch, remark?: string | null,
 *   flagged?: import("../types").Schemas["FlaggedClockIn"] | null, photo?: PhotoLinks }} DayEvent */

/** @param {{ day: Day, links: PhotoLinks[] }} props */
export function DayEvents({ day, links }) {
  const events = eventsOf(day, links);
  if (events.length === 0) return html`<p class="muted">${t("day.nothing")}</p>`;
  return html`<ol class="events">
    ${events.map(
      (event) => html`<li key=${event.key} class=${event.isPlan ? "muted" : ""}>
        <time class="figures" datetime=${event.at}>${event.punch ? exact(event.at, day.time_zone) : time(event.at, day.time_zone)}</time>
        <${Icon} name=${event.icon} />
        <div class="grow">
          <p>${event.text}${event.punch && event.punch.source !== "self" ? html` <span class="muted small">(${word("source", event.punch.source)})</span>` : ""}</p>
          ${event.flagged && html`<p><${Flagged} flagged=${event.flagged} /></p>`}
          ${(event.punch?.remark ?? event.remark) && html`<p class="muted small"><${Icon} name="message-square" />${event.punch?.remark ?? event.remark}</p>`}
          ${event.punch?.location && html`<p class="muted small"><${Icon} name="map-pin" />${placeText(event.punch.location)}</p>`}
          ${event.punch?.has_photo && !event.photo && html`<p class="muted small"><${Icon} name="camera" />${t("photo.taken")}</p>`}
        </div>
        ${event.photo && html`<${Photo} links=${event.photo} label=${`${event.text}, ${time(event.at, day.time_zone)}`} />`}
      </li>`,
    )}
  </ol>`;
}

/**
 * @param {Day} day
 * @param {PhotoLinks[]} links
 * @returns {DayEvent[]}
 */
function eventsOf(day, links) {
  const photo = (/** @type {string} */ session, /** @type {"in" | "out"} */ of) => links.find((one) => one.session_id === session && one.of === of);
  /** @type {DayEvent[]} */
  const events = day.shifts.flatMap((shift) => [
    { key: `${shift.id} start`, at: shift.start_at, icon: "briefcase", isPlan: true, text: t("day.shift_starts") },
    { key: `${shift.id} end`, at: shift.end_at, icon: "briefcase", isPlan: true, text: t("day.shift_ends") },
  ]);
  for (const { id, clock_in: first, clock_out: last, breaks, flagged, cost_centers: named } of day.sessions) {
    events.push({ key: `${id} in`, at: first.at, icon: "log-in", text: t("day.clock_in"), punch: first, flagged, photo: photo(id, "in") });
    for (const pause of breaks) {
      const length = pause.ended_at ? (ms(pause.ended_at) - ms(pause.started_at)) / 1000 : undefined;
      const text = length === undefined ? t("day.break_open") : t("day.break_of", { duration: duration(length) });
      events.push({ key: pause.id, at: pause.started_at, icon: "coffee", text: pause.paid ? `${text} (${t("day.break_paid")})` : text, remark: pause.remark });
    }
    for (const { from, cost_center: center } of named ?? []) {
      events.push({ key: `${id} ${from}`, at: from, icon: "briefcase", text: t("cost_center.event", { name: center ?? t("cost_center.of_profile") }) });
    }
    if (last) events.push({ key: `${id} out`, at: last.at, icon: "log-out", text: t("day.clock_out"), punch: last, photo: photo(id, "out") });
  }
  return events.sort((a, b) => ms(a.at) - ms(b.at));
}

/**
 * Returns the recorded time of a punch with seconds: 09:25:43.
 * @param {string} instant
 * @param {string} zone
 */
function exact(instant, zone) {
  const second = String(new Date(instant).getUTCSeconds()).padStart(2, "0");
  return html`${time(instant, zone)}<span class="seconds">:${second}</span>`;
}

/** @param {import("../types").Schemas["Location"]} location */
function placeText({ label, latitude, longitude, accuracy_m: accuracy }) {
  const text = label ?? [latitude, longitude].map((degrees) => degrees?.toFixed(4)).join(", ");
  return accuracy ? t("day.place", { place: text, meters: Math.round(accuracy) }) : text;
}

/** @param {{ flagged: import("../types").Schemas["FlaggedClockIn"] }} props */
function Flagged({ flagged: { reason, status, note } }) {
  const [tone, icon] = { waiting: ["warn", "triangle-alert"], acknowledged: ["good", "check"], rejected: ["bad", "x"] }[status];
  return html`<${Badge} tone=${tone} icon=${icon}>${word("flag", reason)}: ${word("review", status)}<//>${note && html` <span class="muted small">${note}</span>`}`;
}
