// The console's appearance: the company's name, color and logo. Everyone sees them, even before a sign-in.
import { get, put } from "../../api.js";
import { brand } from "../../bootstrap.js";
import { t } from "../../i18n/index.js";
import { href } from "../../router.js";
import { number } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { Conflict, merged, useEdit } from "../edit.js";
import { Refused, TextField, errorAt } from "../form.js";
import { useAction, useQuery } from "../query.js";
import { toast } from "../toast.js";
import { Button, Field, Icon, Loaded, Notice } from "../ui.js";

/** @typedef {import("../../bootstrap.js").Branding} Branding */
/** @typedef {{ accent_color: string, logo: string }} Form An empty value means the console's default. */

/** The color of a company without a chosen color. It equals --accent of base.css. */
const OWN_COLOR = "#0f6a5b";
/** The minimum contrast of text and background (WCAG 2.2, 1.4.3). */
const LEAST_CONTRAST = 4.5;
/** The API's maximum logo size, and a side length that is sharp on every screen. */
const MAX_LOGO_BYTES = 32 * 1024;
const LOGO_SIDE = 512;

/** @param {Branding} branding @returns {Form} */
const formOf = ({ accent_color, logo }) => ({ accent_color: accent_color ?? "", logo: logo ?? "" });

export function Appearance() {
  const query = useQuery(() => get("/branding"), []);
  return html`<section class="card stack" aria-labelledby="part">
    <h2 id="part">${t("company.appearance")}</h2>
    <p class="muted">${t("appearance.about")}</p>
    <${Loaded} query=${query}>${(/** @type {Branding} */ branding) => html`<${AppearanceForm} first=${branding} />`}<//>
  </section>`;
}

/** @param {{ first: Branding }} props */
function AppearanceForm({ first }) {
  const [form, setForm] = useState(formOf(first));
  const edit = useEdit(first, {
    load: () => get("/branding"),
    merge: (theirs, before) => setForm((now) => merged(now, formOf(before), formOf(theirs))),
    save: async (base) => {
      const body = { accent_color: form.accent_color.trim() || null, logo: form.logo || null };
      const saved = await put("/branding", { body, version: base.version });
      brand(saved);
      edit.rebase(saved);
      edit.settle();
      toast(t("company.saved", { name: t("company.appearance") }));
    },
  });
  const choose = useAction(async (/** @type {File | undefined} */ file) => {
    if (file) setForm({ ...form, logo: await logoOf(file) });
  });
  const lines = (/** @type {Form} */ one) => [one.accent_color || t("appearance.own_color"), t(one.logo === "" ? "appearance.no_logo" : "appearance.has_logo")];
  const take = () => {
    setForm(formOf(edit.base));
    edit.settle();
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void edit.run();
  };
  return html`<form class="stack" onSubmit=${submit} novalidate>
    ${edit.theirs && html`<${Conflict} theirs=${lines(formOf(edit.theirs))} mine=${lines(form)} onTake=${take} />`}
    <${Refused} refusal=${edit.error} fields=${["accent_color", "logo"]} />
    <p>${t("appearance.name", { name: first.company_name })} <a href=${href("company", { part: "policies" })}>${t("appearance.change_name")}</a></p>
    <div class="appearance-color">
      <${TextField} label=${t("appearance.color")} hint=${t("appearance.color_hint")} value=${form.accent_color} error=${errorAt(edit.error, "accent_color")} placeholder=${OWN_COLOR}
        onChange=${(/** @type {string} */ accent_color) => setForm({ ...form, accent_color })} autocomplete="off" spellcheck=${false} maxlength="7" />
      <input type="color" aria-label=${t("appearance.pick_color")} value=${isColor(form.accent_color) ? form.accent_color : OWN_COLOR} onInput=${(/** @type {any} */ event) => setForm({ ...form, accent_color: event.target.value })} />
    </div>
    <${Contrast} color=${form.accent_color.trim()} />
    <${Field} label=${t("appearance.logo")} hint=${t("appearance.logo_hint")} error=${choose.error?.message ?? errorAt(edit.error, "logo")}>
      ${(/** @type {object} */ attributes) => html`<div><label class="button file"><${Icon} name="upload" />${t("roster.choose_file")}<input ...${attributes} type="file" class="visually-hidden" accept="image/png,image/jpeg,image/webp,image/svg+xml" onChange=${(/** @type {any} */ event) => choose.run(event.target.files[0])} /></label></div>`}
    <//>
    ${form.logo !== "" &&
    html`<div class="row"><img class="logo" src=${form.logo} alt=${t("appearance.logo_now")} /><${Button} kind="quiet" icon="trash-2" onClick=${() => setForm({ ...form, logo: "" })}>${t("appearance.remove_logo")}<//></div>`}
    <div><${Button} kind="primary" icon="check" type="submit" busy=${edit.busy}>${edit.theirs ? t("edit.save_mine") : t("action.save")}<//></div>
  </form>`;
}

/** @param {string} text */
const isColor = (text) => /^#[0-9a-f]{6}$/i.test(text);

/** The readability of text in the color, and a button in the color. @param {{ color: string }} props */
function Contrast({ color }) {
  if (!isColor(color)) return null;
  const ratio = contrastWithWhite(color);
  const isGood = ratio >= LEAST_CONTRAST;
  const text = t(isGood ? "appearance.contrast" : "appearance.contrast_low", { ratio: number(Math.floor(ratio * 10) / 10), least: number(LEAST_CONTRAST) });
  return html`<${Notice} tone=${isGood ? "good" : "warn"} role="status">
    <p>${text}</p>
    <p class="appearance-sample" style=${{ "--sample": color }} aria-hidden="true"><span><${Icon} name="log-in" />${t("punch.in")}</span></p>
  <//>`;
}

/** Returns the contrast of a color with white, from 1 to 21 (WCAG 2.2, "contrast ratio"). @param {string} color */
function contrastWithWhite(color) {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}

/**
 * Returns the logo of a chosen file: its pixels as PNG, or as WebP if the PNG is too large. An SVG file thereby becomes an image without scripts.
 * @param {File} file
 */
async function logoOf(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
  } catch {
    throw new Error(t("appearance.no_image"));
  } finally {
    URL.revokeObjectURL(image.src);
  }
  // An SVG image may have no size of its own.
  const [width, height] = [image.naturalWidth || LOGO_SIDE, image.naturalHeight || LOGO_SIDE];
  for (let side = LOGO_SIDE; side >= 64; side /= 2) {
    const scale = Math.min(1, side / Math.max(width, height));
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) });
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const fitting = ["image/png", "image/webp"].map((type) => canvas.toDataURL(type)).find((url) => url.length * 0.75 <= MAX_LOGO_BYTES);
    if (fitting) return fitting;
  }
  throw new Error(t("appearance.no_image"));
}
