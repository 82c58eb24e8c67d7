// The API documentation: Swagger UI on our own document, asking nobody else.

/** The path of an operation stands within its button: as words, since a link in a button is neither. */
const plainPaths = (system) => ({
  components: { DeepLink: ({ text }) => system.React.createElement("span", null, text) },
});

/** What Swagger UI does not say to a screen reader; it draws anew whatever it likes. */
function name(root) {
  root.querySelector("#servers:not([aria-label])")?.setAttribute("aria-label", "Server");
  for (const heading of root.querySelectorAll("h3.opblock-tag:not([aria-level]), section h4:not([aria-level])")) heading.setAttribute("aria-level", heading.matches(".opblock-tag") ? "2" : "3");
  for (const [part, says] of [[".information-container", "About"], [".scheme-container", "Server and sign-in"]]) {
    const region = root.querySelector(`${part}:not([role])`);
    region?.setAttribute("role", "region");
    region?.setAttribute("aria-label", says);
  }
}

window.addEventListener("load", () => {
  const root = document.querySelector("#swagger");
  new MutationObserver(() => name(root)).observe(root, { childList: true, subtree: true });
  window.SwaggerUIBundle({
    url: "openapi.json",
    dom_id: "#swagger",
    validatorUrl: null,
    layout: "BaseLayout",
    deepLinking: true,
    plugins: [plainPaths],
  });
});
