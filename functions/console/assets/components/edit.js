// An edit of an object that other people may edit at the same time.
import { t } from "../i18n/index.js";
import { html, useState } from "../vendor/preact.js";
import { useAction } from "./query.js";
import { Button, Notice } from "./ui.js";
import { Versions } from "./versions.js";

/**
 * Returns a form after somebody else has saved: unchanged fields get the saved values.
 * @template {object} F
 * @param {F} form
 * @param {F} before The saved values that the form started with.
 * @param {F} theirs
 * @returns {F}
 */
export function merged(form, before, theirs) {
  const isKept = (/** @type {string} */ key) => JSON.stringify(form[/** @type {keyof F} */ (key)]) === JSON.stringify(before[/** @type {keyof F} */ (key)]);
  return { ...form, ...Object.fromEntries(Object.entries(theirs).filter(([key]) => isKept(key))) };
}

/**
 * Saves an edit that is based on a version.
 * 
 * If the API has a newer version (412), it is loaded as `theirs`. The typed values stay, and the next save is based on the newer version.
 * `merge` copies into the form the fields that only somebody else has changed. A form that stays open after saving calls `rebase`,
 * so that its next edit is based on the saved version.
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
 * A comparison of the values that somebody else saved with the values typed here.
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

/**
 * The footer buttons of a dialog with an edit.
 * @param {{ edit: { busy: boolean, theirs?: unknown }, onClose: () => void, confirm?: string, icon?: string, kind?: string }} props
 */
export function EditFooter({ edit, onClose, confirm = t("action.save"), icon = "check", kind = "primary" }) {
  return html`<${Button} onClick=${onClose}>${t("action.cancel")}<//>
    <${Button} kind=${kind} icon=${icon} type="submit" busy=${edit.busy}>${edit.theirs ? t("edit.save_mine") : confirm}<//>`;
}
