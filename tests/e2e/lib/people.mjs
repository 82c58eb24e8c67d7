// People who act on both sides by seed, and what must stand there in the end. Each text bears a
// token of its own, by which it is found on the other side, once.
import assert from "node:assert/strict";
import { call, until } from "./world.mjs";

const jiraStatus = { registered: "1", in_progress: "2", waiting_for_response: "3", approved: "4", rejected: "5", closed: "6", ready: "7" };
const internalRole = "Staff";

export class People {
  constructor(world, random, name) {
    Object.assign(this, { world, random, name, projects: [], orders: [], texts: [], last: 0 });
  }

  static settings = { OMS_JIRA_INTERNAL_ROLE: internalRole };

  /** Before the adapter starts: our account may see what is internal. */
  async settle() {
    await this.world.jira("settings", { users: { oms: { roles: ["User", internalRole] } } });
  }

  token() { return `tok${++this.last}x`; }

  async act() {
    const wanted = this.random.weighed({ project: 4, order: 16, message: 22, direct: 4, internal: 6, comment: 22, restricted: 6, editMessage: 8, editComment: 8, statusHere: 8, statusThere: 8 });
    if (this.projects.length === 0 || wanted === "project") return this.project();
    if (this.orders.length === 0 || wanted === "order") return this.order();
    switch (wanted) {
      case "message": return this.message("public");
      case "direct": return this.message("user_direct");
      case "internal": return this.message("internal");
      case "comment": return this.comment(false);
      case "restricted": return this.comment(true);
      case "editMessage": return this.editMessage();
      case "editComment": return this.editComment();
      case "statusHere": return this.statusHere();
      case "statusThere": return this.statusThere();
    }
  }

  async project() {
    const { id } = await this.world.market("projects", { name: `${this.name} ${this.projects.length}` });
    this.projects.push(id);
  }
  async order() {
    const project = this.random.pick(this.projects);
    const { id } = await this.world.market("orders", { project, offer: 1 });
    this.orders.push({ project, id });
  }
  /** An order, or now and then the project itself. */
  place() {
    return this.random.chance(0.15) ? { project: this.random.pick(this.projects) } : this.random.pick(this.orders);
  }
  async message(scope) {
    const { project, id: item } = this.place();
    const token = this.token();
    const given = scope === "public" ? {} : { role: "mediator", name: "Mediator" };
    const { id } = await this.world.market("messages", { project, item, scope, content: `${token} v0`, ...given });
    this.texts.push({ side: "market", scope, project, item, token, id, version: 0 });
  }
  async editMessage() {
    const mine = this.texts.filter((one) => one.side === "market" && one.scope !== "user_direct");
    if (mine.length === 0) return;
    const text = this.random.pick(mine);
    await this.world.market(`messages/${text.id}/edit`, { content: `${text.token} v${text.version + 1}` });
    text.version += 1;
  }
  async issueAt(place) {
    return (await this.world.issuesOf(place.project, place.id))[0];
  }
  async comment(restricted) {
    const place = this.place();
    const issue = await this.issueAt(place);
    if (!issue) return;
    const token = this.token();
    const { id } = await this.world.jira(`issues/${issue.key}/comments`, { body: `${token} v0`, ...(restricted ? { role: internalRole } : {}) });
    this.texts.push({ side: "jira", restricted, project: place.project, item: place.id, token, id, key: issue.key, version: 0 });
  }
  async editComment() {
    const mine = this.texts.filter((one) => one.side === "jira");
    if (mine.length === 0) return;
    const text = this.random.pick(mine);
    await this.world.jira(`issues/${text.key}/comments/${text.id}`, { body: `${text.token} v${text.version + 1}` });
    text.version += 1;
  }
  async statusHere() {
    const issue = await this.issueAt(this.random.pick(this.orders));
    if (issue) await this.world.jira(`issues/${issue.key}/transition`, { status: this.random.pick(["2", "3", "4", "6", "7"]) });
  }
  async statusThere() {
    const { project, id } = this.random.pick(this.orders);
    await this.world.market(`orders/${project}/${id}/status`, { type: this.random.pick(["in_progress", "approved", "ready", "closed"]) });
  }

