// What the console takes from its libraries, as one module with one Preact in it.
import htm from "htm";
import { h } from "preact";

export { Fragment, createContext, createRef, h, render } from "preact";
export {
  useCallback,
  useContext,
  useEffect,
  useErrorBoundary,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "preact/hooks";
export { batch, computed, effect, signal, untracked, useComputed, useSignal, useSignalEffect } from "@preact/signals";

/** Tagged templates instead of JSX: nothing has to be compiled. */
export const html = htm.bind(h);
