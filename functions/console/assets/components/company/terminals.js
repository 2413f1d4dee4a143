// Terminals: face or fingerprint readers that send punches. Their secrets are shown once. Numbers that belong to no person wait here with
// their punches until they are assigned.
import { get, patch, post, remove } from "../../api.js";
import { t } from "../../i18n/index.js";
import { dateOf, day, duration, time } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { Dialog } from "../dialog.js";
import { EditFooter } from "../edit.js";
import { CheckField, Refused, SelectField, TextField, ZoneField, errorAt } from "../form.js";
import { useAction, useQuery } from "../query.js";
import { Secret } from "../secret.js";
import { toast } from "../toast.js";
import { Badge, Button, Empty, Icon, Loaded } from "../ui.js";
import { DeleteDialog, FormDialog, Item, Part, useDialog } from "./part.js";
import { WEEKDAYS, weekdayName } from "./policies.js";

/** @typedef {import("../../types").Schemas["Terminal"]} Terminal */
/** @typedef {import("../../types").Schemas["UnknownNumber"]} Unknown */
/** @typedef {Terminal["watch"]} Watch */
/** @typedef {{ serial: string, site_id: string, name: string, time_zone: string, uses_states: boolean, watch: Watch }} Form */

/** The API's default settings. @type {Watch} */
const WATCH = { days: ["monday", "tuesday", "wednesday", "thursday", "friday"], from: "06:00", to: "20:00", silent_after_minutes: 10 };

