// A database that has forgotten: put back from a backup, or lost. What was done since is found again
// by markers, authors and words; nothing is lost by it and nothing doubled.
import assert from "node:assert/strict";
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { World, sqliteOnly, until } from "./lib/world.mjs";

const polled = { OMS_POLL_INTERVAL: "2s", OMS_JIRA_POLL_INTERVAL: "2s" };

describe("a database that has forgotten", { skip: sqliteOnly }, () => {
  let world, project, early, issue;

  const database = () => join(world.folder, "oms.db");
  const stop = async () => assert.equal((await world.killAdapter("SIGTERM")).code, 0);
  const remove = () => {
    for (const end of ["", "-wal", "-shm"]) rmSync(database() + end, { force: true });
  };
  const comments = async (item) => (await world.issue(project, item)).comments.map((one) => one.body);
  const messages = async (item) => (await world.order(project, item)).messages.map((one) => one.content);
  const once = (texts, word) => texts.filter((text) => text.includes(word)).length;
  const reconcile = () => world.run("reconcile");

  const nothing_doubled = async (later) => {
    await world.quiet();
    assert.equal((await reconcile()).code, 0);
    await world.quiet();
    for (const item of [early, later]) assert.equal((await world.issuesOf(project, item)).length, 1);
    assert.equal((await world.issuesOf(project)).length, 1);
    const [said, told] = [await comments(early), await messages(early)];
    for (const word of ["before", "since", "edited-by-us"]) {
      assert.equal(once(said, word), 1, `${word}: ${said.join(" | ")}`);
      assert.equal(once(told, word), 1, `${word}: ${told.join(" | ")}`);
    }
    await world.clearCounts();
    await reconcile();
    await world.quiet();
    const counts = await world.counts();
    assert.deepEqual([...counts.marketWrites, ...counts.jiraWrites], []);
  };

  before(async () => {
    world = await World.make({ settings: polled });
    ({ id: project } = await world.market("projects", { name: "Forgetful" }));
    ({ id: early } = await world.market("orders", { project, offer: 1 }));
    issue = await world.linkedOrder(project, early);
    await world.market("messages", { project, item: early, content: "asked before" });
    await until("the comment", async () => once(await comments(early), "before") === 1);
    await stop();
    copyFileSync(database(), join(world.folder, "backup.db"));
    await world.startAdapter();
  });
  after(() => world.end());

  test("yesterday's database is put back", async () => {
    await world.market("messages", { project, item: early, content: "asked since" });
    const { id: comment } = await world.jira(`issues/${issue.key}/comments`, { body: "answered, not yet edited" });
    await until("the message", async () => once(await messages(early), "not yet edited") === 1);
    await world.jira(`issues/${issue.key}/comments/${comment}`, { body: "answered, edited-by-us" });
    await until("the edit", async () => once(await messages(early), "edited-by-us") === 1);
    await until("the comment", async () => once(await comments(early), "since") === 1);
    const { id: later } = await world.market("orders", { project, offer: 1 });
    await world.linkedOrder(project, later);
    await stop();
    remove();
    copyFileSync(join(world.folder, "backup.db"), database());
    await world.startAdapter();
    await nothing_doubled(later);
  });

  test("the database is lost", async () => {
    await stop();
    remove();
    await world.startAdapter();
    await nothing_doubled(early + 1);
  });
});

test("what was written on a project before its epic was made is carried with it", async () => {
  const world = await World.make({ settings: polled, adapter: false });
  try {
    const { id } = await world.market("projects", { name: "Early bird" });
    await world.market("messages", { project: id, content: "written first" });
    await world.startAdapter();
    await until("the comment", async () =>
      (await world.issuesOf(id))[0]?.comments.some((one) => one.body.includes("written first")));
  } finally {
    await world.end();
  }
});
