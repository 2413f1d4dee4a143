// The administrator's page: the overview, the company's setup (policies, departments, sites, holidays, types of leave, kiosks, pay, imports and
// service tokens), and the audit log.
import { FirstSteps } from "../components/company/first-steps.js";
import { PartsNav } from "../components/parts-nav.js";
import { useQuery } from "../components/query.js";
import { Empty, Loaded, Skeleton } from "../components/ui.js";
import "../i18n/admin/index.js";
import "../i18n/pay/index.js";
import { t } from "../i18n/index.js";
import { href, loadPart, place } from "../router.js";
import { user } from "../session.js";
import { html } from "../vendor/preact.js";

/** The parts by their name in the address, each with its icon and its component. A component is loaded when it is first shown. */
const PARTS = /** @type {const} */ ({
  overview: ["activity", async () => (await import("../components/company/overview.js")).Overview],
  policies: ["settings", async () => (await import("../components/company/settings-part.js")).Policies],
  appearance: ["palette", async () => (await import("../components/company/appearance.js")).Appearance],
  departments: ["users", async () => (await import("../components/company/departments.js")).Departments],
  sites: ["map-pin", async () => (await import("../components/company/sites.js")).Sites],
  holidays: ["calendar", async () => (await import("../components/company/holidays.js")).Holidays],
  leave_types: ["palmtree", async () => (await import("../components/company/leave-types.js")).LeaveTypes],
  kiosks: ["tablet", async () => (await import("../components/company/kiosks.js")).Kiosks],
  terminals: ["fingerprint", async () => (await import("../components/company/terminals.js")).Terminals],
  pay_rules: ["wallet", async () => (await import("../components/company/pay-rules.js")).PayRules],
  pay_codes: ["timer", async () => (await import("../components/company/pay-codes.js")).PayCodes],
  cost_centers: ["briefcase", async () => (await import("../components/company/cost-centers.js")).CostCenters],
  pay_templates: ["file-text", async () => (await import("../components/company/pay-templates.js")).PayTemplates],
  imports: ["upload", async () => (await import("../components/company/imports.js")).Imports],
  service_tokens: ["key-round", async () => (await import("../components/company/service-tokens.js")).ServiceTokens],
  webhooks: ["webhook", async () => (await import("../components/company/webhooks.js")).Webhooks],
  audit: ["history", async () => (await import("../components/company/audit.js")).Audit],
});
/** @typedef {keyof typeof PARTS} Name */

export default function CompanyPage() {
  const asked = place.value.params.get("part") ?? "";
  const name = /** @type {Name} */ (asked in PARTS ? asked : "overview");
  if (user.value?.role !== "admin") {
    return html`<div class="page"><h1>${t("nav.company")}</h1><section class="card"><${Empty} icon="lock" title=${t("company.admins_only")} /></section></div>`;
  }
  const first = place.value.params.get("first");
  return html`<div class="page">
    <h1>${t("nav.company")}</h1>
    ${(first || name === "overview") && html`<${FirstSteps} />`}
    <div class="company">
      <${PartsNav} label=${t("company.parts")} current=${name} entries=${/** @type {Name[]} */ (Object.keys(PARTS)).map((key) => ({ key, icon: PARTS[key][0], text: t(`company.${key}`), href: href("company", { part: key, first }) }))} />
      <div class="stack"><${Shown} key=${name} load=${PARTS[name][1]} /></div>
    </div>
  </div>`;
}

/** @param {{ load: () => Promise<() => import("../vendor/preact.js").VNode<any>> }} props */
function Shown({ load }) {
  const query = useQuery(() => loadPart(load), []);
  return html`<${Loaded} query=${query} skeleton=${html`<section class="card"><${Skeleton} lines=${6} /></section>`}>
    ${(/** @type {Awaited<ReturnType<typeof load>>} */ Part) => html`<${Part} />`}
  <//>`;
}
