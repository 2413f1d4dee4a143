// Departments. They determine the people that a manager is responsible for, and the chat channel for their notifications.
import { get, patch, post, remove } from "../../api.js";
import { t } from "../../i18n/index.js";
import { loadPart } from "../../router.js";
import { html, useState } from "../../vendor/preact.js";
import { TextField, errorAt } from "../form.js";
import { useQuery } from "../query.js";
import { Button } from "../ui.js";
import { DeleteDialog, FormDialog, Item, Part, useDialog } from "./part.js";

/** @typedef {import("../../types").Schemas["Department"]} Department */

export function Departments() {
  const query = useQuery(() => get("/departments", { query: { limit: 200 } }), []);
  const { dialog, open, close } = useDialog();
  const edit = (/** @type {Department | null} */ one) => open(html`<${DepartmentDialog} department=${one} onSaved=${query.reload} onClose=${close} />`);
  const ask = (/** @type {Department} */ { id, name, version }) =>
    open(html`<${DeleteDialog} name=${name} about=${t("departments.delete")} onDone=${query.reload} onClose=${close}
      onDelete=${() => remove("/departments/{id}", { path: { id }, version })} />`);
  const chat = async (/** @type {Department} */ department) => {
    const { ChatDialog } = await loadPart(() => import("./department-chat.js"));
    open(html`<${ChatDialog} department=${department} onClose=${close} />`);
  };
  return html`<${Part} title=${t("company.departments")} about=${t("departments.about")} icon="users" empty=${t("departments.none")} add=${t("departments.add")} onAdd=${() => edit(null)} query=${query}>
    ${(/** @type {Department} */ one) => html`<${Item} key=${one.id} icon="users" name=${one.name} details=${t("departments.members", { count: one.members })}
      onEdit=${() => edit(one)} onDelete=${one.members === 0 ? () => ask(one) : undefined}>
      <${Button} kind="quiet" icon="message-square" label=${t("chat.of", { name: one.name })} onClick=${() => chat(one)} /><//>`}
  <//>${dialog}`;
}

/** @param {{ department: Department | null, onSaved: () => void, onClose: () => void }} props */
function DepartmentDialog({ department, onSaved, onClose }) {
  const [name, setName] = useState(department?.name ?? "");
  const path = { id: department?.id ?? "" };
  const save = (/** @type {Department | null} */ base) =>
    base ? patch("/departments/{id}", { path, body: { name: name.trim() }, version: base.version }) : post("/departments", { body: { name: name.trim() } });
  return html`<${FormDialog} title=${department ? t("company.edit_of", { name: department.name }) : t("departments.add")} first=${department}
    form=${name} setForm=${setName} formOf=${(/** @type {Department} */ one) => one.name} lines=${(/** @type {string} */ one) => [one]}
    load=${() => get("/departments/{id}", { path })} save=${save} fields=${["name"]} onSaved=${onSaved} onClose=${onClose}>
    ${(/** @type {any} */ refusal) => html`<${TextField} label=${t("company.name")} value=${name} error=${errorAt(refusal, "name")} onChange=${setName} required maxlength="100" autofocus />`}
  <//>`;
}
