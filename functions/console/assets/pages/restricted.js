// The page for a required step right after the sign-in: a new password, or the setup of a second factor.
import { put } from "../api.js";
import { TextField } from "../components/form.js";
import { useAction } from "../components/query.js";
import { Enrolment } from "../components/second-factor.js";
import { Button, Notice } from "../components/ui.js";
import { t } from "../i18n/index.js";
import { go, navigate, place } from "../router.js";
import { lift, restriction, signOut } from "../session.js";
import { html, useEffect, useState } from "../vendor/preact.js";

export default function RestrictedPage() {
  const what = restriction.value;
  const next = () => go(place.peek().params.get("next") ?? "today", true);
  useEffect(() => {
    // A person without a required step continues to the next page.
    if (what === null) next();
  }, [what]);
  const leave = async () => {
    await signOut();
    navigate("sign-in");
  };
  return html`<main class="sign-in" id="main">
    <section class="card stack">
      <h1>${t(what === "mfa_enrolment" ? "second.must" : "restricted.password")}</h1>
      <p class="muted">${t(what === "mfa_enrolment" ? "second.must_about" : "restricted.password_about")}</p>
      ${what === "mfa_enrolment" ? html`<${Enrolment} onDone=${lift} />` : html`<${NewPassword} />`}
      <${Button} kind="quiet" class="wide" icon="log-out" onClick=${leave}>${t("nav.sign_out")}<//>
    </section>
  </main>`;
}

function NewPassword() {
  const [before, setBefore] = useState("");
  const [after, setAfter] = useState("");
  const change = useAction(async () => {
    await put("/auth/password", { body: { current_password: before, new_password: after } });
    await lift();
  });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void change.run();
  };
  return html`<form class="stack" onSubmit=${submit}>
    ${change.error && html`<${Notice} tone="bad" role="alert">${change.error.message || t("state.offline")}<//>`}
    <${TextField} label=${t("restricted.temporary")} type="password" autocomplete="current-password" value=${before} onChange=${setBefore} required autofocus />
    <${TextField} label=${t("preferences.password_new")} hint=${t("preferences.password_hint")} type="password" autocomplete="new-password" value=${after} onChange=${setAfter} required />
    <${Button} kind="primary" class="wide" type="submit" busy=${change.busy}>${t("preferences.password_change")}<//>
  </form>`;
}
