// What every page is made of: its head with one sentence, panels, and the words where there is nothing.
import { useEffect, useRef } from "preact/hooks";
import { html } from "../html.js";
import { localTimes } from "../time.js";
import { Icon } from "./icon.js";

const toneIcons = { good: "check", warn: "clock", bad: "alert", plain: "dot", accent: "dot" };

/** A state: by colour, by an icon and by a word. */
export function Badge({ tone = "plain", icon, children }) {
  return html`<span class=${`badge ${tone}`}><${Icon} name=${icon ?? toneIcons[tone]} />${children}</span>`;
}

/** `of`: one of the tables of words.js. */
export function State({ of, value }) {
  const known = of[value] ?? { says: value, tone: "plain" };
  return html`<${Badge} tone=${known.tone}>${known.says}<//>`;
}

/** `spoken`: screen readers are told when the sentence changes. The title takes the focus when one comes to the page, so that a screen reader begins here. */
export function Page({ title, name = title, above, headline, spoken = false, trouble, actions, children }) {
  const top = useRef(null);
  useEffect(() => {
    document.title = `${name} · oms-jira`;
  }, [name]);
  useEffect(() => { top.current?.focus({ preventScroll: true }); }, []);
  return html`<div class="page">
    <header class="head">
      <div class="title">
        ${above && html`<p class="above">${above}</p>`}
        <h1 ref=${top} tabindex="-1">${title}</h1>
        ${headline
          ? html`<p class=${`headline ${headline.tone}`} data-headline role=${spoken ? "status" : undefined}><${Icon} name=${toneIcons[headline.tone]} /><span>${localTimes(headline.says)}</span></p>`
          : html`<p class="headline plain">${trouble ? html`<span>No answer yet.</span>` : html`<span class="soft">Loading…</span>`}</p>`}
      </div>
      ${actions && html`<div class="actions">${actions}</div>`}
    </header>
    ${trouble && html`<${Trouble} problem=${trouble} />`}
    ${children}
  </div>`;
}

export function Trouble({ problem }) {
  return html`<p class="trouble" role="alert"><${Icon} name="alert" /><span>${localTimes(problem.message)}</span></p>`;
}

export function Panel({ title, aside, children, id, tight = false, level = 2 }) {
  const heading = id ?? `panel-${title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
  const Heading = `h${level}`;
  return html`<section class=${tight ? "panel tight" : "panel"} aria-labelledby=${heading}>
    <div class="bar"><${Heading} id=${heading}>${title}<//>${aside && html`<div class="aside">${aside}</div>`}</div>
    ${children}
  </section>`;
}

export const Empty = ({ children }) => html`<p class="empty">${children}</p>`;

/** Pairs of name and value. */
export function Facts({ rows }) {
  return html`<dl class="facts">
    ${rows.filter(Boolean).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>`;
}

export function Stat({ label, value, note, tone = "plain", href }) {
  const inner = html`<span class="label">${label}</span><span class="value">${value}</span><span class="note">${note}</span>`;
  return href ? html`<a class=${`stat ${tone}`} href=${href}>${inner}</a>` : html`<div class=${`stat ${tone}`}>${inner}</div>`;
}
