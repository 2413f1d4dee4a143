// The setup page. The person with the deployment's set-up token becomes the first administrator and enters the company's settings.
import { call, get, patch } from "../api.js";
import { loadBranding } from "../bootstrap.js";
import { CheckField, Refused, SelectField, TextField, ZoneField, errorAt } from "../components/form.js";
import { useAction } from "../components/query.js";
import { toast } from "../components/toast.js";
import { Button, Notice, Segments } from "../components/ui.js";
import { WEEKDAYS, sent, shiftMinutes, weekdayName } from "../components/company/policies.js";
import "../i18n/admin/index.js";
import { LANGUAGES, choose, language, t } from "../i18n/index.js";
import { firstStepsHidden } from "../preferences.js";
import { href, navigate } from "../router.js";
import { signIn } from "../session.js";
import { duration } from "../time.js";
import { html, useRef, useState } from "../vendor/preact.js";

const SHOWN = ["setup_token", "full_name", "username", "email", "password", "company_name", "time_zone", "late_deduction", "clock_in_window", "clock_in_on_leave", "default_shift", "default_weekly_offs", "annual_leave_days", "leave_day_minutes"];
const OUTSIDE = /** @type {const} */ (["refuse", "flag"]);
const MODES = /** @type {const} */ (["off", "per_minute", "per_occurrence"]);

/** Settings without a default, because they affect people's time and leave. */
const ASKED = /** @type {const} */ (["lateness", "outside", "on_leave", "annual_leave_days"]);

