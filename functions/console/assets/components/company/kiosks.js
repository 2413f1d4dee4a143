// Kiosks, the tablets for clock-ins. The pairing code of a kiosk is shown once.
import { get, post, remove } from "../../api.js";
import { t } from "../../i18n/index.js";
import { base } from "../../router.js";
import { dateOf, day, time } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { Dialog } from "../dialog.js";
import { EditFooter } from "../edit.js";
import { Refused, SelectField, TextField, errorAt } from "../form.js";
import { QrCode } from "../qr-code.js";
import { useAction, useQuery } from "../query.js";
import { Secret } from "../secret.js";
import { Badge, Button } from "../ui.js";
import { isSilent } from "./findings.js";
import { DeleteDialog, Item, Part, useDialog } from "./part.js";

/** @typedef {import("../../types").Schemas["Kiosk"]} Kiosk */

export function Kiosks() {
  const query = useQuery(() => get("/kiosks", { query: { limit: 200 } }), []);
  const { dialog, open, close } = useDialog();
  const ask = (/** @type {Kiosk} */ { id, name }) =>
    open(html`<${DeleteDialog} name=${name} about=${t("kiosks.revoke_about")} confirm=${t("kiosks.revoke")} onDone=${query.reload} onClose=${close}
      onDelete=${() => remove("/kiosks/{id}", { path: { id } })} />`);
  return html`<${Part} title=${t("company.kiosks")} about=${t("kiosks.about")} icon="tablet" empty=${t("kiosks.none")} add=${t("kiosks.add")} query=${query}
    onAdd=${() => open(html`<${KioskDialog} onSaved=${query.reload} onClose=${close} />`)}>
    ${(/** @type {Kiosk} */ one) => html`<${Item} key=${one.id} icon="tablet" name=${one.name} remove=${t("kiosks.revoke")} onDelete=${() => ask(one)}
      details=${[one.site_name, t("kiosks.since", { date: day(dateOf(one.created_at), "date") }), seen(one)].filter(Boolean).join(" · ")}>
      ${isSilent(one) && html`<${Badge} tone="warn" icon="wifi-off">${t("kiosks.silent")}<//>`}<//>`}
  <//>${dialog}`;
}

/** Returns the time of a kiosk's last request as text. @param {Kiosk} kiosk */
function seen({ last_seen_at: at }) {
  return at ? t("kiosks.seen", { date: day(dateOf(at), "short"), time: time(at) }) : t("kiosks.never_seen");
}

/** Returns the address that makes a tablet the kiosk. Browsers never send the part after # to a server. @param {string} code */
const pairingAddress = (code) => `${new URL("kiosk", base)}#${code}`;

/** @param {{ onSaved: () => void, onClose: () => void }} props */
function KioskDialog({ onSaved, onClose }) {
  const sites = useQuery(() => get("/sites", { query: { limit: 200 } }), []).data?.items ?? [];
  const [form, setForm] = useState({ name: "", site_id: "" });
  const [code, setCode] = useState("");
  const site = form.site_id || (sites[0]?.id ?? "");
  const save = useAction(async () => {
    const made = await post("/kiosks", { body: { name: form.name.trim(), site_id: site } });
    setCode(made.device_token ?? "");
    onSaved();
  });
  if (code !== "") {
    return html`<${Dialog} key="made" title=${t("kiosks.pair", { name: form.name })} onClose=${onClose} onSubmit=${onClose} footer=${html`<${Button} kind="primary" type="submit">${t("action.close")}<//>`}>
      <p>${t("kiosks.pair_about")}</p>
      <${QrCode} text=${pairingAddress(code)} label=${t("kiosks.qr")} />
      <${Secret} label=${t("kiosks.address")} value=${pairingAddress(code)} about=${t("kiosks.address_hint")} />
    <//>`;
  }
  return html`<${Dialog} title=${t("kiosks.add")} onClose=${onClose} onSubmit=${save.run} footer=${html`<${EditFooter} edit=${save} confirm=${t("kiosks.add")} onClose=${onClose} />`}>
    <${Refused} refusal=${save.error} fields=${["name", "site_id"]} />
    <${TextField} label=${t("kiosk.name")} hint=${t("kiosk.name_hint")} value=${form.name} error=${errorAt(save.error, "name")} onChange=${(/** @type {string} */ name) => setForm({ ...form, name })} required maxlength="100" autofocus />
    <${SelectField} label=${t("people.site")} hint=${sites.length === 0 ? t("kiosks.no_site") : undefined} value=${site} error=${errorAt(save.error, "site_id")}
      onChange=${(/** @type {string} */ site_id) => setForm({ ...form, site_id })} options=${sites.map(({ id, name }) => [id, name])} />
  <//>`;
}
