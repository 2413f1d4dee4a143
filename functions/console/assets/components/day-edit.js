// A dialog that changes the times of a person's day. After a conflict it shows both versions and keeps the typed times.
import { get, put } from "../api.js";
import { t } from "../i18n/index.js";
import { day as dayText } from "../time.js";
import { html, useState } from "../vendor/preact.js";
import { BeforeAfter } from "./before-after.js";
import { Dialog } from "./dialog.js";
import { Refused, errorAt } from "./form.js";
import { useAction } from "./query.js";
import { SessionRows, fieldsOf, lacksTime, rowsOf, sessionsOf, timesOf } from "./session-rows.js";
import { TimelineEdit } from "./timeline-edit.js";
import { toast } from "./toast.js";
import { Button, Field, Notice } from "./ui.js";

/** @typedef {import("../types").Day} Day */

/** @param {{ day: Day, name: string, onSaved: (day: Day) => void, onClose: () => void }} props */
export function DayEditDialog({ day, name, onSaved, onClose }) {
  const [base, setBase] = useState(day);
  const [theirs, setTheirs] = useState(/** @type {Day | null} */ (null));
  const [rows, setRows] = useState(() => rowsOf(timesOf(day), day.time_zone));
  const [reason, setReason] = useState("");
  const [checked, setChecked] = useState(false);
  const mine = lacksTime(rows) ? undefined : sessionsOf(rows, day.date, day.time_zone);
  const save = useAction(async () => {
    if (mine === undefined) return;
    const path = { user_id: day.user_id, date: day.date };
    try {
      const body = { sessions: mine, reason: reason.trim() };
      onSaved(await put("/attendance/{user_id}/{date}", { path, body, version: base.version }));
    } catch (error) {
      if (/** @type {import("../api.js").Problem} */ (error).status !== 412) throw error;
      const newest = await get("/attendance/{user_id}/{date}", { path });
      setTheirs(newest);
      setBase(newest);
      return;
    }
    toast(t("edit.saved", { name, date: dayText(day.date) }));
    onClose();
  });
  const submit = () => {
    setChecked(true);
    if (mine && reason.trim() !== "") void save.run();
  };
  const take = () => {
    setRows(rowsOf(timesOf(base), base.time_zone));
    setTheirs(null);
  };
  const isChanged = mine !== undefined && JSON.stringify(mine) !== JSON.stringify(timesOf(base));
  const footer = html`<${Button} onClick=${onClose}>${t("action.cancel")}<//>
    <${Button} kind="primary" icon="check" type="submit" busy=${save.busy}>${t(theirs ? "edit.save_mine" : "action.save")}<//>`;
  return html`<${Dialog} title=${t("edit.title", { name })} onClose=${onClose} onSubmit=${submit} footer=${footer}>
    <p class="muted">${t("edit.about", { date: dayText(day.date) })}</p>
    ${theirs && mine && html`<${Conflict} theirs=${theirs} mine=${mine} onTake=${take} />`}
    <${Refused} refusal=${save.error} fields=${["reason", ...fieldsOf(rows)]} />
    <${TimelineEdit} day=${base} rows=${rows} onChange=${setRows} />
    <${SessionRows} rows=${rows} date=${base.date} zone=${base.time_zone} isChecked=${checked} refusal=${save.error} onChange=${setRows} />
    ${!theirs && isChanged && html`<${BeforeAfter} before=${timesOf(base)} after=${mine} zone=${day.time_zone} />`}
    <${Field} label=${t("correction.reason")} hint=${t("edit.reason_hint")} error=${checked && reason.trim() === "" ? t("reason.missing") : errorAt(save.error, "reason")}>
      ${(/** @type {object} */ attributes) =>
        html`<input ...${attributes} required maxlength="500" value=${reason} onInput=${(/** @type {any} */ event) => setReason(event.target.value)} />`}
    <//>
  <//>`;
}

/** @param {{ theirs: Day, mine: import("./session-rows.js").SessionTimes[], onTake: () => void }} props */
function Conflict({ theirs, mine, onTake }) {
  return html`<${Notice} tone="warn" role="alert">
    <div class="stack">
      <p>${t("edit.conflict")}</p>
      <${BeforeAfter} before=${timesOf(theirs)} after=${mine} zone=${theirs.time_zone} titles=${[t("edit.theirs"), t("edit.mine")]} />
      <div><${Button} onClick=${onTake}>${t("edit.take_theirs")}<//></div>
    </div>
  <//>`;
}