export function Terminals() {
  const query = useQuery(() => get("/terminals", { query: { limit: 200 } }), []);
  const sites = useQuery(() => get("/sites", { query: { limit: 200 } }), []).data?.items ?? [];
  const { dialog, open, close } = useDialog();
  const edit = (/** @type {Terminal | null} */ one) => open(html`<${TerminalDialog} terminal=${one} sites=${sites} onSaved=${query.reload} onClose=${close} onSecret=${shown} />`);
  const shown = (/** @type {string} */ name, /** @type {string} */ secret) => open(html`<${SecretDialog} name=${name} secret=${secret} onClose=${close} />`);
  const rotate = (/** @type {Terminal} */ one) => open(html`<${RotateDialog} terminal=${one} onSecret=${shown} onClose=${close} />`);
  const ask = (/** @type {Terminal} */ { id, name }) =>
    open(html`<${DeleteDialog} name=${name} about=${t("terminals.delete_about")} onDone=${query.reload} onClose=${close} onDelete=${() => remove("/terminals/{id}", { path: { id } })} />`);
  return html`<${Part} title=${t("company.terminals")} about=${t("terminals.about")} icon="fingerprint" empty=${t("terminals.none")} add=${t("terminals.add")} query=${query} onAdd=${() => edit(null)}>
      ${(/** @type {Terminal} */ one) => html`<${Item} key=${one.id} icon="fingerprint" name=${one.name} onEdit=${() => edit(one)} onDelete=${() => ask(one)}
        details=${[one.serial, sites.find(({ id }) => id === one.site_id)?.name, seen(one), held(one)].filter(Boolean).join(" · ")}>
        ${one.state?.silent_since && html`<${Badge} tone="warn" icon="wifi-off">${t("kiosks.silent")}<//>`}
        ${one.state?.clock_wrong_since && html`<${Badge} tone="warn" icon="clock-alert">${t("terminals.drift", { time: duration(Math.abs(one.state.drift_seconds ?? 0)) })}<//>`}
        <${Button} kind="quiet" icon="key-round" label=${t("terminals.rotate_of", { name: one.name })} onClick=${() => rotate(one)} /><//>`}
    <//>
    <${UnknownNumbers} />
    ${dialog}`;
}

/** Returns the time of a terminal's last request as text. @param {Terminal} terminal */
function seen({ state }) {
  return state?.last_seen_at ? t("kiosks.seen", { date: day(dateOf(state.last_seen_at), "short"), time: time(state.last_seen_at) }) : t("kiosks.never_seen");
}

/** Returns the number of people that the device reports. @param {Terminal} terminal */
function held({ state }) {
  return typeof state?.people_in_device === "number" ? t("terminals.people", { count: state.people_in_device }) : undefined;
}

/** @param {Terminal} terminal @returns {Form} */
const formOf = ({ serial, site_id, name, time_zone, uses_states, watch }) => ({ serial, site_id, name, time_zone: time_zone ?? "", uses_states, watch });

/** @param {{ terminal: Terminal | null, sites: { id: string, name: string }[], onSaved: () => void, onSecret: (name: string, secret: string) => void, onClose: () => void }} props */
function TerminalDialog({ terminal, sites, onSaved, onSecret, onClose }) {
  const [form, setForm] = useState(() => (terminal ? formOf(terminal) : /** @type {Form} */ ({ serial: "", site_id: sites[0]?.id ?? "", name: "", time_zone: "", uses_states: true, watch: WATCH })));
  const set = (/** @type {Partial<Form>} */ part) => setForm({ ...form, ...part });
  const watch = (/** @type {Partial<Watch>} */ part) => set({ watch: { ...form.watch, ...part } });
  const path = { id: terminal?.id ?? "" };
  const lines = (/** @type {Form} */ one) => [one.name, one.serial, sites.find(({ id }) => id === one.site_id)?.name ?? "", t(one.uses_states ? "terminals.states" : "terminals.no_states")];
  const save = async (/** @type {Terminal | null} */ base) => {
    const body = { ...form, serial: form.serial.trim(), name: form.name.trim(), time_zone: form.time_zone.trim() || null, watch: { ...form.watch, silent_after_minutes: Number(form.watch.silent_after_minutes) } };
    if (base !== null) return patch("/terminals/{id}", { path, body, version: base.version });
    const made = await post("/terminals", { body });
    // The dialog of the secret opens after this dialog has closed.
    setTimeout(() => onSecret(made.name, made.secret ?? ""));
    return made;
  };
  return html`<${FormDialog} title=${terminal ? t("company.edit_of", { name: terminal.name }) : t("terminals.add")} first=${terminal} form=${form} setForm=${setForm}
    formOf=${formOf} lines=${lines} load=${() => get("/terminals/{id}", { path })} save=${save} fields=${["serial", "site_id", "name", "time_zone", "watch"]} onSaved=${onSaved} onClose=${onClose}>
    ${(/** @type {import("../form.js").Refusal} */ refusal) => html`
      <${TextField} label=${t("company.name")} value=${form.name} error=${errorAt(refusal, "name")} onChange=${(/** @type {string} */ name) => set({ name })} required maxlength="100" autofocus />
      <div class="two">
        <${TextField} label=${t("terminals.serial")} hint=${t("terminals.serial_hint")} value=${form.serial} error=${errorAt(refusal, "serial")} onChange=${(/** @type {string} */ serial) => set({ serial })} required maxlength="40" spellcheck=${false} autocomplete="off" />
        <${SelectField} label=${t("people.site")} hint=${sites.length === 0 ? t("kiosks.no_site") : undefined} value=${form.site_id} error=${errorAt(refusal, "site_id")} onChange=${(/** @type {string} */ site_id) => set({ site_id })} options=${sites.map(({ id, name }) => [id, name])} />
      </div>
      <${ZoneField} label=${t("people.zone")} hint=${t("people.zone_hint")} value=${form.time_zone} error=${errorAt(refusal, "time_zone")} onChange=${(/** @type {string} */ time_zone) => set({ time_zone })} />
      <${CheckField} label=${t("terminals.uses_states")} checked=${form.uses_states} onChange=${(/** @type {boolean} */ uses_states) => set({ uses_states })} />
      <fieldset class="stack"><legend class="strong">${t("terminals.watch")}</legend>
        ${errorAt(refusal, "watch") && html`<p class="field"><span class="error">${errorAt(refusal, "watch")}</span></p>`}
        <div class="weekdays">${WEEKDAYS.map((one) => html`<${CheckField} key=${one} label=${weekdayName(one)} checked=${form.watch.days.includes(one)} onChange=${() => watch({ days: WEEKDAYS.filter((other) => (other === one ? !form.watch.days.includes(other) : form.watch.days.includes(other))) })} />`)}</div>
        <div class="two">
          <${TextField} type="time" label=${t("policy.start")} value=${form.watch.from} onChange=${(/** @type {string} */ from) => watch({ from })} />
          <${TextField} type="time" label=${t("policy.end")} value=${form.watch.to} onChange=${(/** @type {string} */ to) => watch({ to })} />
        </div>
        <${TextField} label=${t("terminals.silent_after")} inputmode="numeric" value=${String(form.watch.silent_after_minutes)} onChange=${(/** @type {any} */ silent_after_minutes) => watch({ silent_after_minutes })} />
      </fieldset>`}
  <//>`;
}

/** @param {{ name: string, secret: string, onClose: () => void }} props */
function SecretDialog({ name, secret, onClose }) {
  return html`<${Dialog} key="secret" title=${t("terminals.secret_of", { name })} onClose=${onClose} onSubmit=${onClose} footer=${html`<${Button} kind="primary" type="submit">${t("action.close")}<//>`}>
    <${Secret} label=${t("terminals.secret")} value=${secret} about=${t("terminals.secret_about")} />
  <//>`;
}

