// Functions that keep a live list in place while somebody points at it or has the focus in it, so that no row moves under the pointer.
import { useRef, useState } from "../vendor/preact.js";

/** @typedef {Record<string, (event: any) => void>} Handlers */

/**
 * Returns whether the element with the handlers is under the pointer or has the focus.
 * @returns {[boolean, Handlers]}
 */
export function useHeld() {
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const handlers = {
    onPointerEnter: () => setPointed(true),
    onPointerLeave: () => setPointed(false),
    onFocusIn: () => setFocused(true),
    onFocusOut: (/** @type {FocusEvent & { currentTarget: Element }} */ event) => {
      if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setFocused(false);
    },
  };
  return [isPointed || isFocused, handlers];
}

/**
 * Orders a list, and keeps its order while the element with `handlers` is under the pointer or has the focus. New items are added at the end.
 * Removed items disappear. Items that are still in `all` stay until the pointer and the focus leave the list.
 * @template T
 * @param {T[]} ordered The list in the order that it should have.
 * @param {(item: T) => string} key
 * @param {{ all?: T[], choice?: string }} [options] With another `choice`, such as a filter, the list is ordered at once.
 * @returns {{ items: T[], handlers: Handlers, isOld: boolean, sort: () => void }} `isOld`: `sort` would change the order.
 */
export function useSteadyOrder(ordered, key, { all = ordered, choice = "" } = {}) {
  const [isHeld, handlers] = useHeld();
  const [, render] = useState(0);
  const last = useRef({ choice, order: /** @type {string[]} */ ([]) });
  const items = isHeld && last.current.choice === choice ? inOrder(ordered, all, last.current.order, key) : ordered;
  last.current = { choice, order: items.map(key) };
  const sort = () => {
    last.current = { choice, order: ordered.map(key) };
    render((turn) => turn + 1);
  };
  return { items, handlers, isOld: last.current.order.join() !== ordered.map(key).join(), sort };
}

/**
 * @template T
 * @param {T[]} items
 * @param {T[]} all
 * @param {string[]} order
 * @param {(item: T) => string} key
 */
function inOrder(items, all, order, key) {
  const byKey = new Map(all.map((item) => [key(item), item]));
  const kept = order.flatMap((id) => byKey.get(id) ?? []);
  return [...kept, ...items.filter((item) => !order.includes(key(item)))];
}
