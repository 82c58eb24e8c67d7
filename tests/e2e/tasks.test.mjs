// What people ask of the service and what it keeps for them: tasks, sights, calls. The API that asks
// is not needed for it: a task is a row.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { World, sqliteOnly, until } from "./lib/world.mjs";

const execute = promisify(execFile);
const skip = sqliteOnly || (existsSync("/usr/bin/sqlite3") ? false : "needs sqlite3 (Debian: sqlite3)");

async function inWorld(options, play) {
  const world = await World.make(options);
  world.sql = async (sql) => {
    const { stdout } = await execute("sqlite3", ["-json", "-cmd", ".timeout 10000", `${world.folder}/oms.db`, sql], { maxBuffer: 1 << 28 });
    return stdout.trim() ? JSON.parse(stdout) : [];
  };
  world.ask = async (kind, input = {}) => {
    const repeat = `${kind}-${Math.random()}`;
    await world.sql(`INSERT INTO task (kind, input, asked_by, asked_at, repeat, state, owner, until, progress, result)
      VALUES ('${kind}', '${JSON.stringify(input)}', 'Ada', 0, '${repeat}', 'waiting', '', 0, '', '')`);
    return repeat;
  };
  world.task = async (repeat) => (await world.sql(`SELECT * FROM task WHERE repeat = '${repeat}'`))[0];
  world.ended = (repeat, state = "done") =>
    until(`task ${repeat} to be ${state}`, async () => {
      const task = await world.task(repeat);
      assert.ok(!["done", "failed"].includes(task.state) || task.state === state, JSON.stringify(task));
      return task.state === state && JSON.parse(task.result);
    }, 20);
  try {
    await play(world);
  } finally {
    await world.end();
  }
}

const sight = async (world, subject) => {
  const [row] = await world.sql(`SELECT * FROM sight WHERE subject = '${subject}'`);
  return row && { ...row, rows: Object.fromEntries(JSON.parse(row.rows).map((one) => [one.name, one])) };
};
const writes = async (world) => {
  const counts = await world.counts();
  return [...counts.marketWrites, ...counts.jiraWrites];
};

/** An order whose issue is gone is not in step, wherever one looks. */
async function aPersonIsTold(world, project, id, key) {
  const story = JSON.parse((await world.run("explain", `${project}/${id}`, "--json")).out);
  assert.equal(story.state, "attention");
  assert.match(story.next, new RegExp(`^a person must act \\(orphaned\\): issue ${key} was deleted.*What to do: `));
  assert.match((await world.run("explain", `${project}/${id}`)).out, /Next\n +a person must act/);
  const { out, code } = await world.run("reconcile");
  assert.match(out, new RegExp(`^${project}/${id} +needs a person: issue ${key} was deleted`, "m"));
  assert.match(out, /^2 compared, 0 differed, 0 healed, 1 needs a person$/m);
  assert.equal(code, 0);
  const whole = JSON.parse((await world.run("reconcile", "--dry-run", "--json")).out);
  assert.deepEqual([whole.attention, whole.needs_a_person[0].subject], [1, `order/${project}/${id}`]);
  assert.equal((await world.ended(await world.ask("dry_sweep", { project: null }))).attention, 1);
  const { out: status } = await world.run("status");
  assert.match(status, /attention +1 needs a person/);
  assert.doesNotMatch(status, /0 in attention/);
}

