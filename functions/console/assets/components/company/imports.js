// The imports of sheets from other systems: past attendance and leave balances. People, rosters and holidays are imported on their own pages.
import { get } from "../../api.js";
import { t } from "../../i18n/index.js";
import { href } from "../../router.js";
import { html } from "../../vendor/preact.js";
import { SheetImport } from "../sheet-import.js";
import { Button, Icon } from "../ui.js";
import { useDialog } from "./part.js";

/** Sheets that are imported here: the path of the import, the path of the job, and an example. */
const SHEETS = /** @type {const} */ ([
  {
    key: "attendance",
    icon: "clock",
    path: "/attendance/import",
    example: "username,date,clock_in,clock_out,break_start,break_end\nomar,2026-05-04,09:00,17:30,12:00,12:30\n",
    follow: (/** @type {string} */ id) => get("/attendance/import/{id}", { path: { id } }),
  },
  {
    key: "leave_balances",
    icon: "palmtree",
    path: "/leave/balances/import",
    example: "username,type,available_days,reason\nomar,annual,12.5,Taken over\n",
    follow: (/** @type {string} */ id) => get("/leave/balances/import/{id}", { path: { id } }),
  },
]);
/** Sheets that are imported on other pages: content, icon, page, and the page's name. */
const ELSEWHERE = /** @type {const} */ ([
  ["people", "users", href("people"), "nav.people"],
  ["rosters", "calendar-clock", href("roster"), "nav.roster"],
  ["holidays", "calendar", href("company", { part: "holidays" }), "company.holidays"],
]);

export function Imports() {
  const { dialog, open, close } = useDialog();
  const bring = (/** @type {(typeof SHEETS)[number]} */ { key, path, example, follow }) =>
    open(html`<${SheetImport} title=${t(`imports.${key}`)} about=${t(`imports.${key}_about`)} hint=${t("imports.columns", { columns: example.split("\n", 1)[0] ?? "" })} example=${example} path=${path} follow=${follow} hasPreview
      onDone=${() => {}} onClose=${close} />`);
  return html`<section class="card stack" aria-labelledby="part">
    <h2 id="part">${t("company.imports")}</h2>
    <p class="muted">${t("imports.about")}</p>
    <ul class="rows">
      ${SHEETS.map((one) => html`<li key=${one.key} class="item"><${Icon} name=${one.icon} />
        <span class="grow"><span class="block strong">${t(`imports.${one.key}`)}</span><span class="block small muted">${t(`imports.${one.key}_about`)}</span></span>
        <${Button} icon="upload" aria-label=${`${t("roster.import_do")}: ${t(`imports.${one.key}`)}`} onClick=${() => bring(one)}>${t("roster.import_do")}<//></li>`)}
      ${ELSEWHERE.map(([key, icon, to, page]) => html`<li key=${key} class="item"><${Icon} name=${icon} />
        <span class="grow"><span class="block strong">${t(`imports.${key}`)}</span><span class="block small muted">${t("imports.on_page", { page: t(page) })}</span></span>
        <a class="button" href=${to} aria-label=${`${t("imports.open")}: ${t(`imports.${key}`)}`}><${Icon} name="chevron-right" />${t("imports.open")}</a></li>`)}
    </ul>
    ${dialog}
  </section>`;
}
