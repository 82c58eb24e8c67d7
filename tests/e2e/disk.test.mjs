// A disk that is full, and one that may not be written: nothing is acknowledged that is not kept.
// A file system of its own needs root; without that these are skipped, and say so.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { World, call, run, until } from "./lib/world.mjs";

function smallDisk(t) {
  const folder = mkdtempSync(join(tmpdir(), "oms-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1500k", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true });
    t.skip("no file system can be mounted here (it needs root)");
    return undefined;
  }
  return { folder, end: () => { execFileSync("umount", ["-l", folder]); rmSync(folder, { recursive: true, force: true }); } };
}

const webhook = (world, issue) => call(`${world.url}/api/webhooks/jira?issue_id=${issue}&secret=s3cret`, {
  method: "POST", body: { webhookEvent: "jira:issue_updated", issue: { id: String(issue) }, changelog: { items: [] } } });

describe("disks", () => {
  test("while the disk is full webhooks are answered 503, and all goes on when there is room", async (t) => {
    const disk = smallDisk(t);
    if (!disk) return;
    const world = await World.make({ settings: { OMS_DB_HOST: `sqlite:///${disk.folder}/oms.db`, OMS_POLL_INTERVAL: "500ms", OMS_JIRA_POLL_INTERVAL: "500ms" } });
    try {
      const { id: project } = await world.market("projects", { name: "Before" });
      const { id } = await world.market("orders", { project, offer: 1 });
      const issue = await world.linkedOrder(project, id);
      const ballast = join(disk.folder, "ballast");
      const { bavail, bsize } = statfsSync(disk.folder);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize));
      await until("a 503", async () => (await webhook(world, issue.id)).status === 503);
      await world.jira(`issues/${issue.key}/comments`, { body: "while it was full" });
      assert.equal((await call(`${world.url}/healthz`)).status, 200);
      rmSync(ballast);
      await until("a 204", async () => (await webhook(world, issue.id)).status === 204, 20);
      await until("the message", async () => (await world.order(project, id)).messages.length === 1, 20);
      await world.quiet();
      assert.equal((await world.order(project, id)).messages.length, 1);
    } finally {
      await world.end();
      disk.end();
    }
  });

  test("a folder that may not be written is named at start, with exit code 2", async (t) => {
    const disk = smallDisk(t);
    if (!disk) return;
    const world = await World.make({ adapter: false });
    try {
      execFileSync("mount", ["-o", "remount,ro", disk.folder]);
      const { code, err } = await run(["serve"], { ...world.env, OMS_DB_HOST: `sqlite:///${disk.folder}/oms.db` });
      assert.equal(code, 2, err);
      assert.match(err, new RegExp(`${disk.folder}/oms.db`));
      assert.match(err, /read-only|not writable|may not|unable to open/i);
    } finally {
      await world.end();
      disk.end();
    }
  });
});
