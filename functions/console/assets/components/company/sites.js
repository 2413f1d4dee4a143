// Sites, with their time zone and the radius in metres within which a punch counts as at the site.
import { get, patch, post, remove } from "../../api.js";
import { t } from "../../i18n/index.js";
import { zone } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { TextField, ZoneField, errorAt } from "../form.js";
import { useAction, useQuery } from "../query.js";
import { Button, Notice } from "../ui.js";
import { DeleteDialog, FormDialog, Item, Part, useDialog } from "./part.js";
import { SiteSketch } from "./site-sketch.js";

/** @typedef {import("../../types").Schemas["Site"]} Site */
/** @typedef {{ name: string, time_zone: string, region: string, latitude: string, longitude: string, radius_m: string }} Form */

export function Sites() {
  const query = useQuery(() => get("/sites", { query: { limit: 200 } }), []);
  const { dialog, open, close } = useDialog();
  const edit = (/** @type {Site | null} */ one) => open(html`<${SiteDialog} site=${one} onSaved=${query.reload} onClose=${close} />`);
  const ask = (/** @type {Site} */ { id, name, version }) =>
    open(html`<${DeleteDialog} name=${name} about=${t("sites.delete")} onDone=${query.reload} onClose=${close} onDelete=${() => remove("/sites/{id}", { path: { id }, version })} />`);
  return html`<${Part} title=${t("company.sites")} about=${t("sites.about")} icon="map-pin" empty=${t("sites.none")} add=${t("sites.add")} onAdd=${() => edit(null)} query=${query}>
    ${(/** @type {Site} */ one) => html`<${Item} key=${one.id} icon="map-pin" name=${one.name} details=${lines(formOf(one)).slice(1).join(" · ")}
      onEdit=${() => edit(one)} onDelete=${one.members === 0 ? () => ask(one) : undefined} />`}
  <//>${dialog}`;
}

/** @param {Site} site @returns {Form} */
function formOf({ name, time_zone, region, latitude, longitude, radius_m }) {
  return { name, time_zone, region: region ?? "", latitude: String(latitude ?? ""), longitude: String(longitude ?? ""), radius_m: String(radius_m ?? "") };
}

/** @param {Form} form */
function lines({ name, time_zone, region, latitude, longitude, radius_m }) {
  return [name, time_zone, ...(region === "" ? [] : [region]), latitude === "" ? t("sites.no_position") : t("sites.position", { latitude, longitude, meters: radius_m || "200" })];
}

/** Returns the value to send: a number, null for an empty text, or an invalid text that the API refuses. @param {string} text */
function numberOf(text) {
  const value = text.trim().replace(",", ".");
  return /** @type {number | null} */ (value === "" ? null : Number.isNaN(Number(value)) ? value : Number(value));
}

/** @param {{ site: Site | null, onSaved: () => void, onClose: () => void }} props */
function SiteDialog({ site, onSaved, onClose }) {
  const [form, setForm] = useState(() => (site ? formOf(site) : { name: "", time_zone: zone.peek(), region: "", latitude: "", longitude: "", radius_m: "200" }));
  const [here, setHere] = useState(/** @type {{ latitude: number, longitude: number, accuracy: number } | null} */ (null));
  const path = { id: site?.id ?? "" };
  const save = (/** @type {Site | null} */ base) => {
    const [latitude, longitude] = [numberOf(form.latitude), numberOf(form.longitude)];
    // The API accepts a radius only with a position.
    const radius_m = latitude === null && longitude === null ? null : numberOf(form.radius_m);
    const body = { name: form.name.trim(), time_zone: form.time_zone.trim(), region: form.region.trim().toUpperCase() || null, latitude, longitude, radius_m };
    return base ? patch("/sites/{id}", { path, body, version: base.version }) : post("/sites", { body });
  };
  const locate = useAction(async (/** @type {boolean} */ isTaken) => {
    const { coords } = await /** @type {Promise<GeolocationPosition>} */ (
      new Promise((resolve, reject) =>
        navigator.geolocation.getCurrentPosition(resolve, () => reject(new Error(t("sites.no_location"))), { enableHighAccuracy: true, timeout: 15_000 }),
      )
    );
    if (isTaken) setForm((now) => ({ ...now, latitude: coords.latitude.toFixed(6), longitude: coords.longitude.toFixed(6) }));
    setHere({ latitude: coords.latitude, longitude: coords.longitude, accuracy: Math.round(coords.accuracy) });
  });
  const position = { latitude: Number(numberOf(form.latitude) ?? Number.NaN), longitude: Number(numberOf(form.longitude) ?? Number.NaN) };
  return html`<${FormDialog} title=${site ? t("company.edit_of", { name: site.name }) : t("sites.add")} first=${site} form=${form} setForm=${setForm}
    formOf=${formOf} lines=${lines} load=${() => get("/sites/{id}", { path })} save=${save}
    fields=${["name", "time_zone", "region", "latitude", "longitude", "radius_m"]} onSaved=${onSaved} onClose=${onClose}>
    ${(/** @type {any} */ refusal) => {
      const bind = (/** @type {keyof Form} */ field) => ({ value: form[field], error: errorAt(refusal, field), onChange: (/** @type {string} */ value) => setForm({ ...form, [field]: value }) });
      return html`<${TextField} label=${t("company.name")} ...${bind("name")} required maxlength="100" autofocus />
        <${ZoneField} label=${t("people.zone")} hint=${t("sites.zone_hint")} ...${bind("time_zone")} required />
        <${TextField} label=${t("sites.region")} hint=${t("sites.region_hint")} ...${bind("region")} maxlength="6" autocomplete="off" spellcheck=${false} />
        <div class="two">
          <${TextField} label=${t("sites.latitude")} ...${bind("latitude")} inputmode="decimal" />
          <${TextField} label=${t("sites.longitude")} ...${bind("longitude")} inputmode="decimal" />
        </div>
        <div class="row"><${Button} icon="map-pin" busy=${locate.busy} onClick=${() => locate.run(true)}>${t("sites.locate")}<//>
          ${Number.isFinite(position.latitude) && html`<${Button} kind="quiet" onClick=${() => locate.run(false)}>${t("sites.check")}<//>`}</div>
        ${locate.error && html`<${Notice} tone="warn" role="alert">${locate.error.message}<//>`}
        ${here && !locate.error && html`<p class="small muted" role="status">${t("sites.accuracy", { meters: here.accuracy })}</p>`}
        <${TextField} label=${t("sites.radius")} hint=${t("sites.radius_hint")} ...${bind("radius_m")} inputmode="numeric" />
        <${SiteSketch} site=${position} radius=${Number(numberOf(form.radius_m) ?? 200)} here=${here} />`;
    }}
  <//>`;
}
