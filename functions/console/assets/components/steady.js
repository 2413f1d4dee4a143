// Keeps a live list where it is while somebody points at it or has their focus in it: what is under the pointer never moves.
import { useRef, useState } from "../vendor/preact.js";

/**
 * Orders a list, and holds its order while the element with `handlers` is under the pointer or has the focus. Items that come
 * meanwhile stand at the end, those that go leave.
 * @template T
 * @param {T[]} ordered The list in the order that it should have.
 * @param {(item: T) => string} key
 * @returns {{ items: T[], handlers: Record<string, (event: any) => void> }}
 */
export function useSteadyOrder(ordered, key) {
  const [isHeld, setHeld] = useState(false);
  const order = useRef(/** @type {string[]} */ ([]));
  const items = isHeld ? inOrder(ordered, order.current, key) : ordered;
  order.current = items.map(key);
  const handlers = {
    onPointerEnter: () => setHeld(true),
    onPointerLeave: () => setHeld(false),
    onFocusIn: () => setHeld(true),
    onFocusOut: (/** @type {FocusEvent & { currentTarget: Element }} */ event) => {
      if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setHeld(false);
    },
  };
  return { items, handlers };
}

/**
 * @template T
 * @param {T[]} items
 * @param {string[]} order
 * @param {(item: T) => string} key
 */
function inOrder(items, order, key) {
  const places = new Map(order.map((id, at) => [id, at]));
  const place = (/** @type {T} */ item) => places.get(key(item)) ?? order.length;
  return [...items].sort((a, b) => place(a) - place(b));
}
