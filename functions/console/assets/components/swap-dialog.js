// Asks a colleague to swap: one of one's own shifts, given away or exchanged for one of theirs.
import { get, post } from "../api.js";
import { t } from "../i18n/index.js";
import { user } from "../session.js";
import { dateOf, day, minute, plusDays, times } from "../time.js";
import { html, useState } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";
import { useAction, useQuery } from "./query.js";
import { toast } from "./toast.js";
import { Button, Empty, Field, Loaded, Notice } from "./ui.js";

/** @param {{ onClose: () => void, onSent: () => void }} props */
export function SwapDialog({ onClose, onSent }) {
  const directory = useQuery(() => get("/users/directory", { query: { limit: 200 } }), []);
  const people = (directory.data?.items ?? []).filter((one) => one.id !== user.value?.id);
  const today = dateOf(minute.value || 0);
  const [mine, setMine] = useState("");
  const [person, setPerson] = useState("");
  const [theirs, setTheirs] = useState("");
  const [note, setNote] = useState("");
  const shifts = useQuery(
    () => get("/roster/{user_id}/shifts", { path: { user_id: "me" }, query: { from: plusDays(today, 1), to: plusDays(today, 28) } }),
    [today],
  );
  const send = useAction(async () => {
    const body = { my_date: mine, with_user_id: person, ...(theirs ? { their_date: theirs } : {}), ...(note ? { note } : {}) };
    await post("/roster/swaps", { body });
    toast(t("swap.sent"));
    onSent();
    onClose();
  });
  const footer = html`<${Button} onClick=${onClose}>${t("action.cancel")}<//>
    <${Button} kind="primary" icon="send" type="submit" busy=${send.busy} blocked=${mine === "" || person === ""}>${t("swap.send")}<//>`;
  return html`<${Dialog} title=${t("requests.ask_swap")} onClose=${onClose} onSubmit=${() => mine && person && void send.run()} footer=${footer}>
    ${send.error && html`<${Notice} tone="bad" role="alert">${send.error.code === "offline" ? t("state.offline") : send.error.message}<//>`}
    <fieldset><legend class="strong">${t("swap.mine")}</legend>
      <${Loaded} query=${shifts}>
        ${(/** @type {{ items: import("../types").Schemas["RosterShift"][] }} */ { items }) =>
          items.length === 0
            ? html`<${Empty} icon="calendar" title=${t("swap.no_shifts")} />`
            : html`<div class="shift-cards">
                ${items
                  .filter((shift) => !shift.on_leave)
                  .map(
                    (shift) => html`<label key=${shift.id} class="shift-card">
                      <input type="radio" name="mine" value=${shift.id} checked=${shift.id.slice(0, 10) === mine} onChange=${() => setMine(shift.id.slice(0, 10))} />
                      <span class="strong">${day(shift.id.slice(0, 10), "medium")}</span><span class="figures small">${times(shift.start_at, shift.end_at)}</span>
                    </label>`,
                  )}
              </div>`}
      <//>
    </fieldset>
    <${Field} label=${t("swap.with")}>
      ${(/** @type {object} */ attributes) => html`<select ...${attributes} required value=${person} onChange=${(/** @type {any} */ event) => setPerson(event.target.value)}>
        <option value="">${t("swap.choose")}</option>
        ${people.map((one) => html`<option key=${one.id} value=${one.id}>${one.full_name}</option>`)}
      </select>`}
    <//>
    <${Field} label=${t("swap.theirs")} hint=${t("swap.theirs_hint")}>
      ${(/** @type {object} */ attributes) => html`<input ...${attributes} type="date" min=${today} value=${theirs} onInput=${(/** @type {any} */ event) => setTheirs(event.target.value)} />`}
    <//>
    <${Field} label=${t("swap.note")}>
      ${(/** @type {object} */ attributes) => html`<input ...${attributes} maxlength="500" value=${note} onInput=${(/** @type {any} */ event) => setNote(event.target.value)} />`}
    <//>
  <//>`;
}
