// The setup steps that a new company still lacks, with links. The list stays on each page after the setup (`first=1` in the address). It is
// also on the overview while a step is open, until it is hidden.
import { changesMade, get } from "../../api.js";
import { t } from "../../i18n/index.js";
import { firstStepsHidden } from "../../preferences.js";
import { href, navigate, place } from "../../router.js";
import { html } from "../../vendor/preact.js";
import { useQuery } from "../query.js";
import { Button, Icon } from "../ui.js";

/** Returns which steps are done. The policies step is never done, because it consists of reading them. */
async function progress() {
  const limit = { query: { limit: 2 } };
  const [departments, sites, holidays, people] = await Promise.all([get("/departments", limit), get("/sites", limit), get("/holidays"), get("/users", limit)]);
  const has = (/** @type {{ items: readonly unknown[] }} */ { items }, least = 1) => items.length >= least;
  return { policies: false, departments: has(departments), sites: has(sites), holidays: has(holidays), people: has(people, 2), board: false };
}

const STEPS = /** @type {const} */ (["policies", "departments", "sites", "holidays", "people", "board"]);

export function FirstSteps() {
  return firstStepsHidden.value ? null : html`<${Steps} />`;
}

function Steps() {
  const { page, params } = place.value;
  const done = useQuery(progress, [page, params.get("part"), changesMade.value]).data;
  const count = done ? Object.values(done).filter(Boolean).length : 0;
  const total = STEPS.length - 2;
  const address = (/** @type {string} */ step) => (step === "people" ? href("people", { first: "1" }) : step === "board" ? href("team") : href("company", { part: step, first: "1" }));
  const isHere = (/** @type {string} */ step) => (page === "people" ? step === "people" : step === params.get("part"));
  const hide = () => {
    firstStepsHidden.value = true;
    navigate(page, { ...Object.fromEntries(params), first: null }, { replace: true });
  };
  // The overview shows the list only while a step is open. After the setup, the list stays until it is hidden, even if it is complete.
  if (!params.has("first") && (done === undefined || count === total)) return null;
  return html`<section class="card stack first-steps" aria-labelledby="first">
    <div class="row spread">
      <h2 id="first">${t("first.title")}</h2>
      <p class="row muted small"><progress max=${total} value=${count} aria-hidden="true"></progress>${t("first.count", { count, total })}</p>
      <${Button} kind="quiet" icon="x" label=${t("first.hide")} onClick=${hide} />
    </div>
    <p class="muted">${t("first.about")}</p>
    <ol>
      ${STEPS.map(
        (step) => html`<li key=${step}><a href=${address(step)} aria-current=${isHere(step) ? "step" : undefined}><${Icon} name=${done?.[step] ? "circle-check" : "arrow-right"} />
          ${t(`first.${step}`)}${done?.[step] && html`<span class="visually-hidden">${t("first.done")}</span>`}</a></li>`,
      )}
    </ol>
  </section>`;
}
