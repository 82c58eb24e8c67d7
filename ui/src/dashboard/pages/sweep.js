// Comparisons of everything: was anything lost, and what would be done about it.
import { useState } from "preact/hooks";
import { act, useAsk } from "../api.js";
import { useCell } from "../cell.js";
import { ofSweeps } from "../headlines.js";
import { html } from "../html.js";
import { status as nowTold, tasks as told } from "../live.js";
import { Icon } from "../parts/icon.js";
import { Badge, Empty, Page, Panel, State } from "../parts/page.js";
import { TaskProgress, useTask } from "../parts/task.js";
import { subjectHref } from "../router.js";
import { useAct } from "../say.js";
import { mayAct } from "../session.js";
import { exact, now, span, took } from "../time.js";
import { Time } from "../parts/time.js";
import { capital, nameOf, number, taskStates } from "../words.js";

const differences_shown = 100;

function tookOf(sweep) {
  return took(((sweep.ended_at ? Date.parse(sweep.ended_at) : now()) - Date.parse(sweep.started_at)) / 1000);
}

function History({ items }) {
  if (items.length === 0) return html`<${Empty}>Nothing has been compared yet.<//>`;
  return html`<table><thead><tr><th scope="col">Ended</th><th scope="col" class="num">Compared</th><th scope="col" class="num">Differed</th><th scope="col" class="num">Took</th><th scope="col" class="wide">Says</th></tr></thead>
    <tbody>${items.map((one) => html`<tr key=${one.id}><th scope="row">${one.ended_at ? html`<${Time} at=${one.ended_at} /> <span class="soft wide">${exact(one.ended_at)}</span>` : html`<${Badge} tone="accent">Running<//> <span class="soft wide">since ${exact(one.started_at)}</span>`}</th>
      <td class="num">${number(one.compared)}</td><td class="num">${number(one.differed)}</td><td class="num">${tookOf(one)}</td><td class="wide soft">${one.ended_at ? one.says : [one.phase, one.position].filter(Boolean).join(" ")}</td></tr>`)}</tbody></table>`;
}

function Report({ id }) {
  const { task, trouble } = useTask(id);
  const result = task?.state === "done" ? task.result : null;
  if (!result) return html`<${TaskProgress} task=${task} trouble=${trouble} what="Dry run" />`;
  const { differences = [] } = result;
  return html`<div class="report">
    <p role="status">${result.differed === 0 && !result.attention && !result.failed ? `All ${number(result.compared)} compared agree: nothing is lost, nothing would be done.` : `${number(result.differed)} of ${number(result.compared)} compared differ.${result.differed > 0 ? " A real comparison would do what stands here; this one wrote nothing." : ""}${result.attention ? ` ${number(result.attention)} ${result.attention === 1 ? "needs" : "need"} a person: see the page Attention.` : ""}${result.failed ? ` ${number(result.failed)} could not be compared.` : ""}`}</p>
    <p class="buttons"><a class="button" download href=${`/api/v1/tasks/${id}/report?format=csv`}><${Icon} name="down" /> CSV</a>
      <a class="button" download href=${`/api/v1/tasks/${id}/report?format=json`}><${Icon} name="down" /> JSON</a></p>
    ${differences.length > 0 && html`<table><thead><tr><th scope="col">What</th><th scope="col">Would be done</th></tr></thead>
      <tbody>${differences.slice(0, differences_shown).map((one) => html`<tr key=${one.key}><th scope="row"><a href=${subjectHref(one.key)}>${nameOf(one.key)}</a></th><td>${one.would.map(capital).join("; ")}</td></tr>`)}</tbody></table>`}
    ${differences.length > differences_shown && html`<p class="soft">The first ${differences_shown}; the rest is in the report.</p>`}
  </div>`;
}

function DryRun() {
  const { data, reload } = useAsk("/tasks?limit=50");
  const [project, setProject] = useState("");
  const [chosen, setChosen] = useState(null);
  const [busy, run] = useAct();
  const latest = useCell(told);
  const past = (data?.items ?? []).filter((one) => one.kind === "dry_sweep").map((one) => ({ ...one, ...(latest[one.id] ?? {}) }));
  const shown = chosen ?? past[0]?.id ?? null;
  async function submit(event) {
    event.preventDefault();
    await run(async () => {
      const { id } = await act("/sweeps/dry-run", { project: project === "" ? null : Number(project) });
      setChosen(id);
      reload();
    });
  }
  return html`<${Panel} title="Dry run">
    <p class="soft">Compares both sides and tells what would be done, without writing anything.</p>
    ${mayAct() && html`<form class="inline" onSubmit=${submit}><label>Project <input inputmode="numeric" pattern="[0-9]*" title="The number of a project; empty: all" placeholder="all" size="6" value=${project} onInput=${(event) => setProject(event.target.value)} /></label>
      <button type="submit" disabled=${busy}>Start a dry run</button></form>`}
    ${shown && html`<${Report} key=${shown} id=${shown} />`}
    ${past.length > 1 && html`<h3>Earlier</h3><ul class="tasks">${past.slice(0, 8).map((one) => html`<li key=${one.id}><button type="button" class="quiet" aria-pressed=${one.id === shown} onClick=${() => setChosen(one.id)}>
      <${Time} at=${one.asked_at} /> by ${one.asked_by || "somebody"}</button> <${State} of=${taskStates} value=${one.state} /></li>`)}</ul>`}
  <//>`;
}

export function Sweep() {
  const { data, trouble, reload } = useAsk("/sweeps");
  const status = useCell(nowTold);
  const [busy, run] = useAct();
  const start = () => run(async () => {
    await act("/sweeps");
    reload();
    return "A comparison begins as soon as a worker is free.";
  });
  return html`<${Page} title="Sweep" trouble=${trouble} headline=${data && ofSweeps(data, status?.attention)}
    actions=${mayAct() && html`<button type="button" class="main" disabled=${busy || data?.running} onClick=${start}>Compare everything now</button>`}>
    <${DryRun} />
    ${data && html`<${Panel} title="Comparisons" tight aside=${html`<span class="soft">every ${span(data.interval_seconds)}</span>`}><${History} items=${data.running && !data.items.some((one) => one.id === data.running.id) ? [data.running, ...data.items] : data.items} /><//>`}
  <//>`;
}
