// What an administrator looks at first, and what is set up once and changes seldom: policies, departments, sites, holidays, types of
// leave, kiosks, pay, imports and service tokens; and who changed what.
import { Appearance } from "../components/company/appearance.js";
import { Audit } from "../components/company/audit.js";
import { CostCenters } from "../components/company/cost-centers.js";
import { Departments } from "../components/company/departments.js";
import { FirstSteps } from "../components/company/first-steps.js";
import { Holidays } from "../components/company/holidays.js";
import { Imports } from "../components/company/imports.js";
import { Kiosks } from "../components/company/kiosks.js";
import { LeaveTypes } from "../components/company/leave-types.js";
import { Overview } from "../components/company/overview.js";
import { ServiceTokens } from "../components/company/service-tokens.js";
import { PayCodes } from "../components/company/pay-codes.js";
import { PayRules } from "../components/company/pay-rules.js";
import { PayTemplates } from "../components/company/pay-templates.js";
import { Policies } from "../components/company/settings-part.js";
import { Sites } from "../components/company/sites.js";
import { Terminals } from "../components/company/terminals.js";
import { Webhooks } from "../components/company/webhooks.js";
import { PartsNav } from "../components/parts-nav.js";
import { Empty } from "../components/ui.js";
import "../i18n/admin/index.js";
import "../i18n/pay/index.js";
import { t } from "../i18n/index.js";
import { href, place } from "../router.js";
import { user } from "../session.js";
import { html } from "../vendor/preact.js";

/** Parts by their name in the address: icon and what they show. */
const PARTS = /** @type {const} */ ({
  overview: ["activity", Overview],
  policies: ["settings", Policies],
  appearance: ["palette", Appearance],
  departments: ["users", Departments],
  sites: ["map-pin", Sites],
  holidays: ["calendar", Holidays],
  leave_types: ["palmtree", LeaveTypes],
  kiosks: ["tablet", Kiosks],
  terminals: ["fingerprint", Terminals],
  pay_rules: ["wallet", PayRules],
  pay_codes: ["timer", PayCodes],
  cost_centers: ["briefcase", CostCenters],
  pay_templates: ["file-text", PayTemplates],
  imports: ["upload", Imports],
  service_tokens: ["key-round", ServiceTokens],
  webhooks: ["webhook", Webhooks],
  audit: ["history", Audit],
});
/** @typedef {keyof typeof PARTS} Name */

export default function CompanyPage() {
  const asked = place.value.params.get("part") ?? "";
  const name = /** @type {Name} */ (asked in PARTS ? asked : "overview");
  const Shown = PARTS[name][1];
  if (user.value?.role !== "admin") {
    return html`<div class="page"><h1>${t("nav.company")}</h1><section class="card"><${Empty} icon="lock" title=${t("company.admins_only")} /></section></div>`;
  }
  const first = place.value.params.get("first");
  return html`<div class="page">
    <h1>${t("nav.company")}</h1>
    ${first && html`<${FirstSteps} />`}
    <div class="company">
      <${PartsNav} label=${t("company.parts")} current=${name} entries=${/** @type {Name[]} */ (Object.keys(PARTS)).map((key) => ({ key, icon: PARTS[key][0], text: t(`company.${key}`), href: href("company", { part: key, first }) }))} />
      <div class="stack"><${Shown} key=${name} /></div>
    </div>
  </div>`;
}
