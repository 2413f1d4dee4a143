// Addresses are relative, so that the page also works behind a base path of a custom domain.
(async () => {
  const get = async (path, token) => {
    const answer = await fetch(path, token ? { headers: { Authorization: `Bearer ${token}` } } : {});
    return answer.ok ? answer.json() : undefined;
  };
  const spec = rollcallExamples.withDates(await get("openapi.json"), Date.now());

  // Once someone has authorized, examples have ids that they can read.
  const fillIds = async (authorizations) => {
    const token = authorizations?.bearer?.value;
    if (!token) return;
    const filled = await rollcallExamples.withIds(spec, (source) => get(source.slice(1), token));
    window.ui.specActions.updateJsonSpec(filled);
  };
  const afterwards = (action) => (authorizations) => {
    const result = action(authorizations);
    fillIds(authorizations);
    return result;
  };
  const FillIds = () => ({
    statePlugins: { auth: { wrapActions: { authorize: afterwards, restoreAuthorization: afterwards } } },
  });

  window.ui = SwaggerUIBundle({
    spec,
    dom_id: "#swagger-ui",
    deepLinking: true,
    displayRequestDuration: true,
    filter: true,
    persistAuthorization: true,
    plugins: [FillIds],
    tryItOutEnabled: true,
    // The validator badge would send the document to somebody else's server.
    validatorUrl: null,
  });
})();
