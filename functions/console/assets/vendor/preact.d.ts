/** Types of preact.js. They are read from node_modules by the type check, and never served. */
import type { VNode } from "preact";

export { Fragment, createContext, createRef, h, render } from "preact";
export type { ComponentChildren, JSX, RefObject, VNode } from "preact";
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
export type { ReadonlySignal, Signal } from "@preact/signals";
export declare const html: (strings: TemplateStringsArray, ...values: unknown[]) => VNode<any>;
