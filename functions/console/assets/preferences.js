// What a person chose for this device.
import { effect, signal } from "./vendor/preact.js";

const KEY = "rollcall.shortcuts";

/** Whether single keys act (j, k, a, r …). Off: they are left to speech and to assistive tools (WCAG 2.1.4). */
export const shortcuts = signal(localStorage.getItem(KEY) !== "off");
effect(() => localStorage.setItem(KEY, shortcuts.value ? "on" : "off"));

const FIRST_STEPS = "rollcall.first_steps";

/** Whether the list of what a new company still lacks is hidden. */
export const firstStepsHidden = signal(localStorage.getItem(FIRST_STEPS) === "hidden");
effect(() => (firstStepsHidden.value ? localStorage.setItem(FIRST_STEPS, "hidden") : localStorage.removeItem(FIRST_STEPS)));
