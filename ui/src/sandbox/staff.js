import { h } from "preact";
import { useState } from "preact/hooks";
import htm from "htm";
import { Form } from "./form.js";

const html = htm.bind(h);

/** The subject that an issue stands for, by its label. */
export function subjectOf(issue) {
  for (const label of issue.labels) {
    const order = /^oms-\d+-order-(\d+)-(\d+)$/.exec(label);
    if (order) return `order/${order[1]}/${order[2]}`;
    const project = /^oms-\d+-project-(\d+)$/.exec(label);
    if (project) return `project/${project[1]}`;
  }
  return null;
}

function Comment({ issue, comment, act }) {
  const [editing, setEditing] = useState(false);
  const role = comment.visibility?.value;
  return html`<li class=${role ? "private" : ""}>
    <b>${comment.author}${role ? ` · only ${role}` : ""}
      ${comment.author !== "oms" && html` · <button type="button" class="plain" onClick=${() => setEditing(!editing)}>${editing ? "cancel" : "edit"}</button>`}</b>
    ${editing
      ? html`<${Form} label="Edit the comment" send=${async ({ body }) => {
          await act(`issues/${issue.key}/comments/${comment.id}`, { user: comment.author, body });
          setEditing(false);
        }}><input name="body" required defaultValue=${comment.body} aria-label="Comment" /><button>Save</button><//>`
      : comment.body}
  </li>`;
}

function Issue({ issue, statuses, act, chosen, choose }) {
  const subject = subjectOf(issue);
  const here = subject && chosen === subject;
  const fields = Object.entries(issue.fields).filter(([name]) => name !== "Summary");
  return html`<article class=${here ? "chosen" : ""}>
    <h3><button type="button" onClick=${() => choose(subject)} aria-pressed=${Boolean(here)}>${issue.key} ${issue.fields.Summary}</button>
      <span class="badge">${issue.status_name}</span></h3>
    <p class="meta">${issue.type_name}${issue.epic_link ? ` · in ${issue.epic_link}` : ""}</p>
    <ul class="talk">${issue.comments.map((one) => html`<${Comment} key=${one.id} issue=${issue} comment=${one} act=${act} />`)}</ul>
    <${Form} label=${`Comment on ${issue.key}`} send=${({ body, internal }) => act(`issues/${issue.key}/comments`, { user: "anna", body, ...(internal ? { role: "Staff" } : {}) })}>
      <input name="body" required placeholder="Comment as Anna" aria-label="Comment" />
      <label class="tick"><input type="checkbox" name="internal" />internal</label>
      <button>Send</button>
    <//>
    <${Form} label=${`Status of ${issue.key}`} send=${({ status }) => act(`issues/${issue.key}/transition`, { user: "anna", status })}>
      <select name="status" aria-label="New status">${Object.entries(statuses).map(([id, name]) => html`<option value=${id} selected=${id === issue.status}>${name}</option>`)}</select>
      <button class="plain">Move</button>
    <//>
    ${!issue.epic && html`<${Form} label=${`Voucher of ${issue.key}`} send=${({ voucher }) => act(`issues/${issue.key}/voucher`, { user: "anna", voucher })}>
      <input name="voucher" placeholder=${issue.fields["CP-VoucherID"] || "Voucher ID"} aria-label="Voucher ID" />
      <button class="plain">Set voucher</button>
    <//>`}
    <details><summary>Fields</summary><dl>${fields.map(([name, value]) => html`<dt>${name}</dt><dd>${typeof value === "string" ? value : JSON.stringify(value)}</dd>`)}</dl></details>
  </article>`;
}

export function Staff({ state, act, chosen, choose }) {
  const issues = state.jira.issues.slice().reverse();
  return html`<section class="side jira" aria-label="Staff in Jira">
    <h2>Jira</h2>
    <p class="role">You are Anna, who fulfils the orders.</p>
    ${issues.map((issue) => html`<${Issue} key=${issue.id} issue=${issue} statuses=${state.jira.site.statuses} act=${act} chosen=${chosen} choose=${choose} />`)}
  </section>`;
}
