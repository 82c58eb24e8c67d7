// What a retry would do: looked at now, nothing written.
import { html } from "../html.js";
import { subjectHref } from "../router.js";
import { capital, count, nameOf, stop } from "../words.js";
import { TaskProgress, ended, useTask } from "./task.js";

/** Those for whom the same would be done, together. */
function alike(subjects) {
  const groups = new Map();
  for (const one of subjects) {
    const what = JSON.stringify([one.would, one.says]);
    if (!groups.has(what)) groups.set(what, { would: one.would, says: one.says, keys: [] });
    groups.get(what).keys.push(one.key);
  }
  return [...groups.values()];
}

function Would({ would, says, keys }) {
  return html`<li><p class="whom">${keys.map((key, index) => html`${index > 0 ? ", " : ""}<a href=${subjectHref(key)}>${nameOf(key)}</a>`)}</p>
    ${would.length > 0 && html`<ol>${would.map((step) => html`<li>${capital(step)}</li>`)}</ol>`}
    ${says && html`<p class="soft">${stop(capital(says))}</p>`}
    ${would.length === 0 && !says && html`<p class="soft">Nothing: both sides agree by now.</p>`}</li>`;
}

export function Preview({ id }) {
  const { task, trouble } = useTask(id);
  const subjects = task?.result?.subjects;
  return html`<div class="preview" aria-live="polite">
    <${TaskProgress} task=${task} trouble=${trouble} what="Looking at both sides" />
    ${ended(task) && subjects && html`<p><b>A retry would</b> <span class="soft">(looked at now, nothing was written${subjects.length > 1 ? `; ${count(subjects.length, "order")}` : ""})</span></p>
      <ul>${alike(subjects).map((one) => html`<${Would} key=${one.keys[0]} ...${one} />`)}</ul>`}
  </div>`;
}
