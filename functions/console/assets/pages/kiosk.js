// The kiosk page for a tablet at the entrance. An administrator pairs the tablet once.
//
// People hold their badge to the reader, tap their name if the settings show names, or type their username; then they type their PIN. The
// kiosk records the person's next action. The screen stays on, unfinished input is cleared after a while, and punches are stored offline.
import { Problem } from "../api.js";
import { branding } from "../bootstrap.js";
import { capture } from "../components/camera.js";
import { KioskCode } from "../components/kiosk-code.js";
import { FullScreen, fillScreen, useAwake, useNewestRelease } from "../components/kiosk-device.js";
import { KioskPeople, found, useKioskPeople } from "../components/kiosk-people.js";
import { PinPad } from "../components/pin-pad.js";
import { useAction, useQuery } from "../components/query.js";
import { Avatar, Button, Failure, Field, Icon, Notice, PresenceBadge, Skeleton } from "../components/ui.js";
import { LANGUAGES, choose, language, t, word } from "../i18n/index.js";
import { deviceToken, pairAs, pairByAddress, punch, screen, unpair } from "../kiosk.js";
import { add, dismiss, load, refused, waiting } from "../offline/kiosk-queue.js";
import { dateOf, day, duration, minute, second, time } from "../time.js";
import { html, useCallback, useEffect, useRef, useState } from "../vendor/preact.js";

/** @typedef {import("../kiosk.js").Screen} Screen */
/** @typedef {import("../kiosk.js").Action} Action */
/** @typedef {import("../kiosk.js").Punched} Punched */
/** @typedef {import("../kiosk.js").Person} Person */

/** The time for which a confirmation is shown. A key or a touch ends it earlier. */
const CONFIRMATION_MS = 5_000;
/** The time after which unfinished input is cleared, unless the person requests more time. */
const IDLE_MS = 60_000;
/** The time between the warning and the clearing of unfinished input. */
const WARNING_MS = 20_000;
/** The maximum average time per character of a badge reader. People type more slowly. */
const SCANNED_MS = 35;
/** A second punch of the same person within this time needs a confirmation. */
const AGAIN_MS = 10_000;

export default function Kiosk() {
  const [isPaired, setPaired] = useState(() => {
    pairByAddress();
    return deviceToken() !== null;
  });
  useAwake(isPaired);
  return html`<main class="kiosk" id="main">
    ${isPaired ? html`<${Paired} onUnpaired=${() => setPaired(false)} />` : html`<${Pairing} onPaired=${() => setPaired(true)} />`}
  </main>`;
}

