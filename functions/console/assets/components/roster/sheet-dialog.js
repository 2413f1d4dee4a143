// A dialog that imports rosters from a sheet, and exports the shown dates as a sheet to edit and import again.
import { get } from "../../api.js";
import { t } from "../../i18n/index.js";
import { html } from "../../vendor/preact.js";
import { saveFile } from "../save-file.js";
import { SheetImport } from "../sheet-import.js";
import { write } from "../sheet.js";
import { Button } from "../ui.js";
import { planOf } from "./cells.js";

const EXAMPLE = "username,effective_from,weekday,start,end,break_minutes\n";

/** @param {{ rows: import("./cells.js").Row[], onDone: () => void, onClose: () => void }} props */
export function SheetDialog({ rows, onDone, onClose }) {
  const template = () => saveFile(new Blob([editable(rows)], { type: "text/csv" }), "roster-to-change.csv");
  return html`<${SheetImport} title=${t("roster.import")} about=${t("roster.import_about")} hint=${t("roster.sheet_hint")} example=${EXAMPLE} path="/roster/import"
    follow=${(/** @type {string} */ id) => get("/roster/import/{id}", { path: { id } })} tools=${html`<${Button} icon="download" onClick=${template}>${t("roster.template")}<//>`} onDone=${onDone} onClose=${onClose} />`;
}

/** Returns the shown dates as a sheet that can be edited and imported again. @param {import("./cells.js").Row[]} rows */
function editable(rows) {
  const lines = rows.flatMap(({ user_id, days }) =>
    days.flatMap((it) => {
      const { shifts } = planOf(it);
      return shifts.length === 0 ? [[user_id, it.date, "", "", "", ""]] : shifts.map((one) => [user_id, it.date, one.start, one.end, String(one.break_minutes), ""]);
    }),
  );
  return write([["user_id", "date", "start", "end", "break_minutes", "reason"], ...lines]);
}
