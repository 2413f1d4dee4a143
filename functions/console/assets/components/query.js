// API data for a component. It is loaded when the component appears, and loaded again when it is outdated.
import { on } from "../live.js";
import { useCallback, useEffect, useRef, useState } from "../vendor/preact.js";

/**
 * @template T
 * @typedef {{ data: T | undefined, error: import("../api.js").Problem | undefined, loading: boolean, reload: () => void,
 *   replace: (data: T) => void }} Query
 */

/**
 * Loads data, and loads it again when `deps` change. The previous data stays until the new response arrives. A failure replaces the data
 * only after a change of `deps`, because the previous data belongs to the old `deps`.
 * @template T
 * @param {() => Promise<T>} load
 * @param {unknown[]} deps
 * @returns {Query<T>}
 */
export function useQuery(load, deps) {
  const [state, setState] = useState(
    /** @type {{ data?: T, of?: unknown[], error?: import("../api.js").Problem, loading: boolean }} `of`: the `deps` that the data belongs to. */ ({ loading: true }),
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
 * Calls `listener` with live messages of a type while the component is mounted.
 * @param {string} type
 * @param {(message: import("../live.js").Message) => void} listener
 */
export function useLive(type, listener) {
  const newest = useRef(listener);
  newest.current = listener;
  useEffect(() => on(type, (message) => newest.current(message)), [type]);
}

/** The delay of `useReload` after a message. */
const RELOAD_MS = 500;

/**
 * Loads a list again half a second after the last live message, so that many messages cause one load.
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
    // The list may have another filter by then, so the newest `reload` is called.
    timer.current = setTimeout(() => newest.current(), RELOAD_MS);
  };
}

/**
 * Returns an action with its state. `run` does nothing while the action is in progress.
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
