// The notifications that are also sent by e-mail and as push messages.
import { get, post, put } from "../api.js";
import { t, word } from "../i18n/index.js";
import { canPush, isSubscribed, subscribe, unsubscribe } from "../push.js";
import { html, useState } from "../vendor/preact.js";
import { useAction, useQuery } from "./query.js";
import { Button, Loaded, Notice, Segments } from "./ui.js";

/** @typedef {{ muted: string[], channels: { email: string[], push: string[] }, email_delivery: string, email_state: string, email_stopped: string | null }} Preferences */

/** @typedef {import("./query.js").Query<Preferences>} PreferencesQuery */
/** @typedef {{ busy: boolean, error?: import("../api.js").Problem, run: (change: Partial<Preferences>) => unknown }} Save */
/** @typedef {"news" | "channels"} Section The section of the page *Preferences* that makes a change. */

/**
 * Returns the notification preferences of a person, and a function that changes them. A change is shown at once, and undone if it can't be saved.
 * The error of a change is shown in the section that made the change.
 * @returns {{ query: PreferencesQuery, saveFor: (section: Section) => Save }}
 */
export function useNotificationPreferences() {
  const query = useQuery(() => /** @type {Promise<any>} */ (get("/notifications/preferences")), []);
  const [asked, setAsked] = useState(/** @type {Preferences | undefined} */ (undefined));
  const [savedSection, setSavedSection] = useState(/** @type {Section | undefined} */ (undefined));
  const save = useAction(async (/** @type {Section} */ section, /** @type {Partial<Preferences>} */ change) => {
    setSavedSection(section);
    const wanted = { .../** @type {Preferences} */ (query.data), ...change };
    const { muted, channels, email_delivery } = wanted;
    setAsked(wanted);
    try {
      query.replace(await put("/notifications/preferences", { body: /** @type {any} */ ({ muted, channels, email_delivery }) }));
    } finally {
      setAsked(undefined);
    }
  });
  const saveFor = (/** @type {Section} */ section) => ({
    busy: save.busy,
    ...(save.error && savedSection === section ? { error: save.error } : {}),
    run: (/** @type {Partial<Preferences>} */ change) => save.run(section, change),
  });
  return { query: { ...query, data: asked ?? query.data }, saveFor };
}

/** @param {{ kinds: string[], query: PreferencesQuery, save: Save }} props */
export function Channels({ kinds, query, save }) {
  return html`<section class="card stack" aria-labelledby="channels">
    <h2 id="channels">${t("channels.heading")}</h2>
    ${save.error && html`<${Notice} tone="bad" role="alert">${save.error.message || t("state.offline")}<//>`}
    <${Loaded} query=${query}>
      ${(/** @type {Preferences} */ preferences) => html`
        <${Email} preferences=${preferences} />
        ${canPush && html`<${Push} />`}
        <table class="channels">
          <thead><tr><th scope="col">${t("preferences.news")}</th><th scope="col">${t("channels.email")}</th><th scope="col">${t("channels.push")}</th></tr></thead>
          <tbody>${kinds.map(
            (kind) => html`<tr key=${kind}><th scope="row">${word("kind", kind)}</th>
              ${/** @type {("email" | "push")[]} */ (["email", "push"]).map((channel) => html`<td key=${channel}><${Tick} kind=${kind} channel=${channel} preferences=${preferences} save=${save} /></td>`)}</tr>`,
          )}</tbody>
        </table>
        <${Segments} label=${t("channels.delivery")} value=${preferences.email_delivery} options=${[["at_once", t("channels.at_once")], ["daily", t("channels.daily")]]} onChange=${(/** @type {string} */ email_delivery) => save.run({ email_delivery })} />`}
    <//>
  </section>`;
}

/** @param {{ kind: string, channel: "email" | "push", preferences: Preferences, save: Save }} props */
function Tick({ kind, channel, preferences, save }) {
  const { channels } = preferences;
  const isOn = channels[channel].includes(kind);
  const next = isOn ? channels[channel].filter((one) => one !== kind) : [...channels[channel], kind];
  return html`<input type="checkbox" checked=${isOn} disabled=${save.busy} aria-label=${`${word("kind", kind)}: ${t(`channels.${channel}`)}`}
    onChange=${() => save.run({ channels: { ...channels, [channel]: next } })} />`;
}

/** The reason why e-mails aren't sent, and the fix for it. @param {{ preferences: Preferences }} props */
function Email({ preferences }) {
  const [isSent, setSent] = useState(false);
  const send = useAction(async () => {
    await post(/** @type {any} */ ("/auth/email-verification"), /** @type {any} */ ({ body: {} }));
    setSent(true);
  });
  const { email_state: state, email_stopped: stopped } = preferences;
  if (send.error) return html`<${Notice} tone="bad" role="alert">${send.error.message}<//>`;
  if (isSent) return html`<${Notice} tone="good" role="status">${t("channels.sent")}<//>`;
  if (state === "off" || state === "no_address") return html`<p class="muted">${t(state === "off" ? "channels.email_off" : "channels.no_address")}</p>`;
  if (state === "unverified") {
    return html`<${Notice}>${t("channels.unverified")}<//><div><${Button} busy=${send.busy} onClick=${send.run}>${t("channels.verify")}<//></div>`;
  }
  return stopped === null ? null : html`<${Notice} tone="warn">${t("channels.stopped")}<//>`;
}

function Push() {
  const query = useQuery(isSubscribed, []);
  const [isRefused, setRefused] = useState(false);
  const change = useAction(async (/** @type {boolean} */ isOn) => {
    setRefused(!(isOn ? await subscribe() : (await unsubscribe(), true)));
    query.reload();
  });
  return html`<label class="check">
      <input type="checkbox" role="switch" checked=${query.data === true} disabled=${change.busy} onChange=${() => change.run(query.data !== true)} />${t("channels.push_here")}
    </label>
    ${(isRefused || change.error) && html`<${Notice} tone="warn" role="alert">${t("channels.push_refused")}<//>`}`;
}
