// One person: profile, employment, leave, payroll data, and the actions for the account.
import { get, post } from "../../api.js";
import { hasTimesheets } from "../../bootstrap.js";
import { t, word } from "../../i18n/index.js";
import { href } from "../../router.js";
import { user } from "../../session.js";
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { useAction, useQuery } from "../query.js";
import { toast } from "../toast.js";
import { Badge, Button, Icon, Loaded, Notice, Skeleton } from "../ui.js";
import { ActivateDialog, BadgeDialog, DisableDialog, PinDialog, ResetDialog, SecondFactorDialog } from "./account-dialogs.js";
import { EmploymentsDialog, spanText } from "./employments-dialog.js";
import { described, formOf } from "./fields.js";
import { LeaveBalances } from "./leave-balances.js";
import { PayProfile } from "./pay-profile.js";
import { EditPersonDialog } from "./person-dialog.js";

/** @typedef {import("./fields.js").Person} Person */
/** @typedef {import("./fields.js").Places} Places */

/** The actions in order: the API's name, icon, dialog. */
const ACTIONS = /** @type {const} */ ([
  ["activate", "check", ActivateDialog, "primary"],
  ["change", "pencil", EditPersonDialog, ""],
  ["reset_password", "lock", ResetDialog, ""],
  ["set_pin", "tablet", PinDialog, ""],
  ["set_badge", "fingerprint", BadgeDialog, ""],
  ["disable", "x", DisableDialog, "danger"],
]);

/** @type {Record<string, [import("../ui.js").Tone, string]>} */
export const STATUS = { active: ["good", "check"], pending: ["warn", "clock"], disabled: ["", "lock"] };

/** @param {{ id: string, name?: string, places: Places, onSaved: (person: Person) => void, onClose: () => void }} props */
export function PersonPanel({ id, name, places, onSaved, onClose }) {
  const query = useQuery(() => get("/users/{id}", { path: { id } }), [id]);
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => heading.current?.focus({ preventScroll: matchMedia("(min-width: 64rem)").matches }), [id]);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && !(event.target instanceof Element && event.target.closest("dialog"))) onClose();
  };
  const saved = (/** @type {Person} */ person) => {
    query.replace(person);
    onSaved(person);
    // The action may have removed its button, so the heading gets the focus.
    requestAnimationFrame(() => document.activeElement === document.body && heading.current?.focus());
  };
  return html`<section class="card day-panel" aria-labelledby="person-name" onKeyDown=${onKeyDown}>
    <header>
      <h2 id="person-name" tabindex="-1" ref=${heading}>${query.data?.full_name ?? name ?? ""}</h2>
      <${Button} kind="quiet" icon="x" label=${t("action.close")} onClick=${onClose} />
    </header>
    <${Loaded} query=${query} skeleton=${html`<${Skeleton} lines=${6} height="2rem" />`}>
      ${(/** @type {Person} */ person) => html`<${Profile} person=${person} places=${places} onSaved=${saved} />`}
    <//>
  </section>`;
}

/** @param {{ person: Person, places: Places, onSaved: (person: Person) => void }} props */
function Profile({ person, places, onSaved }) {
  const [dialog, setDialog] = useState(/** @type {import("../ui.js").Children} */ (null));
  const close = () => setDialog(null);
  const may = (/** @type {string} */ action) => /** @type {string[] | undefined} */ (person.allowed_actions)?.includes(action) ?? false;
  const [tone, icon] = STATUS[person.status] ?? ["", "info"];
  const isAdminOfOther = user.value?.role === "admin" && user.value.id !== person.id && person.status === "active";
  const invite = useAction(async () => {
    await post("/users/{id}/invitation", { path: { id: person.id }, body: {} });
    toast(t("people.invited", { name: person.full_name }));
  });
  const open = (/** @type {any} */ Which) => setDialog(html`<${Which} person=${person} places=${places} onSaved=${onSaved} onClose=${close} />`);
  return html`<div class="stack">
    <p class="row"><${Badge} tone=${tone} icon=${icon}>${word("account", person.status)}<//><${Badge}>${word("role", person.role)}<//></p>
    <dl class="profile">
      ${described(formOf(person), places).map(([label, value]) => html`<div key=${label}><dt class="small muted">${label}</dt><dd>${value}</dd></div>`)}
    </dl>
    <div class="actions account-actions">
      ${ACTIONS.filter(([action]) => may(action)).map(
        ([action, icon, Which, kind]) => html`<${Button} key=${action} icon=${icon} kind=${kind} onClick=${() => open(Which)}>${t(`people.do.${action}`)}<//>`,
      )}
      ${isAdminOfOther && html`<${Button} icon="shield" onClick=${() => open(SecondFactorDialog)}>${t("people.second_factor")}<//>`}
      ${may("reset_password") && person.email && html`<${Button} icon="send" busy=${invite.busy} onClick=${invite.run}>${t("people.invite")}<//>`}
      ${!may("change") && html`<p class="muted small">${t("people.not_yours")}</p>`}
    </div>
    ${invite.error && html`<${Notice} tone="bad" role="alert">${invite.error.message || t("state.offline")}<//>`}
    <section class="stack" aria-labelledby="employments">
      <h3 id="employments">${t("people.employments")}</h3>
      ${person.employments.length === 0
        ? html`<p class="muted">${t("people.no_employment")}</p>`
        : html`<ul>${person.employments.map(({ from, until }) => html`<li key=${from}>${spanText({ from: from ?? "", until: until ?? "" })}</li>`)}</ul>`}
      ${may("change") && html`<div><${Button} icon="briefcase" onClick=${() => open(EmploymentsDialog)}>${t("people.change_employments")}<//></div>`}
    </section>
    ${person.status !== "pending" && html`<${LeaveBalances} key=${`leave ${person.id}`} person=${person} mayAdjust=${may("adjust_leave")} />`}
    ${person.status !== "pending" && hasTimesheets.value && html`<${PayProfile} key=${`pay ${person.id}`} person=${person} />`}
    ${person.status !== "pending" && html`<p><a class="row" href=${href("team", { person: person.id })}><${Icon} name="clock" />${t("people.open_day")}</a></p>`}
    ${dialog}
  </div>`;
}