/** @param {{ onPaired: () => void }} props */
function Pairing({ onPaired }) {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [name, setName] = useState("");
  const [sites, setSites] = useState(/** @type {{ id: string, name: string }[] | null} */ (null));
  const [site, setSite] = useState("");
  const answer = useRef(/** @type {((value: { site_id: string, name: string } | null) => void) | null} */ (null));
  const pairing = useAction(async () => {
    await pairAs({ username, password }, (found) => {
      setSites(found);
      setSite(found[0]?.id ?? "");
      return new Promise((resolve) => (answer.current = resolve));
    });
    if (deviceToken() !== null) onPaired();
  });
  useEffect(() => () => answer.current?.(null), []);
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (sites === null) void pairing.run();
    else {
      fillScreen();
      answer.current?.({ site_id: site, name });
    }
  };
  const text = (/** @type {string} */ value, /** @type {(value: string) => void} */ set, /** @type {object} */ more) => (/** @type {object} */ attributes) =>
    html`<input ...${attributes} ...${more} required value=${value} onInput=${(/** @type {any} */ event) => set(event.target.value)} />`;
  return html`<form class="card stack kiosk-pairing" onSubmit=${submit}>
    <h1>${t("kiosk.pair")}</h1>
    <p class="muted">${t("kiosk.pair_about")}</p>
    ${pairing.error && html`<${Notice} tone="bad" role="alert">${pairing.error.message || t("state.offline")}<//>`}
    ${sites === null
      ? html`<${Field} label=${t("kiosk.admin")}>${text(username, setUsername, { name: "username", autocomplete: "username", autocapitalize: "none" })}<//>
          <${Field} label=${t("sign_in.password")}>${text(password, setPassword, { name: "password", type: "password", autocomplete: "current-password" })}<//>
          <${Button} kind="primary" type="submit" busy=${pairing.busy}>${t("kiosk.next")}<//>`
      : html`<${Field} label=${t("kiosk.site")}>
            ${(/** @type {object} */ attributes) => html`<select ...${attributes} value=${site} onChange=${(/** @type {any} */ event) => setSite(event.target.value)}>
              ${sites.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}
            </select>`}
          <//>
          <${Field} label=${t("kiosk.name")} hint=${t("kiosk.name_hint")}>${text(name, setName, { name: "kiosk", maxlength: 100 })}<//>
          <${Button} kind="primary" type="submit">${t("kiosk.pair")}<//>`}
  </form>`;
}

/** @param {{ onUnpaired: () => void }} props */
function Paired({ onUnpaired }) {
  const query = useQuery(screen, []);
  // The settings are reloaded every hour, so that a changed photo rule takes effect.
  useEffect(() => {
    const timer = setInterval(query.reload, 3_600_000);
    return () => clearInterval(timer);
  }, [query.reload]);
  const isRevoked = query.error?.status === 401;
  const again = () => {
    unpair();
    onUnpaired();
  };
  if (query.data) return html`<${Ready} screen=${query.data} />`;
  if (isRevoked) {
    return html`<div class="card stack"><h1>${t("kiosk.revoked")}</h1><${Button} kind="primary" onClick=${again}>${t("kiosk.pair")}<//></div>`;
  }
  if (query.error) return html`<div class="card"><h1>${t("kiosk.title")}</h1><${Failure} error=${query.error} retry=${query.reload} /></div>`;
  return html`<${Skeleton} lines=${3} height="4rem" />`;
}

