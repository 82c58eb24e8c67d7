// One entry of attention, and what a person can do about it.
import { useEffect, useState } from "preact/hooks";
import { act } from "../api.js";
import { html } from "../html.js";
import { subjectHref } from "../router.js";
import { say, useAct } from "../say.js";
import { mayAct } from "../session.js";
import { localTimes } from "../time.js";
import { Time } from "./time.js";
import { capital, count, nameOf, stop } from "../words.js";
import { Remedy } from "./copy.js";
import { Dialog, closeDialog, openDialog } from "./dialog.js";
import { Preview } from "./preview.js";
import { TaskProgress, ended, useTask } from "./task.js";

/** Asks why; the reason is kept with the entries. */
export function Dismiss({ title, what, dismiss }) {
  const [reason, setReason] = useState("");
  const [busy, run] = useAct();
  async function submit(event) {
    event.preventDefault();
    if (await run(() => dismiss(reason.trim()))) closeDialog();
  }
  return html`<${Dialog} title=${title}><form onSubmit=${submit}>
    <p>${what} is taken off this list, and its page and a comparison still tell of it. It is tried again now and then; it comes back here only when something new is heard of it, or when it fails in another way. This cannot be undone.</p>
    <label>Reason <span class="soft">is recorded with your name</span>
      <textarea autofocus rows="3" required maxlength="300" value=${reason} onInput=${(event) => setReason(event.target.value)}></textarea></label>
    <div class="buttons"><button type="button" onClick=${closeDialog}>Cancel</button><button type="submit" class="main" disabled=${busy || !reason.trim()}>Dismiss</button></div>
  </form><//>`;
}

function Link({ entry, changed }) {
  const [issue, setIssue] = useState("");
  const [id, setId] = useState(null);
  const [busy, run] = useAct();
  const { task, trouble } = useTask(id);
  useEffect(() => {
    if (task?.state !== "done") return;
    say(stop(capital(task.result?.says ?? "it is linked")));
    changed();
    closeDialog();
  }, [task?.state]);
  async function submit(event) {
    event.preventDefault();
    await run(async () => { setId((await act(`/attention/${entry.id}/link`, { issue: issue.trim().toUpperCase() })).id); });
  }
  return html`<${Dialog} title=${`Link ${nameOf(entry.key)} to an issue`}><form onSubmit=${submit}>
    <p>From then on this issue stands for ${nameOf(entry.key).toLowerCase()}: statuses and texts are carried between them. It cannot be undone here.</p>
    <label>Issue key <input autofocus required pattern="[A-Za-z][A-Za-z0-9_]*-[0-9]+" title="An issue key, such as EOSC-7" placeholder="EOSC-7" autocomplete="off" value=${issue} onInput=${(event) => setIssue(event.target.value)} /></label>
    ${id && html`<${TaskProgress} task=${task} trouble=${trouble} what="Linking" />`}
    <div class="buttons"><button type="button" onClick=${closeDialog}>Cancel</button>
      <button type="submit" class="main" disabled=${busy || (id && !ended(task))}>Link</button></div>
  </form><//>`;
}

/** `whole`: with its words and remedy, where no group tells them. */
export function Entry({ entry, changed, whole = false }) {
  const [busy, run] = useAct();
  const [preview, setPreview] = useState(null);
  const retry = () => run(async () => {
    await act("/attention/retry", { ids: [entry.id] });
    changed();
    return `${nameOf(entry.key)} is tried again at once.`;
  });
  const show = () => run(async () => { setPreview((await act("/attention/preview", { ids: [entry.id] })).id); });
  async function dismiss(reason) {
    await act(`/attention/${entry.id}/dismiss`, { reason });
    changed();
    return `${nameOf(entry.key)}: dismissed.`;
  }
  const name = nameOf(entry.key);
  return html`<div class="entry">
    <div class="about">
      ${whole ? html`<p class="says">${localTimes(stop(capital(entry.says)))}</p><${Remedy} text=${entry.remedy} />`
        : html`<p><a href=${subjectHref(entry.key)}>${name}</a> <span class="soft">${[entry.title, entry.customer, entry.issue_key].filter(Boolean).join(" · ")}</span></p>`}
      <p class="soft small">Since <${Time} at=${entry.since} />${entry.times > 1 ? html`, ${count(entry.times, "try", "tries")}, last <${Time} at=${entry.last_at} />` : ""}${whole && html` · <a href=${entry.runbook} target="_blank" rel="noreferrer">What it means</a>`}${!whole && entry.own && entry.says ? html` · ${entry.says}` : ""}</p>
      ${preview && html`<${Preview} id=${preview} />`}
    </div>
    ${mayAct() && html`<div class="buttons" role="group" aria-label=${name}>
      ${whole && html`<button type="button" class="row" disabled=${busy} onClick=${show}>What would a retry do?</button>`}
      <button type="button" disabled=${busy} onClick=${retry}>Retry</button>
      <button type="button" class="quiet" onClick=${() => openDialog(html`<${Link} entry=${entry} changed=${changed} />`)}>Link…</button>
      <button type="button" class="quiet" onClick=${() => openDialog(html`<${Dismiss} title=${`Dismiss ${name}`} what=${name} dismiss=${dismiss} />`)}>Dismiss…</button>
    </div>`}
  </div>`;
}
