// kill -9 at named seams of the corridor: right before and right after each write leaves, before and
// after each commit reaches the disk. After a restart nothing is lost and nothing is doubled.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { World, until } from "./lib/world.mjs";

const seams = [];
// One story makes some forty commits; which step a commit belongs to differs from run to run, so that
// the numbers sample them all.
for (const when of ["before", "after"]) {
  for (const number of [2, 4, 6, 8, 10, 12, 15, 18, 22]) seams.push(`commit.${when}:${number}`);
  for (const number of [1, 2, 3, 4]) seams.push(`jira.${when}:${number}`);
  for (const number of [1, 2, 3]) seams.push(`market.${when}:${number}`);
}

describe("kills at named seams", () => {
  let world, library, folder;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "oms-kill-"));
    library = join(folder, "kill_at.so");
    execFileSync("g++", ["-std=c++20", "-O1", "-shared", "-fPIC", "-o", library, resolve("tests/e2e/lib/kill_at.cpp"), "-ldl"]);
    world = await World.make({ settings: { OMS_POLL_INTERVAL: "500ms", OMS_JIRA_POLL_INTERVAL: "500ms" } });
  });
  after(async () => {
    await world.end();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const seam of seams) {
    test(`killed at ${seam}`, async () => {
      // A linked order to act on, then a restart with the seam armed.
      const { id: project } = await world.market("projects", { name: `Killed at ${seam}` });
      const { id: old } = await world.market("orders", { project, offer: 1 });
      const linked = await world.linkedOrder(project, old);
      await world.killAdapter("SIGTERM");
      await world.market("messages", { project, item: old, content: "asked once" });
      await world.jira(`issues/${linked.key}/comments`, { body: "answered once" });
      await world.jira(`issues/${linked.key}/transition`, { status: "2" });
      await world.market("projects", { name: `And another ${seam}` });
      const { id: fresh } = await world.market("orders", { project, offer: 1, comment: "with it" });
      await world.startAdapter({ LD_PRELOAD: library, KILL_AT: seam }).catch(() => undefined);
      const { signal } = await world.adapter.ended;
      assert.equal(signal, "SIGKILL", "the seam was reached");

      await world.startAdapter();
      await until("the answer", async () => (await world.order(project, old)).messages.some((one) => one.content === "answered once"), 20);
      await until("the question", async () => (await world.issue(project, old)).comments.some((one) => one.body.includes("asked once")), 20);
      await until("the status", async () => (await world.order(project, old)).status === "in_progress", 20);
      await until("the new order", async () => (await world.order(project, fresh)).status === "registered", 20);
      await until("its comment", async () => (await world.issue(project, fresh)).comments.length > 0, 20);
      await world.quiet(20);
      assert.equal((await world.order(project, old)).messages.filter((one) => one.content === "answered once").length, 1);
      assert.equal((await world.issue(project, old)).comments.filter((one) => one.body.includes("asked once")).length, 1);
      assert.equal((await world.issuesOf(project, old)).length, 1);
      assert.equal((await world.issuesOf(project, fresh)).length, 1);
      assert.equal((await world.issuesOf(project)).length, 1);
      assert.equal((await world.issue(project, fresh)).comments.length, 1);
    });
  }
});
