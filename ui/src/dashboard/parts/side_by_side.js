// Both sides and what they last agreed on, field by field. A grid with the roles of a table, so that a
// phone shows each field as a block.
import { useState } from "preact/hooks";
import { html } from "../html.js";
import { Time } from "./time.js";
import { count } from "../words.js";
import { Badge, Empty, Panel } from "./page.js";

const stands = (value) => value !== null && value !== undefined && value !== "";

function Side({ name, value, className = "" }) {
  return html`<div role="cell" class=${stands(value) ? className : `${className} none`}><span class="label">${name}</span>${stands(value) ? html`<span class="text">${value}</span>` : html`<span class="soft">–</span>`}</div>`;
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

/** What stands on one side only, such as what is written once, says nothing of how the sides agree. */
const isCompared = (one) => one.differs || [one.marketplace, one.base, one.jira].filter(stands).length > 1;

export function SideBySide({ fields, seen }) {
  const differing = fields.filter((one) => one.differs);
  const [only, setOnly] = useState(false);
  const [whole, setWhole] = useState(false);
  const compared = fields.filter(isCompared);
  const others = fields.filter((one) => !isCompared(one));
  const shown = only ? differing : [...differing, ...compared.filter((one) => !one.differs), ...(whole || compared.length === 0 ? others : [])];
  const aside = html`<span class="soft">as seen <${Time} at=${seen} /></span>
    ${differing.length > 0 && html`<label class="tick"><input type="checkbox" checked=${only} onChange=${() => setOnly(!only)} /> Only what differs (${differing.length})</label>`}`;
  return html`<${Panel} title="Side by side" tight aside=${fields.length > 0 && aside}>
    ${fields.length === 0 ? html`<${Empty}>Not seen yet: the next look fills this in.<//>` : html`<div class="sides" role="table" aria-label=${`Side by side, ${count(differing.length, "field")} of ${fields.length} differ`}>
      <div role="row" class="field heads"><div role="columnheader">Field</div><div role="columnheader">Marketplace</div><div role="columnheader">Agreed before</div><div role="columnheader">Jira</div></div>
      ${shown.map((one) => html`<${Field} key=${one.name} field=${one} />`)}
    </div>`}
    ${!only && others.length > 0 && compared.length > 0 && html`<p class="more"><button type="button" class="quiet" aria-expanded=${whole} onClick=${() => setWhole(!whole)}>
      ${whole ? "Show fewer" : `Show ${count(others.length, "field")} that ${others.length === 1 ? "stands" : "stand"} on one side only`}</button></p>`}
  <//>`;
}
