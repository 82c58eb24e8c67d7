// Is Jira slow, or are we? What was called, and what came of it.
import { useState } from "preact/hooks";
import { useAsk } from "../api.js";
import { useCell } from "../cell.js";
import { ofRemotes } from "../headlines.js";
import { html } from "../html.js";
import { status as told } from "../live.js";
import { useList } from "../parts/lists.js";
import { Empty, Facts, Page, Panel, Trouble } from "../parts/page.js";
import { Rows } from "../parts/rows.js";
import { subjectHref } from "../router.js";
import { ago, clock, exact, took } from "../time.js";
import { Time } from "../parts/time.js";
import { bytes, nameOf, number, remoteName } from "../words.js";
import { Remote } from "./now.js";

const percent = (part, whole) => (whole === 0 ? "none" : part === 0 ? "0 %" : `${number(part)} (${(100 * part / whole).toFixed(1)} %)`);

const short_s = 0.001;
const answersIn = ({ took_p50_seconds: half, took_p95_seconds: most }) => (most < short_s ? `${took(half)}, hardly ever more` : `${took(half)}, one in twenty over ${took(most)}`);
const shortTook = (seconds) => (seconds < short_s ? "< 1 ms" : took(seconds));

function Figures({ remote: { hour, pace } }) {
  return html`<${Facts} rows=${[
    ["Calls", `${number(hour.calls)} in the last hour`],
    ["Errors", percent(hour.errors, hour.calls)],
    ["Throttled", percent(hour.throttled, hour.calls)],
    ["Answers in", hour.calls ? answersIn(hour) : "–"],
    ["Pace", pace?.per_second ? `at most ${number(pace.per_second)} a second` : "no limit of ours"],
    pace?.paused_until && ["Paused until", html`<${Time} at=${pace.paused_until} />`],
  ]} />`;
}

const bad = (one) => one.status === 0 || one.status >= 400;

const columns = [
  { title: "At", className: "wide when", cell: (one) => html`<time datetime=${one.at} title=${exact(one.at)}>${clock(one.at)}</time>` },
  { title: "Remote", className: "wide remote-name", cell: (one) => remoteName(one.remote) },
  { title: "Call", className: "call", cell: (one) => html`<span class="line two mono" title=${`${one.method} ${one.path}`}><b>${one.method}</b> ${one.path}</span><span class="line soft narrow">${clock(one.at)} · ${remoteName(one.remote)} · ${one.key ? html`<a href=${subjectHref(one.key)}>${nameOf(one.key)}</a>` : "no order"} · ${shortTook(one.took_seconds)}</span>` },
  { title: "Status", className: "num status", cell: (one) => html`<span class=${bad(one) ? "bad strong" : ""} title=${one.says}>${one.status || "no answer"}</span>` },
  { title: "Took", className: "wide num took", cell: (one) => shortTook(one.took_seconds) },
  { title: "Size", className: "wide num size", cell: (one) => bytes(one.received_bytes) },
  { title: "For", className: "wide for", cell: (one) => (one.key ? html`<a href=${subjectHref(one.key)}>${nameOf(one.key)}</a>` : html`<span class="soft">${one.says || "–"}</span>`) },
];

const kinds = [["All", ""], ["Jira", "jira"], ["Marketplace", "marketplace"]];

function Calls() {
  const [remote, setRemote] = useState("");
  const [errors, setErrors] = useState(false);
  const list = useList("/remotes/calls", { remote, errors: errors ? "1" : "" }, { keyOf: (one) => one.id, newest: true });
  const aside = html`<div class="picks" role="group" aria-label="Calls of">${kinds.map(([name, value]) => html`<button key=${name} type="button" class="chip small" aria-pressed=${remote === value} onClick=${() => setRemote(value)}>${name}</button>`)}</div>
    <label class="tick"><input type="checkbox" checked=${errors} onChange=${() => setErrors(!errors)} /> Only errors</label>`;
  return html`<${Panel} title="Calls" tight aside=${aside}>
    ${list.trouble && html`<${Trouble} problem=${list.trouble} />`}
    ${list.begun && list.rows.length === 0 ? html`<${Empty}>${errors ? "No call failed." : "No call yet."}<//>`
      : html`<div class="list calls"><${Rows} label="Calls to the remotes, newest first" columns=${columns} rows=${list.rows} keyOf=${(one) => one.id} total=${list.whole ? list.rows.length : -1} onSight=${list.sight} /></div>`}
  <//>`;
}

function webhookOf(now) {
  const { last_received: last, own } = now.webhook ?? {};
  return html`<${Panel} title="Webhook of Jira"><p>${last ? html`Working: the last was received <${Time} at=${last} how=${ago} />.` : "None was received yet. Without it everything still happens, at the pace of the polls; oms-jira check --webhook tells what is missing."}
    ${own && html` <span class="soft">Our own at Jira${own.expires ? html`, lives until <${Time} at=${own.expires} how=${exact} />` : ""}${own.says ? `: ${own.says}` : ""}.</span>`}
    ${now.issues_polled && html` <span class="soft">Issues were polled <${Time} at=${now.issues_polled} how=${ago} />.</span>`}</p><//>`;
}

export function Remotes() {
  const { data, trouble } = useAsk("/remotes");
  const now = useCell(told);
  return html`<${Page} title="Remotes" trouble=${trouble} headline=${data && ofRemotes(data, now)}>
    <div class="remotes two">${data?.items.map((one) => html`<div key=${one.name} class="panel"><${Remote} remote=${one} /><${Figures} remote=${one} /></div>`)}</div>
    ${now && webhookOf(now)}
    <${Calls} />
  <//>`;
}
