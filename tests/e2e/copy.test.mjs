// A whole database copied into one of another engine, cut short and gone on with; and copied while
// it is worked with, as a backup.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { Postgres, noPostgres } from "./lib/servers.mjs";
import { World, call, program, run, until } from "./lib/world.mjs";

const execute = promisify(execFile);
const noSqlite = existsSync("/usr/bin/sqlite3") ? false : "needs sqlite3 (Debian: sqlite3)";

const sqlite = async (file, sql) => (await execute("sqlite3", [file, sql], { maxBuffer: 1 << 28 })).stdout.trim();

/** Enough rows that copying them takes a while, with what is awkward among them. */
async function fill(file, rows) {
  assert.equal((await run(["db", "upgrade"], { OMS_DB_HOST: `sqlite:///${file}` })).code, 0);
  await sqlite(file, `
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
    INSERT INTO journal (id, subject, at, kind, says) SELECT i * 2, 'order/1/' || (i % 100 + 1), i, 'look', 'Zeile "' || i || '" ä€😀' || char(10) || '\\' FROM n;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows} / 10)
    INSERT INTO comment_link SELECT 'order/1/' || (i % 100 + 1), CASE WHEN i % 3 THEN i END, 0, CASE WHEN i % 3 <> 1 THEN 'c' || i END,
      CASE WHEN i % 3 THEN 'marketplace' ELSE 'jira' END, 'skipped', '', '' FROM n;
    INSERT INTO setting VALUES ('first_start', '2026-05-04T10:00:00Z'), ('Ärger', 'x'), ('_', '');
    INSERT INTO subject VALUES ('issue/10', 0, 'idle', ${"9223372036854775807"}, '', 0, '', 0, 0, 0, -1, 0, 0, 0, '', 0, 7, '', '');`);
}

