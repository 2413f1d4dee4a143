// The list of names at a kiosk, with each person's presence. A person taps their name and types only the PIN.
import { t } from "../i18n/index.js";
import { people } from "../kiosk.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { Avatar, Empty, PresenceBadge } from "./ui.js";

/** @typedef {import("../kiosk.js").KioskPerson} KioskPerson */
/** @typedef {import("../kiosk.js").Action} Action */

/** The reload interval. It is long because a reload reads the whole company. Punches at this kiosk are shown at once. */
const RELOAD_MS = 5 * 60_000;

/** The presence of a person after a punch. @type {Record<Action, KioskPerson["presence"]>} */
const AFTER = { in: "working", out: "out", break_start: "on_break", break_end: "working" };

/**
 * Returns the people of this kiosk's site. Without a network, the list stays unchanged.
 * @param {boolean} isOn
 */
export function useKioskPeople(isOn) {
  const [list, setList] = useState(/** @type {KioskPerson[]} */ ([]));
  useEffect(() => {
    if (!isOn) return;
    let isGone = false;
    const read = () => people().then((found) => isGone || setList(found), () => {});
    void read();
    const timer = setInterval(read, RELOAD_MS);
    return () => {
      isGone = true;
      clearInterval(timer);
    };
  }, [isOn]);
  /** Shows a punch made at this kiosk at once. Two people with the same name are distinguished only by the next reload. */
  const punched = (/** @type {string} */ name, /** @type {Action} */ action) =>
    setList((before) => {
      const isAlone = before.filter((one) => one.full_name === name).length === 1;
      return isAlone ? before.map((one) => (one.full_name === name ? { ...one, presence: AFTER[action] } : one)) : before;
    });
  return { list, punched };
}

/** Returns the people whose name contains, for each typed word, a word that starts with it. @param {KioskPerson[]} list @param {string} typed */
export function found(list, typed) {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  return list.filter(({ full_name }) => words.every((word) => plain(full_name).split(/[\s-]+/).some((part) => part.startsWith(word))));
}

/** Returns text without accents and in lower case, so that "Yildiz" finds "Yıldız". @param {string} text */
const plain = (text) => text.toLocaleLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("ı", "i");

/** @param {{ list: KioskPerson[], onChoose: (person: KioskPerson) => void }} props */
export function KioskPeople({ list, onChoose }) {
  if (list.length === 0) return html`<${Empty} icon="users" title=${t("kiosk.no_names")} />`;
  return html`<ul class="rows kiosk-people" aria-label=${t("kiosk.names")}>
    ${list.map(
      (person) => html`<li key=${person.id}><button type="button" class="item line" onClick=${() => onChoose(person)}>
        <${Avatar} name=${person.full_name} /><span class="grow strong">${person.full_name}</span><${PresenceBadge} presence=${person.presence} />
      </button></li>`,
    )}
  </ul>`;
}
