// The self-registration page, if the company allows it. Administrators share its address. A new account waits until a manager activates it,
// or until the person confirms their e-mail address.
import { call } from "../api.js";
import { Company } from "../components/company-name.js";
import { CheckField, Refused, TextField, errorAt } from "../components/form.js";
import { useAction } from "../components/query.js";
import { Button, Notice, Segments } from "../components/ui.js";
import "../i18n/admin/index.js";
import { LANGUAGES, choose, language, t } from "../i18n/index.js";
import { href } from "../router.js";
import { html, useState } from "../vendor/preact.js";

const FIELDS = /** @type {const} */ (["full_name", "username", "email", "password"]);

export default function RegisterPage() {
  const [form, setForm] = useState({ full_name: "", username: "", email: "", password: "" });
  const [isShown, setShown] = useState(false);
  const [isDone, setDone] = useState(false);
  const register = useAction(async () => {
    const { full_name, username, email, password } = form;
    await call("POST", "/auth/register", { body: { full_name: full_name.trim(), username: username.trim(), email: email.trim() || null, password, language: language.peek() } });
    setDone(true);
  });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void register.run();
  };
  const bind = (/** @type {keyof typeof form} */ field) => ({
    value: form[field],
    error: errorAt(register.error, field),
    onChange: (/** @type {string} */ value) => setForm({ ...form, [field]: value }),
  });
  return html`<main class="sign-in" id="main">
    <${Company} />
    <form class="card stack" onSubmit=${submit} novalidate>
      <h1>${t("register.title")}</h1>
      ${isDone
        ? html`<${Notice} tone="good" role="status">${t("register.done")}<//>`
        : html`<p class="muted">${t("register.about")}</p>
            ${register.error?.status === 404 ? html`<${Notice} tone="bad" role="alert">${t("register.off")}<//>` : html`<${Refused} refusal=${register.error} fields=${FIELDS} />`}
            <${TextField} label=${t("people.full_name")} ...${bind("full_name")} required autocomplete="name" maxlength="100" />
            <${TextField} label=${t("people.username")} hint=${t("people.username_hint")} ...${bind("username")} required autocomplete="username" autocapitalize="none" spellcheck=${false} />
            <${TextField} label=${t("setup.email")} ...${bind("email")} type="email" autocomplete="email" />
            <${TextField} label=${t("sign_in.password")} hint=${t("preferences.password_hint")} ...${bind("password")} type=${isShown ? "text" : "password"} required autocomplete="new-password" />
            <${CheckField} label=${t("sign_in.show_password")} checked=${isShown} onChange=${setShown} />
            <${Button} kind="primary" type="submit" class="wide" busy=${register.busy}>${t("register.submit")}<//>`}
    </form>
    <${Segments} label=${t("sign_in.language")} value=${language.value} options=${Object.entries(LANGUAGES)} onChange=${choose} />
    <p class="small"><a href=${href("sign-in")}>${t("link.sign_in")}</a></p>
  </main>`;
}
