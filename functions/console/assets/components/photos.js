// Photos of punches: links that are valid for five minutes, and thumbnails that open the photo.
import { post } from "../api.js";
import { t } from "../i18n/index.js";
import { html, useState } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";

/** @typedef {import("../types").Schemas["PhotoOf"]} PhotoOf */
/** @typedef {import("../types").Schemas["PhotoLinks"]} PhotoLinks */

/** The maximum number of photos in one call. */
const MAX_PHOTOS = 50;

/**
 * Returns the photos of a day's punches.
 * @param {import("../types").Day} day
 * @returns {PhotoOf[]}
 */
export function photosOf(day) {
  return day.sessions.flatMap((session) => {
    const photo = (/** @type {"in" | "out"} */ of) => ({ user_id: day.user_id, date: day.date, session_id: session.id, of });
    return [...(session.clock_in.has_photo ? [photo("in")] : []), ...(session.clock_out?.has_photo ? [photo("out")] : [])];
  });
}

/**
 * Returns the links of photos. Photos that are deleted or that the caller may not see are left out.
 * @param {PhotoOf[]} photos
 * @returns {Promise<PhotoLinks[]>}
 */
export async function photoLinks(photos) {
  if (photos.length === 0) return [];
  const { items } = await post("/attendance/photos/links", { body: { photos: photos.slice(0, MAX_PHOTOS) } });
  return items.filter((item) => !!item.url);
}

/** @param {{ src: string | undefined }} props */
export function Thumbnail({ src }) {
  return html`<img class="avatar" src=${src} alt="" loading="lazy" />`;
}

/**
 * A thumbnail that opens its photo.
 * @param {{ links: PhotoLinks, label: string }} props
 */
export function Photo({ links, label }) {
  const [isOpen, setOpen] = useState(false);
  return html`<button class="photo-button" onClick=${() => setOpen(true)}>
      <img class="photo" src=${links.thumbnail_url ?? links.url} alt=${label} />
    </button>
    ${isOpen &&
    html`<${Dialog} title=${label} onClose=${() => setOpen(false)}>
      <img class="photo-large" src=${links.url} alt=${t("photo.alt")} />
    <//>`}`;
}