/** @param {{ terminal: Terminal, onSecret: (name: string, secret: string) => void, onClose: () => void }} props */
function RotateDialog({ terminal, onSecret, onClose }) {
  const rotate = useAction(async () => onSecret(terminal.name, (await post("/terminals/{id}/secret", { path: { id: terminal.id }, body: {} })).secret ?? ""));
  return html`<${Dialog} title=${t("terminals.rotate_of", { name: terminal.name })} onClose=${onClose} onSubmit=${rotate.run} footer=${html`<${EditFooter} edit=${rotate} confirm=${t("terminals.rotate")} icon="key-round" onClose=${onClose} />`}>
    <p>${t("terminals.rotate_about")}</p>
    <${Refused} refusal=${rotate.error} />
  <//>`;
}

function UnknownNumbers() {
  const query = useQuery(() => get("/terminals/unknown", { query: { limit: 200 } }), []);
  const { dialog, open, close } = useDialog();
  const assign = (/** @type {Unknown} */ one) => open(html`<${AssignDialog} unknown=${one} onDone=${query.reload} onClose=${close} />`);
  const discard = (/** @type {Unknown} */ { number }) =>
    open(html`<${DeleteDialog} name=${t("terminals.number", { number })} about=${t("terminals.discard_about")} confirm=${t("terminals.discard")} onDone=${query.reload} onClose=${close}
      onDelete=${() => remove("/terminals/unknown/{number}", { path: { number } })} />`);
  return html`<section class="card stack" aria-labelledby="unknown">
    <h2 id="unknown">${t("terminals.unknown")}</h2>
    <p class="muted">${t("terminals.unknown_about")}</p>
    <${Loaded} query=${query}>
      ${(/** @type {{ items: readonly Unknown[] }} */ { items }) =>
        items.length === 0
          ? html`<${Empty} icon="circle-check" title=${t("terminals.no_unknown")} />`
          : html`<ul class="rows">${items.map(
              (one) => html`<li key=${one.number} class="item"><${Icon} name="circle-help" />
                <span class="grow"><span class="block strong">${t("terminals.number", { number: one.number })}</span>
                  <span class="block small muted">${t("terminals.kept", { count: one.count })} · ${day(dateOf(one.last_at), "short")}, ${time(one.last_at)} · ${[...new Set(one.punches.map(({ terminal_name: name }) => name))].join(", ")}</span></span>
                <${Button} icon="user" onClick=${() => assign(one)}>${t("terminals.assign")}<//>
                <${Button} kind="quiet" icon="trash-2" label=${`${t("terminals.discard")}: ${one.number}`} onClick=${() => discard(one)} /></li>`,
            )}</ul>`}
    <//>
    ${dialog}
  </section>`;
}

/** @param {{ unknown: Unknown, onDone: () => void, onClose: () => void }} props */
function AssignDialog({ unknown, onDone, onClose }) {
  const people = useQuery(() => get("/users", { query: { status: "active", limit: 200 } }), []).data?.items ?? [];
  const [person, setPerson] = useState("");
  const assign = useAction(async () => {
    const path = { number: unknown.number };
    let settled;
    // A call may assign only a part of the punches. The next call continues where it ended.
    do settled = await post("/terminals/unknown/{number}/assign", { path, body: { user_id: person } });
    while (!settled.done && settled.punches_taken + settled.punches_waiting + settled.punches_recorded > 0);
    toast(t("terminals.assigned", { name: people.find(({ id }) => id === person)?.full_name ?? "", taken: settled.punches_taken, waiting: settled.punches_waiting }));
    onDone();
    onClose();
  });
  return html`<${Dialog} title=${t("terminals.number", { number: unknown.number })} onClose=${onClose} onSubmit=${() => person !== "" && void assign.run()} footer=${html`<${EditFooter} edit=${assign} confirm=${t("terminals.assign")} icon="user" onClose=${onClose} />`}>
    <p>${t("terminals.assign_about", { count: unknown.count })}</p>
    <${Refused} refusal=${assign.error} fields=${["user_id"]} />
    <${SelectField} label=${t("people.person")} value=${person} error=${errorAt(assign.error, "user_id")} onChange=${setPerson} options=${[["", t("swap.choose")], ...people.map(({ id, full_name }) => /** @type {[string, string]} */ ([id, full_name]))]} />
  <//>`;
}
