// Each sentence of the behaviour, from outside: people act on one side, and the other is looked at.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { World, until } from "./lib/world.mjs";

describe("orders and projects", () => {
  let world;
  before(async () => { world = await World.make(); });
  after(() => world.end());

  test("a project becomes an epic with the customer's fields", async () => {
    const { id } = await world.market("projects", { name: "Glacier survey", customer_typology: "single_user", organization: "Uni", scientific_domains: ["Earth", "Ice"] });
    const epic = await world.issue(id);
    assert.equal(epic.epic, true);
    assert.equal(epic.fields.Summary, "Project, Jane Doe, Glacier survey");
    // Cloud has no such thing.
    if (world.env.OMS_JIRA_FIELD_Epic_Name) assert.equal(epic.fields["Epic Name"], "Glacier survey");
    assert.equal(epic.fields["SO-ProjectName"], `Glacier survey (${id})`);
    assert.equal(epic.fields["CI-Email"], "jane@uni.example");
    assert.equal(epic.fields["CI-DisplayName"], "Jane Doe");
    assert.equal(epic.fields["CI-Institution"], "Uni");
    assert.equal(epic.fields["CP-ScientificDiscipline"], "Earth, Ice");
    assert.equal(epic.fields["CP-CustomerCountry"], "N/A");
    assert.deepEqual(epic.properties.oms, { marker: `oms-1-project-${id}` });
  });

  test("an order becomes one issue under the epic, and is registered", async () => {
    const { id: project } = await world.market("projects", { name: "P" });
    const { id } = await world.market("orders", { project, offer: 1, properties: [
      { id: "a", label: "CPU", type: "input", value: 4, value_type: "integer" },
      { id: "b", label: "CPU", type: "input", value_type: "string" },
      { id: "c", label: "Password", type: "input", value: "hunter2", sensitive: true, value_type: "string" }] });
    const issue = await world.linkedOrder(project, id);
    const epic = await world.issue(project);
    assert.equal((await world.issuesOf(project, id)).length, 1);
    assert.equal(issue.epic_link, epic.key);
    assert.equal(issue.fields.Summary, "Service order, Jane Doe, Cloud Compute");
    assert.equal(issue.fields["Order reference"], `${world.mp}/projects/${project}/services/${id}`);
    assert.deepEqual(JSON.parse(issue.fields["SO-1"]), { category: "Compute", service: "Cloud Compute", offer: "Small virtual machine", attributes: { CPU: 4, "CPU (2)": null, Password: "***" } });
    assert.equal(issue.fields["SO-ServiceOrderTarget"], "cloud-team@provider.example");
    assert.equal((await world.order(project, id)).status, "registered");
  });

  test("an open-access order that is ready ends in ready", async () => {
    const { id: project } = await world.market("projects", { name: "Open" });
    const { id } = await world.market("orders", { project, offer: 3 });
    await until("the issue to be ready", async () => (await world.issue(project, id)).status === "7");
    assert.equal((await world.order(project, id)).status, "ready");
  });

  test("each status goes both ways", async () => {
    const { id: project } = await world.market("projects", { name: "Status" });
    const { id } = await world.market("orders", { project, offer: 1 });
    const issue = await world.linkedOrder(project, id);
    for (const [status, type] of [["2", "in_progress"], ["3", "waiting_for_response"], ["4", "approved"], ["7", "ready"], ["6", "closed"], ["5", "rejected"]]) {
      await world.jira(`issues/${issue.key}/transition`, { status });
      await until(`the order to be ${type}`, async () => (await world.order(project, id)).status === type);
    }
    await world.quiet();
    for (const [status, type] of [["1", "registered"], ["2", "in_progress"], ["7", "ready"]]) {
      await world.market(`orders/${project}/${id}/status`, { type });
      await until(`the issue to be ${type}`, async () => (await world.issue(project, id)).status === status);
    }
  });

  test("what the marketplace makes of an order while its issue is made is not undone", async () => {
    const { id: project } = await world.market("projects", { name: "Deployed" });
    await world.issue(project);
    await world.jira("faults", { kind: "slow", method: "POST", path: "/rest/api/*/issue", delay_ms: 700, count: 1 });
    const { id } = await world.market("orders", { project, offer: 1 });
    const issue = await world.issue(project, id);
    assert.equal((await world.order(project, id)).status, "created", "the answer is still on its way");
    await world.market(`orders/${project}/${id}/status`, { type: "in_progress" });
    await until("the issue to follow", async () => (await world.issue(project, id)).status === "2");
    await world.quiet();
    assert.equal((await world.order(project, id)).status, "in_progress");
    assert.equal((await world.issuesOf(project, id)).length, 1);
    assert.equal(issue.id, (await world.issue(project, id)).id);
  });

  test("a Jira status without a counterpart changes nothing", async () => {
    const { id: project } = await world.market("projects", { name: "Unmapped" });
    const { id } = await world.market("orders", { project, offer: 1 });
    const issue = await world.linkedOrder(project, id);
    await world.jira(`issues/${issue.key}/transition`, { status: "8" });
    await world.quiet();
    assert.equal((await world.order(project, id)).status, "registered");
    await world.jira(`issues/${issue.key}/transition`, { status: "2" });
    await until("the order to follow again", async () => (await world.order(project, id)).status === "in_progress");
  });

  test("a voucher goes to the marketplace, and is taken back", async () => {
    const { id: project } = await world.market("projects", { name: "Voucher" });
    const { id } = await world.market("orders", { project, offer: 1, supplied_voucher: "CUSTOMER-1" });
    const issue = await world.linkedOrder(project, id);
    assert.equal(issue.fields["CP-VoucherID"], "CUSTOMER-1");
    assert.equal((await world.order(project, id)).secrets.voucher_id, undefined);
    await world.jira(`issues/${issue.key}/voucher`, { voucher: "V-9" });
    await until("the voucher", async () => (await world.order(project, id)).secrets.voucher_id === "V-9");
    await world.jira(`issues/${issue.key}/voucher`, { voucher: "" });
    await until("no voucher", async () => (await world.order(project, id)).secrets.voucher_id === "");
    await world.quiet();
    const texts = (await world.issue(project, id)).comments.map((one) => one.body).join();
    assert.ok(!texts.includes("V-9"), "the voucher notice is user_direct");
  });

  test("an order of another OMS is carried, but its status is not carried back", async () => {
    const { id: offer } = await world.market("offers", { name: "Foreign", service: "Elsewhere", category: "c", primary_oms: 77 });
    const { id: project } = await world.market("projects", { name: "Foreign" });
    const { id } = await world.market("orders", { project, offer });
    const issue = await world.issue(project, id);
    await world.quiet();
    await world.jira(`issues/${issue.key}/transition`, { status: "2" });
    await world.quiet();
    assert.equal((await world.order(project, id)).status, "created");
    await world.market(`orders/${project}/${id}/status`, { type: "ready" });
    await until("the issue to follow", async () => (await world.issue(project, id)).status === "7");
    assert.match((await world.run("attention", "list")).out, /Nothing needs a person/);
  });

  test("a moved issue is followed by its id", async () => {
    const { id: project } = await world.market("projects", { name: "Moved" });
    const { id } = await world.market("orders", { project, offer: 1 });
    const issue = await world.linkedOrder(project, id);
    const [other] = (await world.jira(`issues/${issue.key}/move`, { project: "OTHER" }).then(() => ["OTHER"], () => []));
    if (!other) return; // The simulated site has no second project.
    const moved = (await world.issues()).find((one) => one.id === issue.id);
    await world.jira(`issues/${moved.key}/comments`, { body: "still here" });
    await until("the message", async () => (await world.order(project, id)).messages.some((one) => one.content === "still here"));
  });

  test("a deleted issue is never made again", async () => {
    const { id: project } = await world.market("projects", { name: "Deleted" });
    const { id } = await world.market("orders", { project, offer: 1 });
    const issue = await world.linkedOrder(project, id);
    await world.jira(`issues/${issue.key}/delete`, { user: "admin" });
    await until("attention", async () => (await world.run("attention", "list")).out.includes("orphaned"));
    await world.market("messages", { project, item: id, content: "anybody there?" });
    await world.quiet();
    assert.equal((await world.issuesOf(project, id)).length, 0);
  });
});

