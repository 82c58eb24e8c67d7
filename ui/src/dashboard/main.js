// The dashboard: where the operators see what the service does, and act.
import { render } from "preact";
import { App } from "./app.js";
import { html } from "./html.js";
import { followLinks } from "./router.js";
import { applyTheme } from "./theme.js";

applyTheme();
followLinks();
const root = document.getElementById("app");
root.textContent = "";
render(html`<${App} />`, root);
