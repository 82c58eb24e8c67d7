// Shadow mode: what would have been done, had it been allowed to write.
import { useAsk } from "../api.js";
import { ofShadow } from "../headlines.js";
import { html } from "../html.js";
import { Words } from "../parts/copy.js";
import { Empty, Page, Panel } from "../parts/page.js";
import { hrefOf } from "../router.js";
import { capital, number, stop } from "../words.js";

export function Shadow() {
  const { data, trouble } = useAsk("/shadow");
  return html`<${Page} title="Shadow" trouble=${trouble} headline=${data && ofShadow(data)}
    actions=${data?.on && html`<a class="button" href=${hrefOf("orders", { only: "would" })}>Orders that would change</a>`}>
    ${data && !data.on && html`<${Empty}>With OMS_DRY_RUN=1 the service reads, decides and records, and writes nothing to either side. It runs that way beside an older integration, and this page tells where the two differ.<//>`}
    ${data?.on && html`<${Panel} title="What would be done" tight>
      ${data.steps.length === 0 ? html`<${Empty}>Nothing, as far as it has looked.<//>` : html`<table><thead><tr><th scope="col">Step</th><th scope="col" class="num">Orders and projects</th></tr></thead>
        <tbody>${data.steps.map((one) => html`<tr key=${one.step}><th scope="row">${capital(one.step)}</th><td class="num">${number(one.count)}</td></tr>`)}</tbody></table>`}<//>`}
    ${data?.advice && html`<${Panel} title="What to do next"><p><${Words} text=${stop(capital(data.advice))} /></p><//>`}
  <//>`;
}
