// What a new company still lacks, with the way there. It is shown after the set-up, until it is hidden.
import { get } from "../../api.js";
import { t } from "../../i18n/index.js";
import { href, navigate, place } from "../../router.js";
import { html } from "../../vendor/preact.js";
import { useQuery } from "../query.js";
import { Badge, Button, Icon } from "../ui.js";

/** Which steps are done. Policies are never: reading them is the step. */
async function progress() {
  const limit = { query: { limit: 2 } };
  const [departments, sites, holidays, people] = await Promise.all([get("/departments", limit), get("/sites", limit), get("/holidays"), get("/users", limit)]);
  const has = (/** @type {{ items: readonly unknown[] }} */ { items }, least = 1) => items.length >= least;
  return { policies: false, departments: has(departments), sites: has(sites), holidays: has(holidays), people: has(people, 2), board: false };
}

const STEPS = /** @type {const} */ (["policies", "departments", "sites", "holidays", "people", "board"]);

export function FirstSteps() {
  const part = place.value.params.get("part") ?? "";
  const done = useQuery(progress, [part]).data;
  const address = (/** @type {string} */ step) => (step === "people" ? href("people") : step === "board" ? href("team") : href("company", { part: step, first: "1" }));
  return html`<section class="card stack" aria-labelledby="first">
    <div class="row spread">
      <h2 id="first">${t("first.title")}</h2>
      <${Button} kind="quiet" icon="x" label=${t("first.hide")} onClick=${() => navigate("company", { part }, { replace: true })} />
    </div>
    <p class="muted">${t("first.about")}</p>
    ${done && html`<progress max=${STEPS.length - 2} value=${Object.values(done).filter(Boolean).length} aria-label=${t("first.title")}></progress>`}
    <ol class="rows">
      ${STEPS.map(
        (step) => html`<li key=${step} class="item"><a class="grow row" href=${address(step)}><${Icon} name="arrow-right" />${t(`first.${step}`)}</a>
          ${done?.[step] && html`<${Badge} tone="good" icon="check">${t("first.done")}<//>`}</li>`,
      )}
    </ol>
  </section>`;
}
