// The basic elements of every page: icon, button, field, badge, notice, and loading states.
import { t, word } from "../i18n/index.js";
import { icons } from "../vendor/icons.js";
import { h, html, useId } from "../vendor/preact.js";

/** @typedef {import("../vendor/preact.js").ComponentChildren} Children */
/** @typedef {"good" | "warn" | "bad" | "info" | "pause" | ""} Tone */

/**
 * An icon of Lucide. It is decorative unless it has a label.
 * @param {{ name: string, label?: string }} props
 */
export function Icon({ name, label }) {
  const shapes = (icons[name] ?? []).map(([tag, attributes]) => h(tag, attributes));
  const role = label === undefined ? { "aria-hidden": "true" } : { role: "img", "aria-label": label };
  return h("svg", { class: "icon", viewBox: "0 0 24 24", ...role }, shapes);
}

/**
 * A button. While `busy` or `blocked`, it keeps its focus and does nothing. `why`: the reason why the button is blocked.
 * @param {{ kind?: "primary" | "danger" | "quiet" | "", icon?: string, label?: string, busy?: boolean, blocked?: boolean,
 *   type?: "button" | "submit", class?: string, onClick?: (event: MouseEvent) => void, children?: Children,
 *   [attribute: string]: unknown }} props
 */
export function Button({ kind = "", icon, label, busy = false, blocked = false, type = "button", onClick, children, ...rest }) {
  const press = (/** @type {MouseEvent} */ event) => {
    if (busy || blocked) event.preventDefault();
    else onClick?.(event);
  };
  const { class: more = "", ...attributes } = rest;
  const isIconOnly = label !== undefined;
  return html`<button
    type=${type}
    class=${`button ${kind} ${isIconOnly ? "icon-only" : ""} ${more}`}
    aria-disabled=${busy || blocked ? "true" : undefined}
    aria-busy=${busy ? "true" : undefined}
    aria-label=${label}
    title=${label}
    onClick=${press}
    ...${attributes}
  >
    ${busy ? html`<span class="spinner"></span>` : icon && html`<${Icon} name=${icon} />`}${children}
  </button>`;
}

/**
 * A labelled control with its hint and its error. `control` gets the attributes that connect them.
 * @param {{ label: string, hint?: string, error?: string, children: (attributes: Record<string, unknown>) => Children }} props
 */
export function Field({ label, hint, error, children }) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const attributes = {
    id,
    class: "input",
    "aria-describedby": described === "" ? undefined : described,
    "aria-invalid": error ? "true" : undefined,
  };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${children(attributes)}
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${error && html`<p class="error" id=${`${id}-error`}><${Icon} name="circle-alert" />${error}</p>`}
  </div>`;
}

/**
 * A choice between a few options in a row.
 * @param {{ label: string, value: string, options: [string, string][], onChange: (value: string) => void }} props
 */
export function Segments({ label, value, options, onChange }) {
  const name = useId();
  return html`<fieldset class="segments">
    <legend class="visually-hidden">${label}</legend>
    ${options.map(
      ([key, text]) => html`<label key=${key}>
        <input type="radio" name=${name} value=${key} checked=${key === value} onChange=${() => onChange(key)} />${text}
      </label>`,
    )}
  </fieldset>`;
}

/**
 * A state as a short label.
 * @param {{ tone?: Tone, icon?: string, children?: Children }} props
 */
export function Badge({ tone = "", icon, children }) {
  return html`<span class=${`badge ${tone}`}>${icon && html`<${Icon} name=${icon} />`}${children}</span>`;
}

/** The presence of a person. @param {{ presence: "out" | "working" | "on_break" }} props */
export function PresenceBadge({ presence }) {
  const [tone, icon] = { working: ["good", "check"], on_break: ["pause", "coffee"], out: ["", "minus"] }[presence];
  return html`<${Badge} tone=${tone} icon=${icon}>${word("presence", presence)}<//>`;
}

/** @type {Record<string, string>} */
const NOTICE_ICONS = { "": "info", info: "info", warn: "triangle-alert", bad: "circle-alert", good: "circle-check" };

/**
 * A notice, placed next to its subject.
 * @param {{ tone?: Tone, icon?: string, role?: string, id?: string, children?: Children }} props
 */
export function Notice({ tone = "", icon, role, id, children }) {
  return html`<div class=${`notice ${tone}`} role=${role} id=${id}>
    <${Icon} name=${icon ?? NOTICE_ICONS[tone] ?? "info"} />
    <div class="grow">${children}</div>
  </div>`;
}

/**
 * The placeholder of an empty list.
 * @param {{ icon?: string, title: string, children?: Children }} props
 */
export function Empty({ icon = "inbox", title, children }) {
  return html`<div class="empty"><${Icon} name=${icon} /><p>${title}</p>${children}</div>`;
}

/**
 * The placeholder of content that is being loaded.
 * @param {{ lines?: number, height?: string }} props
 */
export function Skeleton({ lines = 1, height = "1.25rem" }) {
  return html`<div class="stack" aria-hidden="true" style=${{ "--gap": "var(--space-3)" }}>
    ${Array.from({ length: lines }, (_, line) => html`<span key=${line} class="skeleton" style=${{ height }}></span>`)}
  </div>`;
}

/**
 * An error, with a button to try again.
 * @param {{ error: Error & { code?: string, requestId?: string | null }, retry?: () => void }} props
 */
export function Failure({ error, retry }) {
  const isOffline = error.code === "offline";
  return html`<div class="empty" role="alert">
    <${Icon} name=${isOffline ? "wifi-off" : "circle-alert"} />
    <p>${isOffline ? t("state.offline") : error.message || t("state.error")}</p>
    ${error.requestId && html`<p class="small">${t("state.request_id", { id: error.requestId })}</p>`}
    ${retry && html`<${Button} icon="refresh-cw" onClick=${retry}>${t("state.retry")}<//>`}
  </div>`;
}

/**
 * The data of a query. A skeleton is shown before the first response, and an error instead of missing data. The data stays during a reload.
 * @param {{ query: import("./query.js").Query<any>, skeleton?: Children, children: (data: any) => Children }} props
 */
export function Loaded({ query, skeleton, children }) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== undefined) return html`<${Failure} error=${query.error} retry=${query.reload} />`;
  return html`<div aria-busy="true"><span class="visually-hidden">${t("state.loading")}</span>${skeleton ?? html`<${Skeleton} lines=${4} />`}</div>`;
}

/**
 * A person's initials.
 * @param {{ name: string }} props
 */
export function Avatar({ name }) {
  const words = name.split(/\s+/).filter(Boolean);
  const initials = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "").join("");
  return html`<span class="avatar" aria-hidden="true">${initials.toLocaleUpperCase(document.documentElement.lang)}</span>`;
}
