// Writes whose outcome is not known yet: how each is settled, and when.
import { useAsk } from "../api.js";
import { ofUncertain } from "../headlines.js";
import { html } from "../html.js";
import { Empty, Page, Panel, State } from "../parts/page.js";
import { subjectHref } from "../router.js";
import { Time } from "../parts/time.js";
import { localTimes } from "../time.js";
import { capital, nameOf, sentence, writeKinds, writeStates } from "../words.js";

function List({ items }) {
  return html`<table><thead><tr><th scope="col">Order</th><th scope="col">Write</th><th scope="col" class="wide">How it is settled</th><th scope="col" class="wide">Sent</th><th scope="col" class="wide">Looked for again</th></tr></thead>
    <tbody>${items.map((one) => html`<tr key=${one.id}><th scope="row"><a href=${subjectHref(one.key)}>${nameOf(one.key)}</a></th>
      <td>${writeKinds[one.kind] ?? sentence(one.kind)} <${State} of=${writeStates} value=${one.state} />${one.says && html`<br /><span class="soft">${localTimes(capital(one.says))}</span>`}<span class="narrow soft">${capital(one.settled_how)}. Sent <${Time} at=${one.sent_at} />; looked for again <${Time} at=${one.again_at} none="with the next look" />.</span></td>
      <td class="wide">${capital(one.settled_how)}${one.marker && html`<br /><span class="soft mono">${one.marker}</span>`}</td>
      <td class="wide"><${Time} at=${one.sent_at} /></td><td class="wide"><${Time} at=${one.again_at} none="with the next look" /></td></tr>`)}</tbody></table>`;
}

export function Uncertain() {
  const { data, trouble } = useAsk("/uncertain");
  return html`<${Page} title="Uncertain" trouble=${trouble} headline=${data && ofUncertain(data.items)}>
    ${data?.items.length === 0 ? html`<${Empty}>Where an answer never came, a write may have been done or not. Such a write waits here until it was looked for; it is never repeated blindly.<//>`
      : data && html`<${Panel} title="Being settled" tight><${List} items=${data.items} /><//>`}
  <//>`;
}
