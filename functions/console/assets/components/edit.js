// An edit of something that others may edit too.
import { t } from "../i18n/index.js";
import { html, useState } from "../vendor/preact.js";
import { useAction } from "./query.js";
import { Button, Notice } from "./ui.js";
import { Versions } from "./versions.js";

/**
 * A form after somebody else has saved: what wasn't changed in it follows them.
 * @template {object} F
 * @param {F} form
 * @param {F} before What the form was made of.
 * @param {F} theirs
 * @returns {F}
 */
export function merged(form, before, theirs) {
  const isKept = (/** @type {string} */ key) => JSON.stringify(form[/** @type {keyof F} */ (key)]) === JSON.stringify(before[/** @type {keyof F} */ (key)]);
  return { ...form, ...Object.fromEntries(Object.entries(theirs).filter(([key]) => isKept(key))) };
}

/**
 * Saves an edit that is based on a version. Where the API has a newer one (412), that is loaded as `theirs`; what was typed stays,
 * and saving again is based on the newer one. `merge` takes over into the form what only somebody else has changed. A form that stays
 * open after saving bases its next edit on what was saved: `rebase`.
 * @template T
 * @param {T} first
 * @param {{ load: () => Promise<T>, save: (base: T) => Promise<unknown>, merge?: (theirs: T, before: T) => void }} calls
 */
export function useEdit(first, { load, save, merge }) {
  const [base, setBase] = useState(first);
  const [theirs, setTheirs] = useState(/** @type {T | null} */ (null));
  const action = useAction(async () => {
    try {
      await save(base);
    } catch (error) {
      if (/** @type {import("../api.js").Problem} */ (error).status !== 412) throw error;
      const newest = await load();
      merge?.(newest, base);
      setBase(newest);
      setTheirs(newest);
    }
  });
  return { base, theirs, run: action.run, busy: action.busy, error: action.error, settle: () => setTheirs(null), rebase: setBase };
}

/**
 * What somebody else saved, beside what was typed here.
 * @param {{ theirs: string[], mine: string[], onTake: () => void }} props
 */
export function Conflict({ theirs, mine, onTake }) {
  return html`<${Notice} tone="warn" role="alert">
    <div class="stack">
      <p>${t("form.conflict")}</p>
      <${Versions} titles=${[t("edit.theirs"), t("edit.mine")]} lists=${[theirs, mine]} />
      <div><${Button} onClick=${onTake}>${t("form.take_theirs")}<//></div>
    </div>
  <//>`;
}

/** The buttons of a dialog with an edit. @param {{ edit: { busy: boolean, theirs?: unknown }, onClose: () => void, confirm?: string, icon?: string, kind?: string }} props */
export function EditFooter({ edit, onClose, confirm = t("action.save"), icon = "check", kind = "primary" }) {
  return html`<${Button} onClick=${onClose}>${t("action.cancel")}<//>
    <${Button} kind=${kind} icon=${icon} type="submit" busy=${edit.busy}>${edit.theirs ? t("edit.save_mine") : confirm}<//>`;
}
