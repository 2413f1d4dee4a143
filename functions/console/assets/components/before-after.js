// Two versions of a day's sessions side by side.
import { t } from "../i18n/index.js";
import { timesWithDays } from "../time.js";
import { html } from "../vendor/preact.js";
import { Versions } from "./versions.js";

/** @typedef {import("./session-rows.js").SessionTimes} SessionTimes */

/**
 * @param {{ before: SessionTimes[], after: SessionTimes[], zone: string, titles?: [string, string] }} props
 */
export function BeforeAfter({ before, after, zone, titles = [t("change.before"), t("change.after")] }) {
  return html`<${Versions} titles=${titles} lists=${[lines(before, zone), lines(after, zone)]} />`;
}

/**
 * @param {SessionTimes[]} sessions
 * @param {string} zone
 */
function lines(sessions, zone) {
  return sessions.flatMap((session) => [
    t("change.work", { times: timesWithDays(session.clock_in, session.clock_out, zone) }),
    ...session.breaks.map((pause) => t("change.break", { times: timesWithDays(pause.started_at, pause.ended_at, zone, session.clock_in) })),
  ]);
}
