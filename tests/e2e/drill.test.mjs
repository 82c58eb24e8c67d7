// The drill of docs/restore.md, step by step, on both engines: a backup, work that goes on, a restore
// of what was then; and everything agrees again.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Postgres, noPostgres } from "./lib/servers.mjs";
import { World, program, run, until } from "./lib/world.mjs";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(root, "docs/restore.md"), "utf8");

/** The commands of the page's first block that holds `word`, from the root of the checkout, as a shell would. */
async function as_the_page_has_it(word, { postgres, world }, file, leave_out = /^$/) {
  const block = [...page.matchAll(/```\n(.*?)```/gs)].map((one) => one[1]).find((one) => one.includes(word));
  const lines = block.split("\n").filter((line) => !leave_out.test(line)).join("\n").replace(/oms-jira-[$\d][^"\n]*\.dump/, file);
  const env = { ...process.env, PROGRAM: program, ADMIN: postgres.url("postgres"), OWNER: postgres.url("oms", "oms_owner"), OMS_DB_HOST: world.env.OMS_DB_HOST };
  await execute("bash", ["-ec", `oms-jira() { "$PROGRAM" "$@"; }\n${lines}`], { cwd: root, env });
}

const polled = { OMS_POLL_INTERVAL: "2s", OMS_JIRA_POLL_INTERVAL: "2s" };

/** Each engine's steps, as the page has them. */
const engines = {
  SQLite: {
    begin: async (drill) => (drill.world.env.OMS_DB_HOST = `sqlite:///${drill.world.folder}/oms-jira.db`),
    back_up: async ({ world }, file) => {
      const made = await world.run("db", "backup", file);
      assert.equal(made.code, 0, made.err);
    },
    put_back: async ({ world }, file) => {
      for (const end of ["", "-wal", "-shm"]) rmSync(`${world.folder}/oms-jira.db${end}`, { force: true });
      await execute("install", ["-m", "600", file, `${world.folder}/oms-jira.db`]);
    },
    begin_empty: async ({ world }) => {
      for (const end of ["", "-wal", "-shm"]) rmSync(`${world.folder}/oms-jira.db${end}`, { force: true });
    },
    end: async () => undefined,
  },
  PostgreSQL: {
    // The service's role may change no table: what is put back is its owner's.
    begin: async (drill) => {
      drill.postgres = await Postgres.start(["fsync = off", "full_page_writes = off"]);
      const { postgres, world } = drill;
      await execute("psql", ["-X", "-q", "-d", postgres.url("postgres"), "-f", join(root, "deploy/postgresql/roles.sql")]);
      const made = await run(["db", "upgrade"], { OMS_DB_HOST: postgres.url("oms", "oms_owner") });
      assert.equal(made.code, 0, made.err);
      world.env.OMS_DB_HOST = postgres.url("oms", "oms_service");
    },
    back_up: async (drill, file) => as_the_page_has_it("pg_dump", drill, file),
    put_back: async (drill, file) => {
      await as_the_page_has_it("pg_restore", drill, file);
      const [[rights]] = await drill.postgres.query("SELECT has_database_privilege('public', 'oms', 'CONNECT') OR has_schema_privilege('oms_service', 'public', 'CREATE')", "oms");
      assert.equal(rights, "f", "nobody has more rights than before");
    },
    begin_empty: async (drill) => {
      await drill.postgres.query("DROP DATABASE oms_before");
      await as_the_page_has_it("pg_restore", drill, "", /pg_restore/);
    },
    end: async ({ postgres }) => postgres.end(),
  },
};

for (const [name, engine] of Object.entries(engines)) {
  describe(`the restore drill on ${name}`, { skip: name === "PostgreSQL" && noPostgres }, () => {
    const drill = {};
    let world, project, early, later, file;

    const comments = async (item) => (await world.issue(project, item)).comments.map((one) => one.body);
    const messages = async (item) => (await world.order(project, item)).messages.map((one) => one.content);
    const once = (texts, word) => texts.filter((text) => text.includes(word)).length === 1;
    const stop = async () => assert.equal((await world.killAdapter("SIGTERM")).code, 0);

    const everything_agrees = async () => {
      await world.quiet(30);
      // Beside a serve that begins anew, an order may still wait for its project.
      await until("a comparison that ends well", async () => (await world.run("reconcile")).code === 0, 30);
      await world.quiet(30);
      assert.equal((await world.issuesOf(project)).length, 1);
      for (const item of [early, later]) assert.equal((await world.issuesOf(project, item)).length, 1);
      const [said, told] = [await comments(early), await messages(early)];
      for (const word of ["asked before", "asked since", "answered before", "answered since"]) {
        assert.ok(once(said, word), `${word}: ${said.join(" | ")}`);
        assert.ok(once(told, word), `${word}: ${told.join(" | ")}`);
      }
      assert.equal((await messages(later)).length, 1);
      assert.equal((await comments(later)).length, 1);
      assert.equal((await world.order(project, early)).status, "in_progress");
      assert.equal((await world.order(project, later)).status, "ready");
      await world.clearCounts();
      assert.match((await world.run("reconcile")).out, / 0 differed/);
      const counts = await world.counts();
      assert.deepEqual([...counts.marketWrites, ...counts.jiraWrites], []);
    };

    before(async () => {
      world = drill.world = await World.make({ settings: polled, adapter: false });
      await engine.begin(drill);
      await world.startAdapter();
      file = join(world.folder, "yesterday");
      ({ id: project } = await world.market("projects", { name: "Drilled" }));
      ({ id: early } = await world.market("orders", { project, offer: 1 }));
      const issue = await world.linkedOrder(project, early);
      await world.market("messages", { project, item: early, content: "asked before" });
      await world.jira(`issues/${issue.key}/comments`, { body: "answered before" });
      await until("both texts", async () => once(await comments(early), "asked before") && once(await messages(early), "answered before"));
      await world.quiet();
    });
    after(async () => {
      await world.end();
      await engine.end(drill);
    });

    test("yesterday's backup, put back", async () => {
      await engine.back_up(drill, file);
      // The work goes on.
      const key = (await world.issue(project, early)).key;
      await world.market("messages", { project, item: early, content: "asked since" });
      await world.jira(`issues/${key}/comments`, { body: "answered since" });
      await world.jira(`issues/${key}/transition`, { status: "2" });
      ({ id: later } = await world.market("orders", { project, offer: 1 }));
      const issue = await world.linkedOrder(project, later);
      await world.market("messages", { project, item: later, content: "of the later one" });
      await world.jira(`issues/${issue.key}/transition`, { status: "7" });
      await until("all of it", async () =>
        once(await comments(early), "asked since") && once(await messages(early), "answered since") &&
        (await world.order(project, early)).status === "in_progress" && (await world.order(project, later)).status === "ready" &&
        (await comments(later)).length === 1, 30);
      await stop();
      await engine.put_back(drill, file);
      await world.startAdapter();
      await everything_agrees();
    });

    test("an empty database, where there is no backup", async () => {
      await stop();
      await engine.begin_empty(drill);
      await world.startAdapter();
      await everything_agrees();
    });
  });
}
