// One order's or project's story: did it arrive, what differs, who did what, what comes next.
import { useEffect, useState } from "preact/hooks";
import { act, query, useAsk } from "../api.js";
import { ofSubject } from "../headlines.js";
import { html } from "../html.js";
import { Words } from "../parts/copy.js";
import { Entry } from "../parts/entry.js";
import { Icon } from "../parts/icon.js";
import { Empty, Facts, Page, Panel, State } from "../parts/page.js";
import { SideBySide } from "../parts/side_by_side.js";
import { Timeline } from "../parts/timeline.js";
import { useAct } from "../say.js";
import { mayAct } from "../session.js";
import { exact, localTimes } from "../time.js";
import { Time } from "../parts/time.js";
import { capital, count, nameOf, sentence, stop, subjectState, subjectStates, writeKinds, writeStates } from "../words.js";

function Actions({ story, reload }) {
  const { subject, urls } = story;
  const [busy, run] = useAct();
  const look = () => run(async () => {
    const { will } = await act(`/subjects/${subject.key}/look`);
    reload();
    return `${nameOf(subject.key)} will ${stop(will)}`;
  });
  return html`
    ${urls?.issue && html`<a class="button" href=${urls.issue} target="_blank" rel="noreferrer">${subject.issue_key} in Jira <${Icon} name="out" /></a>`}
    ${urls?.marketplace && html`<a class="button" href=${urls.marketplace} target="_blank" rel="noreferrer">Marketplace <${Icon} name="out" /></a>`}
    ${mayAct() && html`<button type="button" class="main" disabled=${busy} onClick=${look}>Look now</button>`}`;
}

const shown_first = 6;

/** The first of a list, and a button for the rest. */
function useFirst(items) {
  const [all, setAll] = useState(false);
  const more = items.length > shown_first && html`<p class="more"><button type="button" class="quiet" aria-expanded=${all} onClick=${() => setAll(!all)}>${all ? "Show fewer" : `Show all ${items.length}`}</button></p>`;
  return [all ? items : items.slice(0, shown_first), more];
}

function Writes({ writes }) {
  const [shown, more] = useFirst(writes);
  if (writes.length === 0) return html`<${Empty}>Nothing was ever written for it.<//>`;
  return html`<ul class="writes">${shown.map((one) => html`<li key=${one.id}>
    <span>${writeKinds[one.kind] ?? sentence(one.kind)}</span>
    <span class="soft small"><${State} of=${writeStates} value=${one.state} /> <${Time} at=${one.ended_at ?? one.sent_at} />${one.cause ? ` · ${one.cause}` : ""}</span>
  </li>`)}</ul>${more}`;
}

const text_states = { carried: "carried", skipped: "not carried", withdrawn: "withdrawn", deleted: "deleted in Jira" };

/** What was seen on either side waits to be carried, or is not to be. */
function noTexts(fields) {
  const seen = fields.find((one) => one.name === "Messages and comments");
  const sides = [seen?.marketplace, seen?.jira].filter((one) => one && !/^0 /.test(one));
  return sides.length === 0 ? "No message or comment yet." : `${sides.join(", ")}: nothing carried yet.`;
}

function Texts({ texts, fields }) {
  const [shown, more] = useFirst(texts);
  if (texts.length === 0) return html`<${Empty}>${noTexts(fields)}<//>`;
  return html`<ul class="texts">${shown.map((one) => html`<li key=${`${one.message}-${one.comment}-${one.part}`}>
    <span>${one.message ? `Message ${one.message}` : "–"} <span aria-hidden="true">${one.origin === "jira" ? "←" : "→"}</span><span class="unseen">${one.origin === "jira" ? " came from " : " went to "}</span> ${one.comment ? `comment ${one.comment}` : "–"}${one.part > 0 ? `, part ${one.part + 1}` : ""}</span>
    <span class="soft">${text_states[one.state] ?? one.state}</span></li>`)}</ul>${more}`;
}

function factsOf({ subject, link, state, next, due_at: due, seen_at: seen }) {
  return [
    ["State", html`<${State} of=${subjectStates} value=${subjectState(subject)} />`],
    ["Next", html`<${Words} text=${localTimes(capital(next || "nothing"))} />`],
    due && state !== "idle" && ["Due", html`<${Time} at=${due} />`],
    ["Last look", html`<${Time} at=${seen} />`],
    link && ["Issue", html`${link.issue_key} <span class="soft">id ${link.issue_id}, ${link.state}</span>`],
    link?.base_status && ["Agreed status", `${link.base_status}`],
    link && ["Linked", html`<${Time} at=${link.linked_at} how=${exact} />`],
    link?.not_ours && ["Owner", "another OMS's order: its Jira status is not carried back"],
    link?.gone_at && ["Marketplace", html`no longer has it, since <${Time} at=${link.gone_at} how=${exact} />`],
  ];
}

const none = (key) => ({
  message: `Nothing is known of ${nameOf(key).toLowerCase()}: no hint has ever named it. If the marketplace has it, compare everything on the page Sweep, and it is found.`,
});

/** The list is asked first: of what is not known it tells without an error. */
function useStory(key) {
  const [known, setKnown] = useState("");
  const asks = known !== key;
  const { data: listed, trouble: away } = useAsk(asks ? `/subjects${query({ q: key, limit: 1 })}` : null);
  const story = useAsk(asks ? null : `/subjects/${key}`);
  useEffect(() => { if (listed?.items.length > 0) setKnown(key); }, [listed]);
  const trouble = story.trouble ?? away;
  return { ...story, trouble, unknown: trouble?.status === 404 || (asks && listed?.items.length === 0) };
}

export function Subject({ path: key }) {
  const { data: story, trouble, reload, unknown } = useStory(key);
  if (!story) {
    return html`<${Page} title=${nameOf(key)} trouble=${unknown ? none(key) : trouble}
      headline=${unknown ? { tone: "warn", says: `${nameOf(key)} is not known here.` } : null} />`;
  }
  const { subject, attention = [], would = [] } = story;
  return html`<${Page} title=${subject.title || nameOf(key)} name=${nameOf(key)} trouble=${trouble} headline=${ofSubject(story)}
    above=${subject.title && html`${nameOf(key)}${subject.customer ? html` · ${subject.customer}` : ""}${subject.email ? html` · <a href=${`mailto:${subject.email}`}>${subject.email}</a>` : ""}`}
    actions=${html`<${Actions} story=${story} reload=${reload} />`}>
    ${attention.length > 0 && html`<${Panel} title="Needs a person">${attention.map((one) => html`<${Entry} key=${one.id} entry=${{ key, ...one }} changed=${reload} whole />`)}<//>`}
    ${would.length > 0 && html`<${Panel} title="Would be done" aside=${html`<span class="soft">shadow mode</span>`}><ol class="would">${would.map((one) => html`<li>${capital(one)}</li>`)}</ol><//>`}
    <${SideBySide} fields=${story.fields ?? []} seen=${story.seen_at} />
    <div class="story">
      <${Timeline} subject=${key} entries=${story.timeline ?? []} />
      <div class="stack">
        <${Panel} title="How it stands"><${Facts} rows=${factsOf(story)} /><//>
        <${Panel} title="Messages and comments" aside=${html`<span class="soft">${count(story.texts.length, "text")}</span>`}><${Texts} texts=${story.texts} fields=${story.fields ?? []} /><//>
        <${Panel} title="Writes" aside=${html`<span class="soft">${count(story.writes.length, "write")}</span>`}><${Writes} writes=${story.writes} /><//>
      </div>
    </div>
  <//>`;
}
