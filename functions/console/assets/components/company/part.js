// A part of the page *Company*: a list with buttons to add, change and delete items.
import { t } from "../../i18n/index.js";
import { html, useState } from "../../vendor/preact.js";
import { Dialog } from "../dialog.js";
import { Conflict, EditFooter, merged, useEdit } from "../edit.js";
import { Refused } from "../form.js";
import { ReasonDialog } from "../reason-dialog.js";
import { toast } from "../toast.js";
import { Button, Empty, Icon, Loaded } from "../ui.js";

/** @typedef {import("../ui.js").Children} Children */

/**
 * @template T
 * @param {{ title: string, about: string, icon: string, empty: string, add: string, onAdd: () => void, head?: Children,
 *   query: import("../query.js").Query<{ items: T[] }>, children: (item: T) => Children }} props
 */
export function Part({ title, about, icon, empty, add, onAdd, head, query, children }) {
  return html`<section class="card stack" aria-labelledby="part">
    <div class="row spread">
      <h2 id="part">${title}</h2>
      <${Button} icon="plus" onClick=${onAdd}>${add}<//>
    </div>
    <p class="muted">${about}</p>
    ${head}
    <${Loaded} query=${query}>
      ${(/** @type {{ items: T[] }} */ { items }) =>
        items.length === 0 ? html`<${Empty} icon=${icon} title=${empty} />` : html`<ul class="rows">${items.map(children)}</ul>`}
    <//>
  </section>`;
}

/**
 * An item in the list of a part. Without `onDelete`, it can't be deleted.
 * @param {{ icon: string, name: string, details?: string, onEdit?: () => void, onDelete?: () => void, remove?: string, children?: Children }} props
 */
export function Item({ icon, name, details, onEdit, onDelete, remove = t("company.delete"), children }) {
  return html`<li class="item">
    <${Icon} name=${icon} />
    <span class="grow"><span class="block strong">${name}</span>${details && html`<span class="block small muted">${details}</span>`}</span>
    ${children}
    ${onEdit && html`<${Button} kind="quiet" icon="pencil" label=${t("company.edit_of", { name })} onClick=${onEdit} />`}
    ${onDelete && html`<${Button} kind="quiet" icon="trash-2" label=${`${remove}: ${name}`} onClick=${onDelete} />`}
  </li>`;
}

/** Returns the open dialog, and functions that open and close it. */
export function useDialog() {
  const [dialog, setDialog] = useState(/** @type {Children} */ (null));
  return { dialog, open: setDialog, close: () => setDialog(null) };
}

/**
 * A confirmation before something is deleted.
 * @param {{ name: string, about: string, confirm?: string, onDelete: () => Promise<unknown>, onDone: () => void, onClose: () => void }} props
 */
export function DeleteDialog({ name, about, confirm = t("company.delete"), onDelete, onDone, onClose }) {
  return html`<${ReasonDialog} title=${`${confirm}: ${name}`} about=${about} confirm=${confirm} icon="trash-2" kind="danger" onClose=${onClose}
    onConfirm=${async () => {
      await onDelete();
      toast(t("company.deleted", { name }));
      onDone();
    }} />`;
}

/**
 * A dialog that adds or changes an item in a form. `lines` returns a form as text, for the comparison with the version that somebody else saved.
 * @template T, F
 * @param {{ title: string, first: T | null, form: F, setForm: (form: F) => void, formOf: (item: T) => F, lines: (form: F) => string[],
 *   load: () => Promise<T>, save: (base: T | null) => Promise<{ name: string }>, fields: string[], confirm?: string, isWide?: boolean,
 *   onSaved: () => void, onClose: () => void, children: (refusal: import("../form.js").Refusal) => Children }} props
 */
export function FormDialog({ title, first, form, setForm, formOf, lines, load, save, fields, confirm, isWide, onSaved, onClose, children }) {
  const edit = useEdit(/** @type {T | null} */ (first), {
    load,
    merge: (theirs, before) => {
      if (theirs && before && typeof form === "object") setForm(/** @type {F} */ (merged(/** @type {object} */ (form), /** @type {object} */ (formOf(before)), /** @type {object} */ (formOf(theirs)))));
    },
    save: async (base) => {
      const { name } = await save(base);
      toast(t("company.saved", { name }));
      onSaved();
      onClose();
    },
  });
  const take = () => {
    if (edit.base) setForm(formOf(edit.base));
    edit.settle();
  };
  return html`<${Dialog} title=${title} isWide=${isWide} onClose=${onClose} onSubmit=${edit.run} footer=${html`<${EditFooter} edit=${edit} confirm=${confirm} onClose=${onClose} />`}>
    ${edit.theirs && html`<${Conflict} theirs=${lines(formOf(edit.theirs))} mine=${lines(form)} onTake=${take} />`}
    <${Refused} refusal=${edit.error} fields=${fields} />
    ${children(edit.error)}
  <//>`;
}