export default function SetupPage() {
  const [form, setForm] = useState({
    setup_token: "",
    full_name: "",
    username: "",
    email: "",
    password: "",
    company_name: "",
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    lateness: "",
    outside: "",
    on_leave: "",
    start: "09:00",
    end: "18:00",
    pause: "60",
    annual_leave_days: "",
  });
  const [offs, setOffs] = useState(/** @type {string[]} */ (["saturday", "sunday"]));
  const [isShown, setShown] = useState(false);
  const [isChecked, setChecked] = useState(false);
  const [isMade, setMade] = useState(false);
  const dayMinutes = shiftMinutes({ start: form.start, end: form.end, break_minutes: form.pause.trim() });
  // The steps that have succeeded. A retry skips them.
  const made = useRef({ account: false, session: false });
  const setUp = useAction(async () => {
    const { setup_token, full_name, username, email, password } = form;
    if (!made.current.account) {
      const body = { setup_token: setup_token.trim(), full_name: full_name.trim(), username: username.trim(), email: email.trim() || null, password };
      await call("POST", "/auth/setup", { body });
      made.current.account = true;
      setMade(true);
    }
    if (!made.current.session) {
      await signIn({ username: username.trim(), password }, (body) => call("POST", "/auth/login", { body }));
      made.current.session = true;
    }
    const { version, clock_in_window: window } = await get("/settings");
    const body = {
      company_name: form.company_name.trim(),
      time_zone: form.time_zone.trim(),
      language: language.peek(),
      default_shift: { start: form.start, end: form.end, break_minutes: sent(form.pause, "minutes") },
      default_weekly_offs: offs,
      late_deduction: { mode: form.lateness },
      clock_in_window: { ...window, outside: form.outside },
      clock_in_on_leave: form.on_leave,
      annual_leave_days: sent(form.annual_leave_days, "days"),
      // The length of a leave day can't change after leave has been booked, so it is set now.
      leave_day_minutes: dayMinutes,
    };
    // Errors of the API appear at their fields.
    await patch("/settings", { body: /** @type {import("../types").Body<"/settings", "patch">} */ (body), version });
    void loadBranding();
    toast(t("setup.done", { name: form.company_name.trim() }));
    firstStepsHidden.value = false;
    navigate("company", { part: "policies", first: "1" }, { replace: true });
  });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    setChecked(true);
    // The account is created only after the company's name and all required settings are filled in.
    if (ASKED.every((field) => form[field] !== "") && form.company_name.trim() !== "") void setUp.run();
  };
  const bind = (/** @type {keyof typeof form} */ field) => ({
    value: form[field],
    error: errorAt(setUp.error, field),
    onChange: (/** @type {string} */ value) => setForm({ ...form, [field]: value }),
  });
  return html`<main class="sign-in" id="main">
    <form class="card stack" onSubmit=${submit} novalidate>
      <h1>${t("setup.title")}</h1>
      <p class="muted">${t("setup.about")}</p>
      ${isMade && html`<${Notice} tone="good">${t("setup.account_made")}<//>`}
      <${Refused} refusal=${setUp.error} fields=${SHOWN} />
      ${!isMade &&
      html`<${TextField} label=${t("setup.token")} hint=${t("setup.token_hint")} ...${bind("setup_token")} required autocomplete="off" spellcheck=${false} />
        <fieldset class="stack">
          <legend class="strong">${t("setup.you")}</legend>
          <${TextField} label=${t("people.full_name")} ...${bind("full_name")} required autocomplete="name" maxlength="100" />
          <${TextField} label=${t("people.username")} hint=${t("people.username_hint")} ...${bind("username")} required autocomplete="username" autocapitalize="none" spellcheck=${false} />
          <${TextField} label=${t("setup.email")} ...${bind("email")} type="email" autocomplete="email" />
          <${TextField} label=${t("sign_in.password")} hint=${t("preferences.password_hint")} ...${bind("password")} type=${isShown ? "text" : "password"} required autocomplete="new-password" />
          <label class="check"><input type="checkbox" checked=${isShown} onChange=${() => setShown(!isShown)} />${t("sign_in.show_password")}</label>
        </fieldset>`}
      <fieldset class="stack">
        <legend class="strong">${t("setup.company")}</legend>
        <${TextField} label=${t("policy.company_name")} ...${bind("company_name")} error=${isChecked && form.company_name.trim() === "" ? t("form.required") : errorAt(setUp.error, "company_name")} required autocomplete="organization" maxlength="100" />
        <${ZoneField} label=${t("people.zone")} ...${bind("time_zone")} required />
      </fieldset>
      <fieldset class="stack">
        <legend class="strong">${t("setup.time")}</legend>
        <div class="two">
          <${TextField} label=${t("setup.begins")} ...${bind("start")} type="time" required />
          <${TextField} label=${t("setup.ends")} ...${bind("end")} type="time" required />
        </div>
        <${TextField} label=${t("policy.break_minutes")} ...${bind("pause")} hint=${dayMinutes > 0 ? t("setup.day", { hours: duration(60 * dayMinutes) }) : undefined} error=${errorAt(setUp.error, "default_shift") ?? errorAt(setUp.error, "leave_day_minutes")} inputmode="numeric" />
        <fieldset><legend>${t("policy.offs")}</legend>
          <div class="weekdays">${WEEKDAYS.map((one) => html`<${CheckField} key=${one} label=${weekdayName(one)} checked=${offs.includes(one)} onChange=${() => setOffs(WEEKDAYS.filter((it) => (it === one ? !offs.includes(it) : offs.includes(it))))} />`)}</div>
          ${errorAt(setUp.error, "default_weekly_offs") && html`<p class="field"><span class="error">${errorAt(setUp.error, "default_weekly_offs")}</span></p>`}
        </fieldset>
        <${TextField} label=${t("people.allowance")} hint=${t("setup.allowance_hint")} ...${bind("annual_leave_days")} error=${isChecked && form.annual_leave_days.trim() === "" ? t("form.required") : errorAt(setUp.error, "annual_leave_days")} required inputmode="decimal" />
        <${SelectField} label=${t("setup.lateness")} ...${bind("lateness")} error=${isChecked && form.lateness === "" ? t("setup.choose_lateness") : errorAt(setUp.error, "late_deduction")}
          options=${[["", t("setup.choose")], ...MODES.map((mode) => [mode, t(`policy.mode_${mode}`)])]} />
        ${/** @type {const} */ (["outside", "on_leave"]).map((field) => html`<${SelectField} key=${field} label=${t(`setup.${field}`)} hint=${field === "outside" ? t("setup.outside_hint") : undefined} ...${bind(field)} error=${isChecked && form[field] === "" ? t("setup.choose_one") : errorAt(setUp.error, field === "outside" ? "clock_in_window" : "clock_in_on_leave")}
          options=${[["", t("setup.choose")], ...OUTSIDE.map((one) => [one, t(`setup.${one}`)])]} />`)}
        ${form.lateness !== "" && form.lateness !== "off" && html`<${Notice} tone="warn">${t("policy.deduction.warning")}<//>`}
      </fieldset>
      <${Button} kind="primary" type="submit" class="wide" busy=${setUp.busy}>${t(isMade ? "setup.finish" : "setup.submit")}<//>
    </form>
    <${Segments} label=${t("sign_in.language")} value=${language.value} options=${Object.entries(LANGUAGES)} onChange=${choose} />
    <p class="small"><a href=${href("sign-in")}>${t("setup.sign_in")}</a></p>
  </main>`;
}
