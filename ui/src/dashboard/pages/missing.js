import { html } from "../html.js";
import { Page } from "../parts/page.js";
import { hrefOf } from "../router.js";

export function Missing() {
  return html`<${Page} title="No such page" headline=${{ tone: "warn", says: "There is nothing at this address." }}>
    <p><a href=${hrefOf("")}>Go to Now</a>, or search for an order.</p>
  <//>`;
}
