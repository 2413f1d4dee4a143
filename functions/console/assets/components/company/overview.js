// The first part of *Company* for an administrator: the findings, each with a link to fix it.
import { t } from "../../i18n/index.js";
import { html, useRef } from "../../vendor/preact.js";
import { useLive, useQuery, useReload } from "../query.js";
import { Badge, Icon, Loaded, Notice, Skeleton } from "../ui.js";
import { ALL_SOURCES, LIVE_SOURCES, findings, sourcesOf } from "./findings.js";

/** @typedef {import("./findings.js").Finding} Finding */
/** @typedef {import("./findings.js").Source} Source */

export function Overview() {
  /** The sources of the next load: all at first, later those that messages can change. @type {{ current: Set<Source> }} */
  const due = useRef(new Set(ALL_SOURCES));
  const query = useQuery(async () => {
    const sources = [...due.current];
    due.current.clear();
    try {
      return await findings(sources);
    } catch (error) {
      for (const source of sources) due.current.add(source);
      throw error;
    }
  }, []);
  const reload = useReload(query.reload);
  const add = (/** @type {Source[]} */ sources) => {
    for (const source of sources) due.current.add(source);
    if (sources.length > 0) reload();
  };
  useLive("notification", ({ data }) => add(sourcesOf(data.kind)));
  useLive("resync", () => add(LIVE_SOURCES));
  return html`<section class="card stack" aria-labelledby="part">
    <h2 id="part">${t("company.overview")}</h2>
    <p class="muted">${t("overview.about")}</p>
    <${Loaded} query=${query} skeleton=${html`<${Skeleton} lines=${4} height="3rem" />`}>
      ${(/** @type {Finding[]} */ list) =>
        list.length === 0
          ? html`<${Notice} tone="good">${t("overview.nothing")}<//>`
          : html`<ul class="rows">
              ${list.map(
                ({ key, icon, count, isMore, names, to }) => html`<li key=${key}><a class="item finding" href=${to}>
                  <${Icon} name=${icon} />
                  <span class="grow"><span class="block strong">${t(`overview.${key}`)}</span>
                    ${names.length > 0 && html`<span class="block small muted">${names.join(", ")}${count > names.length ? "\u00a0…" : ""}</span>`}
                    <span class="block small">${t(`overview.${key}_mend`)}</span></span>
                  <${Badge} tone="warn">${count}${isMore ? "+" : ""}<//><${Icon} name="chevron-right" />
                </a></li>`,
              )}
            </ul>`}
    <//>
  </section>`;
}
