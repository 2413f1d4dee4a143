// The preferences that a person sets on this device.
import { effect, signal } from "./vendor/preact.js";

const KEY = "rollcall.shortcuts";

/** Whether single-key shortcuts are active (j, k, a, r …). If not, speech input and assistive tools can use these keys (WCAG 2.1.4). */
export const shortcuts = signal(localStorage.getItem(KEY) !== "off");
effect(() => localStorage.setItem(KEY, shortcuts.value ? "on" : "off"));

const FIRST_STEPS = "rollcall.first_steps";

/** Whether the list of setup steps for a new company is hidden. */
export const firstStepsHidden = signal(localStorage.getItem(FIRST_STEPS) === "hidden");
effect(() => (firstStepsHidden.value ? localStorage.setItem(FIRST_STEPS, "hidden") : localStorage.removeItem(FIRST_STEPS)));
