// The page for a link in an e-mail: a new password, or a confirmed address. Without a link, the person can request one. The secret of a link
// is in the address's fragment, which browsers don't send to servers.
import { call } from "../api.js";
import { Refused, TextField, errorAt } from "../components/form.js";
import { useAction } from "../components/query.js";
import { Button, Notice } from "../components/ui.js";
import { t } from "../i18n/index.js";
import { href } from "../router.js";
import { html, useEffect, useState } from "../vendor/preact.js";

export default function LinkPage() {
  const [token] = useState(() => location.hash.slice(1));
  const purpose = token.split(".")[1];
  return html`<main class="sign-in" id="main">
    ${token === "" ? html`<${AskForLink} />` : purpose === "email-verification" ? html`<${ConfirmAddress} token=${token} />` : html`<${NewPassword} token=${token} />`}
    <p class="small"><a href=${href("sign-in")}>${t("link.sign_in")}</a></p>
  </main>`;
}

function AskForLink() {
  const [username, setUsername] = useState("");
  const [isSent, setSent] = useState(false);
  const ask = useAction(async () => {
    await call("POST", "/auth/password-reset", { body: { username } });
    setSent(true);
  });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void ask.run();
  };
  return html`<form class="card stack" onSubmit=${submit}>
    <h1>${t("link.forgot")}</h1>
    ${isSent ? html`<${Notice} tone="good" role="status">${t("link.sent")}<//>` : html`<p class="muted">${t("link.forgot_about")}</p>`}
    <${Refused} refusal=${ask.error} fields=${["username"]} />
    ${!isSent && html`<${TextField} label=${t("sign_in.username")} autocomplete="username" autocapitalize="none" spellcheck=${false} required value=${username} onChange=${setUsername} />
      <${Button} kind="primary" type="submit" class="wide" busy=${ask.busy}>${t("link.send")}<//>`}
  </form>`;
}

/** @param {{ token: string }} props */
function NewPassword({ token }) {
  const [password, setPassword] = useState("");
  const [isDone, setDone] = useState(false);
  const save = useAction(async () => {
    await call("POST", "/auth/password-reset/confirm", { body: { token, password } });
    history.replaceState(null, "", location.pathname);
    setDone(true);
  });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void save.run();
  };
  return html`<form class="card stack" onSubmit=${submit}>
    <h1>${t("link.password")}</h1>
    ${isDone ? html`<${Notice} tone="good" role="status">${t("link.password_done")}<//>` : html`
      <${Refused} refusal=${save.error} fields=${["password"]} />
      <${TextField} label=${t("preferences.password_new")} hint=${t("preferences.password_hint")} error=${errorAt(save.error, "password")} type="password" autocomplete="new-password" required value=${password} onChange=${setPassword} />
      <${Button} kind="primary" type="submit" class="wide" busy=${save.busy}>${t("preferences.password_change")}<//>`}
  </form>`;
}

/** @param {{ token: string }} props */
function ConfirmAddress({ token }) {
  const [isDone, setDone] = useState(false);
  const confirm = useAction(async () => {
    await call("POST", "/auth/email-verification/confirm", { body: { token } });
    history.replaceState(null, "", location.pathname);
    setDone(true);
  });
  // The page confirms the address at once. Programs that scan e-mails open links but run no scripts, so they confirm nothing.
  useEffect(() => void confirm.run(), []);
  return html`<section class="card stack">
    <h1>${t("link.address")}</h1>
    ${isDone ? html`<${Notice} tone="good" role="status">${t("link.address_done")}<//>` : confirm.error ? html`<${Notice} tone="bad" role="alert">${confirm.error.message || t("state.offline")}<//>` : html`<p class="muted">${t("state.loading")}</p>`}
  </section>`;
}
