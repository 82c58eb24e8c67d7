// What a retry would do: looked at now, nothing written.
import { html } from "../html.js";
import { subjectHref } from "../router.js";
import { capital, count, nameOf, stop } from "../words.js";
import { TaskProgress, ended, useTask } from "./task.js";

function Would({ one }) {
  return html`<li><a href=${subjectHref(one.key)}>${nameOf(one.key)}</a>
    ${one.would.length > 0 ? html`<ol>${one.would.map((step) => html`<li>${capital(step)}</li>`)}</ol>` : ""}
    ${one.says && html`<span class="soft"> ${stop(capital(one.says))}</span>`}
    ${one.would.length === 0 && !one.says && html`<span class="soft"> Nothing: both sides agree by now.</span>`}</li>`;
}

export function Preview({ id }) {
  const { task, trouble } = useTask(id);
  const subjects = task?.result?.subjects;
  return html`<div class="preview" aria-live="polite">
    <${TaskProgress} task=${task} trouble=${trouble} what="Looking at both sides" />
    ${ended(task) && subjects && html`<p><b>A retry would</b> <span class="soft">(looked at now, nothing was written${subjects.length > 1 ? `; ${count(subjects.length, "order")}` : ""})</span></p>
      <ul>${subjects.map((one) => html`<${Would} key=${one.key} one=${one} />`)}</ul>`}
  </div>`;
}
