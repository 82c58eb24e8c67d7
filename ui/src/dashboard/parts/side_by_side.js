// Both sides and what they last agreed on, field by field. A grid with the roles of a table, so that a
// phone shows each field as a block.
import { useState } from "preact/hooks";
import { html } from "../html.js";
import { Time } from "./time.js";
import { count } from "../words.js";
import { Badge, Empty, Panel } from "./page.js";

function Side({ name, value, className = "" }) {
  return html`<div role="cell" class=${className}><span class="label">${name}</span>${value === null || value === undefined || value === "" ? html`<span class="soft">–</span>` : html`<span class="text">${value}</span>`}</div>`;
}

function Field({ field }) {
  return html`<div role="row" class=${field.differs ? "field differs" : "field"}>
    <div role="rowheader"><span class="title">${field.name}</span>${field.differs && html`<${Badge} tone="warn" icon="fork">Differs<//>`}
      ${field.note && html`<span class="note soft">${field.note}</span>`}</div>
    <${Side} name="Marketplace" value=${field.marketplace} />
    <${Side} name="Agreed before" value=${field.base} className="base" />
    <${Side} name="Jira" value=${field.jira} />
  </div>`;
}

export function SideBySide({ fields, seen }) {
  const differing = fields.filter((one) => one.differs);
  const [only, setOnly] = useState(false);
  const shown = only ? differing : [...differing, ...fields.filter((one) => !one.differs)];
  const aside = html`<span class="soft">as seen <${Time} at=${seen} /></span>
    ${differing.length > 0 && html`<label class="tick"><input type="checkbox" checked=${only} onChange=${() => setOnly(!only)} /> Only what differs (${differing.length})</label>`}`;
  return html`<${Panel} title="Side by side" tight aside=${fields.length > 0 && aside}>
    ${fields.length === 0 ? html`<${Empty}>Not seen yet: the next look fills this in.<//>` : html`<div class="sides" role="table" aria-label=${`Side by side, ${count(differing.length, "field")} of ${fields.length} differ`}>
      <div role="row" class="field heads"><div role="columnheader">Field</div><div role="columnheader">Marketplace</div><div role="columnheader">Agreed before</div><div role="columnheader">Jira</div></div>
      ${shown.map((one) => html`<${Field} key=${one.name} field=${one} />`)}
    </div>`}
  <//>`;
}
