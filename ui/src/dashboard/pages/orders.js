// Every order and project: searched by what one knows of it.
import { useCell } from "../cell.js";
import { html } from "../html.js";
import { status as told } from "../live.js";
import { useList } from "../parts/lists.js";
import { Empty, Page, State, Trouble } from "../parts/page.js";
import { Rows } from "../parts/rows.js";
import { go, hrefOf, place, subjectHref } from "../router.js";
import { Time } from "../parts/time.js";
import { localTimes } from "../time.js";
import { count, number, subjectState, subjectStates } from "../words.js";

const filters = [
  ["All", {}], ["Due", { state: "due" }], ["At work", { state: "leased" }], ["Waiting", { state: "waiting" }],
  ["Needs a person", { state: "attention" }], ["Differs", { only: "differs" }],
];

const numberOf = (row) => row.key.split("/").slice(1).join("/");

const columns = [
  { title: "Order", className: "key", cell: (row) => html`<a href=${subjectHref(row.key)}>${numberOf(row)}${row.kind === "project" ? html` <span class="kind">project</span>` : ""}<span class="unseen"> ${row.title}</span></a>` },
  { title: "What", className: "what", cell: (row) => html`<span class="line two title">${row.title || html`<span class="soft">not looked at yet</span>`}</span><span class="line two soft narrow">${[row.issue_key ?? "no issue", row.customer].filter(Boolean).join(" · ")}</span>` },
  { title: "Customer", className: "wide customer", cell: (row) => html`<span class="line" title=${row.email}>${row.customer}</span>` },
  { title: "Issue", className: "wide issue", cell: (row) => (row.issue_url ? html`<a href=${row.issue_url} target="_blank" rel="noreferrer">${row.issue_key}</a>` : row.issue_key ?? html`<span class="soft">none yet</span>`) },
  { title: "State", className: "state", cell: (row) => html`<${State} of=${subjectStates} value=${subjectState(row)} />` },
  { title: "Note", className: "wide says", cell: (row) => html`<span class="line two soft" title=${localTimes(row.says)}>${row.would > 0 ? `${count(row.would, "step")} would be taken` : localTimes(row.says)}</span>` },
  { title: "Last look", className: "wide when", cell: (row) => html`<${Time} at=${row.seen_at} none="–" />` },
];

function nothing({ q, state, only }) {
  if (/^\d+\/\d+$/.test(q ?? "")) return `Nothing is known of order ${q}: no hint has ever named it. If the marketplace has it, start a comparison on the page Sweep, and it is found.`;
  if (q) return `Nothing matches “${q}”${state || only ? " with this filter" : ""}. Search by number (12/3), issue key, or how words of a customer’s name, e-mail or service begin.`;
  if (only === "would") return "Nothing would be done: both sides are as they should be.";
  if (state || only) return "Nothing is in this state now.";
  return "No order has been seen yet. The first appears with the next event of the marketplace.";
}

function headline(list, shown, now) {
  if (!list.begun) return null;
  if (shown) return { tone: "plain", says: `${list.whole ? "" : "At least "}${count(list.rows.length, "match", "matches")}.` };
  const total = now ? now.links.linked + now.links.orphaned + now.links.before : list.rows.length;
  const troubled = now?.attention ?? 0;
  return { tone: troubled > 0 ? "warn" : "good", says: `${count(Math.max(total, list.whole ? list.rows.length : 0), "order and project", "orders and projects")}; ${troubled > 0 ? `${number(troubled)} in attention.` : "none needs a person."}` };
}

export function Orders() {
  const { query } = useCell(place);
  const now = useCell(told);
  const { q = "", state = "", only = "" } = query;
  const list = useList("/subjects", { q, state, only });
  const shown = q || state || only;
  const all = now?.shadow || only === "would" ? [...filters, ["Would change", { only: "would" }]] : filters;
  const chosen = (values) => (values.state ?? "") === state && (values.only ?? "") === only;
  return html`<${Page} title="Orders" spoken headline=${headline(list, shown, now)}>
    <div class="filters" role="group" aria-label="Show">
      ${all.map(([name, values]) => html`<button key=${name} type="button" class="chip" aria-pressed=${chosen(values)} onClick=${() => go("orders", { q, ...values }, { replace: true })}>${name}</button>`)}
      ${q && html`<a class="chip" href=${hrefOf("orders", { state, only })}>“${q}” ×<span class="unseen"> remove the search</span></a>`}
    </div>
    ${list.trouble && html`<${Trouble} problem=${list.trouble} /><p><button type="button" onClick=${list.again}>Try again</button></p>`}
    ${list.begun && list.rows.length === 0 ? html`<${Empty}>${nothing(query)}<//>` : html`<div class="panel tight list" aria-busy=${!list.begun}>
      <${Rows} label="Orders and projects" columns=${columns} rows=${list.rows} keyOf=${(row) => row.key} total=${list.whole ? list.rows.length : -1} onSight=${list.sight} />
    </div>`}
  <//>`;
}
