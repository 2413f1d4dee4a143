// Today's changes of presence, newest first. The list doesn't change while the pointer or the focus is in it.
import { t } from "../i18n/index.js";
import { duration, ms, now, time } from "../time.js";
import { html, useRef } from "../vendor/preact.js";
import { useHeld } from "./steady.js";
import { Avatar, Empty } from "./ui.js";

/** @typedef {import("./board-state.js").Line} Line */
/** @typedef {{ id: string, at: string, line: Line, kind: "working" | "back" | "on_break" | "left" }} Entry */

const MAX_ENTRIES = 50;

/**
 * Returns the changes of presence in the lines: first the last change of each person, then each later change.
 * @param {Line[]} lines
 * @param {string} scope A new scope clears the list.
 * @returns {Entry[]}
 */
export function useFeed(lines, scope) {
  const seen = useRef({ scope, entries: /** @type {Map<string, Entry>} */ (new Map()), last: /** @type {Map<string, string>} */ (new Map()) });
  if (seen.current.scope !== scope) seen.current = { scope, entries: new Map(), last: new Map() };
  const { entries, last } = seen.current;
  for (const line of lines) {
    if (!line.since) continue;
    const isBack = line.presence === "working" && last.get(line.user_id) === "on_break";
    last.set(line.user_id, line.presence);
    // After a break `since` is still the clock-in, so the entry gets the current time.
    const at = isBack ? new Date(now()).toISOString() : line.since;
    const id = `${line.user_id} ${at} ${line.presence}`;
    if (!entries.has(id)) entries.set(id, { id, at, line, kind: line.presence === "out" ? "left" : isBack ? "back" : line.presence });
  }
  return [...entries.values()].sort((a, b) => ms(b.at) - ms(a.at)).slice(0, MAX_ENTRIES);
}

/** @param {{ entries: Entry[], onOpen: (line: Line) => void }} props */
export function Feed({ entries, onOpen }) {
  const [isHeld, handlers] = useHeld();
  const shown = useRef(entries);
  if (!isHeld) shown.current = entries;
  const waiting = entries.filter((entry) => !shown.current.some((one) => one.id === entry.id)).length;
  return html`<section class="card" aria-labelledby="feed" ...${handlers}>
    <header>
      <h2 id="feed">${t("feed.title")}</h2>
      <p class="muted small">${waiting > 0 ? t("feed.waiting", { count: waiting }) : ""}</p>
    </header>
    ${shown.current.length === 0
      ? html`<${Empty} icon="activity" title=${t("feed.none")} />`
      : html`<ol class="rows feed">
          ${shown.current.map(
            ({ id, at, line, kind }) => html`<li key=${id}>
              <button class="item line" onClick=${() => onOpen(line)}>
                <time class="muted figures" datetime=${at}>${time(at)}</time>
                <${Avatar} name=${line.full_name} />
                <span class="grow">
                  <span class="block strong">${line.full_name}</span>
                  <span class="block muted small">${t(`feed.${kind}`)}${kind === "working" && line.late_seconds > 0 ? ` · ${t("today.late", { duration: duration(line.late_seconds) })}` : ""}</span>
                </span>
              </button>
            </li>`,
          )}
        </ol>`}
  </section>`;
}
