// Many processes on one PostgreSQL: two web servers, four workers. They die, are stopped, are cut off,
// their database restarts; nothing is lost, nothing doubled, nothing leaked.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { People } from "./lib/people.mjs";
import { Seeded, seeds, tellSeed } from "./lib/seeded.mjs";
import { noPostgres } from "./lib/servers.mjs";
import { Site } from "./lib/site.mjs";
import { call, run, until } from "./lib/world.mjs";

function faketime() {
  try {
    const files = execFileSync("dpkg", ["-L", "libfaketime"], { encoding: "utf8" }).split("\n");
    return files.find((one) => one.endsWith("libfaketimeMT.so.1") && existsSync(one));
  } catch {
    return undefined;
  }
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

describe("many processes", { skip: noPostgres }, () => {
  let site;
  before(async () => {
    site = await Site.make({ webs: 1, workers: 2, settings: { OMS_POLL_INTERVAL: "1s", OMS_JIRA_POLL_INTERVAL: "24h" } });
    await site.begin();
  });
  after(() => site?.end());

  async function order(name) {
    const { id: project } = await site.world.market("projects", { name });
    const { id } = await site.world.market("orders", { project, offer: 1 });
    return { project, id };
  }
  /** Where it never is, the order's story and what the processes complained of. */
  const registered = ({ project, id }, seconds) => until("the order to be registered", async () => (await site.world.order(project, id))?.status === "registered", seconds).catch(async (error) => {
    const stories = await Promise.all([`${project}/${id}`, String(project)].map(async (place) => (await site.world.run("explain", place)).out));
    throw new Error(`${error.message}\n${stories.join("\n")}\n${site.logs()}`);
  });

  test("a webhook at a web server is carried by a worker, and the other way round", async () => {
    const made = await order("Many");
    await registered(made, 20);
    const issue = await site.world.issue(made.project, made.id);
    await site.world.jira(`issues/${issue.key}/comments`, { body: "we are on it" });
    await until("the message", async () => (await site.world.order(made.project, made.id)).messages.some((one) => one.content === "we are on it"), 20);
  });

  test("one process of all leads, and another where that is asked to end", async () => {
    const first = await until("a leader", () => site.leader(), 20);
    first.kept = false;
    first.kill("SIGTERM");
    assert.deepEqual(await first.ended, { code: 0, signal: null });
    const began = Date.now();
    const second = await until("another leader", async () => { const now = await site.leader(); return now !== first && now; }, 20);
    assert.notEqual(second.name, first.name);
    assert.ok(Date.now() - began < 20_000, "the lead was handed over, not waited for");
    await first.begin();
  });

  test("the work of a process that died is taken up within 35 seconds", async () => {
    // Jira does not answer, so that the worker is in the midst of it.
    const made = await order("Died in the midst");
    await registered(made, 20);
    await site.world.jira("faults", { kind: "slow", method: "POST", path: "/rest/api/*/issue", delay_ms: 2_000, count: 1 });
    const next = await order("Taken up");
    const owner = await until("a lease", async () => (await site.postgres.query("SELECT lease_owner FROM subject WHERE state = 'leased'", "oms"))[0]?.[0], 20);
    const victim = site.members.find((one) => owner.split(":")[1] === String(one.child.pid));
    // The service manager of its machine is dead as well: nobody begins it anew.
    victim.kept = false;
    victim.kill("SIGKILL");
    await victim.ended;
    const died = Date.now();
    const pid = String(victim.child.pid);
    const stillHis = async () => (await site.postgres.query("SELECT lease_owner FROM subject WHERE state = 'leased'", "oms")).some(([one]) => one.split(":")[1] === pid);
    await until("another to take it up", async () => !(await stillHis()), 40);
    assert.ok(Date.now() - died < 35_000, `${Date.now() - died} ms`);
    await registered(next, 40);
    assert.equal((await site.world.issuesOf(next.project, next.id)).length, 1);
    assert.equal((await site.world.issuesOf(next.project)).length, 1);
    await victim.begin();
  });

  test("`status` and `/readyz` tell of the processes and of the database", async () => {
    // The one that was killed is heard of again, and one leads, when the leases of before have ended.
    const text = await until("all processes", async () => {
      const told = (await site.world.run("status")).out;
      return /processes +3\b/.test(told) && / leads/.test(told) && told;
    }, 60);
    assert.match(text, /\bweb /);
    const said = JSON.parse((await site.world.run("status", "--json")).out);
    assert.ok(said.processes.some((one) => one.leads));
    assert.ok(said.processes.some((one) => one.role === "web"));
    const ready = await call(`http://127.0.0.1:${site.webs[0].port}/readyz`);
    assert.equal(ready.json.database, "usable");
  });

  test("while the database is away a web server says 503, and goes on when it is back", async () => {
    const made = await order("Away");
    await registered(made, 20);
    const issue = await site.world.issue(made.project, made.id);
    await site.postgres.stop("immediate");
    const ready = await call(`http://127.0.0.1:${site.webs[0].port}/readyz`);
    assert.equal(ready.status, 503);
    assert.equal((await call(`http://127.0.0.1:${site.webs[0].port}/healthz`)).status, 200);
    const hook = await call(`${site.world.url}/api/webhooks/jira?issue_id=${issue.id}&secret=s3cret`, { method: "POST", body: { webhookEvent: "jira:issue_updated", issue: { id: issue.id, key: issue.key } } });
    assert.equal(hook.status, 503);
    await site.postgres.begin();
    await until("ready again", () => call(`http://127.0.0.1:${site.webs[0].port}/readyz`).then((a) => a.status === 200), 20);
    await registered(await order("Back"), 30);
  });

  test("what a process was stopped over is not done twice", async () => {
    for (let round = 0; round < 3; round++) {
      const made = await order(`Stopped ${round}`);
      // Stopped wherever it is; longer than the lease lasts.
      const victim = site.workers[round % site.workers.length];
      await pause(20 * round);
      victim.kill("SIGSTOP");
      await registered(made, 60);
      victim.kill("SIGCONT");
      await pause(500);
      assert.equal((await site.world.issuesOf(made.project, made.id)).length, 1);
      assert.equal((await site.world.issuesOf(made.project)).length, 1);
    }
  });

  test("machines whose clocks differ by minutes agree: the database's time rules", async (t) => {
    const library = faketime();
    if (!library) return t.skip("libfaketime is not installed (Debian's package libfaketime)");
    const offsets = ["+7m", "-9m"];
    for (const [i, worker] of site.workers.entries()) {
      worker.kept = false;
      worker.kill("SIGTERM");
      await worker.ended;
      worker.settings = { LD_PRELOAD: library, FAKETIME: offsets[i], FAKETIME_DONT_FAKE_MONOTONIC: "1" };
      await worker.begin();
    }
    for (const worker of site.workers) await until(`${worker.name} to tell of its clock`, () => /clock differs from the database's.*by="?[6789] min/.test(worker.log), 20);
    const began = Date.now();
    const made = await order("Clocks");
    await registered(made, 20);
    const issue = await site.world.issue(made.project, made.id);
    await site.world.jira(`issues/${issue.key}/comments`, { body: "what time is it" });
    await until("the message", async () => (await site.world.order(made.project, made.id)).messages.some((one) => one.content === "what time is it"), 20);
    assert.ok(Date.now() - began < 20_000);
    // What is written down is by the database's time, whoever wrote it.
    const [[apart]] = await site.postgres.query("SELECT max(abs(at - extract(epoch FROM clock_timestamp()) * 1000000)) / 1000000 FROM (SELECT at FROM journal ORDER BY id DESC LIMIT 10) AS last", "oms");
    assert.ok(Number(apart) < 60, apart);
    for (const worker of site.workers) delete worker.settings;
  });

  test("a schema one version ahead is worked with, where it allows that", async () => {
    await site.postgres.script("INSERT INTO schema_migration SELECT max(number) + 1, 'later', 'x', 0 FROM schema_migration; UPDATE setting SET value = (SELECT max(number) - 1 FROM schema_migration)::text WHERE name = 'schema_least'");
    try {
      const one = site.workers[0];
      one.kill("SIGTERM");
      await one.ended;
      await until("it to work again", () => one.log.split("working").length > 2, 20);
      await registered(await order("Ahead"), 20);
      assert.match((await site.world.run("db", "current")).out, /start the newer one when you can/);
      await site.postgres.script("UPDATE setting SET value = (SELECT max(number) FROM schema_migration)::text WHERE name = 'schema_least'");
      const refused = await run(["worker"], { ...site.world.env }, site.world.folder);
      assert.equal(refused.code, 2);
      assert.match(refused.err, /newer oms-jira/);
    } finally {
      await site.postgres.script("DELETE FROM schema_migration WHERE name = 'later'; UPDATE setting SET value = '1' WHERE name = 'schema_least'");
    }
  });
});

/** Something happens to one of them, or to what they all use. Gives its name and how it ends. */
async function strike(site, random) {
  const member = random.pick(site.members);
  const what = random.weighed({ kill: 3, stop: 2, restart: 1, connections: 2, cut: 2, crash: 1, ...(site.redis ? { flush: 1, redis: 1 } : {}) });
  switch (what) {
    case "kill": member.kill("SIGKILL"); return [`kill -9 ${member.name}`];
    case "stop": {
      member.kill("SIGSTOP");
      // Longer than a lease; a minute where there is time.
      return [`SIGSTOP ${member.name}`, Number(process.env.OMS_CHAOS_SECONDS ?? 90) >= 300 ? 60_000 : 40_000, () => member.kill("SIGCONT")];
    }
    case "restart": await site.postgres.stop("fast"); await site.postgres.begin(); return ["PostgreSQL restarts"];
    case "crash": await site.postgres.stop("immediate"); await site.postgres.begin(); return ["PostgreSQL crashes"];
    case "connections": await site.postgres.killConnections(); return ["PostgreSQL's connections are ended"];
    case "cut": member.line.cut = true; return [`${member.name} is cut off`, 20_000, () => member.line.mend()];
    case "flush": await site.redis.command("FLUSHALL"); return ["Redis is flushed"];
    case "redis": {
      await site.redis.kill();
      return ["Redis is killed", 8_000, () => site.redis.begin()];
    }
  }
}

describe("many processes in bad weather", { skip: noPostgres }, () => {
  for (const seed of seeds(1)) {
    test(`people act while they die: seed ${seed}`, async (t) => {
      tellSeed(t, seed, import.meta.url);
      const seconds = Number(process.env.OMS_CHAOS_SECONDS ?? 90);
      const random = new Seeded(seed);
      const struck = [];
      const mends = new Set();
      const site = await Site.make({ settings: { ...People.settings } });
      const people = new People(site.world, new Seeded(random.below(1 << 30)), "Many");
      try {
        await people.settle();
        await site.begin();
        const end = Date.now() + seconds * 1000;
        let next = Date.now() + 5_000;
        while (Date.now() < end) {
          await people.act();
          await pause(random.below(400));
          if (Date.now() < next) continue;
          next = Date.now() + 10_000;
          const [what, length, mend] = await strike(site, random);
          struck.push(what);
          if (!mend) continue;
          const one = { mend, timer: setTimeout(() => { mends.delete(one); mend(); }, length) };
          mends.add(one);
        }
        for (const one of mends) { clearTimeout(one.timer); await one.mend(); }
        await people.agree(120);
        await until("nothing to be left to do", () => site.idle(), 60);
        assert.deepEqual(await people.faults(), []);
        t.diagnostic(`${people.orders.length} orders, ${people.texts.length} texts; ${struck.join(", ")}`);
      } catch (error) {
        error.message = `seed ${seed}: ${error.message}\n${struck.join(", ")}\n${site.logs()}`;
        throw error;
      } finally {
        for (const one of mends) clearTimeout(one.timer);
        await site.end();
      }
    });
  }
});
