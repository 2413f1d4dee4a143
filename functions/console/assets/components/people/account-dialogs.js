// Dialogs for an account: activate, disable, reset the password, set the PIN, assign a badge.
import { get, ifFound, patch, post, put, remove } from "../../api.js";
import { t } from "../../i18n/index.js";
import { dateOf, day, minute } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { managesDepartment } from "../departments.js";
import { Dialog } from "../dialog.js";
import { EditFooter, useEdit } from "../edit.js";
import { Refused, SelectField, TextField, errorAt } from "../form.js";
import { useAction, useQuery } from "../query.js";
import { ReasonDialog } from "../reason-dialog.js";
import { Secret } from "../secret.js";
import { toast } from "../toast.js";
import { Button, Notice } from "../ui.js";

/** @typedef {import("./fields.js").Person} Person */
/** @typedef {{ person: Person, places: import("./fields.js").Places, onSaved: (person: Person) => void, onClose: () => void }} Props */

/**
 * Changes an account with PATCH. If somebody else has changed the account in the meantime, the person must confirm again.
 * @param {Props} props
 * @param {() => Record<string, unknown>} body
 * @param {(person: Person) => string} done
 */
function useChange({ person, onSaved, onClose }, body, done) {
  const path = { id: person.id };
  return useEdit(person, {
    load: () => get("/users/{id}", { path }),
    save: async (base) => {
      const saved = await patch("/users/{id}", { path, body: /** @type {any} */ (body()), version: base.version });
      onSaved(saved);
      toast(done(saved));
      onClose();
    },
  });
}

/** @param {{ theirs: unknown }} props */
const Changed = ({ theirs }) => (theirs ? html`<${Notice} tone="warn" role="alert">${t("form.changed_meanwhile")}<//>` : null);

/** A dialog that lets a registered or disabled person sign in again. @param {Props} props */
export function ActivateDialog(props) {
  const { person, places, onClose } = props;
  const isBack = person.status === "disabled";
  const [from, setFrom] = useState(dateOf(minute.value || 0));
  const [department, setDepartment] = useState(person.department_id ?? "");
  const body = () => ({
    status: "active",
    ...(from ? { hired_on: from } : {}),
    ...(department !== (person.department_id ?? "") ? { department_id: department || null } : {}),
  });
  const edit = useChange(props, body, ({ full_name: name }) => t("people.activated", { name }));
  return html`<${Dialog} title=${t("people.activate_title", { name: person.full_name })} onClose=${onClose} onSubmit=${edit.run}
    footer=${html`<${EditFooter} edit=${edit} confirm=${t("people.activate")} onClose=${onClose} />`}>
    <p>${t(isBack ? "people.activate_back" : "people.activate_about")}</p>
    <${Changed} theirs=${edit.theirs} />
    <${Refused} refusal=${edit.error} fields=${["hired_on", "department_id"]} />
    <${TextField} type="date" label=${t(isBack ? "people.back_on" : "people.hired_on")} value=${from} error=${errorAt(edit.error, "hired_on")} onChange=${setFrom} />
    <${SelectField} label=${t("people.department")} value=${department} error=${errorAt(edit.error, "department_id")} onChange=${setDepartment}
      options=${[["", t("people.none")], ...[...places.departments].filter(([id]) => managesDepartment(id) || id === person.department_id)]} />
  <//>`;
}

const FOLLOWS = /** @type {const} */ (["sign_in", "session", "requests", "reports", "settled"]);

/** @param {Props} props */
export function DisableDialog(props) {
  const { person, onClose } = props;
  const today = dateOf(minute.value || 0);
  const [last, setLast] = useState(today);
  const edit = useChange(props, () => ({ status: "disabled", ...(last && last !== today ? { left_on: last } : {}) }), ({ full_name: name }) => t("people.disabled", { name }));
  return html`<${Dialog} title=${t("people.disable_title", { name: person.full_name })} onClose=${onClose} onSubmit=${edit.run}
    footer=${html`<${EditFooter} edit=${edit} confirm=${t("people.disable")} icon="lock" kind="danger" onClose=${onClose} />`}>
    <div>
      <p class="strong">${t("people.disable_follows")}</p>
      <ul class="bullets">${FOLLOWS.map((key) => html`<li key=${key}>${t(`people.follows.${key}`)}</li>`)}</ul>
    </div>
    <${Changed} theirs=${edit.theirs} />
    <${Refused} refusal=${edit.error} fields=${["left_on"]} />
    <${TextField} type="date" max=${today} label=${t("people.left_on")} hint=${t("people.left_hint")} value=${last} error=${errorAt(edit.error, "left_on")} onChange=${setLast} />
  <//>`;
}

