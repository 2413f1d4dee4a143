// The card with the main punch button: the next action, the time worked so far, and optional details of a punch.
import { post } from "../api.js";
import { t, word } from "../i18n/index.js";
import { loadPart } from "../router.js";
import { duration, ms, now, second, stopwatch, time } from "../time.js";
import { html, useRef, useState } from "../vendor/preact.js";
import { useAction } from "./query.js";
import { toast } from "./toast.js";
import { Badge, Button, Field, Icon, Notice } from "./ui.js";

/** @typedef {import("../types").ClockStatus} ClockStatus */
/** @typedef {import("../types").Day} Day */
/** @typedef {import("../bootstrap.js").Bootstrap["settings"]} Settings */
/** @typedef {"in" | "out" | "break_start" | "break_end"} Action */

const PATHS = /** @type {const} */ ({ in: "/clock/in", out: "/clock/out", break_start: "/breaks/start", break_end: "/breaks/end" });
const ICONS = { in: "log-in", out: "log-out", break_start: "coffee", break_end: "play" };

/** A reload would delete the remark, the photo and the scanned code. */
const KEEP = { mayReload: false };

/**
 * Returns the time worked on a day: the time of closed sessions, plus the time of the open session so far without unpaid breaks.
 * @param {Day} day
 * @param {number} at
 */
export function workedSeconds(day, at) {
  const open = day.sessions.find((session) => session.clock_out === null);
  if (open === undefined) return day.worked_seconds;
  const unpaid = open.breaks.filter((one) => !one.paid);
  const paused = unpaid.reduce((sum, one) => sum + (one.ended_at ? ms(one.ended_at) : at) - ms(one.started_at), 0);
  return day.worked_seconds + Math.max(0, (at - ms(open.clock_in.at) - paused) / 1000);
}

/** @typedef {{ action: Action, remark?: string, location?: object, photo?: string, cost_center?: string }} Kept A punch that is kept until there is a network. */

/**
 * @param {{ status: ClockStatus, settings: Settings, code: string, onCode: (code: string) => void, onPunched: () => void,
 *   onOffline: (punch: Kept) => Promise<void> }} props `status`: the state including unsent punches. `code`: the scanned code of a kiosk.
 */
