// A dialog that adds a person or changes a profile.
import { get, patch, post } from "../../api.js";
import { LANGUAGES, t } from "../../i18n/index.js";
import { user } from "../../session.js";
import { dateOf, minute } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { managesDepartment } from "../departments.js";
import { Dialog } from "../dialog.js";
import { Conflict, EditFooter, merged, useEdit } from "../edit.js";
import { CheckField, Refused, SelectField, TextField, ZoneField, errorAt } from "../form.js";
import { useAction } from "../query.js";
import { Secret } from "../secret.js";
import { toast } from "../toast.js";
import { Button } from "../ui.js";
import { EMPTY, changes, formOf, lines, newBody } from "./fields.js";

/** @typedef {import("./fields.js").Person} Person */
/** @typedef {import("./fields.js").Form} Form */
/** @typedef {import("./fields.js").Places} Places */

const SHOWN = ["full_name", "username", "email", "department_id", "site_id", "time_zone", "language", "annual_leave_days", "role", "manages", "hired_on"];

/** @param {{ places: Places, onSaved: (person: Person) => void, onClose: () => void }} props */
export function NewPersonDialog({ places, onSaved, onClose }) {
  const own = user.value?.role === "admin" ? "" : (user.value?.manages[0] ?? "");
  const [form, setForm] = useState(/** @type {Form} */ ({ ...EMPTY, department_id: own }));
  const [hired, setHired] = useState(dateOf(minute.value || 0));
  const [invites, setInvites] = useState(false);
  const [made, setMade] = useState(/** @type {(Person & { temporary_password?: string | null }) | null} */ (null));
  const save = useAction(async () => {
    const body = /** @type {any} */ ({ ...newBody(form), ...(hired ? { hired_on: hired } : {}), ...(invites && form.email.trim() !== "" ? { invite: true } : {}) });
    const person = await post("/users", { body });
    setMade(person);
    onSaved(person);
  });
  if (made) {
    return html`<${Dialog} key="made" title=${t("people.added", { name: made.full_name })} onClose=${onClose} onSubmit=${onClose}
      footer=${html`<${Button} kind="primary" type="submit">${t("action.close")}<//>`}>
      <p>${t("people.added_about", { username: made.username })}</p>
      ${made.temporary_password && html`<${Secret} label=${t("people.temporary_password")} value=${made.temporary_password} about=${t("people.temporary_about")} />`}
      ${!made.temporary_password && html`<p>${t("people.invited", { name: made.full_name })}</p>`}
    <//>`;
  }
  return html`<${Dialog} title=${t("people.add")} onClose=${onClose} onSubmit=${save.run}
    footer=${html`<${EditFooter} edit=${save} confirm=${t("people.add")} icon="plus" onClose=${onClose} />`}>
    <${Refused} refusal=${save.error} fields=${SHOWN} />
    <${Fields} form=${form} setForm=${setForm} places=${places} refusal=${save.error} mayChangeRole=${user.value?.role === "admin"} isNew />
    <${TextField} type="date" label=${t("people.hired_on")} hint=${t("people.hired_hint")} value=${hired} error=${errorAt(save.error, "hired_on")} onChange=${setHired} />
    ${form.email.trim() !== "" && html`<${CheckField} label=${t("people.invite_new")} checked=${invites} onChange=${setInvites} />`}
  <//>`;
}

/** @param {{ person: Person, places: Places, onSaved: (person: Person) => void, onClose: () => void }} props */
export function EditPersonDialog({ person, places, onSaved, onClose }) {
  const [form, setForm] = useState(() => formOf(person));
  const path = { id: person.id };
  const edit = useEdit(person, {
    load: () => get("/users/{id}", { path }),
    merge: (theirs, before) => setForm((now) => merged(now, formOf(before), formOf(theirs))),
    save: async (base) => {
      const body = /** @type {any} */ (changes(form, formOf(base)));
      const saved = Object.keys(body).length === 0 ? base : await patch("/users/{id}", { path, body, version: base.version });
      onSaved(saved);
      toast(t("people.saved", { name: saved.full_name }));
      onClose();
    },
  });
  const take = () => {
    setForm(formOf(edit.base));
    edit.settle();
  };
  return html`<${Dialog} title=${t("people.profile_of", { name: person.full_name })} onClose=${onClose} onSubmit=${edit.run}
    footer=${html`<${EditFooter} edit=${edit} onClose=${onClose} />`}>
    ${edit.theirs && html`<${Conflict} theirs=${lines(formOf(edit.theirs), places)} mine=${lines(form, places)} onTake=${take} />`}
    <${Refused} refusal=${edit.error} fields=${SHOWN} />
    <${Fields} form=${form} setForm=${setForm} places=${places} refusal=${edit.error} mayChangeRole=${person.allowed_actions?.includes("change_role") ?? false} />
  <//>`;
}

