// What is wrong now, each with the way to mend it: an administrator's first look.
import { t } from "../../i18n/index.js";
import { html, useEffect, useRef } from "../../vendor/preact.js";
import { useLive, useQuery } from "../query.js";
import { Badge, Icon, Loaded, Notice, Skeleton } from "../ui.js";
import { findings } from "./findings.js";

/** @typedef {import("./findings.js").Finding} Finding */

/** Messages of this time load the list once. */
const PAUSE_MS = 1_000;

export function Overview() {
  const query = useQuery(findings, []);
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  const soon = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(query.reload, PAUSE_MS);
  };
  useLive("notification", soon);
  useLive("resync", soon);
  useEffect(() => () => clearTimeout(timer.current), []);
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
