import { h } from "preact";
import { useEffect, useState } from "preact/hooks";
import htm from "htm";

const html = htm.bind(h);
const kinds = { hint: "hint", look: "look", decision: "decided", write: "written", failure: "failed", person: "person" };
const broken_s = 30;

/** Breaks a remote for half a minute: every request is answered with an error page. */
function Breaker({ name, act }) {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = setTimeout(async () => {
      if (left === 1) await act("faults/clear");
      setLeft(left - 1);
    }, 1000);
    return () => clearTimeout(timer);
  }, [left]);
  async function strike() {
    await act("faults", { kind: "fail_before", count: -1, path: name === "Jira" ? "/rest/*" : "/api/*" });
    setLeft(broken_s);
  }
  return html`<button type="button" class="plain" disabled=${left > 0} onClick=${strike}>
    ${left > 0 ? `${name} is back in ${left} s` : `Break ${name} for half a minute`}</button>`;
}

function nameOf(key) {
  const [kind, ...ids] = key.split("/");
  return `${kind} ${ids.join("/")}`;
}

export function Adapter({ state, steps, market, jira, chosen, choose }) {
  const { links, remotes, attention, busy, uncertain } = state.adapter;
  const shown = chosen ? steps.filter((step) => step.subject === chosen) : steps;
  const link = chosen ? links[chosen] : null;
  return html`<section class="side adapter" aria-label="The adapter">
    <h2>Adapter <span class="badge">${busy > 0 ? `${busy} at work` : "all in step"}</span></h2>
    <p class="role">A hint says where to look; the adapter looks at both sides, decides, writes, and remembers what they agreed on.</p>
    <div class="flow" aria-hidden="true"><span>hint</span>→<span>look</span>→<span>plan</span>→<span>write</span>→<span>record</span></div>
    <form onSubmit=${(event) => event.preventDefault()} aria-label="Break a remote">
      <${Breaker} name="Jira" act=${jira} />
      <${Breaker} name="the marketplace" act=${market} />
    </form>
    ${remotes.filter((one) => one.state !== "working").map((one) => html`<p class="notice" role="status">${one.name} is ${one.state}: ${one.says}. Its work waits; nothing is lost.</p>`)}
    ${uncertain > 0 && html`<p class="notice" role="status">${uncertain} writes may or may not have happened: they are looked for before anything is done again.</p>`}
    ${attention.map((one) => html`<p class="notice"><b>${one.subject} needs a person.</b> ${one.says} <br />${one.remedy}</p>`)}
    ${chosen && html`<p class="meta">Only ${nameOf(chosen)}${link ? ` — ${link.issue}, both sides agree on ${link.base ?? "its fields"}` : ""}
      · <button type="button" class="plain" onClick=${() => choose(null)}>show all</button></p>`}
    <ol class="steps" aria-live="polite" aria-label="Steps, newest first">
      ${shown.slice(0, 60).map((step) => html`<li key=${step.id} class="${step.kind} ${step.fresh ? "fresh" : ""}">
        <span class="kind">${kinds[step.kind] ?? step.kind}</span>
        <span>${step.says}<br /><span class="whose">${nameOf(step.subject)} · ${step.at.slice(11, 23)}</span></span></li>`)}
    </ol>
    ${shown.length === 0 && html`<p class="meta">Nothing yet. Order something at the left.</p>`}
  </section>`;
}
