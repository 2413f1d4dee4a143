// The holiday calendar that the company subscribes to. It is read once a month.
import { get, ifFound, post, put, remove } from "../../api.js";
import { t, word } from "../../i18n/index.js";
import { dateOf, day } from "../../time.js";
import { html, useState } from "../../vendor/preact.js";
import { Dialog } from "../dialog.js";
import { Conflict, EditFooter, merged, useEdit } from "../edit.js";
import { Refused, TextField, errorAt } from "../form.js";
import { useAction, useQuery } from "../query.js";
import { toast } from "../toast.js";
import { Button, Loaded, Notice } from "../ui.js";

/** @typedef {import("../../types").Schemas["HolidaySubscription"]} Subscription */

/** The interval and the maximum number of polls for the result of a read. */
const POLL_MS = 500;
const MAX_POLLS = 30;

/** @param {{ onRead: () => void, onClose: () => void }} props */
export function HolidaySubscriptionDialog({ onRead, onClose }) {
  const query = useQuery(() => ifFound(get("/holidays/subscription")), []);
  const follow = async (/** @type {Subscription} */ asked) => {
    query.replace(asked);
    const one = await outcome(asked);
    query.replace(one);
    onRead();
    if (one.failure) return;
    toast(isRead(one, asked) ? t("subscription.holidays", { count: one.holidays }) : t("subscription.saved"));
    onClose();
  };
  return html`<${Loaded} query=${query} skeleton=${null}>${(/** @type {Subscription | null} */ one) => html`<${Form} subscription=${one} follow=${follow} onClose=${onClose} />`}<//>`;
}

/**
 * Returns whether the calendar has been read since the request. A successful read sets a later date for the next read.
 * @param {Subscription} one
 * @param {Subscription} asked
 */
const isRead = (one, asked) => one.next_refresh_at !== asked.next_refresh_at;

/**
 * Waits until the calendar has been read or the read has failed. Each added holiday creates a version, so a failure counts only once
 * the version stays the same.
 * @param {Subscription} asked
 */
async function outcome(asked) {
  let last = asked;
  for (let poll = 0; poll < MAX_POLLS; poll++) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const one = await get("/holidays/subscription");
    if (isRead(one, asked) || (one.failure && one.version > asked.version && one.version === last.version)) return one;
    last = one;
  }
  return last;
}

/** @param {Subscription | null} one @returns {{ url: string, region: string }} */
const formOf = (one) => ({ url: one?.url ?? "", region: one?.region ?? "" });

/** @param {Subscription | null} one @param {Subscription | null} other */
const isSame = (one, other) => JSON.stringify(formOf(one)) === JSON.stringify(formOf(other));

/** Returns a subscription as text, for the comparison with the version that somebody else saved. @param {{ url: string, region: string }} form */
const lines = ({ url, region }) => (url === "" ? [] : [url, ...(region === "" ? [] : [`${t("sites.region")}: ${region}`])]);

/** @param {{ subscription: Subscription | null, follow: (asked: Subscription) => Promise<void>, onClose: () => void }} props */
function Form({ subscription: one, follow, onClose }) {
  const [form, setForm] = useState(formOf(one));
  const { url, region } = form;
  const load = async () => ({ one: await ifFound(get("/holidays/subscription")) });
  const edit = useEdit({ one }, {
    load,
    merge: (theirs, before) => setForm((now) => merged(now, formOf(before.one), formOf(theirs.one))),
    save: async (base) => {
      // A read of the calendar also creates a version. It isn't an edit, so it causes no conflict.
      const newest = await load();
      const { version } = (isSame(newest.one, base.one) ? newest.one : base.one) ?? {};
      const saved = await put("/holidays/subscription", { body: { url: url.trim(), region: region.trim().toUpperCase() || null }, version });
      edit.rebase({ one: saved });
      edit.settle();
      await follow(saved);
    },
  });
  const take = () => {
    setForm(formOf(edit.base.one));
    edit.settle();
  };
  const read = useAction(async () => follow(await post("/holidays/subscription/refresh", { body: {} })));
  const end = useAction(async () => {
    await remove("/holidays/subscription", { version: one?.version });
    toast(t("subscription.ended"));
    onClose();
  });
  return html`<${Dialog} title=${t("subscription.title")} onClose=${onClose} onSubmit=${() => url.trim() !== "" && void edit.run()} footer=${html`<${EditFooter} edit=${edit} onClose=${onClose} />`}>
    <p class="muted">${t("subscription.about")}</p>
    ${edit.theirs && html`<${Conflict} theirs=${lines(formOf(edit.theirs.one))} mine=${lines(form)} onTake=${take} />`}
    ${one &&
    html`<p role="status">${[t("subscription.holidays", { count: one.holidays }), one.refreshed_at && t("subscription.read", { date: day(dateOf(one.refreshed_at), "date") }), t("subscription.next", { date: day(dateOf(one.next_refresh_at), "date") })].filter(Boolean).join(" · ")}</p>
      <div class="row"><${Button} icon="refresh-cw" busy=${read.busy} onClick=${read.run}>${t("subscription.read_now")}<//>
        <${Button} kind="danger" icon="x" busy=${end.busy} onClick=${end.run}>${t("subscription.end")}<//></div>
      ${one.failure && html`<${Notice} tone="warn" role="alert">${t("subscription.failed", { why: word("calendar_failure", String(one.failure)) })}<//>`}`}
    <${Refused} refusal=${edit.error ?? read.error ?? end.error} fields=${["url", "region"]} />
    <${TextField} type="url" label=${t("subscription.url")} hint=${t("subscription.url_hint")} value=${url} error=${errorAt(edit.error, "url")} onChange=${(/** @type {string} */ value) => setForm({ ...form, url: value })} required maxlength="2000" autocomplete="off" spellcheck=${false} autofocus />
    <${TextField} label=${t("sites.region")} hint=${t("subscription.region_hint")} value=${region} error=${errorAt(edit.error, "region")} onChange=${(/** @type {string} */ value) => setForm({ ...form, region: value })} maxlength="6" autocomplete="off" spellcheck=${false} />
  <//>`;
}
