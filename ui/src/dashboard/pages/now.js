// What goes on, and whether it may be stopped.
import { useAsk } from "../api.js";
import { useCell } from "../cell.js";
import { ofNow } from "../headlines.js";
import { html } from "../html.js";
import { status as told } from "../live.js";
import { Badge, Empty, Facts, Page, Panel, Stat, State } from "../parts/page.js";
import { Plot } from "../parts/plot.js";
import { hrefOf, subjectHref } from "../router.js";
import { span } from "../time.js";
import { Time, useTick } from "../parts/time.js";
import { capital, count, lanes, nameOf, number, remoteName, remoteStates } from "../words.js";

export function Remote({ remote }) {
  const version = [remote.generation, remote.version].filter(Boolean).join(", ");
  return html`<article class=${`remote ${remoteStates[remote.state]?.tone ?? "plain"}`}>
    <h2>${remoteName(remote.name)} <${State} of=${remoteStates} value=${remote.state} /></h2>
    <p class="says">${remote.says ? capital(remote.says) : "Answers"}${remote.until && html`, until <${Time} at=${remote.until} />`}</p>
    <p class="soft small">${remote.last_success && html`Last answer <${Time} at=${remote.last_success} /> · `}${version && `${version} · `}${remote.url && html`<a href=${remote.url} target="_blank" rel="noreferrer">${remote.url.replace(/^https?:\/\//, "")}</a>`}</p>
  </article>`;
}

function Stop({ safe }) {
  return html`<article class="remote">
    <h2>Stopping <${Badge} tone=${safe.now ? "good" : "warn"}>${safe.now ? "Safe now" : "Better wait"}<//></h2>
    <p class="says">${capital(safe.says)}</p>
    <p class="soft small">Whenever it is stopped, nothing is lost: what was begun is looked for at the next start.</p>
  </article>`;
}

function Stats({ now }) {
  const { queue, lag_seconds: lag, oldest } = now;
  return html`<div class="stats">
    <${Stat} label="Due" value=${number(queue.due)} note="wait for a worker" href=${hrefOf("orders", { state: "due" })} />
    <${Stat} label="At work" value=${number(queue.leased)} note="leased by workers" href=${hrefOf("orders", { state: "leased" })} />
    <${Stat} label="Waiting" value=${number(queue.waiting)} note="for their project's issue" href=${hrefOf("orders", { state: "waiting" })} />
    <${Stat} label="Attention" value=${number(now.attention)} note=${now.attention > 0 ? "need a person" : "nothing needs a person"} tone=${now.attention > 0 ? "bad" : "plain"} href=${hrefOf("attention")} />
    <${Stat} label="Lag" value=${lag < 1 ? "0 s" : span(lag)} note=${oldest ? html`oldest: ${nameOf(oldest.key)}` : "no hint is undone"} href=${oldest ? subjectHref(oldest.key) : undefined} />
  </div>`;
}

function Work({ items, at, empty, why }) {
  if (items.length === 0) return html`<${Empty}>${empty}<//>`;
  return html`<ul class="work">
    ${items.map((one) => html`<li key=${one.key}><a href=${subjectHref(one.key)}>${nameOf(one.key)}</a>
      <span class="why soft">${why(one)}</span><span class="when"><${Time} at=${at(one)} /></span></li>`)}
  </ul>`;
}

function Lanes({ items }) {
  return html`<table><thead><tr><th scope="col">Lane</th><th scope="col" class="num">Due</th><th scope="col" class="num">At work</th>
    <th scope="col" class="num">Waiting</th><th scope="col" class="num">Attention</th></tr></thead>
    <tbody>${items.map((one) => html`<tr key=${one.lane}><th scope="row">${capital(one.lane)} <span class="soft wide">${lanes[one.lane]}</span></th>
      ${["due", "leased", "waiting", "attention"].map((name) => html`<td class=${one[name] ? "num" : "num soft"}>${number(one[name])}</td>`)}</tr>`)}</tbody></table>`;
}

function webhookSays({ webhook }) {
  if (!webhook?.last_received) return html`<${Badge} tone="warn">Nothing yet<//> <span>no webhook of Jira was received; the polls find what it would tell</span>`;
  return html`<${Badge} tone="good">Working<//> <span>last received <${Time} at=${webhook.last_received} /></span>`;
}

function Processes({ processes }) {
  if (processes.length === 0) return html`<${Empty}>This one alone: on SQLite one process is the whole system.<//>`;
  return html`<table><thead><tr><th scope="col">Process</th><th scope="col">Role</th><th scope="col" class="num">Workers</th><th scope="col">Seen</th></tr></thead>
    <tbody>${processes.map((one) => html`<tr key=${one.owner}><th scope="row" class="mono">${one.owner}</th>
      <td>${one.role}${one.leads && html` <${Badge} tone="accent">Leads<//>`}${one.says && html`<br /><span class="soft">${one.says}</span>`}</td>
      <td class="num">${one.workers}</td>
      <td>${one.seen_seconds_ago < 15 ? html`<${Badge} tone="good">Alive<//>` : html`<${Badge} tone="warn">${span(one.seen_seconds_ago)} ago<//>`}</td></tr>`)}</tbody></table>`;
}

export function Now() {
  const { data, trouble } = useAsk("/status", { live: false });
  const now = useCell(told) ?? data;
  useTick();
  if (!now) return html`<${Page} title="Now" trouble=${trouble} />`;
  const { links } = now;
  return html`<${Page} title="Now" headline=${ofNow(now)}>
    <div class="remotes">
      ${now.remotes.map((one) => html`<${Remote} key=${one.name} remote=${one} />`)}
      <${Stop} safe=${now.safe_to_stop} />
    </div>
    <${Stats} now=${now} />
    <div class="columns">
      <${Plot} title="Carried to Jira" values=${now.flow.to_jira} unit="changes" />
      <${Plot} title="Carried to the marketplace" values=${now.flow.to_marketplace} unit="changes" />
      <${Panel} title="In flight" aside=${html`<span class="soft">${count(now.in_flight.length, "order")}</span>`}>
        <${Work} items=${now.in_flight} at=${(one) => one.since} why=${(one) => one.cause} empty="No worker is at anything." /><//>
      <${Panel} title="Next" aside=${html`<span class="soft">by time</span>`}>
        <${Work} items=${now.next} at=${(one) => one.due_at} why=${(one) => one.why} empty="Nothing is to be done until the next hint, poll or sweep." /><//>
      <${Panel} title="Queue by lane" tight><${Lanes} items=${now.queue.lanes} /><//>
      <${Panel} title="Where hints come from">
        <${Facts} rows=${[
          ["Webhook", webhookSays(now)],
          ["Events read to", html`<${Time} at=${now.events_read_to} none="not begun" />`],
          ["Issues polled", html`<${Time} at=${now.issues_polled} none="not begun" />`],
          ["Last sweep", now.sweep?.ended_at ? html`<a href=${hrefOf("sweep")}><${Time} at=${now.sweep.ended_at} /></a>` : now.sweep ? html`<a href=${hrefOf("sweep")}>running</a>` : "none yet"],
          ["Links", html`${number(links.linked)} linked${links.orphaned ? `, ${number(links.orphaned)} orphaned` : ""}${links.before ? `, ${number(links.before)} older than the start` : ""}`],
          ["Database", now.database === "postgresql" ? "PostgreSQL" : "SQLite"],
        ]} /><//>
    </div>
    <${Panel} title="Processes" tight><${Processes} processes=${now.processes} /><//>
  <//>`;
}
