// Data of the API for a component: loaded when it appears, and again when something says that it is old.
import { on } from "../live.js";
import { useCallback, useEffect, useRef, useState } from "../vendor/preact.js";

/**
 * @template T
 * @typedef {{ data: T | undefined, error: import("../api.js").Problem | undefined, loading: boolean, reload: () => void,
 *   replace: (data: T) => void }} Query
 */

/**
 * Loads something, and loads it again when `deps` change. What was loaded stays until the new answer is here. A failure takes its place only
 * after a change of `deps`: what others loaded isn't the answer.
 * @template T
 * @param {() => Promise<T>} load
 * @param {unknown[]} deps
 * @returns {Query<T>}
 */
export function useQuery(load, deps) {
  const [state, setState] = useState(
    /** @type {{ data?: T, of?: unknown[], error?: import("../api.js").Problem, loading: boolean }} `of`: the `deps` that the data belong to. */ ({ loading: true }),
  );
  const turn = useRef(0);
  const reload = useCallback(() => {
    const mine = ++turn.current;
    setState((before) => ({ ...before, loading: true }));
    load().then(
      (data) => mine === turn.current && setState({ data, of: deps, loading: false }),
      (error) => mine === turn.current && setState((before) => ({ ...(before.of === deps ? before : {}), error, loading: false })),
    );
  }, deps);
  useEffect(() => {
    reload();
    return () => {
      turn.current++;
    };
  }, [reload]);
  const replace = useCallback((/** @type {T} */ data) => {
    turn.current++;
    setState({ data, of: deps, loading: false });
  }, deps);
  return { data: state.data, error: state.error, loading: state.loading, reload, replace };
}

/**
 * Calls `listener` with live messages of a type while the component is there.
 * @param {string} type
 * @param {(message: import("../live.js").Message) => void} listener
 */
export function useLive(type, listener) {
  const newest = useRef(listener);
  newest.current = listener;
  useEffect(() => on(type, (message) => newest.current(message)), [type]);
}

/** How long `useReload` waits for the next message. */
const RELOAD_MS = 500;

/**
 * Loads a list again half a second after the last live message, so that many messages load it once.
 * @param {() => void} reload
 * @returns {() => void}
 */
export function useReload(reload) {
  const newest = useRef(reload);
  newest.current = reload;
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    clearTimeout(timer.current);
    // The list may have another filter by then.
    timer.current = setTimeout(() => newest.current(), RELOAD_MS);
  };
}

/**
 * An action with its state: `run` does nothing while it is under way.
 * @template {unknown[]} A
 * @param {(...values: A) => Promise<unknown>} action
 */
export function useAction(action) {
  const [state, setState] = useState(/** @type {{ busy: boolean, error?: import("../api.js").Problem }} */ ({ busy: false }));
  const busy = useRef(false);
  const run = async (/** @type {A} */ ...values) => {
    if (busy.current) return;
    busy.current = true;
    setState({ busy: true });
    try {
      await action(...values);
      setState({ busy: false });
    } catch (error) {
      setState({ busy: false, error: /** @type {any} */ (error) });
    } finally {
      busy.current = false;
    }
  };
  return { run, busy: state.busy, error: state.error, clear: () => setState({ busy: false }) };
}
