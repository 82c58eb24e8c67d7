// Bad days of both remotes, and kills: nothing lost, nothing doubled.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { World, until } from "./lib/world.mjs";

describe("faults", () => {
  let world, project;
  before(async () => {
    world = await World.make({ settings: { OMS_JIRA_POLL_INTERVAL: "1s", OMS_POLL_INTERVAL: "1s" } });
    ({ id: project } = await world.market("projects", { name: "Faults" }));
    await world.issue(project);
  });
  after(() => world.end());

  const texts = async (item) => (await world.order(project, item)).messages.map((one) => one.content);

  for (const kind of ["fail_after", "close_after", "garble_after", "fail_before", "close_before", "throttle"]) {
    test(`creating an issue: ${kind}`, async () => {
      await world.jira("faults", { kind, method: "POST", path: "/rest/api/*/issue", count: 1, retry_after: 1 });
      const { id } = await world.market("orders", { project, offer: 1 });
      await until("the order to be registered", async () => (await world.order(project, id)).status === "registered");
      await world.quiet();
      assert.equal((await world.issuesOf(project, id)).length, 1);
    });
    test(`adding a comment: ${kind}`, async () => {
      const { id } = await world.market("orders", { project, offer: 1 });
      const issue = await world.linkedOrder(project, id);
      await world.jira("faults", { kind, method: "POST", path: "/rest/api/*/issue/*/comment", count: 1, retry_after: 1 });
      await world.market("messages", { project, item: id, content: "once" });
      await until("the comment", async () => (await world.issue(project, id)).comments.length > 0);
      await world.quiet();
      assert.equal((await world.issue(project, id)).comments.length, 1);
      assert.ok(issue.key);
    });
    test(`posting a message: ${kind}`, async () => {
      const { id } = await world.market("orders", { project, offer: 1 });
      const issue = await world.linkedOrder(project, id);
      await world.market("faults", { kind, method: "POST", path: "/api/v1/oms/1/messages", count: 1, retry_after: 1 });
      await world.jira(`issues/${issue.key}/comments`, { body: "once" });
      await until("the message", async () => (await texts(id)).includes("once"));
      await world.quiet();
      assert.deepEqual(await texts(id), ["once"]);
    });
    test(`status both ways: ${kind}`, async () => {
      const { id } = await world.market("orders", { project, offer: 1 });
      const issue = await world.linkedOrder(project, id);
      await world.market("faults", { kind, method: "PATCH", path: "*", count: 1, retry_after: 1 });
      await world.jira(`issues/${issue.key}/transition`, { status: "2" });
      await until("the order", async () => (await world.order(project, id)).status === "in_progress");
      await world.quiet();
      await world.jira("faults", { kind, method: "POST", path: "*/transitions", count: 1, retry_after: 1 });
      await world.market(`orders/${project}/${id}/status`, { type: "ready" });
      await until("the issue", async () => (await world.issue(project, id)).status === "7");
      await world.quiet();
      assert.equal((await world.order(project, id)).status, "ready");
    });
  }

  test("a bad password pauses Jira, and it goes on by itself", async () => {
    await world.jira("faults", { kind: "unauthorized", count: 2 });
    const { id } = await world.market("orders", { project, offer: 1 });
    await until("the pause", async () => (await world.run("status")).out.includes("paused"));
    assert.match((await world.run("explain", `${project}/${id}`)).out, /OMS_JIRA_USERNAME/);
  });
});

describe("kills", () => {
  let world;
  before(async () => { world = await World.make({ settings: { OMS_JIRA_POLL_INTERVAL: "1s", OMS_POLL_INTERVAL: "1s" } }); });
  after(() => world.end());

  test("twenty kills while orders, messages and comments flow: all arrives once", async () => {
    const { id: project } = await world.market("projects", { name: "Kills" });
    const items = [];
    for (let round = 0; round < 20; round++) {
      const { id } = await world.market("orders", { project, offer: 1, comment: `order ${round}` });
      items.push(id);
      const linked = (await world.issuesOf(project, items[Math.floor(round / 2)]))[0];
      if (linked) await world.jira(`issues/${linked.key}/comments`, { body: `answer ${round}` });
      // The kill falls somewhere into the corridor: a little further in each round.
      await new Promise((done) => setTimeout(done, round * 4));
      await world.killAdapter();
      await world.startAdapter();
    }
    await until("all to be registered", async () => {
      const mine = (await world.projects()).find((one) => one.id === project);
      return mine.orders.every((one) => one.status === "registered");
    }, 60);
    // What was said while nobody listened is found by a poll, once Jira's index has it.
    const answersIn = (texts) => texts.filter((one) => one.startsWith("answer")).sort();
    await until("all answers", async () => {
      for (const id of items) {
        const [issue] = await world.issuesOf(project, id);
        const order = await world.order(project, id);
        if (answersIn(issue.comments.map((one) => one.body)).join() !== answersIn(order.messages.map((one) => one.content)).join()) return false;
      }
      return true;
    }, 60);
    await world.quiet(60);
    const issues = await world.issues();
    for (const [round, id] of items.entries()) {
      const mine = issues.filter((one) => one.labels.includes(`oms-1-order-${project}-${id}`));
      assert.equal(mine.length, 1, `order ${id}`);
      const own = mine[0].comments.filter((one) => one.body.includes(`order ${round}`));
      assert.equal(own.length, 1, `comment of order ${id}`);
      const messages = (await world.order(project, id)).messages.map((one) => one.content);
      assert.deepEqual(answersIn(messages), answersIn(mine[0].comments.map((one) => one.body)), `answers of order ${id}`);
    }
    assert.equal(issues.filter((one) => one.labels.includes(`oms-1-project-${project}`)).length, 1);
  });

  test("SIGTERM ends it within seconds, with exit code 0", async () => {
    const { code } = await world.killAdapter("SIGTERM");
    assert.equal(code, 0);
    await world.startAdapter();
  });
});

describe("feeds", () => {
  test("a feed that cannot be read is told by status and the log, until it can", async () => {
    const world = await World.make({ settings: { OMS_POLL_INTERVAL: "300ms", OMS_JIRA_POLL_INTERVAL: "300ms" } });
    const remotes = async () => JSON.parse((await world.run("status", "--json")).out).remotes;
    try {
      for (const [name, side, fault, words] of [
        ["marketplace", "market", { path: "*/events", kind: "fail_before", status: 400 }, /^its events have not been read since \d{4}-.* UTC: .*400/],
        ["jira", "jira", { path: "*/search*", kind: "refuse", status: 400 }, /^its updated issues have not been read since \d{4}-.* UTC: Jira answered 400/]]) {
        await world[side]("faults", { ...fault, count: -1 });
        await until(`${name}'s feed to be told`, async () => words.test((await remotes())[name].says) || assert.fail((await remotes())[name].says));
        await world[side]("faults/clear");
        await until(`${name}'s feed to be read again`, async () => (await remotes())[name].says === "");
      }
      assert.equal(world.adapter.out.match(/feed cannot be read/g).length, 2, world.adapter.out);
      assert.equal(world.adapter.out.match(/feed can be read again/g).length, 2);
    } finally {
      await world.end();
    }
  });
});
