// What the console says, in the person's language. Each language is a module with the same keys; a key that a language
// lacks is an error of the type check.
import { loadPart } from "../router.js";
import { computed, signal } from "../vendor/preact.js";

/** @typedef {typeof import("./en.js").default} English */
/** @typedef {typeof import("./admin/en.js").default} AdminEnglish */
/** @typedef {typeof import("./pay/en.js").default} PayEnglish */
/** @typedef {keyof English | keyof AdminEnglish | keyof PayEnglish} Key */
/** @typedef {string | { one?: string, few?: string, many?: string, other: string }} Message */
/** @template E @typedef {{ [K in keyof E]: E[K] extends string ? string : Exclude<Message, string> }} Translation */
/** @typedef {Translation<English>} Messages */
/** @typedef {Translation<AdminEnglish>} AdminMessages */
/** @typedef {Translation<PayEnglish>} PayMessages */

/** Languages by code, in their own words. */
export const LANGUAGES = { en: "English", de: "Deutsch", es: "Español", fr: "Français", tr: "Türkçe" };
/** @typedef {keyof typeof LANGUAGES} Language */

/** @type {Record<Language, () => Promise<{ default: Messages }>>} */
const LOADERS = {
  en: () => import("./en.js"),
  de: () => import("./de.js"),
  es: () => import("./es.js"),
  fr: () => import("./fr.js"),
  tr: () => import("./tr.js"),
};
const KEY = "rollcall.language";

/** The language that is shown. */
export const language = signal(/** @type {Language} */ ("en"));
/** How dates and numbers are written: the browser's form of that language, for example en-GB. */
export const locale = computed(() => navigator.languages.find((code) => code.startsWith(language.value)) ?? language.value);
const messages = signal(/** @type {Record<string, Message> | null} */ (null));
/** Texts that only some pages show. @type {Record<Language, () => Promise<{ default: Record<string, Message> }>>[]} */
const sections = [];

/** @param {string} code */
function supported(code) {
  const short = code.slice(0, 2).toLowerCase();
  return short in LANGUAGES ? /** @type {Language} */ (short) : undefined;
}

/** The language that this device chose, else the first of the browser's that there is. */
export function preferred() {
  const chosen = supported(localStorage.getItem(KEY) ?? "");
  return chosen ?? navigator.languages.map(supported).find((code) => code !== undefined) ?? "en";
}

/**
 * Shows the console in a language.
 * @param {Language} code
 * @param {{ mayReload?: boolean }} [options] Those of `loadPart`.
 */
export async function useLanguage(code, options) {
  const loaded = await Promise.all([LOADERS, ...sections].map(async (loaders) => (await loadPart(loaders[code], options)).default));
  messages.value = Object.assign({}, ...loaded);
  language.value = code;
  document.documentElement.lang = code;
}

/**
 * Loads texts that only some pages show. A page awaits them before it is shown.
 * @param {(typeof sections)[number]} loaders
 */
export async function useSection(loaders) {
  sections.push(loaders);
  const { default: loaded } = await loaders[language.peek()]();
  messages.value = { ...messages.peek(), ...loaded };
}

/**
 * Takes over the language that a person chose elsewhere, unless this device has one of its own.
 * @param {string | null | undefined} code
 */
export async function adopt(code) {
  const theirs = supported(code ?? "");
  if (theirs !== undefined && localStorage.getItem(KEY) === null) await useLanguage(theirs);
}

/**
 * Chooses a language for this device.
 * @param {Language} code
 */
export async function choose(code) {
  await useLanguage(code, { mayReload: false });
  localStorage.setItem(KEY, code);
}

/**
 * The text of a key, with values for its `{names}`. Of a text with plural forms, `count` chooses the form.
 * @param {Key} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  const message = messages.value?.[key] ?? key;
  const form = typeof message === "string" ? message : plural(message, Number(values.count));
  return form.replace(/\{(\w+)\}(\.?)/g, (_, name, stop) => {
    const value = values[name];
    const text = typeof value === "number" ? new Intl.NumberFormat(locale.value).format(value) : String(value ?? "");
    // An abbreviation at the end of a sentence, such as "20 Min.", has its full stop.
    return text.endsWith(".") ? text : text + stop;
  });
}

/**
 * @param {Exclude<Message, string>} forms
 * @param {number} count
 */
function plural(forms, count) {
  const category = new Intl.PluralRules(language.value).select(count);
  return (category in forms ? forms[/** @type {"one"} */ (category)] : undefined) ?? forms.other;
}

/**
 * The text of a key that is made of a value of the API; the value itself where there is none, for the API may grow.
 * @param {string} prefix
 * @param {string} value
 * @param {Record<string, string | number>} [values]
 */
export function word(prefix, value, values) {
  const key = `${prefix}.${value}`;
  return messages.value !== null && key in messages.value ? t(/** @type {Key} */ (key), values) : value.replaceAll("_", " ");
}

/** Types of leave that every company has, as the API names them unless the company calls them otherwise. @type {Record<string, string>} */
const BUILT_IN_LEAVE = { annual: "Annual leave", sick: "Sick leave", unpaid: "Unpaid leave" };

/**
 * The name of a type of leave, in the reader's language where the company hasn't given it one of its own.
 * @param {string} code
 * @param {string} [name] What the company calls it.
 */
export function leaveTypeName(code, name) {
  return name === undefined || name === BUILT_IN_LEAVE[code] ? word("leave_type", code) : name;
}