export function PunchCard({ status, settings, code, onCode, onPunched, onOffline }) {
  const { day, presence } = status;
  const [remark, setRemark] = useState("");
  const [photo, setPhoto] = useState(/** @type {string | null} */ (null));
  const [center, setCenter] = useState("");
  /** The cost center field, loaded when the details are opened. */
  const [centers, setCenters] = useState(/** @type {typeof import("./cost-center.js") | null} */ (null));
  const [dialog, setDialog] = useState(/** @type {import("./ui.js").Children} */ (null));
  /** The idempotency key of an action. It stays the same until the API responds, so that a retry isn't recorded twice. */
  const key = useRef(/** @type {{ action: Action, value: string } | null} */ (null));
  const punch = useAction(async (/** @type {Action} */ action, /** @type {string | null} */ picture) => {
    if (key.current?.action !== action) key.current = { action, value: crypto.randomUUID() };
    const isClock = action === "in" || action === "out";
    // A person who has scanned the kiosk's code is at the site, so no location is sent.
    const location = isClock && code === "" && settings.geofence !== "off" ? await position() : undefined;
    const body = {
      ...(remark !== "" && action !== "break_end" ? { remark } : {}),
      ...(isClock && picture ? { photo: { base64: picture } } : {}),
      ...(location ? { location } : {}),
      ...(isClock && code !== "" ? { kiosk_code: code } : {}),
      ...(action === "in" && center !== "" ? { cost_center: center } : {}),
    };
    try {
      const after = /** @type {Day} */ (await post(PATHS[action], { body, idempotencyKey: key.current.value }));
      toast(t(`punch.done_${action}`, { time: time(now(), after.time_zone) }));
    } catch (error) {
      const problem = /** @type {import("../api.js").Problem} */ (error);
      if (problem.code.startsWith("kiosk_code_")) onCode("");
      if (problem.code !== "offline") throw error;
      await onOffline({ action, ...(body.remark ? { remark: body.remark } : {}), ...(location ? { location } : {}), ...(isClock && picture ? { photo: picture } : {}), ...(body.cost_center ? { cost_center: body.cost_center } : {}) });
      toast(t("punch.kept"));
    }
    key.current = null;
    onCode("");
    // Details that weren't sent stay for the next punch. The end of a break accepts no remark, and only a clock-in or clock-out accepts a photo.
    if (action !== "break_end") setRemark("");
    if (isClock) setPhoto(null);
    onPunched();
  });

  const next = /** @type {Action} */ ({ out: "in", working: "out", on_break: "break_end" }[presence]);
  const other = /** @type {Action | null} */ ({ out: null, working: "break_start", on_break: "out" }[presence]);
  // A missing location doesn't block the button, because the location is read with the punch itself.
  const isBlocked = next === "in" && !status.can_clock_in && status.reason !== "location_required";
  const start = async (/** @type {Action} */ action) => {
    const wantsPhoto = settings.photo === "required" && (action === "in" || action === "out");
    if (!wantsPhoto || photo) return punch.run(action, photo);
    await camera((picture) => void punch.run(action, picture));
  };
  const camera = async (/** @type {(picture: string) => void} */ onPhoto) => {
    const { CameraDialog } = await loadPart(() => import("./camera.js"), KEEP);
    setDialog(html`<${CameraDialog} onPhoto=${onPhoto} onClose=${() => setDialog(null)} />`);
  };
  const openMore = async (/** @type {any} */ event) => {
    if (event.target.open) setCenters(await loadPart(() => import("./cost-center.js"), KEEP));
  };
  const scan = async () => {
    const { ScanDialog } = await loadPart(() => import("./scan-dialog.js"), KEEP);
    setDialog(html`<${ScanDialog} onCode=${onCode} onClose=${() => setDialog(null)} />`);
  };
  const correct = async () => {
    const { CorrectionDialog } = await loadPart(() => import("./correction.js"), KEEP);
    setDialog(html`<${CorrectionDialog} day=${day} forgotten=${forgotten(status)} onClose=${() => setDialog(null)} />`);
  };

  return html`<section class="card punch" aria-label=${t("punch.title")}>
    <div class="row spread">
      <${State} status=${status} />
      ${day.flags.includes("late") && html`<${Badge} tone="warn" icon="clock-alert">${t("today.late", { duration: duration(day.late_seconds) })}<//>`}
    </div>
    <${Worked} day=${day} />
    ${punch.error && html`<${Notice} tone="bad" role="alert">${punch.error.message || t("punch.offline")}<//>`}
    ${isBlocked && html`<${Notice} tone="warn" id="why">${why(status)}<//>`}
    ${!isBlocked && presence === "out" && status.would_be_flagged && status.would_be_flagged !== "unknown" && html`<${Notice} tone="warn">${t(`punch.flag_${status.would_be_flagged}`)}<//>`}
    <div class="punch-buttons">
      <${Button} kind="primary" icon=${ICONS[next]} class="punch-button" busy=${punch.busy} blocked=${isBlocked}
        aria-describedby=${isBlocked ? "why" : undefined} onClick=${() => start(next)}>${t(`punch.${next}`)}<//>
      ${other && html`<${Button} icon=${ICONS[other]} class="punch-other" blocked=${punch.busy} onClick=${() => start(other)}>${t(`punch.${other}`)}<//>`}
    </div>
    <details class="punch-more" onToggle=${openMore}>
      <summary><${Icon} name="chevron-down" />${t(settings.photo === "off" ? "punch.more" : "punch.more_photo")}</summary>
      <div class="stack">
        <${Field} label=${t("punch.remark")}>
          ${(/** @type {object} */ attributes) =>
            html`<input ...${attributes} maxlength="500" value=${remark} onInput=${(/** @type {any} */ event) => setRemark(event.target.value)} />`}
        <//>
        ${centers && presence !== "on_break" && html`<${centers.CostCenterField} day=${day} isWorking=${presence === "working"} value=${center} onChange=${setCenter} onSwitched=${onPunched} />`}
        ${settings.photo !== "off" &&
        html`<div class="row">
          ${photo && html`<img class="photo" src=${`data:image/jpeg;base64,${photo}`} alt=${t("camera.taken")} />`}
          <${Button} icon="camera" onClick=${() => camera(setPhoto)}>${t(photo ? "camera.again" : "camera.add")}<//>
          ${photo && html`<${Button} kind="quiet" icon="trash-2" onClick=${() => setPhoto(null)}>${t("camera.remove")}<//>`}
        </div>`}
      </div>
    </details>
    ${code !== "" && html`<${Notice} tone="good" icon="scan-line">${t("punch.code_read")}<//>`}
    <p class="small row spread"><button class="link" onClick=${correct}>${t("punch.forgot")}</button><button class="link" onClick=${scan}>${t("punch.scan")}</button></p>
    ${dialog}
  </section>`;
}

/** The presence of the person, with its start time. @param {{ status: ClockStatus }} props */
function State({ status: { presence, since, day } }) {
  const [tone, icon] = { working: ["good", "check"], on_break: ["pause", "coffee"], out: ["", "minus"] }[presence];
  const isOfToday = since !== null && since !== undefined && (presence !== "out" || day.sessions.length > 0);
  return html`<p class="row" style=${{ "--gap": "var(--space-2)" }}>
    <${Badge} tone=${tone} icon=${icon}>${word("presence", presence)}<//>
    ${isOfToday && html`<span class="muted">${t("punch.since", { time: time(since, day.time_zone) })}</span>`}
  </p>`;
}

/** A running display of the time worked. It isn't announced each second; only changes of the state above are. @param {{ day: Day }} props */
function Worked({ day }) {
  const worked = workedSeconds(day, Number.isNaN(second.value) ? 0 : second.value);
  const share = day.scheduled_seconds > 0 ? Math.min(1, worked / day.scheduled_seconds) : 0;
  return html`<div class="worked">
    <p class="stopwatch figures" role="timer" aria-live="off">${stopwatch(worked)}</p>
    <p class="muted">${day.scheduled_seconds > 0 ? t("punch.worked_of", { plan: duration(day.scheduled_seconds) }) : t("punch.worked")}</p>
    ${day.scheduled_seconds > 0 && html`<div class="meter" aria-hidden="true"><span style=${{ width: `${share * 100}%` }}></span></div>`}
  </div>`;
}

/** Returns the reason why a clock-in isn't possible now. @param {ClockStatus} status */
function why({ reason, window, day }) {
  const from = window ? time(window.from, day.time_zone) : "";
  const known = ["outside_window", "not_scheduled", "on_leave"];
  return word("punch.why", reason && known.includes(reason) ? reason : "other", { from });
}

/**
 * Returns the punch that the person most likely forgot, or undefined if none seems forgotten.
 * @param {ClockStatus} status
 * @returns {"in" | "out" | undefined}
 */
function forgotten({ day }) {
  const shift = day.shifts.at(-1);
  if (day.sessions.some((session) => session.clock_out === null) && shift && ms(shift.end_at) <= now()) return "out";
  return day.sessions.length === 0 || day.late_seconds > 0 ? "in" : undefined;
}

/** Returns the device's location, or undefined if the person doesn't share it. The API then decides whether the punch is accepted. */
function position() {
  return new Promise((/** @type {(place: { latitude: number, longitude: number, accuracy_m: number } | undefined) => void} */ resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude, accuracy_m: coords.accuracy }),
      () => resolve(undefined),
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 },
    );
  });
}
