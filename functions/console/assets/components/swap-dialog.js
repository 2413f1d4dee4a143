// A dialog that requests a swap. The person picks one of their own shifts and one of a colleague's shifts, or none to give the shift away.
import { get, post } from "../api.js";
import { t } from "../i18n/index.js";
import { user } from "../session.js";
import { dateOf, day, minute, ms, plusDays, times } from "../time.js";
import { html, useState } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";
import { Refused, SelectField, TextField, errorAt } from "./form.js";
import { useAction, useQuery } from "./query.js";
import { toast } from "./toast.js";
import { Button, Empty, Icon, Loaded, Notice } from "./ui.js";

/** @typedef {import("../types").Schemas["RosterShift"]} Shift */
/** @typedef {Map<string, Shift[]>} Shifts The shifts by person. */

/** The number of dates that are offered. */
const DAYS = 28;
/** The maximum number of pages of the department's roster. */
const MAX_PAGES = 4;

/** Returns the colleagues in the roster, with their shifts. @param {string} from @param {string} to @returns {Promise<Shifts>} */
async function loadShifts(from, to) {
  /** @type {Shifts} */
  const shifts = new Map();
  let cursor = /** @type {string | null | undefined} */ (undefined);
  for (let read = 0; read < MAX_PAGES && cursor !== null; read++) {
    const page = await get("/roster", { query: { from, to, limit: 50, cursor } });
    // Shifts on a day of leave can't be swapped.
    for (const row of page.items) shifts.set(row.user_id, row.days.filter((one) => !one.leave).flatMap((one) => one.shifts));
    cursor = page.next_cursor ?? null;
  }
  return shifts;
}

/** Returns the date of a shift. @param {Shift} shift */
const dateOfShift = (shift) => shift.id.slice(0, 10);

/** Returns whether a shift that a person receives overlaps a shift that they keep. @param {Shift[]} received @param {Shift[]} kept */
function overlaps(received, kept) {
  return received.some((one) => kept.some((other) => !other.on_leave && ms(one.start_at) < ms(other.end_at) && ms(other.start_at) < ms(one.end_at)));
}

/** @param {{ onClose: () => void, onSent: () => void }} props */
export function SwapDialog({ onClose, onSent }) {
  const directory = useQuery(() => get("/users/directory", { query: { limit: 200 } }), []);
  const people = (directory.data?.items ?? []).filter((one) => one.id !== user.value?.id);
  const first = plusDays(dateOf(minute.value || 0), 1);
  const [mine, setMine] = useState("");
  const [person, setPerson] = useState("");
  const [theirs, setTheirs] = useState("");
  const [note, setNote] = useState("");
  const query = useQuery(async () => {
    const to = plusDays(first, DAYS - 1);
    const [own, shifts] = await Promise.all([get("/roster/{user_id}/shifts", { path: { user_id: "me" }, query: { from: first, to } }), loadShifts(first, to)]);
    return { own: own.items, shifts };
  }, [first]);
  const send = useAction(async () => {
    const body = { my_date: mine, with_user_id: person, ...(theirs ? { their_date: theirs } : {}), ...(note ? { note } : {}) };
    await post("/roster/swaps", { body });
    toast(t("swap.sent"));
    onSent();
    onClose();
  });
  const choose = (/** @type {string} */ next) => {
    setPerson(next);
    setTheirs("");
  };
  const name = people.find((one) => one.id === person)?.full_name ?? "";
  const footer = html`<${Button} onClick=${onClose}>${t("action.cancel")}<//>
    <${Button} kind="primary" icon="send" type="submit" busy=${send.busy} blocked=${mine === "" || person === ""}>${t("swap.send")}<//>`;
  return html`<${Dialog} title=${t("requests.ask_swap")} isWide onClose=${onClose} onSubmit=${() => mine && person && void send.run()} footer=${footer}>
    <${Refused} refusal=${send.error} fields=${["with_user_id", "their_date", "note"]} />
    <${Loaded} query=${query}>
      ${(/** @type {{ own: Shift[], shifts: Shifts }} */ { own, shifts }) => {
        const offered = shifts.get(person);
        const on = (/** @type {Shift[]} */ all, /** @type {string} */ date) => all.filter((shift) => dateOfShift(shift) === date);
        const besides = (/** @type {Shift[]} */ all, /** @type {string} */ date) => all.filter((shift) => dateOfShift(shift) !== date);
        // Both people keep their other shifts, including those on the date that they receive.
        const clashes = [
          overlaps(on(own, mine), besides(offered ?? [], theirs)) && t("swap.clash_theirs", { name, date: day(mine, "medium") }),
          overlaps(on(offered ?? [], theirs), besides(own, mine)) && t("swap.clash_mine", { date: day(theirs, "medium") }),
        ].filter(Boolean);
        return html`<${Cards} name="mine" title=${t("swap.mine")} shifts=${own} value=${mine} onChange=${setMine} empty=${t("swap.no_shifts")} />
          <${SelectField} label=${t("swap.with")} value=${person} error=${errorAt(send.error, "with_user_id")} onChange=${choose} options=${[["", t("swap.choose")], ...people.map((one) => /** @type {[string, string]} */ ([one.id, one.full_name]))]} />
          ${person !== "" &&
          (offered
            ? html`<${Cards} name="theirs" title=${t("swap.of", { name })} shifts=${offered} value=${theirs} onChange=${setTheirs} nothing=${t("swap.nothing")} />`
            : html`<${TextField} type="date" label=${t("swap.theirs")} hint=${t("swap.theirs_hint")} min=${first} value=${theirs} error=${errorAt(send.error, "their_date")} onChange=${setTheirs} />`)}
          <div role="status">${clashes.length > 0 && html`<${Notice} tone="warn">${clashes.map((text) => html`<p key=${text}>${text}</p>`)}<//>`}</div>`;
      }}
    <//>
    <${TextField} label=${t("swap.note")} maxlength="500" value=${note} error=${errorAt(send.error, "note")} onChange=${setNote} />
  <//>`;
}

/**
 * Shifts as cards, one of which can be picked. Whole dates are swapped, so a date with two shifts is one card. `nothing`: the text of the card
 * for no shift.
 * @param {{ name: string, title: string, shifts: Shift[], value: string, onChange: (date: string) => void, empty?: string, nothing?: string }} props
 */
function Cards({ name, title, shifts, value, onChange, empty, nothing }) {
  const dates = [...new Set(shifts.filter((shift) => !shift.on_leave).map(dateOfShift))];
  const card = (/** @type {string} */ date, /** @type {import("./ui.js").Children} */ content) => html`<label key=${date} class="shift-card">
    <input type="radio" name=${name} value=${date} checked=${date === value} onChange=${() => onChange(date)} />${content}${date === value && html`<${Icon} name="check" />`}
  </label>`;
  return html`<fieldset><legend class="strong">${title}</legend>
    ${dates.length === 0 && nothing === undefined
      ? html`<${Empty} icon="calendar" title=${empty} />`
      : html`<div class="shift-cards">
          ${nothing !== undefined && card("", html`<span class="strong">${nothing}</span>`)}
          ${dates.map((date) => card(date, html`<span class="strong">${day(date, "medium")}</span>
            ${shifts.filter((shift) => dateOfShift(shift) === date).map((shift) => html`<span key=${shift.id} class="figures small">${times(shift.start_at, shift.end_at)}</span>`)}`))}
        </div>`}
  </fieldset>`;
}