/** @param {{ form: Form, setForm: (form: Form) => void, places: Places, refusal: import("../form.js").Refusal, mayChangeRole: boolean, isNew?: boolean }} props */
function Fields({ form, setForm, places, refusal, mayChangeRole, isNew = false }) {
  const bind = (/** @type {keyof Form} */ field) => ({
    value: form[field],
    error: errorAt(refusal, field),
    onChange: (/** @type {string} */ value) => setForm({ ...form, [field]: value }),
  });
  const departments = [...places.departments].filter(([id]) => managesDepartment(id) || id === form.department_id);
  return html`
    <${TextField} label=${t("people.full_name")} ...${bind("full_name")} required autocomplete="off" maxlength="100" />
    <div class="two">
      <${TextField} label=${t("people.username")} hint=${isNew ? t("people.username_hint") : undefined} ...${bind("username")} required autocomplete="off" autocapitalize="none" spellcheck=${false} />
      <${TextField} label=${t("people.email")} ...${bind("email")} type="email" autocomplete="off" />
    </div>
    <div class="two">
      <${SelectField} label=${t("people.department")} ...${bind("department_id")} options=${[["", t("people.none")], ...departments]} />
      <${SelectField} label=${t("people.site")} ...${bind("site_id")} options=${[["", t("people.none")], ...places.sites]} />
    </div>
    ${mayChangeRole && html`<${RoleFields} form=${form} setForm=${setForm} places=${places} bind=${bind} />`}
    <details class="more" open=${["time_zone", "language", "annual_leave_days"].some((field) => errorAt(refusal, field) !== undefined)}>
      <summary>${t("people.more")}</summary>
      <div class="stack">
        <div class="two">
          <${ZoneField} label=${t("people.zone")} hint=${t("people.zone_hint")} ...${bind("time_zone")} />
          <${SelectField} label=${t("people.language")} ...${bind("language")} options=${[["", t("people.language_default")], ...Object.entries(LANGUAGES)]} />
        </div>
        <${TextField} label=${t("people.allowance")} hint=${t("people.allowance_hint")} ...${bind("annual_leave_days")} inputmode="decimal" />
        <${CheckField} label=${t("people.tracks")} checked=${form.tracks_attendance} onChange=${(/** @type {boolean} */ tracks_attendance) => setForm({ ...form, tracks_attendance })} />
      </div>
    </details>`;
}

/** @param {{ form: Form, setForm: (form: Form) => void, places: Places, bind: (field: keyof Form) => object }} props */
function RoleFields({ form, setForm, places, bind }) {
  const toggle = (/** @type {string} */ id) =>
    setForm({ ...form, manages: form.manages.includes(id) ? form.manages.filter((one) => one !== id) : [...form.manages, id] });
  const roles = /** @type {const} */ (["employee", "manager", "admin"]).map((role) => [role, t(`role.${role}`)]);
  return html`<${SelectField} label=${t("people.role")} hint=${t(`people.role_${/** @type {"admin"} */ (form.role)}`)} ...${bind("role")} options=${roles} />
    ${form.role === "manager" &&
    html`<fieldset>
      <legend class="strong">${t("people.manages")}</legend>
      <${CheckField} label=${t("people.everyone")} checked=${form.manages_all} onChange=${(/** @type {boolean} */ manages_all) => setForm({ ...form, manages_all })} />
      ${!form.manages_all && [...places.departments].map(([id, name]) => html`<${CheckField} key=${id} label=${name} checked=${form.manages.includes(id)} onChange=${() => toggle(id)} />`)}
    </fieldset>`}`;
}
