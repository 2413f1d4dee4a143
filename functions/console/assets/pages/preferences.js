// A person's preferences: language, single-key shortcuts, notifications, password.
import { get, patch, post, put, remove } from "../api.js";
import { Channels, useNotificationPreferences } from "../components/channels.js";
import { Refused, TextField, errorAt } from "../components/form.js";
import { useAction, useQuery } from "../components/query.js";
import { Enrolment, RecoveryCodes } from "../components/second-factor.js";
import { toast } from "../components/toast.js";
import { Badge, Button, Field, Icon, Loaded, Notice, Segments } from "../components/ui.js";
import { LANGUAGES, choose, language, t, word } from "../i18n/index.js";
import { shortcuts } from "../preferences.js";
import { navigate } from "../router.js";
import { forget, signOut, user } from "../session.js";
import { dateOf, day } from "../time.js";
import { html, useState } from "../vendor/preact.js";

export default function PreferencesPage() {
  const speak = useAction(async (/** @type {keyof typeof LANGUAGES} */ code) => {
    await choose(code);
    // The API stores the language, so that notifications and the person's other devices use it.
    await patch("/users/{id}", { path: { id: "me" }, body: /** @type {any} */ ({ language: code }) });
    if (user.value) user.value = /** @type {any} */ ({ ...user.value, language: code });
  });
  // Only a saved language is marked. The displayed language may be the browser's, and must remain selectable.
  const chosen = /** @type {{ language?: string | null } | null} */ (user.value ?? null)?.language === language.value ? language.value : "";
  return html`<div class="page narrow">
    <h1>${t("nav.preferences")}</h1>
    <section class="card stack">
      <h2>${t("sign_in.language")}</h2>
      <${Segments} label=${t("sign_in.language")} value=${chosen} options=${Object.entries(LANGUAGES)} onChange=${speak.run} />
      ${speak.error && html`<${Notice} tone="warn" role="alert">${speak.error.message}<//>`}
    </section>
    <section class="card stack">
      <h2>${t("preferences.keyboard")}</h2>
      <label class="check">
        <input type="checkbox" checked=${shortcuts.value} onChange=${() => (shortcuts.value = !shortcuts.value)} />${t("preferences.shortcuts")}
      </label>
    </section>
    <${Notifications} />
    <${Password} />
    <${SecondFactor} />
    <${Pin} />
    <${Sessions} />
  </div>`;
}

/** The sections *Notifications* and *Channels* share one copy of the preferences, so that neither undoes a change of the other. */
function Notifications() {
  const { query, saveFor } = useNotificationPreferences();
  return html`<${News} query=${query} save=${saveFor("news")} /><${Channels} kinds=${["clock_out_reminder", ...KINDS]} query=${query} save=${saveFor("channels")} />`;
}

/** @param {{ query: import("../components/channels.js").PreferencesQuery, save: import("../components/channels.js").Save }} props */
function News({ query, save }) {
  return html`<section class="card stack" aria-labelledby="news">
    <h2 id="news">${t("preferences.news")}</h2>
    <p class="muted">${t("preferences.news_about")}</p>
    ${save.error && html`<${Notice} tone="bad" role="alert">${save.error.message || t("state.offline")}<//>`}
    <${Loaded} query=${query}>
      ${(/** @type {{ muted: string[] }} */ { muted }) => html`<ul class="kinds">
        ${KINDS.map((kind) => {
          const isMuted = muted.includes(kind);
          const next = isMuted ? muted.filter((one) => one !== kind) : [...muted, kind];
          return html`<li key=${kind}>
            <label class="check">
              <input type="checkbox" checked=${!isMuted} disabled=${save.busy} onChange=${() => save.run({ muted: next })} />${word("kind", kind)}
            </label>
          </li>`;
        })}
      </ul>`}
    <//>
  </section>`;
}

function Password() {
  const [before, setBefore] = useState("");
  const [after, setAfter] = useState("");
  const change = useAction(async () => {
    await put("/auth/password", { body: { current_password: before, new_password: after } });
    setBefore("");
    setAfter("");
    // A new password ends all sessions, including this one.
    forget();
    toast(t("preferences.password_changed"));
  });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void change.run();
  };
  const input = (/** @type {string} */ autocomplete, /** @type {string} */ value, /** @type {(value: string) => void} */ set) => (/** @type {object} */ attributes) =>
    html`<input ...${attributes} type="password" autocomplete=${autocomplete} required value=${value} onInput=${(/** @type {any} */ event) => set(event.target.value)} />`;
  return html`<form class="card stack" onSubmit=${submit}>
    <h2>${t("preferences.password")}</h2>
    ${change.error && html`<${Notice} tone="bad" role="alert">${change.error.message}<//>`}
    <${Field} label=${t("preferences.password_current")}>${input("current-password", before, setBefore)}<//>
    <${Field} label=${t("preferences.password_new")} hint=${t("preferences.password_hint")}>${input("new-password", after, setAfter)}<//>
    <div><${Button} type="submit" busy=${change.busy}>${t("preferences.password_change")}<//></div>
  </form>`;
}

/** @typedef {import("../types").Answer<"/auth/mfa", "get">} SecondFactorState */

function SecondFactor() {
  const query = useQuery(() => get("/auth/mfa"), []);
  const [codes, setCodes] = useState(/** @type {string[] | null} */ (null));
  const renew = useAction(async () => setCodes((await post("/auth/mfa/recovery-codes", { body: {} })).recovery_codes));
  const end = useAction(async () => {
    await remove("/auth/mfa");
    query.reload();
  });
  const done = () => {
    setCodes(null);
    query.reload();
  };
  const error = renew.error ?? end.error;
  return html`<section class="card stack" aria-labelledby="second-factor">
    <h2 id="second-factor">${t("second.heading")}</h2>
    <p class="muted">${t("second.explained")}</p>
    ${error && html`<${Notice} tone="bad" role="alert">${error.message || t("state.offline")}<//>`}
    <${Loaded} query=${query}>
      ${(/** @type {SecondFactorState} */ { enabled, required, recovery_codes_left: left }) => {
        if (codes) return html`<${RecoveryCodes} codes=${codes} onDone=${done} />`;
        if (!enabled) return html`<p><${Badge} icon="minus">${t("second.off")}<//></p><${Enrolment} onDone=${done} />`;
        return html`<p class="row"><${Badge} tone="good" icon="check">${t("second.on")}<//><span class="muted">${t("second.left", { count: left })}</span></p>
          <div class="row"><${Button} icon="refresh-cw" busy=${renew.busy} onClick=${renew.run}>${t("second.new_codes")}<//>
            ${!required && html`<${Button} kind="danger" busy=${end.busy} onClick=${end.run}>${t("second.turn_off")}<//>`}</div>`;
      }}
    <//>
  </section>`;
}

function Pin() {
  const [pin, setPin] = useState("");
  const save = useAction(async () => {
    await put("/users/{id}/pin", { path: { id: "me" }, body: { pin } });
    setPin("");
    toast(t("preferences.pin_saved"));
  });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void save.run();
  };
  return html`<form class="card stack" onSubmit=${submit}>
    <h2>${t("preferences.pin")}</h2>
    <p class="muted">${t("preferences.pin_about")}</p>
    <${Refused} refusal=${save.error} fields=${["pin"]} />
    <${TextField} label=${t("kiosk.pin")} hint=${t("preferences.pin_hint")} error=${errorAt(save.error, "pin")} type="password" inputmode="numeric" autocomplete="off" name="pin" maxlength="8" required value=${pin} onChange=${setPin} />
    <div><${Button} type="submit" busy=${save.busy}>${t("preferences.pin_save")}<//></div>
  </form>`;
}

/** @typedef {{ id: string, is_current: boolean, device: string | null, ip_address: string | null, last_used_at: string }} LoginSession */

function Sessions() {
  const sessions = useQuery(() => /** @type {Promise<{ items: LoginSession[] }>} */ (get("/auth/sessions")), []);
  const end = useAction(async (/** @type {string} */ id) => {
    await remove("/auth/sessions/{id}", { path: { id } });
    sessions.reload();
  });
  const everywhere = useAction(async () => {
    await post("/auth/logout-all", { body: { session: "cookie" } });
    forget();
  });
  const here = useAction(async () => {
    await signOut();
    navigate("sign-in");
  });
  return html`<section class="card stack">
    <h2>${t("preferences.sessions")}</h2>
    ${(everywhere.error ?? end.error) && html`<${Notice} tone="bad" role="alert">${(everywhere.error ?? end.error)?.message}<//>`}
    <${Loaded} query=${sessions}>
      ${(/** @type {{ items: LoginSession[] }} */ { items }) => html`<ul class="rows">
        ${items.map(
          (one) => html`<li key=${one.id} class="item">
            <${Icon} name="smartphone" />
            <span class="grow"><span class="block">${device(one.device)}</span>
              <span class="small muted">${[one.ip_address, t("preferences.last_used", { date: day(dateOf(one.last_used_at), "medium") })].filter(Boolean).join(" · ")}</span></span>
            ${one.is_current ? html`<${Badge} tone="good" icon="check">${t("preferences.this_device")}<//>` : html`<${Button} busy=${end.busy} onClick=${() => end.run(one.id)}>${t("preferences.end_session")}<//>`}
          </li>`,
        )}
      </ul>`}
    <//>
    <div class="row">
      <${Button} icon="log-out" busy=${here.busy} onClick=${here.run}>${t("nav.sign_out")}<//>
      <${Button} kind="danger" busy=${everywhere.busy} onClick=${everywhere.run}>${t("preferences.sign_out_everywhere")}<//>
    </div>
  </section>`;
}

/** Returns the browser and the system of a User-Agent header. @param {string | null} agent */
function device(agent) {
  const browser = /Edg|Firefox|Chrome|Safari/.exec(agent ?? "")?.[0].replace("Edg", "Edge");
  const system = /iPhone|iPad|Android|Windows|Mac OS X|Linux/.exec(agent ?? "")?.[0];
  return [browser, system].filter(Boolean).join(", ") || t("preferences.unknown_device");
}

/** Kinds of notifications that can be muted. */
const KINDS = [
  "late_arrival", "not_arrived", "absent", "left_early", "auto_clocked_out", "days_to_review", "late_deducted", "leave_adjusted",
  "clock_in_flagged", "clock_in_reviewed", "day_edited", "roster_changed", "leave_balance_low", "leave_requested", "leave_cancelled",
  "correction_requested", "leave_decided", "correction_decided", "swap_requested", "swap_accepted", "swap_decided", "swap_expired",
  "registration_pending", "timesheet_submitted", "timesheet_decided", "timesheet_voided", "timesheet_due", "timesheets_to_approve",
  "pay_approval_needed", "pay_approval_decided", "time_account_mark_passed",
  "export_ready", "export_failed", "import_finished", "holiday_subscription_failed", "kiosk_pins_failing", "webhook_paused", "terminal_silent", "terminal_clock_wrong",
];
