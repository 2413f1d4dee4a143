// Relative, so that the page also works behind a base path of a custom domain.
window.ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  // The validator badge would send the document to somebody else's server.
  validatorUrl: null,
});
