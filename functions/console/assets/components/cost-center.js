// The cost center of the work. A person chooses it at the clock-in, or switches it during the work. The field is loaded only when a person
// opens the details of a punch, because most companies have no cost centers.
import { get, post } from "../api.js";
import { t } from "../i18n/index.js";
import { html } from "../vendor/preact.js";
import { SelectField } from "./form.js";
import { useAction, useQuery } from "./query.js";
import { toast } from "./toast.js";
import { Button, Notice } from "./ui.js";

/** @typedef {import("../types").Day} Day */

/** Returns the cost center of the open session, or undefined if nobody has set one. @param {Day} day */
const named = (day) => day.sessions.find((session) => session.clock_out === null)?.cost_centers?.at(-1)?.cost_center;

/** @param {{ day: Day, isWorking: boolean, value: string, onChange: (code: string) => void, onSwitched: () => void }} props */
export function CostCenterField({ day, isWorking, value, onChange, onSwitched }) {
  const centers = useQuery(() => get("/pay/cost-centers", { query: { limit: 200 } }), []).data?.items ?? [];
  const active = centers.filter((one) => one.active);
  const change = useAction(async () => {
    await post("/clock/switch", { body: { cost_center: value || null } });
    toast(t("cost_center.switched", { name: active.find((one) => one.code === value)?.name ?? t("cost_center.own") }));
    onSwitched();
  });
  if (active.length === 0) return null;
  const now = named(day);
  return html`<div class="row">
      <${SelectField} label=${t("cost_center.title")} hint=${isWorking ? t("cost_center.now", { name: centers.find((one) => one.code === now)?.name ?? t("cost_center.own") }) : undefined} value=${value} onChange=${onChange}
        options=${[["", t("cost_center.own")], ...active.map(({ code, name }) => /** @type {[string, string]} */ ([code, name]))]} />
      ${isWorking && html`<${Button} icon="repeat" busy=${change.busy} blocked=${value === (now ?? "")} onClick=${change.run}>${t("cost_center.switch")}<//>`}
    </div>
    ${change.error && html`<${Notice} tone="bad" role="alert">${change.error.message || t("state.offline")}<//>`}`;
}
