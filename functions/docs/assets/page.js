// Addresses are relative, so that the page also works behind a base path of a custom domain.
(async () => {
  const get = async (path, token) => {
    const answer = await fetch(path, token ? { headers: { Authorization: `Bearer ${token}` } } : {});
    return answer.ok ? answer.json() : undefined;
  };
  const spec = rollcallExamples.withDates(await get("openapi.json"), Date.now());

  // Once someone has authorized, examples have ids that they can read.
  const fillIds = async (token) => {
    if (!token) return;
    const filled = await rollcallExamples.withIds(spec, (source) => get(source.slice(1), token));
    window.ui.specActions.updateJsonSpec(filled);
  };
  // The dialog "Authorize" and the return of a kept authorization; the sign-in form calls `fillIds` itself.
  const afterwards = (action) => (authorizations) => {
    const result = action(authorizations);
    fillIds(authorizations?.bearer?.value);
    return result;
  };
  const FillIds = () => ({
    statePlugins: {
      auth: { wrapActions: { authorize: afterwards, authorizeWithPersistOption: afterwards, restoreAuthorization: afterwards } },
    },
  });

  window.ui = SwaggerUIBundle({
    spec,
    dom_id: "#swagger-ui",
    deepLinking: true,
    displayRequestDuration: true,
    filter: true,
    persistAuthorization: true,
    plugins: [FillIds],
    responseInterceptor: (response) => {
      // The token of a new kiosk is shown once. The operations of kiosks carry it from now on.
      const token = response.ok ? response.body?.device_token : undefined;
      if (token) window.ui.preauthorizeApiKey("device_token", token);
      return response;
    },
    tryItOutEnabled: true,
    // The validator badge would send the document to somebody else's server.
    validatorUrl: null,
    onComplete: () => offerSignIn(fillIds),
  });
})();

// Only the local stack has this call, and only with the demo company does it name anybody.
async function offerSignIn(fillIds) {
  const response = await fetch("_local/people");
  if (!response.ok) return;
  const { items: people } = await response.json();
  if (people.length === 0) return;
  const form = document.getElementById("sign-in");
  const select = form.elements.namedItem("username");
  for (const person of people) {
    select.add(new Option(`${person.full_name}, ${person.role} (${person.username})`, person.username));
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    signIn(people[select.selectedIndex], fillIds);
  });
  form.hidden = false;
}

// Signs a person of the demo company in. The calls of the page then carry their token, and its examples have ids that exist.
async function signIn({ username, password }, fillIds) {
  const status = document.getElementById("sign-in-status");
  try {
    const response = await fetch("auth/login", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, password }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.detail ?? answer.title ?? answer.message);
    window.ui.preauthorizeApiKey("bearer", answer.access_token);
    await fillIds(answer.access_token);
    const minutes = Math.round(answer.expires_in / 60);
    status.textContent = `Signed in as ${answer.user.full_name} for ${minutes} minutes.`;
  } catch (error) {
    status.textContent = `Couldn't sign in: ${error.message}`;
  }
}