describe("what the service keeps for people", { skip }, () => {
  test("a look leaves both sides and the base, as they are once it was carried", () =>
    inWorld({}, async (world) => {
      const { id: project } = await world.market("projects", { name: "Sight" });
      const { id } = await world.market("orders", { project, offer: 1 });
      const issue = await world.linkedOrder(project, id);
      const key = `order/${project}/${id}`;
      await world.market("messages", { project, item: id, content: "my password is tr0ub4dor" });
      await world.jira(`issues/${issue.key}/transition`, { status: "2" });
      await until("the status", async () => (await world.order(project, id)).status === "in_progress");
      const seen = await until("the sight", async () => {
        const now = await sight(world, key);
        return now?.rows.Status.marketplace === "in_progress" && now.rows["Messages and comments"]?.base === "1 carried" && now;
      });
      assert.deepEqual([seen.rows.Status.base, seen.rows.Status.differs], ["in_progress", false]);
      assert.match(seen.rows.Status.jira, /\(2\)$/);
      assert.equal(seen.rows.Issue.base, issue.key);
      assert.match(seen.customer, /\S/);
      assert.match(seen.email, /@/);
      assert.notEqual(seen.title, "");
      // Whose it is stays known, though no further look reads the project.
      assert.equal(seen.would, "[]");
      const all = JSON.stringify([await world.sql("SELECT * FROM sight"), await world.sql("SELECT * FROM remote_call")]);
      assert.ok(!all.includes("tr0ub4dor"), "a customer's text is kept");
    }));

  test("each request to a remote is kept, with whose it was, without its query", () =>
    inWorld({}, async (world) => {
      const { id: project } = await world.market("projects", { name: "Calls" });
      const { id } = await world.market("orders", { project, offer: 1 });
      await world.linkedOrder(project, id);
      const mine = await until("the calls", async () => {
        const calls = await world.sql(`SELECT * FROM remote_call WHERE subject = 'order/${project}/${id}'`);
        return calls.some((one) => one.remote === "jira" && one.method === "POST" && one.status === 201) && calls;
      });
      assert.ok(mine.some((one) => one.remote === "marketplace" && one.method === "GET" && one.received > 0));
      const all = await world.sql("SELECT * FROM remote_call");
      assert.ok(all.every((one) => one.path.startsWith("/") && !one.path.includes("?")), JSON.stringify(all));
      assert.ok(all.some((one) => one.subject === "" && one.path.endsWith("/events")), "a poll is nobody's");
    }));

  test("a preview tells what a retry would do, and a dry run what everything would; neither writes", () =>
    inWorld({}, async (world) => {
      await world.jira("settings", { screens: { 10204: { remove: ["SO-1"] } } });
      const { id: project } = await world.market("projects", { name: "Tasks" });
      const { id } = await world.market("orders", { project, offer: 1 });
      await until("attention", async () => (await world.run("attention", "list")).out.includes("refused"));
      await world.quiet();
      await world.clearCounts();
      const preview = await world.ended(await world.ask("preview", { subjects: [`order/${project}/${id}`, "nonsense"] }));
      assert.equal(preview.subjects.length, 1);
      assert.match(preview.subjects[0].would[0], /create the issue/);
      const dry = await world.ended(await world.ask("dry_sweep", { project: null }));
      assert.deepEqual([dry.compared, dry.differed, dry.failed], [2, 1, 0]);
      assert.equal(dry.differences[0].key, `order/${project}/${id}`);
      const one = await world.ended(await world.ask("dry_sweep", { project }));
      assert.equal(one.compared, 2);
      assert.deepEqual(await writes(world), []);
    }));

  test("an issue is linked by hand by the service, and what cannot be is told", () =>
    inWorld({}, async (world) => {
      const { id: project } = await world.market("projects", { name: "Link" });
      const { id } = await world.market("orders", { project, offer: 1 });
      const issue = await world.linkedOrder(project, id);
      await world.jira(`issues/${issue.key}/delete`);
      const [entry] = await until("the orphan", () => world.run("attention", "list", "--json").then(({ out }) => JSON.parse(out).filter((one) => one.cause === "orphaned")).then((all) => all.length && all));
      await aPersonIsTold(world, project, id, issue.key);
      const failed = await world.ended(await world.ask("link", { attention: entry.id, issue: "EOSC-99999" }), "failed");
      assert.match(failed.says, /EOSC-99999/);
      const { key } = await world.jira("issues", { user: "admin", fields: { project: { key: "EOSC" }, issuetype: { id: "10204" }, summary: "By hand" } });
      const done = await world.ended(await world.ask("link", { attention: entry.id, issue: key }));
      assert.match(done.says, new RegExp(`${key} now stands for order ${project}/${id}`));
      const { id: other } = await world.market("orders", { project, offer: 1 });
      await world.jira(`issues/${(await world.linkedOrder(project, other)).key}/delete`);
      const second = await until("the other orphan", () => world.run("attention", "list", "--json").then(({ out }) => JSON.parse(out).find((one) => one.subject === `order/${project}/${other}`)));
      const taken = await world.ended(await world.ask("link", { attention: second.id, issue: key }), "failed");
      assert.match(taken.says, new RegExp(`${key} stands for order ${project}/${id} already`));
      const { out } = await world.run("explain", `${project}/${id}`);
      assert.match(out, new RegExp(`linked by hand to ${key} by Ada`));
    }));

  test("a check tells the same as the command", () =>
    inWorld({}, async (world) => {
      const found = await world.ended(await world.ask("check"));
      const asked = JSON.parse((await world.run("check", "--json")).out);
      assert.deepEqual(found.faults, asked.faults);
      assert.ok(found.findings.length > 0);
    }));

  test("what a stopped process leaves, the next one takes up", () =>
    inWorld({}, async (world) => {
      for (let i = 0; i < 12; i++) await world.market("projects", { name: `Many ${i}` });
      await until("all epics", async () => (await world.issues()).length === 12);
      await world.quiet();
      await world.jira("faults", { kind: "slow", method: "GET", path: "/rest/api/*/issue/*", delay_ms: 300, count: 12 });
      const asked = await world.ask("dry_sweep", { project: null });
      await until("some progress", async () => /^[1-9]\d* of 12 compared/.test((await world.task(asked)).progress));
      const { code } = await world.killAdapter("SIGTERM");
      assert.equal(code, 0);
      const left = await world.task(asked);
      assert.equal(left.state, "running");
      assert.match(left.progress, /stopped/);
      await world.startAdapter();
      const dry = await world.ended(asked);
      assert.deepEqual([dry.compared, dry.differed], [12, 0]);
    }));

  test("who dismissed what, and why, is kept", () =>
    inWorld({}, async (world) => {
      await world.jira("settings", { screens: { 10204: { remove: ["SO-1"] } } });
      const { id: project } = await world.market("projects", { name: "Dismissed" });
      const { id } = await world.market("orders", { project, offer: 1 });
      const [entry] = await until("attention", () => world.run("attention", "list", "--json").then(({ out }) => JSON.parse(out).filter((one) => one.cause === "refused")).then((all) => all.length && all));
      world.env.SUDO_USER = "grace";
      assert.equal((await world.run("attention", "dismiss", String(entry.id), "--reason", "a test order")).code, 0);
      const { out } = await world.run("explain", `${project}/${id}`);
      assert.match(out, /person +refused dismissed by grace \(command line\): a test order/);
      assert.match(out, /Next\n +nothing: refused dismissed by grace \(command line\): a test order .* once something new is heard of it/);

      // Comparing everything tells of it, and brings nothing back.
      assert.equal((await world.run("reconcile")).code, 1);
      assert.match((await world.run("reconcile", "--dry-run")).out, new RegExp(`${project}/${id} +would create the issue`));
      const story = async () => JSON.parse((await world.run("explain", `${project}/${id}`, "--json")).out);
      await until("the tries to end", async () => (await story()).state === "attention");
      assert.deepEqual((await story()).attention, []);
      assert.equal((await world.run("attention", "list", "--json")).out.trim(), "[]");
      await world.market("messages", { project, item: id, content: "where is it?" });
      await until("it to come back with news", async () => (await story()).attention.length === 1);
    }));
});
