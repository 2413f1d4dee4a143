// The person's own timesheet of a pay period, with a button to submit it, and their time account.
import { AccountCard } from "../components/pay/account.js";
import { PeriodPicker, usePeriods } from "../components/pay/periods.js";
import { TimesheetCard } from "../components/pay/timesheet.js";
import "../i18n/pay/index.js";
import { t } from "../i18n/index.js";
import { navigate, place } from "../router.js";
import { user } from "../session.js";
import { html } from "../vendor/preact.js";

/** @param {Record<string, string | null>} changes */
function show(changes) {
  navigate("timesheet", { ...Object.fromEntries(place.peek().params), ...changes }, { replace: true });
}

export default function TimesheetPage() {
  const periods = usePeriods();
  const person = user.value?.id ?? "";
  return html`<div class="page stack">
    <h1>${t("nav.timesheet")}</h1>
    <${PeriodPicker} periods=${periods} onShow=${show}>
      ${(/** @type {import("../components/pay/periods.js").Period} */ { id }) => html`<${TimesheetCard} key=${id} period=${id} person=${person} onChange=${periods.query.reload} />`}
    <//>
    <${AccountCard} person=${person} />
  </div>`;
}
