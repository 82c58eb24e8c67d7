// What stands around every page: the ways to all others, the search, and whether it is live.
import { useEffect, useRef, useState } from "preact/hooks";
import { act, ask, query } from "./api.js";
import { useCell } from "./cell.js";
import { html } from "./html.js";
import { followKeys } from "./keys.js";
import { followNow, status, stream } from "./live.js";
import { Help } from "./pages/help.js";
import { OpenDialog, openDialog } from "./parts/dialog.js";
import { Icon } from "./parts/icon.js";
import { go, help, hrefOf, place } from "./router.js";
import { useAct } from "./say.js";
import { session } from "./session.js";
import { theme, themes } from "./theme.js";
import { span, zone } from "./time.js";
import { useTick } from "./parts/time.js";
import { count, number } from "./words.js";

function Way({ path, icon, children, figure, tone, what }) {
  const { path: current } = useCell(place);
  const here = current === path || (path === "orders" && /^(order|project)\//.test(current));
  return html`<li><a href=${hrefOf(path)} aria-current=${here ? "page" : undefined}>
    <${Icon} name=${icon} /><span>${children}</span>
    ${figure > 0 && html`<span class=${`figure ${tone ?? ""}`}>${number(figure)}<span class="unseen"> ${what}</span></span>`}
  </a></li>`;
}

function Ways() {
  const now = useCell(status);
  const { path } = useCell(place);
  const running = now?.sweep && !now.sweep.ended_at;
  return html`<ul class="ways">
    <${Way} path="" icon="pulse">Now<//>
    <${Way} path="orders" icon="list">Orders<//>
    <${Way} path="attention" icon="alert" figure=${now?.attention} tone="bad" what="need a person">Attention<//>
    <${Way} path="uncertain" icon="question" figure=${now?.uncertain} tone="warn" what="uncertain">Uncertain<//>
    <${Way} path="sweep" icon="loop" figure=${running ? now.sweep.compared : 0} what="compared">Sweep<//>
    <${Way} path="remotes" icon="plug" figure=${now?.remotes.filter((one) => one.state !== "working").length} tone="warn" what="not working">Remotes<//>
    <${Way} path="settings" icon="gear">Settings<//>
    ${(now?.shadow || path === "shadow") && html`<${Way} path="shadow" icon="shade">Shadow<//>`}
  </ul>`;
}

/** Where one thing is found, straight to it; else the list. */
async function find(words) {
  const exact = words.match(/^(\d+)\/(\d+)$/);
  try {
    const { items } = await ask(`/subjects${query({ q: words, limit: 2 })}`);
    const same = exact && items.find((one) => one.key === `order/${words}`);
    if (same || items.length === 1) return go((same ?? items[0]).key);
  } catch {
    // The list tells what is wrong.
  }
  return go("orders", { q: words });
}

/** So long it waits for the next letter before it searches. */
const typing_ms = 150;

const phone = window.matchMedia("(max-width: 700px)");

function Search({ box }) {
  const { path, query: { q = "" }, query: given } = useCell(place);
  const here = path === "orders";
  const [words, setWords] = useState(q);
  useEffect(() => { setWords(here ? q : ""); }, [here, q]);
  const timer = useRef(0);
  const type = (event) => {
    const next = event.target.value;
    setWords(next);
    clearTimeout(timer.current);
    if (here) timer.current = setTimeout(() => go("orders", { ...given, q: next.trim() }, { replace: true }), typing_ms);
  };
  const submit = (event) => {
    event.preventDefault();
    clearTimeout(timer.current);
    if (words.trim()) find(words.trim()); else go("orders");
  };
  return html`<form class="search" role="search" onSubmit=${submit}>
    <${Icon} name="search" />
    <input ref=${box} type="search" aria-label="Search orders" placeholder=${phone.matches ? "Order, issue, customer" : "12/3, EOSC-7, customer, service"} autocomplete="off" spellcheck=${false}
      value=${words} onInput=${type} onKeyDown=${(event) => event.key === "Escape" && event.target.blur()} />
    <kbd aria-hidden="true">/</kbd>
  </form>`;
}

function Live() {
  const { on, began, again } = useCell(stream);
  useTick();
  if (on) return html`<span class="live on"><span class="spot" aria-hidden="true"></span>Live</span>`;
  if (!began) return html`<span class="live"><span class="spot" aria-hidden="true"></span>Connecting</span>`;
  return html`<span class="live off"><span class="spot" aria-hidden="true"></span>Not live
    <button type="button" class="quiet" title=${`Tried again in ${span(Math.max(0, again - Date.now()) / 1000)}`} onClick=${followNow}>Try now</button></span>`;
}

function ThemeSwitch() {
  const chosen = useCell(theme);
  return html`<div class="themes" role="group" aria-label="Colours">
    ${themes.map(([name, says, icon]) => html`<button key=${name} type="button" class="quiet icon" aria-pressed=${chosen === name} aria-label=${says} title=${says}
      onClick=${() => { theme.value = name; }}><${Icon} name=${icon} /></button>`)}
  </div>`;
}

function Who() {
  const { who, role, ends_at: ends } = useCell(session);
  const [busy, run] = useAct();
  const out = () => run(async () => {
    await act("/session", {}, { method: "DELETE" });
    session.value = { signed_in: false, required: true };
  });
  return html`<p class="who"><${Icon} name="person" /><span><b>${who || "Signed in"}</b><span class="soft">${role === "operator" ? "Operator" : "Viewer: reads only"}</span></span>
    ${ends && html`<button type="button" class="quiet" disabled=${busy} onClick=${out}>Sign out</button>`}</p>`;
}

const showHelp = () => openDialog(html`<${Help} />`);

function Side() {
  const now = useCell(status);
  return html`<div class="side" id="ways">
    <nav aria-label="Pages"><a class="name" href=${hrefOf("")}><b>oms-jira</b><span class="soft">${now ? `OMS ${now.oms}` : ""}</span></a><${Ways} /></nav>
    <section class="foot" aria-label="You and the colours">
      <${Who} />
      <div class="row"><${ThemeSwitch} />
        <button type="button" class="quiet icon" aria-label="Keyboard shortcuts" title="Keyboard shortcuts (?)" onClick=${showHelp}><${Icon} name="help" /></button></div>
      <p class="soft small"><a href=${help} target="_blank" rel="noreferrer">Help</a><br />Times: ${zone()}${now ? html`<br />Version ${now.version}` : ""}</p>
    </section>
  </div>`;
}

/** What changed that one should know wherever one is; nothing else is spoken. */
function Spoken() {
  const now = useCell(status);
  const { on, began } = useCell(stream);
  const words = began && !on ? "Not live: the page shows what it knew last." : now?.attention > 0 ? `${count(now.attention, "entry", "entries")} in attention.` : "";
  return html`<p class="unseen" role="status">${words}</p>`;
}

export function Shell({ children }) {
  const [open, setOpen] = useState(false);
  const search = useRef(null);
  const now = useCell(status);
  const where = useCell(place);
  useEffect(() => setOpen(false), [where.path]);
  useEffect(() => followKeys({ search: () => { search.current.focus(); search.current.select(); }, help: showHelp }), []);
  return html`
    <a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); document.querySelector("h1")?.focus(); }}>Skip to the page</a>
    <div class=${open ? "frame open" : "frame"}>
      <${Side} />
      <div class="body">
        <header class="top">
          <button type="button" class="quiet icon menu" aria-label="Menu" aria-expanded=${open} aria-controls="ways" onClick=${() => setOpen(!open)}><${Icon} name=${open ? "close" : "menu"} /></button>
          <${Search} box=${search} />
          ${now?.shadow && html`<a class="badge accent" href=${hrefOf("shadow")}><${Icon} name="shade" />Shadow mode</a>`}
          <${Live} />
        </header>
        <main id="main">${children}</main>
      </div>
    </div>
    <${OpenDialog} />
    <${Spoken} />`;
}