/** @param {Props} props */
export function ResetDialog({ person, onClose }) {
  const [password, setPassword] = useState("");
  const reset = useAction(async () => setPassword((await post("/users/{id}/password-reset", { path: { id: person.id }, body: {} })).temporary_password ?? ""));
  if (password !== "") {
    return html`<${Dialog} key="done" title=${t("people.reset_title", { name: person.full_name })} onClose=${onClose} onSubmit=${onClose}
      footer=${html`<${Button} kind="primary" type="submit">${t("action.close")}<//>`}>
      <${Secret} label=${t("people.temporary_password")} value=${password} about=${t("people.temporary_about")} />
    <//>`;
  }
  return html`<${Dialog} title=${t("people.reset_title", { name: person.full_name })} onClose=${onClose} onSubmit=${reset.run}
    footer=${html`<${EditFooter} edit=${reset} confirm=${t("people.reset")} icon="lock" kind="danger" onClose=${onClose} />`}>
    <p>${t("people.reset_about")}</p>
    <${Refused} refusal=${reset.error} />
  <//>`;
}

/** @param {Props} props */
export function PinDialog({ person, onClose }) {
  const [pin, setPin] = useState("");
  const save = useAction(async () => {
    await put("/users/{id}/pin", { path: { id: person.id }, body: { pin } });
    toast(t("people.pin_saved", { name: person.full_name }));
    onClose();
  });
  return html`<${Dialog} title=${t("people.pin_title", { name: person.full_name })} onClose=${onClose} onSubmit=${save.run}
    footer=${html`<${EditFooter} edit=${save} onClose=${onClose} />`}>
    <${Refused} refusal=${save.error} fields=${["pin"]} />
    <${TextField} label=${t("kiosk.pin")} hint=${t("people.pin_hint")} value=${pin} error=${errorAt(save.error, "pin")} onChange=${setPin}
      inputmode="numeric" autocomplete="off" maxlength="8" autofocus />
  <//>`;
}

/** A dialog for the badge of a person. A new badge replaces the previous one. @param {Props} props */
export function BadgeDialog({ person, onClose }) {
  const path = { id: person.id };
  const badge = useQuery(() => ifFound(get("/users/{id}/badge", { path })), [person.id]);
  const [value, setValue] = useState("");
  const save = useAction(async () => {
    await put("/users/{id}/badge", { path, body: { number: value.trim() } });
    toast(t("people.badge_saved", { name: person.full_name }));
    onClose();
  });
  const revoke = useAction(async () => {
    await remove("/users/{id}/badge", { path });
    toast(t("people.badge_revoked", { name: person.full_name }));
    onClose();
  });
  return html`<${Dialog} title=${t("people.badge_title", { name: person.full_name })} onClose=${onClose} onSubmit=${() => value.trim() !== "" && void save.run()}
    footer=${html`<${EditFooter} edit=${save} onClose=${onClose} />`}>
    <${Refused} refusal=${save.error ?? revoke.error} fields=${["number"]} />
    ${badge.data &&
    html`<div class="row spread"><p>${t("people.badge_since", { date: day(dateOf(badge.data.assigned_at), "date"), name: badge.data.assigned_by_name ?? "–" })}</p>
      <${Button} kind="danger" icon="x" busy=${revoke.busy} onClick=${revoke.run}>${t("people.badge_revoke")}<//></div>`}
    <${TextField} label=${t("people.badge")} hint=${t("people.badge_hint")} value=${value} error=${errorAt(save.error, "number")} onChange=${setValue} autocomplete="off" spellcheck=${false} maxlength="100" autofocus />
  <//>`;
}

/** A dialog that removes a second factor, for a person who has lost the phone and the recovery codes. @param {Props} props */
export function SecondFactorDialog({ person, onClose }) {
  const end = async () => {
    await remove("/users/{id}/mfa", { path: { id: person.id } });
    toast(t("people.second_factor_removed", { name: person.full_name }));
  };
  return html`<${ReasonDialog} title=${t("people.second_factor_title", { name: person.full_name })} about=${t("people.second_factor_about")} confirm=${t("people.second_factor_remove")} icon="shield" kind="danger" onConfirm=${end} onClose=${onClose} />`;
}
