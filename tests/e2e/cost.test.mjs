// What a change costs at the remotes, counted there: one write, and at most one read of each side.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { World, call, until } from "./lib/world.mjs";

describe("cost", () => {
  let world, project, id, issue;
  before(async () => {
    world = await World.make();
    ({ id: project } = await world.market("projects", { name: "Cost" }));
    ({ id } = await world.market("orders", { project, offer: 1 }));
    issue = await world.linkedOrder(project, id);
    await world.quiet();
  });
  after(() => world.end());

  async function costOf(change, arrived) {
    await world.clearCounts();
    await change();
    await until("the change to arrive", arrived);
    await world.quiet();
    const counts = await world.counts();
    return {
      writes: [...counts.marketWrites, ...counts.jiraWrites].map((one) => `${one.method} ${one.target ?? one.path}`),
      marketReads: counts.marketReads.map((one) => one.target ?? one.path),
      jiraReads: counts.jiraReads.map((one) => one.target ?? one.path),
    };
  }
  function assertCheap(cost, { marketReads = 1, jiraReads = 1 } = {}) {
    assert.equal(cost.writes.length, 1, JSON.stringify(cost));
    assert.ok(cost.marketReads.length <= marketReads, JSON.stringify(cost));
    assert.ok(cost.jiraReads.length <= jiraReads, JSON.stringify(cost));
  }

  test("a status set in Jira", async () => {
    assertCheap(await costOf(
      () => world.jira(`issues/${issue.key}/transition`, { status: "2" }),
      async () => (await world.order(project, id)).status === "in_progress"));
  });
  test("a status set at the marketplace", async () => {
    assertCheap(await costOf(
      () => world.market(`orders/${project}/${id}/status`, { type: "approved" }),
      async () => (await world.issue(project, id)).status === "4"));
  });
  test("a message reads the marketplace alone", async () => {
    assertCheap(await costOf(
      () => world.market("messages", { project, item: id, content: "cheap" }),
      async () => (await world.issue(project, id)).comments.some((one) => one.body.includes("cheap"))), { jiraReads: 0 });
  });
  test("a comment reads Jira alone", async () => {
    assertCheap(await costOf(
      () => world.jira(`issues/${issue.key}/comments`, { body: "thrifty" }),
      async () => (await world.order(project, id)).messages.some((one) => one.content === "thrifty")), { marketReads: 0 });
  });
  test("a voucher", async () => {
    assertCheap(await costOf(
      () => world.jira(`issues/${issue.key}/voucher`, { voucher: "V-1" }),
      async () => (await world.order(project, id)).secrets.voucher_id === "V-1"));
  });
  test("a new order is two changes: the issue, and that it is registered", async () => {
    let item;
    const cost = await costOf(
      async () => { ({ id: item } = await world.market("orders", { project, offer: 1 })); },
      async () => (await world.order(project, item)).status === "registered");
    assert.equal(cost.writes.length, 2, JSON.stringify(cost));
    assert.ok(cost.marketReads.length <= 2, JSON.stringify(cost));
    assert.ok(cost.jiraReads.length <= 2, JSON.stringify(cost));
  });
  test("a new project, of whose issue Jira tells before it answers, is not read again", async () => {
    await world.jira("faults", { kind: "slow", path: "*/issue", delay_ms: 300, count: -1 });
    let made;
    const cost = await costOf(
      async () => { ({ id: made } = await world.market("projects", { name: "Told early" })); },
      async () => (await world.issues()).some((one) => one.labels.includes(`oms-1-project-${made}`)));
    await world.jira("faults/clear");
    assertCheap(cost);
    assert.match((await world.run("explain", String(made))).out, /hint +webhook jira:issue_created/);
  });
  test("with no outside change a reconciliation writes nothing", async () => {
    await world.clearCounts();
    const { code, out } = await world.run("reconcile");
    assert.equal(code, 0, out);
    assert.match(out, /^\d+ compared, 0 differed, 0 healed$/m);
    const counts = await world.counts();
    assert.deepEqual([...counts.marketWrites, ...counts.jiraWrites], []);
  });

  test("a burst of triggers: two polls at most, the one that it met and the one that follows", async () => {
    await world.market("faults", { kind: "slow", path: "*/events", delay_ms: 300, count: -1 });
    await world.market("requests/clear");
    for (let i = 0; i < 100; ++i) assert.equal((await call(`${world.url}/mp/trigger`)).status, 204);
    await world.quiet();
    await world.market("faults/clear");
    const { requests } = (await call(`${world.mp}/sim/requests`)).json;
    const polls = requests.filter((one) => (one.target ?? one.path).includes("/events?"));
    assert.ok(polls.length >= 1 && polls.length <= 3, `${polls.length} polls`);
  });
});
