// The sign-in page, with username or e-mail address and password. In the local stack, one click signs in as a demo person.
import { Problem, call } from "../api.js";
import { CodeField } from "../components/code-field.js";
import { Company } from "../components/company-name.js";
import { useAction, useQuery } from "../components/query.js";
import { Avatar, Button, Field, Notice, Segments } from "../components/ui.js";
import { LANGUAGES, choose, language, t } from "../i18n/index.js";
import { go, href, place } from "../router.js";
import { signIn as begin, hasEnded } from "../session.js";
import { html, useState } from "../vendor/preact.js";

/** @typedef {{ username: string, full_name: string, role: string, password: string }} DemoPerson */

/** Whether the page runs in the local stack. Demo people are requested only there. */
const IS_LOCAL = /^(localhost|\[.*\]|(\d+\.){3}\d+)$/.test(location.hostname);

export default function SignIn() {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [isShown, setShown] = useState(false);
  const [code, setCode] = useState("");
  const [isCodeWanted, setCodeWanted] = useState(false);
  const signIn = useAction(async (/** @type {string} */ name, /** @type {string} */ secret) => {
    try {
      await begin({ username: name, password: secret, ...(code.trim() === "" ? {} : { code: code.trim() }) }, (body) => call("POST", "/auth/login", { body }));
    } catch (error) {
      const problem = /** @type {Problem} */ (error);
      if (problem.code === "mfa_required" && !isCodeWanted) return setCodeWanted(true);
      if (problem.code === "wrong_code") setCode("");
      throw error;
    }
    go(place.value.params.get("next") ?? "today", true);
  });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void signIn.run(username, password);
  };
  if (isCodeWanted) {
    const back = () => {
      setCodeWanted(false);
      setCode("");
      setPassword("");
      signIn.clear();
    };
    return html`<main class="sign-in" id="main">
      <form class="card stack" onSubmit=${submit}>
        <h1>${t("second.title")}</h1>
        <p class="muted">${t("second.about")}</p>
        ${signIn.error && html`<${Notice} tone="bad" role="alert">${reason(signIn.error)}<//>`}
        <${CodeField} value=${code} onChange=${setCode} />
        <${Button} kind="primary" type="submit" class="wide" busy=${signIn.busy}>${t("sign_in.submit")}<//>
        <${Button} kind="quiet" class="wide" onClick=${back}>${t("second.back")}<//>
      </form>
    </main>`;
  }
  return html`<main class="sign-in" id="main">
    <${Company} />
    <form class="card stack" onSubmit=${submit}>
      <h1>${t("sign_in.title")}</h1>
      ${hasEnded.value && !signIn.error && html`<${Notice} tone="info" role="status">${t("sign_in.ended")}<//>`}
      ${signIn.error && html`<${Notice} tone="bad" role="alert">${reason(signIn.error)}<//>`}
      <${Field} label=${t("sign_in.username")}>
        ${(/** @type {object} */ attributes) =>
          html`<input ...${attributes} name="username" autocomplete="username" autocapitalize="none" spellcheck=${false} required
            value=${username} onInput=${(/** @type {any} */ event) => setUsername(event.target.value)} />`}
      <//>
      <${Field} label=${t("sign_in.password")}>
        ${(/** @type {object} */ attributes) =>
          html`<input ...${attributes} name="password" type=${isShown ? "text" : "password"} autocomplete="current-password" required
            value=${password} onInput=${(/** @type {any} */ event) => setPassword(event.target.value)} />`}
      <//>
      <label class="check"><input type="checkbox" checked=${isShown} onChange=${() => setShown(!isShown)} />${t("sign_in.show_password")}</label>
      <${Button} kind="primary" type="submit" class="wide" busy=${signIn.busy}>${t("sign_in.submit")}<//>
    </form>
    ${IS_LOCAL && html`<${DemoPeople} busy=${signIn.busy} signIn=${(/** @type {DemoPerson} */ person) => signIn.run(person.username, person.password)} />`}
    <${Segments} label=${t("sign_in.language")} value=${language.value} options=${Object.entries(LANGUAGES)} onChange=${choose} />
    <p class="small"><a href=${href("link")}>${t("link.forgot")}</a></p>
    <p class="small"><a href=${href("setup")}>${t("sign_in.set_up")}</a></p>
  </main>`;
}

/** @param {Problem} problem */
function reason(problem) {
  if (problem.code === "offline") return t("state.offline");
  return problem.code === "invalid_credentials" ? t("sign_in.wrong") : problem.message;
}

/** @param {{ busy: boolean, signIn: (person: DemoPerson) => void }} props */
function DemoPeople({ busy, signIn }) {
  const people = useQuery(() => call("GET", "/_local/people"), []);
  const items = /** @type {DemoPerson[]} */ (people.data?.items ?? []);
  if (items.length === 0) return null;
  return html`<section class="card stack">
    <h2>${t("sign_in.demo")}</h2>
    <ul class="demo-people">
      ${items.map(
        (person) => html`<li key=${person.username}>
          <button class="button" aria-disabled=${busy ? "true" : undefined} onClick=${() => busy || signIn(person)}>
            <${Avatar} name=${person.full_name} />
            <span class="grow">${person.full_name}<span class="small muted">${t(`role.${/** @type {"admin"} */ (person.role)}`)}</span></span>
          </button>
        </li>`,
      )}
    </ul>
  </section>`;
}
