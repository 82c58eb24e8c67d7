// A disk that is full, and one that may not be written: nothing is acknowledged that is not kept.
// A file system of its own needs root; without that these are skipped, and say so.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { People, webhook } from "./lib/people.mjs";
import { Seeded, seeds, tellSeed } from "./lib/seeded.mjs";
import { World, call, run, until } from "./lib/world.mjs";

function smallDisk(t, size = "1500k") {
  const folder = mkdtempSync(join(tmpdir(), "oms-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder], { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true });
    t.skip("no file system can be mounted here (it needs root)");
    return undefined;
  }
  return { folder, end: () => { execFileSync("umount", ["-l", folder]); rmSync(folder, { recursive: true, force: true }); } };
}

/** Takes all the room there is, again and again: what the database gives back is taken too. */
function fill(folder) {
  const ballast = join(folder, "ballast");
  const take = () => {
    const { bavail, bsize } = statfsSync(folder);
    try {
      if (bavail > 0) appendFileSync(ballast, Buffer.alloc(bavail * bsize));
    } catch (error) {
      // The service was quicker with some of it.
      if (error.code !== "ENOSPC") throw error;
    }
  };
  take();
  const timer = setInterval(take, 20);
  return () => {
    clearInterval(timer);
    rmSync(ballast, { force: true });
  };
}

describe("disks", () => {
  test("a backup that finds no room says that it is to be made again, and leaves nothing", async (t) => {
    const disk = smallDisk(t, "64k");
    if (!disk) return;
    const folder = mkdtempSync(join(tmpdir(), "oms-backup-"));
    try {
      const database = { OMS_DB_HOST: `sqlite:///${folder}/oms-jira.db` };
      assert.equal((await run(["db", "upgrade"], database)).code, 0);
      const refused = await run(["db", "backup", join(disk.folder, "today.db")], database);
      assert.equal(refused.code, 1, refused.err);
      assert.match(refused.err, /the disk is full; nothing of it is kept: make room.*back up again/);
      assert.doesNotMatch(refused.err, /by itself/);
      assert.deepEqual(readdirSync(disk.folder), []);
    } finally {
      disk.end();
      rmSync(folder, { recursive: true, force: true });
    }
  });

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

  const [seed] = seeds(1);
  test(`full and not full in turns while people act: seed ${seed}`, async (t) => {
    tellSeed(t, seed, import.meta.url);
    // Room for what SQLite keeps beside the database until it is tidied up, some 4 MiB.
    const disk = smallDisk(t, "12m");
    if (!disk) return;
    const random = new Seeded(seed);
    const world = await World.make({ adapter: false, settings: {
      OMS_DB_HOST: `sqlite:///${disk.folder}/oms.db`, OMS_POLL_INTERVAL: "500ms", OMS_JIRA_POLL_INTERVAL: "500ms", ...People.settings } });
    const people = new People(world, new Seeded(random.below(1 << 30)), "Full disk");
    try {
      await people.settle();
      await world.startAdapter();
      const answers = {};
      for (let i = 0; i < 10; i++) await people.act();
      const { id } = await until("an issue", async () => (await world.issues())[0]);
      for (let turn = 0; turn < 4; turn++) {
        // In the middle of the work, not between two pieces of it.
        for (let i = 0; i < random.below(8); i++) await people.act();
        const release = fill(disk.folder);
        try {
          await until("a webhook that cannot be kept", async () => {
            const { status } = await webhook(world, id);
            answers[status] = (answers[status] ?? 0) + 1;
            assert.ok([204, 503].includes(status), String(status));
            return status === 503;
          });
          for (let i = 0; i < 6; i++) await people.act();
          assert.equal((await call(`${world.url}/healthz`)).status, 200);
        } finally {
          release();
        }
        await until("a webhook that is kept", async () => (await webhook(world, id)).status === 204, 20);
      }
      // Without a restart; what was answered 503 nobody sends again: the polls find it.
      await people.converge();
      assert.equal(world.adapter.exitCode, null);
      assert.ok(world.adapter.out.split("\n").length < 2000, `${world.adapter.out.split("\n").length} lines`);
      t.diagnostic(`answers ${JSON.stringify(answers)}; ${people.orders.length} orders, ${people.texts.length} texts; ${world.adapter.out.split("\n").length} lines`);
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