describe("messages and comments", () => {
  let world, project, id, issue;
  before(async () => {
    world = await World.make({ settings: { OMS_JIRA_INTERNAL_ROLE: "Staff" } });
    await world.jira("settings", { users: { oms: { roles: ["User", "Staff", "Administrators"] } } });
    ({ id: project } = await world.market("projects", { name: "Talk" }));
    ({ id } = await world.market("orders", { project, offer: 1 }));
    issue = await world.linkedOrder(project, id);
  });
  after(() => world.end());
  const comments = async () => (await world.issue(project, id)).comments;
  const messages = async () => (await world.order(project, id)).messages;

  test("a customer's message becomes a comment that says who wrote it", async () => {
    await world.market("messages", { project, item: id, content: "When will it be ready?" });
    await until("the comment", async () => (await comments()).some((one) => one.body === "Jane Doe (user) wrote:\nWhen will it be ready?"));
  });

  test("markup in a customer's text takes no effect", async () => {
    await world.market("messages", { project, item: id, content: "[~admin] {code} !x.png! *b*" });
    const found = await until("the comment", async () => (await comments()).find((one) => one.body.includes("admin")));
    // A document says itself what takes effect in it.
    if (found.document) return assert.deepEqual(found.effects, []);
    assert.ok(!found.body.includes("[~"), found.body);
    assert.ok(found.body.includes("\\{code\\}"), found.body);
    assert.ok(found.body.includes("\\*b\\*"), found.body);
  });

  test("an edited message edits its comment, and doubles nothing", async () => {
    const { id: message } = await world.market("messages", { project, item: id, content: "tpyo" });
    await until("the comment", async () => (await comments()).some((one) => one.body.endsWith("tpyo")));
    const before = (await comments()).length;
    await world.market(`messages/${message}/edit`, { content: "typo" });
    await until("the edit", async () => (await comments()).some((one) => one.body.endsWith("typo")));
    assert.equal((await comments()).length, before);
  });

  test("an edit leaves a comment restricted that staff have restricted", async () => {
    const { id: message } = await world.market("messages", { project, item: id, content: "my passport number" });
    const comment = await until("the comment", async () => (await comments()).find((one) => one.body.endsWith("passport number")));
    await world.jira(`issues/${issue.key}/comments/${comment.id}`, { user: "admin", role: "Administrators" });
    await world.market(`messages/${message}/edit`, { content: "my passport number is secret" });
    const edited = await until("the edit", async () => (await comments()).find((one) => one.body.endsWith("is secret")));
    assert.deepEqual(edited.visibility, { type: "role", value: "Administrators" });
  });

  test("an internal message is restricted, a direct one never comes", async () => {
    await world.market("messages", { project, item: id, content: "between us", scope: "internal", role: "provider", name: "Paul" });
    await world.market("messages", { project, item: id, content: "the secret password", scope: "user_direct", role: "provider" });
    const found = await until("the comment", async () => (await comments()).find((one) => one.body.includes("between us")));
    assert.deepEqual(found.visibility, { type: "role", value: "Staff" });
    assert.ok(found.body.startsWith(found.document ? "[internal] " : "\\[internal] "), found.body);
    await world.quiet();
    assert.ok(!(await comments()).some((one) => one.body.includes("password")));
    assert.ok(!(await comments()).some((one) => one.body.includes("OBFUSCATED")));
  });

  test("a long text is continued, nothing is cut", async () => {
    const words = Array.from({ length: 9000 }, (_, i) => `word${i}`).join(" ");
    const before = (await comments()).length;
    await world.market("messages", { project, item: id, content: words });
    await until("the parts", async () => (await comments()).length >= before + 3, 60);
    await world.quiet();
    const parts = (await comments()).slice(before).map((one) => one.body.replace(/^(Jane Doe.*|\(\d+\/\d+\))\n/, ""));
    assert.equal(parts.join(""), words);
  });

  test("the order of messages is kept", async () => {
    const before = (await comments()).length;
    for (let i = 0; i < 8; i++) await world.market("messages", { project, item: id, content: `number ${i}` });
    await until("all", async () => (await comments()).length === before + 8);
    assert.deepEqual((await comments()).slice(before).map((one) => one.body.split("\n")[1]), Array.from({ length: 8 }, (_, i) => `number ${i}`));
  });

  test("staff's comment becomes a message of theirs", async () => {
    await world.jira(`issues/${issue.key}/comments`, { user: "anna", body: "It is *ready*, see [the manual|https://docs.example/x]" });
    const found = await until("the message", async () => (await messages()).find((one) => one.content.startsWith("It is")));
    assert.equal(found.content, "It is ready, see the manual (https://docs.example/x)");
    assert.equal(found.role, "mediator");
    assert.equal(found.scope, "public");
    assert.ok(found.name.length > 0);
  });

  test("an edited comment edits its message; a deleted one leaves it", async () => {
    await world.jira(`issues/${issue.key}/comments`, { body: "frist" });
    const found = await until("the message", async () => (await messages()).find((one) => one.content === "frist"));
    const comment = (await comments()).find((one) => one.body === "frist");
    await world.jira(`issues/${issue.key}/comments/${comment.id}`, { body: "first" });
    await until("the edit", async () => (await messages()).find((one) => one.id === found.id && one.content === "first"));
    await world.jira(`issues/${issue.key}/comments/${comment.id}/delete`);
    await world.quiet();
    assert.ok((await messages()).some((one) => one.id === found.id && one.content === "first"));
  });

  test("restricted comments never reach the customer, until they are freed", async () => {
    await world.jira(`issues/${issue.key}/comments`, { body: "do not tell", role: "Staff" });
    await world.quiet();
    assert.ok(!(await messages()).some((one) => one.content === "do not tell"));
    const comment = (await comments()).find((one) => one.body === "do not tell");
    await world.jira(`issues/${issue.key}/comments/${comment.id}`, { role: "" });
    await until("the message", async () => (await messages()).some((one) => one.content === "do not tell"));
  });

  test("a comment restricted to a group stays in Jira, also when it is edited", async () => {
    await world.jira(`issues/${issue.key}/comments`, { user: "admin", body: "for admins", group: "jira-administrators" });
    await world.quiet();
    const comment = (await comments()).find((one) => one.body === "for admins");
    await world.jira(`issues/${issue.key}/comments/${comment.id}`, { user: "admin", body: "still for admins" });
    await world.quiet();
    assert.ok(!(await messages()).some((one) => one.content.includes("for admins")));
  });

  test("a comment that is restricted later is not edited any more, and needs a person", async () => {
    await world.jira(`issues/${issue.key}/comments`, { body: "oops" });
    await until("the message", async () => (await messages()).some((one) => one.content === "oops"));
    const comment = (await comments()).find((one) => one.body === "oops");
    await world.jira(`issues/${issue.key}/comments/${comment.id}`, { body: "oops, hush", role: "Staff" });
    await until("attention", async () => (await world.run("attention", "list")).out.includes("restricted_comment"));
    assert.ok(!(await messages()).some((one) => one.content.includes("hush")));
  });

  test("project messages and epic comments go to each other", async () => {
    const epic = await world.issue(project);
    await world.market("messages", { project, content: "on the project" });
    await until("the comment", async () => (await world.issue(project)).comments.some((one) => one.body.includes("on the project")));
    await world.jira(`issues/${epic.key}/comments`, { body: "on the epic" });
    await until("the message", async () => (await world.projects()).find((one) => one.id === project).messages.some((one) => one.content === "on the epic"));
  });
});
