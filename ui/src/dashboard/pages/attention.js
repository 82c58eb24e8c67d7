// What needs a person: one card a cause, with one remedy.
import { useState } from "preact/hooks";
import { act, ask, query, useAsk } from "../api.js";
import { ofAttention } from "../headlines.js";
import { html } from "../html.js";
import { Remedy } from "../parts/copy.js";
import { openDialog } from "../parts/dialog.js";
import { Dismiss, Entry } from "../parts/entry.js";
import { Badge, Empty, Page, Panel } from "../parts/page.js";
import { Preview } from "../parts/preview.js";
import { subjectHref } from "../router.js";
import { useAct } from "../say.js";
import { mayAct } from "../session.js";
import { Time } from "../parts/time.js";
import { localTimes } from "../time.js";
import { capital, count, nameOf, number, sentence, stop } from "../words.js";

const shown_first = 5;

/** Beyond the entries that come with the group. */
function useMore(group) {
  const [state, setState] = useState({ more: [], cursor: null });
  const [busy, run] = useAct();
  const cursor = state.cursor ?? (group.count > group.entries.length ? group.entries.at(-1).id : "");
  const load = () => run(async () => {
    const { items, next } = await ask(`/attention/entries${query({ cause: group.cause, fingerprint: group.fingerprint, cursor, limit: 200 })}`);
    setState({ more: [...state.more, ...items], cursor: next ?? "" });
  });
  return { more: state.more, next: cursor, busy, load };
}

function Group({ group, changed }) {
  const [busy, run] = useAct();
  const [preview, setPreview] = useState(null);
  const [all, setAll] = useState(false);
  const choice = { cause: group.cause, fingerprint: group.fingerprint };
  const many = group.count > 1 ? `all ${number(group.count)}` : "it";
  const show = () => run(async () => { setPreview((await act("/attention/preview", choice)).id); });
  const retry = () => run(async () => {
    const { woken } = await act("/attention/retry", choice);
    changed();
    return `${count(woken, "order")} ${woken === 1 ? "is" : "are"} tried again at once.`;
  });
  async function dismiss(reason) {
    const { dismissed } = await act("/attention/dismiss", { ...choice, reason });
    changed();
    return `Dismissed ${count(dismissed, "entry", "entries")}.`;
  }
  const { more, next, busy: loading, load } = useMore(group);
  const entries = all ? [...group.entries, ...more] : group.entries.slice(0, shown_first);
  const own = new Set(group.entries.map((one) => one.says)).size > 1;
  const heading = `group-${group.cause}-${group.fingerprint}`;
  return html`<section class="panel group" aria-labelledby=${heading}>
    <div class="bar"><h2 id=${heading}>${localTimes(stop(capital(group.says)))}</h2></div>
    <p class="soft tags"><${Badge} tone=${group.blocking ? "bad" : "warn"}>${count(group.count, "entry", "entries")}<//>
      <span>${sentence(group.cause)}</span><span>since <${Time} at=${group.since} /></span><span>last <${Time} at=${group.last_at} /></span>
      ${!group.blocking && html`<span>the rest of the order goes on</span>`}
      <a href=${group.runbook} target="_blank" rel="noreferrer">What it means</a></p>
    <${Remedy} text=${group.remedy} />
    ${mayAct() && html`<div class="buttons" role="group" aria-label=${`All with this cause`}>
      <button type="button" class="row" disabled=${busy} onClick=${show}>What would a retry do?</button>
      <button type="button" class="main" disabled=${busy} onClick=${retry}>Retry ${many}</button>
      <button type="button" class="quiet" onClick=${() => openDialog(html`<${Dismiss} title=${`Dismiss ${count(group.count, "entry", "entries")}`} what=${group.count > 1 ? `Every one of the ${number(group.count)}` : nameOf(group.entries[0].key)} dismiss=${dismiss} />`)}>Dismiss ${many}…</button></div>`}
    ${preview && html`<${Preview} id=${preview} />`}
    <div class="entries">${entries.map((one) => html`<${Entry} key=${one.id} entry=${{ ...one, own }} changed=${changed} />`)}</div>
    ${group.entries.length > shown_first && html`<p class="more"><button type="button" class="quiet" aria-expanded=${all} onClick=${() => setAll(!all)}>
      ${all ? "Show fewer" : `Show ${group.count > group.entries.length ? `the first ${group.entries.length} of ${number(group.count)}` : `all ${number(group.count)}`}`}</button>
      ${all && next && html`<button type="button" class="quiet" disabled=${loading} onClick=${load}>Show more</button>`}</p>`}
  </section>`;
}

function Ended({ items }) {
  return html`<table><thead><tr><th scope="col">What</th><th scope="col">Cause</th><th scope="col">Ended by</th><th scope="col" class="wide">When</th></tr></thead>
    <tbody>${items.map((one) => html`<tr key=${one.id}><th scope="row"><a href=${subjectHref(one.key)}>${nameOf(one.key)}</a></th>
      <td>${sentence(one.cause)}<span class="soft wide"> ${one.says}</span></td><td>${one.ended_by || "itself"}</td><td class="wide"><${Time} at=${one.ended_at} /></td></tr>`)}</tbody></table>`;
}

export function Attention() {
  const { data, trouble, reload } = useAsk("/attention");
  return html`<${Page} title="Attention" trouble=${trouble} headline=${data && ofAttention(data)}>
    ${data?.groups.length === 0 && html`<${Empty}>When an order cannot go on without a decision or a changed setting, it is told here, with its cause and remedy. Whatever mends itself by waiting never comes here.<//>`}
    ${data?.groups.map((one) => html`<${Group} key=${`${one.cause}/${one.fingerprint}`} group=${one} changed=${reload} />`)}
    ${data?.ended?.length > 0 && html`<${Panel} title="Lately ended" tight><${Ended} items=${data.ended} /><//>`}
  <//>`;
}
