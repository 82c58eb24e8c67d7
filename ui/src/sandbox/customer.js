import { h } from "preact";
import htm from "htm";
import { Form } from "./form.js";

const html = htm.bind(h);

function Talk({ messages }) {
  if (messages.length === 0) return null;
  return html`<ul class="talk">
    ${messages.map((one) => html`<li key=${one.id} class=${one.scope === "public" ? "" : "private"}>
      <b>${one.name || one.role} · ${one.role}${one.scope === "public" ? "" : ` · ${one.scope.replace("_", " ")}`}</b>${one.content}</li>`)}
  </ul>`;
}

function Order({ project, order, act, chosen, choose }) {
  const key = `order/${project.id}/${order.id}`;
  const voucher = order.secrets.voucher_id;
  return html`<article class=${chosen === key ? "chosen" : ""}>
    <h3><button type="button" onClick=${() => choose(key)} aria-pressed=${chosen === key}>${order.service}: ${order.offer}</button>
      <span class="badge ${order.status}">${order.status.replaceAll("_", " ")}</span></h3>
    <p class="meta">order ${project.id}/${order.id} of “${project.name}”${voucher ? ` · voucher ${voucher}` : ""}</p>
    <${Talk} messages=${order.messages} />
    <${Form} label=${`Write about order ${project.id}/${order.id}`} send=${({ content }) => act("messages", { project: project.id, item: order.id, content })}>
      <input name="content" required placeholder="Write to the provider" aria-label="Message" />
      <button>Send</button>
    <//>
  </article>`;
}

export function Customer({ state, act, chosen, choose }) {
  const { projects, offers } = state.marketplace;
  const orders = projects.flatMap((project) => project.orders.map((order) => ({ project, order }))).reverse();
  return html`<section class="side market" aria-label="Customer at the marketplace">
    <h2>Marketplace</h2>
    <p class="role">You are Jane Doe, a scientist.</p>
    <${Form} className="order" label="Order a service"
      send=${({ project, offer, comment }) => act("orders", { project: Number(project), offer: Number(offer), comment })}>
      <label>Service<select name="offer">${offers.map((one) => html`<option value=${one.id}>${one.service}: ${one.name}</option>`)}</select></label>
      <label>Project<select name="project">${projects.map((one) => html`<option value=${one.id}>${one.name}</option>`)}</select></label>
      <label>Comment<input name="comment" placeholder="optional" /></label>
      <button disabled=${projects.length === 0}>Order</button>
    <//>
    <${Form} label="New project" send=${({ name }) => act("projects", { name })}>
      <input name="name" required placeholder="Name of a new project" aria-label="Name of a new project" />
      <button class="plain">Make it</button>
    <//>
    ${orders.length === 0 && html`<p class="meta">Nothing ordered yet.</p>`}
    ${orders.map(({ project, order }) => html`<${Order} key=${`${project.id}/${order.id}`} project=${project} order=${order} act=${act} chosen=${chosen} choose=${choose} />`)}
  </section>`;
}
