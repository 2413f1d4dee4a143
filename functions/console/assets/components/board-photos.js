// Thumbnails on the board. Each view of a photo is audited, so they are shown only on request of the manager.
import { get } from "../api.js";
import { useEffect, useState } from "../vendor/preact.js";
import { photoLinks, photosOf } from "./photos.js";

/** @typedef {import("./board-state.js").Line} Line */

/** The maximum number of people whose photos are read in one call. */
const MAX_PEOPLE = 25;

/**
 * Returns the newest photo of each person on a date.
 * @param {Line[]} lines
 * @param {string} date
 */
export function useThumbnails(lines, date) {
  const [isOn, setOn] = useState(false);
  const [thumbnails, setThumbnails] = useState(/** @type {Map<string, string>} */ (new Map()));
  const people = lines.filter((line) => line.has_photo).map((line) => line.user_id).slice(0, MAX_PEOPLE);
  const key = people.toSorted().join();
  useEffect(() => {
    if (!isOn || people.length === 0) return;
    const control = new AbortController();
    // If photos can't be read, the initials are shown.
    newest(people, date, control.signal).then(setThumbnails, () => {});
    return () => control.abort();
  }, [isOn, key, date]);
  return { isOffered: people.length > 0, isOn, toggle: () => setOn(!isOn), thumbnails: isOn ? thumbnails : /** @type {Map<string, string>} */ (new Map()) };
}

/**
 * @param {string[]} people
 * @param {string} date
 * @param {AbortSignal} signal
 */
async function newest(people, date, signal) {
  const days = await Promise.all(people.map((person) => get("/attendance/{user_id}/{date}", { path: { user_id: person, date }, signal })));
  const photos = days.map((day) => photosOf(day).at(-1)).filter((photo) => photo !== undefined);
  const links = await photoLinks(photos);
  return new Map(links.map((link) => [link.user_id, link.thumbnail_url ?? link.url ?? ""]));
}