/** @param {{ screen: Screen }} props */
function Ready({ screen: shown }) {
  const zone = shown.site.time_zone;
  const [username, setUsername] = useState("");
  const [pin, setPin] = useState("");
  /** The person who tapped their name. */
  const [chosen, setChosen] = useState(/** @type {import("../kiosk.js").KioskPerson | null} */ (null));
  const people = useKioskPeople(shown.shows_names === true);
  const [done, setDone] = useState(/** @type {Punched | null} */ (null));
  const [again, setAgain] = useState(/** @type {{ person: Person, action: Action | undefined } | null} */ (null));
  /** The person who punches offline, until they choose an action. Only the API can determine the next action. */
  const [offline, setOffline] = useState(/** @type {Person | null} */ (null));
  const [kept, setKept] = useState(/** @type {{ action: Action, at: string } | null} */ (null));
  /** The person who punched last, and their next action. A badge is stored only while a second punch needs a confirmation. */
  const last = useRef(/** @type {{ name: string, at: number, next?: Action }} */ ({ name: "", at: -Infinity }));
  /** The typing speed of the username, because a badge reader types faster than people. */
  const typing = useRef({ began: 0, newest: 0, keys: 0 });
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const clear = useCallback(() => {
    setUsername("");
    setPin("");
    setChosen(null);
    setAgain(null);
    setOffline(null);
    setDone(null);
    setKept(null);
    send.clear();
    field.current?.focus();
  }, []);
  const send = useAction(async (/** @type {Person} */ person, /** @type {Action | undefined} */ action) => {
    const base64 = shown.photo === "off" ? null : await photo(video.current, setCount);
    const body = { ...person, ...(action ? { action } : {}), ...(base64 ? { photo: { base64 } } : {}) };
    let punched;
    try {
      punched = await punch(body, crypto.randomUUID());
    } catch (error) {
      if (error instanceof Problem && error.code === "offline") return await keep(person, action);
      throw error;
    } finally {
      setUsername("");
      setPin("");
      setAgain(null);
      setCount(0);
    }
    const mine = { name: nameOf(person), at: performance.now(), ...(punched.next_action ? { next: punched.next_action } : {}) };
    last.current = mine;
    setTimeout(() => last.current === mine && (last.current = { name: "", at: -Infinity }), AGAIN_MS);
    people.punched(punched.full_name, punched.action);
    setChosen(null);
    setDone(punched);
  });
  const keep = async (/** @type {Person} */ person, /** @type {Action | undefined} */ action) => {
    if (action === undefined) return setOffline(person);
    const at = await add(person, action);
    setOffline(null);
    setUsername("");
    setPin("");
    setChosen(null);
    setKept({ action, at });
  };
  const [count, setCount] = useState(0);
  const start = (/** @type {Person} */ person, /** @type {Action | undefined} */ action) => {
    const isAgain = last.current.name === nameOf(person) && performance.now() - last.current.at < AGAIN_MS;
    if (isAgain && again === null) setAgain({ person, action: action ?? last.current.next });
    else void send.run(person, action);
  };
  const me = () => (chosen ? { user_id: chosen.id, pin } : { username: username.trim(), pin });
  const choose = (/** @type {typeof chosen} */ person) => {
    setUsername("");
    setPin("");
    setDone(null);
    setKept(null);
    send.clear();
    setChosen(person);
  };
  /** The people whose name matches the typed text. If none matches, the text is a username, and the PIN field appears. */
  const named = shown.shows_names && !chosen ? found(people.list, username) : [];
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const name = username.trim();
    if (chosen || name === "") return chosen && pin !== "" ? start(me(), undefined) : undefined;
    if (pin !== "") return start(me(), undefined);
    const { began, newest, keys } = typing.current;
    typing.current.keys = 0;
    const isScanned = shown.takes_badges === true && name.length >= 4 && keys >= name.length && (newest - began) / name.length < SCANNED_MS;
    if (!isScanned && named.length === 1) return choose(named[0] ?? null);
    if (!isScanned) return document.querySelector(/** @type {"input"} */ ("[name=pin]"))?.focus();
    setUsername("");
    start({ badge: name }, undefined);
  };
  /** Records the times of the key presses from the events, because the tablet may handle the events late. */
  const press = (/** @type {any} */ { key, timeStamp, target }) => {
    if (key.length !== 1) return;
    const { began, keys } = target.value === "" ? { began: timeStamp, keys: 0 } : typing.current;
    typing.current = { began, newest: timeStamp, keys: keys + 1 };
  };
  const type = (/** @type {string} */ text) => {
    setDone(null);
    setKept(null);
    setUsername(text);
  };
  useEffect(() => {
    if (done === null && kept === null) return;
    const timer = setTimeout(() => (setDone(null), setKept(null)), CONFIRMATION_MS);
    return () => clearTimeout(timer);
  }, [done, kept]);
  // The next person can type at once, so the field has the focus.
  useEffect(() => field.current?.focus(), [done, kept, chosen]);
  useEffect(() => void load(), []);
  useCamera(video, shown.photo !== "off");
  const isTyped = username !== "" || pin !== "" || chosen !== null;
  // An error is cleared if nobody reacts, because it would otherwise prevent the update to a new release.
  useEffect(() => {
    if (!send.error || isTyped) return;
    const timer = setTimeout(send.clear, IDLE_MS);
    return () => clearTimeout(timer);
  }, [send.error, isTyped]);
  const isAnswered = !send.busy && !send.error && again === null && offline === null && done === null && kept === null;
  useNewestRelease(!isTyped && isAnswered && waiting.value === 0 && refused.value.length === 0);

  const asksForPin = !shown.shows_names || chosen !== null || (username !== "" && named.length === 0 && people.list.length > 0);

  return html`<div class="kiosk-ready">
    <header>
      <p class="strong">${branding.value?.logo ? html`<img class="logo" src=${branding.value.logo} alt=${shown.company_name} />` : shown.company_name}</p>
      <p class="muted">${shown.site.name}</p>
      <h1 class="kiosk-clock figures"><time>${time(second.value, zone)}</time></h1>
      <p class="muted">${Number.isNaN(second.value) ? "" : day(dateOf(second.value, zone))}</p>
      <div class="kiosk-side">
        <video class="kiosk-camera" ref=${video} autoplay playsinline muted aria-label=${t("kiosk.camera")} hidden=${shown.photo === "off"}></video>
        ${shown.shows_code && html`<${KioskCode} />`}
      </div>
      <${LanguageChoice} />
      <${FullScreen} />
      <${Waiting} zone=${zone} />
    </header>
    <form class="card stack" onSubmit=${submit} autocomplete="off" novalidate>
      <h2>${t(chosen ? "kiosk.title_pin" : shown.shows_names ? "kiosk.title_names" : shown.takes_badges ? "kiosk.title_badge" : "kiosk.title")}</h2>
      ${send.error && html`<${Notice} tone="bad" role="alert">${send.error.code === "offline" ? t("kiosk.offline") : send.error.message}<//>`}
      ${chosen
        ? html`<p class="row kiosk-chosen"><${Avatar} name=${chosen.full_name} /><span class="grow strong">${chosen.full_name}</span><${PresenceBadge} presence=${chosen.presence} />
            <${Button} kind="quiet" icon="x" onClick=${clear}>${t("kiosk.someone_else")}<//></p>`
        : html`<label class="field"><span>${t(shown.shows_names ? "kiosk.name_or_username" : "kiosk.username")}</span>
            <input class="input" ref=${field} name="username" autocomplete="off" autocapitalize="none" spellcheck=${false} required value=${username}
              onKeyDown=${press} onInput=${(/** @type {any} */ event) => type(event.target.value)} />
          </label>`}
      ${asksForPin
        ? html`<${PinPad} key=${chosen?.id ?? ""} value=${pin} onChange=${setPin} label=${t("kiosk.pin")} isFocused=${chosen !== null} />
            <div class="punch-buttons">
              <${Button} kind="primary" icon="check" type="submit" class="punch-button" busy=${send.busy}>${count > 0 ? t("kiosk.photo_in", { count }) : t("kiosk.go")}<//>
              ${chosen?.presence !== "on_break" && html`<${Button} icon="coffee" class="punch-other" blocked=${send.busy || (chosen === null && username.trim() === "") || pin === ""} onClick=${() => start(me(), "break_start")}>${t("punch.break_start")}<//>`}
            </div>`
        : html`<${KioskPeople} list=${named} onChoose=${choose} />`}
      ${again && html`<${Notice} tone="warn" role="alert">
        <p>${again.action ? t("kiosk.again_what", { what: t(`punch.${again.action}`) }) : t("kiosk.again")}</p>
        <div class="row"><${Button} onClick=${clear}>${t("action.cancel")}<//><${Button} kind="primary" onClick=${() => send.run(again.person, again.action)}>${t("kiosk.again_yes")}<//></div>
      <//>`}
      ${offline && html`<${Notice} tone="warn" icon="wifi-off" role="alert">
        <p>${t("kiosk.offline_what")}</p>
        <div class="row">${/** @type {const} */ (["in", "out", "break_start", "break_end"]).map((action) => html`<${Button} key=${action} icon=${ICONS[action]} onClick=${() => keep(offline, action)}>${t(`punch.${action}`)}<//>`)}
          <${Button} kind="quiet" onClick=${clear}>${t("action.cancel")}<//></div>
      <//>`}
      ${(isTyped || offline || again) && !send.busy && html`<${Idle} key=${`${chosen?.id ?? ""}${username}${pin}`} onIdle=${clear} />`}
    </form>
    <div role="status" aria-live="assertive">${done && html`<${Confirmation} done=${done} zone=${zone} onClose=${() => setDone(null)} />`}
      ${kept && html`<div class="confirmation kept" onClick=${() => setKept(null)}><${Icon} name=${ICONS[kept.action]} /><p class="name">${t(`punch.done_${kept.action}`, { time: time(kept.at, zone) })}</p><p>${t("kiosk.kept")}</p></div>`}</div>
  </div>`;
}

/** Returns a string that identifies the person of a punch, to detect a second punch of the same person. @param {Person} person */
const nameOf = (person) => ("badge" in person ? person.badge : "user_id" in person ? person.user_id : person.username);

/**
 * Returns the time of an instant, with its date if that isn't today.
 * @param {string} at
 * @param {string} zone
 */
function moment(at, zone) {
  const date = dateOf(at, zone);
  const isToday = !Number.isNaN(minute.value) && date === dateOf(minute.value, zone);
  return isToday ? time(at, zone) : `${day(date, "short")} ${time(at, zone)}`;
}

/** Returns the texts about refused punches, one for each reason. @param {string} zone */
function refusalTexts(zone) {
  const codes = [...new Set(refused.value.map(({ code }) => code))];
  return codes.map((code) => {
    const times = refused.value.filter((one) => one.code === code).map(({ occurred_at: at }) => moment(at, zone));
    return t("kiosk.not_taken", { times: times.join(", "), why: code ? word("kiosk.why", code) : "" });
  });
}

/** The punches that wait for the network, and the refused punches. @param {{ zone: string }} props */
function Waiting({ zone }) {
  return html`<div role="status" class="stack">
    ${waiting.value > 0 && html`<p class="row"><${Icon} name="wifi-off" />${t("kiosk.waiting", { count: waiting.value })}</p>`}
    ${refused.value.length > 0 &&
    html`<${Notice} tone="warn">${refusalTexts(zone).map((text) => html`<p key=${text}>${text}</p>`)}<p>${t("kiosk.tell_manager")}</p>
      <${Button} onClick=${dismiss}>${t("action.close")}<//><//>`}
  </div>`;
}

function LanguageChoice() {
  return html`<label class="kiosk-language"><span class="visually-hidden">${t("sign_in.language")}</span>
    <${Icon} name="languages" />
    <select class="input" value=${language.value} onChange=${(/** @type {any} */ event) => choose(event.target.value)}>
      ${Object.entries(LANGUAGES).map(([code, name]) => html`<option key=${code} value=${code}>${name}</option>`)}
    </select>
  </label>`;
}

/** A warning before unfinished input is cleared, with a button for more time. @param {{ onIdle: () => void }} props */
function Idle({ onIdle }) {
  const [isWarned, setWarned] = useState(false);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    setWarned(false);
    const warn = setTimeout(() => setWarned(true), IDLE_MS - WARNING_MS);
    const end = setTimeout(onIdle, IDLE_MS);
    return () => {
      clearTimeout(warn);
      clearTimeout(end);
    };
  }, [turn]);
  if (!isWarned) return null;
  return html`<${Notice} tone="warn" role="alert">
    <p>${t("kiosk.idle")}</p>
    <${Button} onClick=${() => setTurn(turn + 1)}>${t("kiosk.more_time")}<//>
  <//>`;
}

/** @type {Record<Action, string>} */
const ICONS = { in: "log-in", out: "log-out", break_start: "coffee", break_end: "play" };

/** A confirmation of a punch, large enough to read while walking past. @param {{ done: Punched, zone: string, onClose: () => void }} props */
function Confirmation({ done, zone, onClose }) {
  return html`<div class="confirmation" onClick=${onClose}>
    <${Icon} name=${ICONS[done.action]} />
    <p class="name">${done.full_name}</p>
    <p class="what">${t(`punch.done_${done.action}`, { time: time(done.at, zone) })}</p>
    ${done.action === "out" && html`<p>${t("kiosk.worked", { duration: duration(done.worked_seconds) })}</p>`}
    ${done.flagged && html`<p>${t("kiosk.flagged")}</p>`}
  </div>`;
}

/**
 * Shows the camera's picture in a video element.
 * @param {{ current: HTMLVideoElement | null }} video
 * @param {boolean} isOn
 */
function useCamera(video, isOn) {
  useEffect(() => {
    if (!isOn || !navigator.mediaDevices) return;
    /** @type {MediaStream | undefined} */
    let stream;
    let isGone = false;
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" } }).then(
      (found) => {
        stream = found;
        if (isGone) found.getTracks().forEach((track) => track.stop());
        else if (video.current) video.current.srcObject = found;
      },
      // Without a camera, punches have no photo. If a photo is required, the API refuses the punch.
      () => {},
    );
    return () => {
      isGone = true;
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, [isOn]);
}

/**
 * Counts down, takes a photo and returns it. Returns null without a camera.
 * @param {HTMLVideoElement | null} video
 * @param {(count: number) => void} onCount
 */
async function photo(video, onCount) {
  if (!video?.srcObject || video.videoWidth === 0) return null;
  for (let count = 2; count > 0; count--) {
    onCount(count);
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
  return capture(video);
}