describe("a copy into the other engine", { skip: noPostgres || noSqlite }, () => {
  let postgres, folder, file;
  const copy = (from, to, ...args) => run(["db", "copy", from, to, ...args]);
  const count = async (name, table) => Number((await postgres.query(`SELECT count(*) FROM ${table}`, name))[0][0]);

  before(async () => {
    postgres = await Postgres.start(["fsync = off", "full_page_writes = off"]);
    folder = mkdtempSync(join(tmpdir(), "oms-copy-"));
    file = join(folder, "a.db");
    await fill(file, 200_000);
  });
  after(async () => {
    await postgres.end();
    rmSync(folder, { recursive: true, force: true });
  });

  test("goes on after kill -9 with what is missing, and back again nothing has changed", async (t) => {
    const url = await postgres.createDatabase("copied");
    const child = spawn(program, ["db", "copy", `sqlite:///${file}`, url], { stdio: "ignore" });
    const ended = once(child, "exit");
    await until("some rows", async () => (await count("copied", "journal")) > 5_000, 30);
    child.kill("SIGKILL");
    assert.equal((await ended)[1], "SIGKILL");
    const there = await count("copied", "journal");
    assert.ok(there < 200_000, "it was faster than the kill");
    // Nobody starts on a half of it.
    const early = await run(["db", "upgrade"], { OMS_DB_HOST: url });
    assert.equal(early.code, 2);
    assert.match(early.err, /cut short: run `oms-jira db copy` again/);
    const copied = await copy(`sqlite:///${file}`, url, "--json");
    assert.equal(copied.code, 0, copied.err);
    assert.equal(copied.err, "");
    const { rows, there_already, seconds } = JSON.parse(copied.out);
    t.diagnostic(`${rows} rows in ${seconds} s, ${there_already} there already`);
    assert.ok(there_already >= there, `${there_already} ${there}`);
    assert.equal(await count("copied", "journal"), 200_000);
    assert.equal((await run(["db", "current"], { OMS_DB_HOST: url })).code, 0);
    // The next number follows.
    const [[id]] = await postgres.query("INSERT INTO journal (subject, at, kind, says) VALUES ('x', 0, 'look', '') RETURNING id", "copied");
    assert.equal(id, "400001");
    await postgres.query("DELETE FROM journal WHERE id = 400001", "copied");
    const back = join(folder, "back.db");
    const returned = await copy(url, `sqlite:///${back}`);
    assert.equal(returned.code, 0, returned.err);
    assert.match(returned.out, /rows in \d+ tables copied and compared/);
    const tables = (await sqlite(file, "SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'schema_migration'")).split(",");
    assert.ok(tables.length > 10);
    for (const table of tables) {
      const differ = await sqlite(file, `ATTACH '${back}' AS b; SELECT count(*) FROM (SELECT * FROM main.${table} EXCEPT SELECT * FROM b.${table} UNION ALL SELECT * FROM b.${table} EXCEPT SELECT * FROM main.${table})`);
      assert.equal(differ, "0", table);
    }
    assert.equal(statSync(back).mode & 0o777, 0o600);
    // PostgreSQL to PostgreSQL, by the names of variables.
    const second = await postgres.createDatabase("second");
    const third = await run(["db", "copy", "HERE", "THERE"], { HERE: url, THERE: second });
    assert.equal(third.code, 0, third.err);
    assert.equal(await count("second", "comment_link"), 20_000);
  });

  test("that ended before the schema was whole is told for one, and goes on", async () => {
    const small = join(folder, "early.db");
    await fill(small, 100);
    const url = await postgres.createDatabase("early");
    // Ends it between two steps of the schema, as a kill would.
    await postgres.query(`CREATE FUNCTION end_it() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
      IF EXISTS (SELECT FROM schema_migration WHERE number = 3) THEN RAISE EXCEPTION 'ended here'; END IF; EXCEPTION WHEN undefined_table THEN NULL; END $$`, "early");
    await postgres.query("CREATE EVENT TRIGGER end_it ON ddl_command_end EXECUTE FUNCTION end_it()", "early");
    const cut = await copy(`sqlite:///${small}`, url);
    assert.equal(cut.code, 1, cut.err);
    assert.match(cut.err, /ended here/);
    assert.equal(await count("early", "schema_migration"), 3);
    await postgres.query("DROP EVENT TRIGGER end_it", "early");
    for (const command of [["db", "upgrade"], ["status"]]) {
      const early = await run(command, { OMS_DB_HOST: url });
      assert.equal(early.code, 2, early.out);
      assert.match(early.err, /cut short: run `oms-jira db copy` again/);
    }
    const copied = await copy(`sqlite:///${small}`, url);
    assert.equal(copied.code, 0, copied.err);
    assert.equal((await run(["db", "current"], { OMS_DB_HOST: url })).code, 0);
    assert.equal(await count("early", "journal"), 100);
  });

  test("tells the first value that differs", async () => {
    const small = join(folder, "small.db");
    await fill(small, 3_000);
    const url = await postgres.createDatabase("differs");
    assert.equal((await copy(`sqlite:///${small}`, url)).code, 0);
    // As if it had been cut short, and somebody had changed it.
    await postgres.query(`INSERT INTO setting VALUES ('copying', 'SQLite, ${small}')`, "differs");
    await postgres.query("UPDATE journal SET says = 'other' WHERE id = 4002", "differs");
    let told = await copy(`sqlite:///${small}`, url);
    assert.equal(told.code, 1);
    assert.match(told.err, /not alike: journal, row '4002': says is .* in the source and 'other' in the target/);
    await postgres.query("DELETE FROM journal WHERE id = 4002", "differs");
    told = await copy(`sqlite:///${small}`, url);
    assert.equal(told.code, 1);
    assert.match(told.err, /not alike: journal, row/);
  });

  test("is refused into what holds other data, from what is not current, and to nowhere", async () => {
    const small = join(folder, "refused.db");
    await fill(small, 100);
    const url = await postgres.createDatabase("refusing");
    const refuse = async (from, to, says) => {
      const told = await copy(from, to);
      assert.equal(told.code, 2, told.out + told.err);
      assert.match(told.err, says);
    };
    await refuse(`sqlite:///${folder}/none.db`, url, /no such file/);
    await refuse("sqlite:///", url, /no database URL/);
    await refuse("NOT_SET", url, /neither a database's URL.* nor a variable/);
    await refuse("postgresql://oms:pw@127.0.0.1/oms", url, /a password in an argument is seen by everybody/);
    await refuse(`sqlite:///${small}`, `sqlite:///${small}`, /the same database/);
    assert.equal((await copy(`sqlite:///${small}`, url)).code, 0);
    await refuse(`sqlite:///${small}`, url, /holds other data already/);
    await postgres.query("INSERT INTO setting VALUES ('copying', 'SQLite, elsewhere.db')", "refusing");
    await refuse(`sqlite:///${small}`, url, /a copy from SQLite, elsewhere.db was begun there/);
    assert.equal((await run(["db", "downgrade"], { OMS_DB_HOST: `sqlite:///${small}` })).code, 0);
    await refuse(`sqlite:///${small}`, await postgres.createDatabase("unused"), /the source: .*db upgrade/);
  });

  test("is refused while somebody works on the source, on either engine; then everything goes on there", async () => {
    const world = await World.make({ settings: { OMS_DB_HOST: undefined } });
    try {
      const { id: project } = await world.market("projects", { name: "Moving" });
      const { id: item } = await world.market("orders", { project, offer: 1 });
      await world.linkedOrder(project, item);
      const from = `sqlite:///${world.folder}/oms-jira.db`;
      const to = await postgres.createDatabase("moved");
      const refused = await copy(from, to);
      assert.equal(refused.code, 2, refused.out);
      assert.match(refused.err, /another process works with it|works on the source/);
      assert.equal((await world.killAdapter("SIGTERM")).code, 0);
      const copied = await copy(from, to);
      assert.equal(copied.code, 0, copied.err);
      await world.startAdapter({ OMS_DB_HOST: to });
      await world.market("messages", { project, item, content: "after the move" });
      await until("the comment", async () => (await world.issue(project, item)).comments.some((one) => one.body.includes("after the move")));
      await world.quiet();
      const again = await copy(to, `sqlite:///${folder}/never.db`);
      assert.equal(again.code, 2);
      assert.match(again.err, /works on the source: stop every process there first/);
      const swept = await run(["reconcile"], { ...world.env, OMS_DB_HOST: to });
      assert.equal(swept.code, 0, swept.err);
      assert.equal((await world.issuesOf(project, item)).length, 1);
      assert.match(swept.out, / 0 differed/);
    } finally {
      await world.end();
    }
  });
});

describe("a backup of SQLite", { skip: noSqlite || (process.env.OMS_E2E_ENGINE === "postgres" && "of SQLite alone") }, () => {
  test("is whole beside a serve that writes, its owner's alone, and never overwrites", async () => {
    const world = await World.make();
    try {
      const { id: project } = await world.market("projects", { name: "Kept" });
      let busy = true;
      const people = (async () => {
        const { id: item } = await world.market("orders", { project, offer: 1 });
        while (busy) await world.market("messages", { project, item, content: "more and more" });
      })();
      const file = join(world.folder, "kept.db");
      await until("work", async () => (await world.issuesOf(project)).length === 1);
      const made = await world.run("db", "backup", file);
      busy = false;
      await people;
      assert.equal(made.code, 0, made.err);
      assert.match(made.out, /kept\.db: \d+ bytes in [\d.]+ s, checked whole/);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.equal(await sqlite(file, "PRAGMA integrity_check"), "ok");
      assert.equal(await sqlite(file, "SELECT count(*) FROM link WHERE subject = 'project/" + project + "'"), "1");
      assert.ok(!existsSync(`${file}.part`));
      const size = statSync(file).size;
      const second = await world.run("db", "backup", file);
      assert.equal(second.code, 2);
      assert.match(second.err, /is there already: name another file/);
      assert.equal(statSync(file).size, size);
      const json = await world.run("db", "backup", join(world.folder, "second.db"), "--json");
      assert.ok(JSON.parse(json.out).bytes > 0);
      assert.equal((await call(`${world.url}/readyz`)).status, 200);
      const nowhere = await world.run("db", "backup", join(world.folder, "none", "x.db"));
      assert.equal(nowhere.code, 2);
      assert.match(nowhere.err, /cannot be made/);
      // The copy is a database like any other.
      assert.equal((await run(["db", "current"], { OMS_DB_HOST: `sqlite:///${file}` })).code, 0);
    } finally {
      await world.end();
    }
  });

  test("of what is none is refused, and of PostgreSQL with the command that does it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "oms-backup-"));
    const missing = await run(["db", "backup", join(folder, "b.db")], { OMS_DB_HOST: `sqlite:///${folder}/a.db` });
    assert.equal(missing.code, 2);
    writeFileSync(join(folder, "text.db"), "this is no database, but long enough to be looked at as one".repeat(20));
    chmodSync(join(folder, "text.db"), 0o600);
    const text = await run(["db", "backup", join(folder, "b.db")], { OMS_DB_HOST: `sqlite:///${folder}/text.db` });
    assert.equal(text.code, 2);
    const postgres = await run(["db", "backup", join(folder, "b.db")], { OMS_DB_HOST: "postgresql://oms:pw@127.0.0.1/oms" });
    assert.equal(postgres.code, 2);
    assert.match(postgres.err, /pg_dump --format=custom --no-owner --no-acl/);
    assert.ok(!postgres.err.includes("pw"));
    assert.ok(!existsSync(join(folder, "b.db")) && !existsSync(join(folder, "b.db.part")));
    rmSync(folder, { recursive: true });
  });
});
