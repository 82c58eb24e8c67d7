// Which setting is wrong? What each is, where it came from, and what check says.
import { useState } from "preact/hooks";
import { act, useAsk } from "../api.js";
import { ofSettings } from "../headlines.js";
import { html } from "../html.js";
import { Remedy, Words } from "../parts/copy.js";
import { Badge, Empty, Page, Panel, State } from "../parts/page.js";
import { TaskProgress, ended, useTask } from "../parts/task.js";
import { help } from "../router.js";
import { useAct } from "../say.js";
import { mayAct } from "../session.js";
import { Time } from "../parts/time.js";
import { capital, count, number, severities, stop } from "../words.js";

function Finding({ one }) {
  return html`<li class=${`finding ${severities[one.severity]?.tone ?? "plain"}`}><p><${State} of=${severities} value=${one.severity} /> <b>${capital(one.group)}</b> <${Words} text=${stop(capital(one.says))} /></p><${Remedy} text=${one.remedy} /></li>`;
}

function Findings({ task }) {
  const { findings = [], faults } = task.result ?? {};
  const told = ["fault", "note"].flatMap((severity) => findings.filter((one) => one.severity === severity));
  const good = findings.length - told.length;
  return html`<p role="status">${faults > 0 ? html`<${Badge} tone="bad">${count(faults, "fault")}<//>` : html`<${Badge} tone="good">No fault<//>`}
      ${" "}${number(good)} of ${count(findings.length, "check")} in order, <${Time} at=${task.ended_at} />${task.asked_by ? `, asked by ${task.asked_by}` : ""}.</p>
    ${told.length > 0 && html`<ul class="findings">${told.map((one, index) => html`<${Finding} key=${`${one.code}-${index}`} one=${one} />`)}</ul>`}`;
}

/** The last check, whoever asked for it. */
function useCheck() {
  const { data, reload } = useAsk("/tasks?limit=50");
  const [chosen, setChosen] = useState(null);
  const id = chosen ?? data?.items.find((one) => one.kind === "check")?.id ?? null;
  const { task, trouble } = useTask(id);
  const start = async () => {
    setChosen((await act("/check")).id);
    reload();
  };
  return { id, task, trouble, start };
}

function Check({ check: { id, task, trouble, start: begin } }) {
  const [busy, run] = useAct();
  const start = () => run(begin);
  const button = mayAct() && html`<button type="button" class="main" disabled=${busy || (id && task && !ended(task))} onClick=${start}>Check now</button>`;
  return html`<${Panel} title="What check says" aside=${button}>
    ${!id && html`<${Empty}>Not checked from here yet. A check tries every setting and both remotes without writing anything.<//>`}
    ${id && html`<${TaskProgress} task=${task} trouble=${trouble} what="Checking" />`}
    ${task?.state === "done" && html`<${Findings} task=${task} />`}
  <//>`;
}

const levels = ["debug", "info", "warning", "error", "critical"];

function LogLevel() {
  const [level, setLevel] = useState(null);
  const { data } = useAsk("/log-level", { live: false });
  const [busy, run] = useAct();
  const change = (event) => run(async () => {
    const { level: now } = await act("/log-level", { level: event.target.value }, { method: "PUT" });
    setLevel(now);
    return `The log level of this process is ${now} until it starts again.`;
  });
  const shown = (level ?? data?.level ?? "info").toLowerCase();
  return html`<label class="inline">Log level <select disabled=${busy || !data} value=${shown} onChange=${change}>${levels.map((one) => html`<option key=${one} value=${one}>${one}</option>`)}</select></label>`;
}

const shownValue = (one) => (one.value === "" || one.value === null ? html`<span class="soft">not set</span>` : html`<span class="mono value">${one.value}</span>`);

function List({ items, notes }) {
  const [words, setWords] = useState("");
  const [given, setGiven] = useState(false);
  const noted = new Set(notes.map((one) => one.variable));
  const shown = items.filter((one) => (!given || one.from !== "default") && `${one.name} ${one.what} ${one.secret ? "" : one.value}`.toLowerCase().includes(words.toLowerCase()));
  const aside = html`<label class="tick"><input type="checkbox" checked=${given} onChange=${() => setGiven(!given)} /> Only what is set</label>
    <input type="search" class="small" aria-label="Find a setting" placeholder="Find a setting" value=${words} onInput=${(event) => setWords(event.target.value)} />`;
  return html`<${Panel} title="Effective settings" tight aside=${aside}>
    ${shown.length === 0 ? html`<${Empty}>No setting matches.<//>` : html`<table class="settings"><thead><tr><th scope="col">Variable</th><th scope="col">Value</th><th scope="col" class="wide">From</th></tr></thead>
      <tbody>${shown.map((one) => html`<tr key=${one.name}><th scope="row"><a class="mono" href=${`${help}configuration#${one.name.toLowerCase()}`} target="_blank" rel="noreferrer" title="What it means">${one.name}</a><span class="what soft">${one.what}</span></th>
        <td>${shownValue(one)}${noted.has(one.name) ? html` <${Badge} tone="warn">See above<//>` : ""}<span class="narrow soft">${one.from}</span></td>
        <td class="wide soft">${one.from}${one.from !== "default" && one.standard ? html`<br /><span class="small">default ${one.standard}</span>` : ""}</td></tr>`)}</tbody></table>`}
  <//>`;
}

export function Settings() {
  const { data, trouble } = useAsk("/settings", { live: false });
  const check = useCheck();
  return html`<${Page} title="Settings" trouble=${trouble} headline=${data && ofSettings(data, check.task)} actions=${mayAct() && html`<${LogLevel} />`}>
    ${data?.notes.length > 0 && html`<${Panel} title="Worth a look"><ul class="findings">${data.notes.map((one) => html`<li class="finding warn" key=${`${one.variable} ${one.says}`}><p><span class="mono">${one.variable}</span> <${Words} text=${stop(one.says)} /></p><${Remedy} text=${one.fix} /></li>`)}</ul><//>`}
    <${Check} check=${check} />
    ${data && html`<${List} items=${data.items} notes=${data.notes} />`}
  <//>`;
}
