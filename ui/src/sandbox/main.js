// The sandbox: the customer at the left, staff at the right, and between them what the adapter does.
import { h, render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import htm from "htm";
import { act, follow, loadState } from "./api.js";
import { Adapter } from "./adapter.js";
import { Customer } from "./customer.js";
import { Staff } from "./staff.js";

const html = htm.bind(h);

function App() {
  const [state, setState] = useState(null);
  const [steps, setSteps] = useState([]);
  const [chosen, setChosen] = useState(null);
  const [trouble, setTrouble] = useState("");
  const loading = useRef(false);

  async function load() {
    if (loading.current) return;
    loading.current = true;
    try {
      const next = await loadState();
      setState(next);
      setSteps((before) => (before.length ? before : next.adapter.steps.slice().reverse()));
      setTrouble("");
    } catch (error) {
      setTrouble(`The sandbox does not answer: ${error.message}`);
    } finally {
      loading.current = false;
    }
  }

  useEffect(() => {
    load();
    return follow({
      step: (step) => setSteps((before) => [{ ...step, fresh: true }, ...before].slice(0, 200)),
      changed: load,
    });
  }, []);

  if (!state) return html`<p role="status">Loading… ${trouble}</p>`;
  const doing = (side) => async (path, body) => {
    const answer = await act(side, path, body);
    await load();
    return answer;
  };
  return html`
    <header class="top">
      <h1>oms-jira sandbox</h1>
      <p>You play both roles. Order something as the customer, watch the adapter make a Jira issue of it,
        answer as staff, and read the answer as the customer. What the operators see of it is in <a href="/ui/">the dashboard</a>.</p>
      ${trouble && html`<p class="notice" role="alert">${trouble}</p>`}
    </header>
    <main>
      <${Customer} state=${state} act=${doing("marketplace")} chosen=${chosen} choose=${setChosen} />
      <${Adapter} state=${state} steps=${steps} market=${doing("marketplace")} jira=${doing("jira")} chosen=${chosen} choose=${setChosen} />
      <${Staff} state=${state} act=${doing("jira")} chosen=${chosen} choose=${setChosen} />
    </main>`;
}

const root = document.getElementById("app");
root.textContent = "";
render(html`<${App} />`, root);
