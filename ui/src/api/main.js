// The API documentation: Swagger UI on our own document, asking nobody else.
window.addEventListener("load", () => {
  window.SwaggerUIBundle({
    url: "openapi.json",
    dom_id: "#swagger",
    validatorUrl: null,
    layout: "BaseLayout",
    deepLinking: true,
  });
});