  /** What does not stand on both sides as it must: nothing where all is well. */
  async faults() {
    const [projects, issues] = [await this.world.projects(), await this.world.issues()];
    const faults = [];
    const withLabel = (label) => issues.filter((one) => one.labels.includes(label));
    for (const project of projects) {
      const epics = withLabel(`oms-1-project-${project.id}`);
      if (epics.length !== 1) faults.push(`project ${project.id} has ${epics.length} issues`);
      for (const order of project.orders) {
        const found = withLabel(`oms-1-order-${project.id}-${order.id}`);
        if (found.length !== 1) faults.push(`order ${project.id}/${order.id} has ${found.length} issues`);
        if (found[0] && jiraStatus[order.status] !== found[0].status) faults.push(`order ${project.id}/${order.id} is ${order.status}, its issue ${found[0].status}`);
        if (found[0] && found[0].epic_link !== epics[0]?.key) faults.push(`order ${project.id}/${order.id} is not under its epic`);
      }
    }
    const comments = issues.flatMap((issue) => issue.comments.map((one) => ({ ...one, issue })));
    const messages = projects.flatMap((project) => [
      ...project.messages.map((one) => ({ ...one, at: `${project.id}/` })),
      ...project.orders.flatMap((order) => order.messages.map((one) => ({ ...one, at: `${project.id}/${order.id}` })))]);
    // By the tokens that stand in them: the lines to the processes run through here, too, and must not starve.
    const byToken = (list) => {
      const found = new Map();
      for (const one of list) {
        for (const word of new Set((one.body ?? one.content).split(/\s+/).filter((part) => part.startsWith("tok")))) found.set(word, [...(found.get(word) ?? []), one]);
      }
      return (word) => found.get(word) ?? [];
    };
    const [inComments, inMessages] = [byToken(comments.filter((one) => one.body.includes("tok"))), byToken(messages.filter((one) => one.content.includes("tok")))];
    for (const text of this.texts) {
      const label = text.item === undefined ? `oms-1-project-${text.project}` : `oms-1-order-${text.project}-${text.item}`;
      const place = `${text.project}/${text.item ?? ""}`;
      const here = inComments(text.token);
      const there = inMessages(text.token);
      const what = `${text.side} text ${text.token} (${text.scope ?? (text.restricted ? "restricted" : "public")}) at ${place}`;
      const [comments_, messages_] = text.side === "market" ? [text.scope === "user_direct" ? 0 : 1, 1] : [1, text.restricted ? 0 : 1];
      if (here.length !== comments_) faults.push(`${what} is in ${here.length} comments`);
      if (there.length !== messages_) faults.push(`${what} is in ${there.length} messages`);
      for (const one of here) {
        if (!one.issue.labels.includes(label)) faults.push(`${what} is a comment of ${one.issue.key}`);
        if (!one.body.includes(`v${text.version}`)) faults.push(`${what} reads ${one.body} in Jira, not v${text.version}`);
        if (text.scope === "internal" && one.visibility?.value !== internalRole) faults.push(`${what} is shown to all in Jira`);
      }
      for (const one of there) {
        if (one.at !== place) faults.push(`${what} is a message of ${one.at}`);
        if (!one.content.includes(`v${text.version}`)) faults.push(`${what} reads ${one.content} at the marketplace, not v${text.version}`);
      }
    }
    // Whatever stands there beside what people wrote is an echo.
    const tokens = new Set(this.texts.map((text) => text.token));
    const known = (one) => ((one.body ?? one.content).match(/tok\d+x/g) ?? []).some((token) => tokens.has(token));
    for (const one of comments.filter((one) => !known(one))) faults.push(`nobody wrote the comment ${one.body}`);
    for (const one of messages.filter((one) => !known(one))) faults.push(`nobody wrote the message ${one.content}`);
    return faults;
  }

  /** Until nothing is wrong; where it stays so, the story of the first that is. */
  async agree(seconds) {
    let faults = [];
    const agreed = async () => (faults = await this.faults()).length === 0;
    await until("both sides to agree", agreed, seconds).catch(async () => {
      const place = /\d+\/\d*/.exec(faults[0])?.[0].replace(/\/$/, "") ?? "1";
      const story = (await this.world.run("explain", place)).out;
      throw new Error(`after ${seconds} s:\n${faults.join("\n")}\n${story}\n${(await this.world.run("attention", "list")).out}`);
    });
  }

  /** Until both sides agree; then that a second reconciliation writes nothing. What the first found. */
  async converge(seconds = 40) {
    await this.agree(seconds);
    await this.world.quiet(seconds);
    const dry = await this.world.run("reconcile", "--dry-run");
    const first = await this.world.run("reconcile");
    assert.equal(first.code, 0, first.out + first.err);
    await this.world.quiet(seconds);
    assert.deepEqual(await this.faults(), []);
    await this.world.clearCounts();
    const second = await this.world.run("reconcile");
    assert.equal(second.code, 0, second.out + second.err);
    assert.match(second.out, /^\d+ compared, 0 differed, 0 healed$/m);
    const { marketWrites, jiraWrites } = await this.world.counts();
    assert.deepEqual([...marketWrites, ...jiraWrites], []);
    // What the hints had not told, where there is such a thing.
    const summary = first.out.trim().split("\n").pop();
    if (summary.endsWith(" 0 healed")) return summary;
    const place = /\d+(\/\d+)?/.exec(dry.out)[0];
    return `${summary}: ${dry.out.trim()}\n${(await this.world.run("explain", place)).out}`;
  }
}

/** A real webhook's like, as Jira would send it for an issue; Jira gives up after half a minute. */
export const webhook = (world, issue, secret = "s3cret") => call(`${world.url}/api/webhooks/jira?issue_id=${issue}&secret=${secret}`, {
  signal: AbortSignal.timeout(30_000), method: "POST", body: { webhookEvent: "jira:issue_updated", issue: { id: String(issue) }, changelog: { items: [] } } });
