// What happened to one subject, newest first, and who did it. Calls to the remotes are shown when asked for.
import { useState } from "preact/hooks";
import { ask, query } from "../api.js";
import { html } from "../html.js";
import { clock, day, exact, localTimes, relative, took } from "../time.js";
import { capital, folded, remoteName, timelineKinds } from "../words.js";
import { Icon } from "./icon.js";
import { Empty, Panel, Trouble } from "./page.js";

const views = [
  ["story", "Story", (one) => one.kind !== "call"],
  ["status", "Status", (one) => /status|\bmove[sd]?\b|set the order to|voucher/i.test(one.says) && one.kind !== "call"],
  ["people", "People", (one) => one.kind === "person"],
  ["failures", "Failures", (one) => one.kind === "failure"],
  ["all", "With calls", () => true],
];

function Moment({ one }) {
  const kind = timelineKinds[one.kind] ?? { says: one.kind, icon: "dot" };
  // A call is told by its parts; of its words, what stands behind them.
  const words = one.method ? one.says.replace(/^.* → [^:]*(: )?/, "") : one.says;
  const call = one.method && html`<span class="mono call"><b>${one.method}</b> ${one.path} <b class=${one.status >= 400 || one.status === 0 ? "bad" : ""}>${one.status || "no answer"}</b></span>`;
  return html`<li class=${`moment is-${one.kind}`}>
    <span class="mark" title=${kind.says}><${Icon} name=${kind.icon} /></span>
    <div><p>${one.times > 1 && html`<span class="times" title=${`${one.times} times, first at ${exact(one.first)}`}>${one.times} × </span>`}<span class="kind">${one.kind === "call" && one.remote ? remoteName(one.remote) : kind.says}</span> ${call}${words && html`${call ? " " : ""}<span>${localTimes(capital(words))}</span>`}</p></div>
    <span class="when">${one.took_seconds !== null && one.took_seconds !== undefined && html`<span class="took">${took(one.took_seconds)}</span>`}
      <time datetime=${one.at} title=${`${exact(one.at)}, ${relative(one.at)}`}>${clock(one.at)}</time></span>
  </li>`;
}

function byDay(entries) {
  const days = [];
  for (const one of entries) {
    const name = day(one.at);
    if (days.at(-1)?.name !== name) days.push({ name, entries: [] });
    days.at(-1).entries.push(one);
  }
  return days.map(({ name, entries: all }) => ({ name, entries: folded(all) }));
}

export function Timeline({ subject, entries }) {
  const [view, setView] = useState("story");
  const [older, setOlder] = useState({ items: [], next: "", trouble: null });
  const chosen = views.find(([name]) => name === view)[2];
  const newest = entries.slice().reverse();
  // The older pages begin with what is shown already.
  const last = newest.at(-1)?.at;
  const all = [...newest, ...older.items.filter((one) => !last || one.at < last)];
  const shown = all.filter(chosen);
  async function more() {
    try {
      const { items, next } = await ask(`/subjects/${subject}/journal${query({ cursor: older.next, limit: 200 })}`);
      setOlder({ items: [...older.items, ...items], next: next ?? null, trouble: null });
    } catch (trouble) {
      setOlder({ ...older, trouble });
    }
  }
  const picks = html`<div class="picks" role="group" aria-label="Show of the time line">
    ${views.map(([name, title]) => html`<button key=${name} type="button" class="chip small" aria-pressed=${view === name} onClick=${() => setView(name)}>${title}</button>`)}</div>`;
  return html`<${Panel} title="Time line" aside=${picks}>
    ${shown.length === 0 && html`<${Empty}>${entries.length === 0 ? "Nothing has happened to it yet." : "Nothing of this kind has happened to it."}<//>`}
    ${byDay(shown).map((one) => html`<h3 class="day" key=${one.name}>${one.name}</h3><ol class="moments" key=${`${one.name}s`}>${one.entries.map((each, index) => html`<${Moment} key=${`${each.at}-${index}`} one=${each} />`)}</ol>`)}
    ${older.trouble && html`<${Trouble} problem=${older.trouble} />`}
    ${older.next !== null && entries.length >= 100 && html`<p class="more"><button type="button" onClick=${more}>Older</button></p>`}
  <//>`;
}
