// Turns that orders take in practice: what was deleted, cloned, moved away, cut short, never read.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { World, until } from "./lib/world.mjs";

const polled = { OMS_POLL_INTERVAL: "500ms", OMS_JIRA_POLL_INTERVAL: "500ms" };

describe("turns", () => {
  let world, project;
  before(async () => {
    world = await World.make({ settings: polled });
    ({ id: project } = await world.market("projects", { name: "Turns" }));
    await world.issue(project);
  });
  after(() => world.end());

  const attention = async () => JSON.parse((await world.run("attention", "list", "--json")).out);
  const explain = async (id) => (await world.run("explain", `${project}/${id}`)).out;

  test("a voucher that the customer supplied is no change of Jira's", async () => {
    const { id } = await world.market("orders", { project, offer: 1, supplied_voucher: "  EX-1  " });
    const issue = await world.linkedOrder(project, id);
    const patched = async () => (await world.order(project, id)).secrets;
    assert.deepEqual(await patched(), {});
    await world.jira(`issues/${issue.key}/voucher`, { voucher: "V-2" });
    await until("the voucher", async () => (await patched()).voucher_id === "V-2");
    await world.jira(`issues/${issue.key}/voucher`, { voucher: "" });
    await until("its end", async () => (await patched()).voucher_id === "");
  });

  test("a comment deleted while no webhook came is recorded, and its message stays", async () => {
    const { id } = await world.market("orders", { project, offer: 1 });
    const issue = await world.linkedOrder(project, id);
    const { id: comment } = await world.jira(`issues/${issue.key}/comments`, { body: "to be deleted" });
    await until("the message", async () => (await world.order(project, id)).messages.length === 1);
    await world.quiet();
    await world.jira("settings", { webhooks: { lose_next: 5 } });
    await world.jira(`issues/${issue.key}/comments/${comment}/delete`);
    await until("the record", async () => (await explain(id)).includes("was deleted in Jira"));
    await world.jira("settings", { webhooks: { lose_next: 0 } });
    assert.equal((await world.order(project, id)).messages.length, 1);
  });

  test("a clone of an issue is reported once, and not followed", async () => {
    const { id } = await world.market("orders", { project, offer: 1 });
    const issue = await world.linkedOrder(project, id);
    const { key: clone } = await world.jira("issues", { fields: { project: { key: "EOSC" }, issuetype: { id: "10204" }, summary: `CLONE - ${issue.fields.Summary}`, labels: issue.labels } });
    const about = async () => (await attention()).filter((one) => JSON.stringify(one).includes(clone));
    await until("the report", async () => (await about()).length === 1);
    await world.jira(`issues/${clone}/transition`, { status: "6" });
    await world.jira(`issues/${clone}/comments`, { body: "on the clone" });
    await world.quiet();
    const order = await world.order(project, id);
    assert.equal(order.status, "registered");
    assert.equal(order.messages.length, 0);
    const [one] = await about();
    const attentionId = one.id ?? one.entries?.[0]?.id ?? one.ids?.[0];
    assert.equal((await world.run("attention", "dismiss", String(attentionId))).code, 0);
    await world.jira(`issues/${clone}/comments`, { body: "again" });
    await world.quiet();
    assert.deepEqual(await about(), []);
  });

  test("what the marketplace deleted is recorded when staff go on in Jira, and needs nobody", async () => {
    const { id } = await world.market("orders", { project, offer: 1 });
    const issue = await world.linkedOrder(project, id);
    await world.market("orders", { project, offer: 1 });
    await world.market(`orders/${project}/${id}/delete`);
    await world.jira(`issues/${issue.key}/comments`, { body: "nobody reads this" });
    await world.jira(`issues/${issue.key}/transition`, { status: "2" });
    await until("the record", async () => (await explain(id)).includes("no longer has it"));
    await world.quiet();
    assert.deepEqual((await attention()).filter((one) => JSON.stringify(one).includes(`order/${project}/${id}`)), []);
    assert.equal((await world.issue(project, id)).status, "2");
  });

  test("an order that the marketplace no longer lists is found by the sweep", async () => {
    const { id } = await world.market("orders", { project, offer: 1 });
    await world.linkedOrder(project, id);
    // The marketplace gives the number of its last order again: that is another story.
    await world.market("orders", { project, offer: 1 });
    await world.market(`orders/${project}/${id}/delete`);
    const { out } = await world.run("reconcile", "--project", String(project));
    assert.match(out, /compared/);
    await until("the record", async () => (await explain(id)).includes("no longer has it"));
  });

  test("a text that is longer than this Jira takes is cut to what it takes", async () => {
    const emoji = "\u{1F680}".repeat(255);
    const { id: long } = await world.market("projects", { name: emoji, organization: emoji, typology: "single_user" });
    const epic = await world.issue(long);
    assert.ok(epic.fields.Summary.startsWith("Project, "));
    assert.ok(epic.fields.Summary.length <= 254, `${epic.fields.Summary.length}`);
    assert.ok(!/[\uD800-\uDBFF]$/.test(epic.fields.Summary), "no torn character");
    await world.quiet();
    assert.deepEqual((await attention()).filter((one) => JSON.stringify(one).includes(`project/${long}`)), []);
  });

  test("an issue that moved to a project with high numbers does not mislead the search for a lost one", async () => {
    const { id: first } = await world.market("orders", { project, offer: 1 });
    const issue = await world.linkedOrder(project, first);
    await world.jira("settings", { index_lag_ms: 3_600_000 });
    await world.jira(`issues/${issue.key}/move`, { project: "HELP" }).catch(() => undefined);
    await world.quiet();
    await world.jira("faults", { kind: "close_after", method: "POST", path: "/rest/api/*/issue", count: 1 });
    await world.jira("settings", { webhooks: { lose_next: 20 } });
    const { id } = await world.market("orders", { project, offer: 1 });
    await until("the order to be registered", async () => (await world.order(project, id)).status === "registered");
    await world.quiet();
    await world.jira("settings", { index_lag_ms: 0, webhooks: { lose_next: 0 } });
    assert.equal((await world.issuesOf(project, id)).length, 1);
  });
});

test("what was said on a project before it had an issue becomes a comment of that", async () => {
  // Its event and the project's make one hint: the first look creates the issue, and has more to do.
  const world = await World.make({ adapter: false });
  try {
    const { id: project } = await world.market("projects", { name: "Talkative" });
    await world.market("messages", { project, content: "said at once" });
    await world.startAdapter();
    await until("the comment", async () => (await world.issue(project)).comments.some((one) => one.body.includes("said at once")));
    await world.quiet();
    assert.equal((await world.issue(project)).comments.length, 1);
  } finally {
    await world.end();
  }
});

test("without a field for it, vouchers are left alone", async () => {
  const world = await World.make({ settings: { ...polled, OMS_JIRA_FIELD_CP_VoucherID: "" } });
  try {
    const { id: project } = await world.market("projects", { name: "No voucher field" });
    const { id } = await world.market("orders", { project, offer: 1, supplied_voucher: "EX-1" });
    const issue = await world.linkedOrder(project, id);
    await world.jira(`issues/${issue.key}/voucher`, { voucher: "V-9" });
    await world.jira(`issues/${issue.key}/transition`, { status: "2" });
    await until("the status", async () => (await world.order(project, id)).status === "in_progress");
    await world.quiet();
    assert.deepEqual((await world.order(project, id)).secrets, {});
  } finally {
    await world.end();
  }
});
