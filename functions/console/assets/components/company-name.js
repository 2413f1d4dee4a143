// The company's logo or name, on pages that need no sign-in.
import { branding } from "../bootstrap.js";
import { html } from "../vendor/preact.js";

export function Company() {
  const shown = branding.value;
  if (shown === null) return null;
  return html`<p class="sign-in-company">${shown.logo ? html`<img class="logo" src=${shown.logo} alt=${shown.company_name} />` : shown.company_name}</p>`;
}
