// What is PostgreSQL's own: TLS to it, what `check` says of it, what is refused with which words.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { noPostgres, PgBouncer, noPgBouncer, Postgres } from "./lib/servers.mjs";
import { World, call, freePort, program, run, until } from "./lib/world.mjs";

function certificate(folder, name, host) {
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", `/CN=${host}`, "-addext", `subjectAltName=IP:${host}`,
    "-keyout", join(folder, `${name}.key`), "-out", join(folder, `${name}.pem`)], { stdio: "ignore" });
}

describe("PostgreSQL", { skip: noPostgres }, () => {
  let folder, server, world;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "oms-tls-"));
    chmodSync(folder, 0o755);
    certificate(folder, "server", "127.0.0.1");
    certificate(folder, "other", "127.0.0.1");
    if (process.getuid() === 0) execFileSync("chown", ["-R", "postgres", folder]);
    chmodSync(join(folder, "server.key"), 0o600);
    server = await Postgres.start(["ssl = on", `ssl_cert_file = '${folder}/server.pem'`, `ssl_key_file = '${folder}/server.key'`, "password_encryption = scram-sha-256"]);
    await server.createDatabase("oms");
    world = await World.make({ adapter: false });
  });
  after(async () => {
    await world?.end();
    await server?.end();
    rmSync(folder, { recursive: true, force: true });
  });
  const url = (parameters, name = "oms") => `${server.url(name)}?${parameters}`;
  const upgrade = (database) => run(["db", "upgrade"], { OMS_DB_HOST: database });

  test("is reached over TLS, and only where its certificate is one that is trusted", async () => {
    const trusted = `sslmode=verify-full&sslrootcert=${folder}/server.pem`;
    const done = await upgrade(url(trusted));
    assert.equal(done.code, 0, done.err);
    const refused = await upgrade(url(`sslmode=verify-full&sslrootcert=${folder}/other.pem`));
    assert.equal(refused.code, 2);
    assert.match(refused.err, /certificate/);
    Object.assign(world.env, { OMS_DB_HOST: url(trusted) });
    await world.startAdapter();
    const { id: project } = await world.market("projects", { name: "Over TLS" });
    const { id } = await world.market("orders", { project, offer: 1 });
    await world.linkedOrder(project, id);
    const [[encrypted]] = await server.query("SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND datname = 'oms'");
    const [[all]] = await server.query("SELECT count(*) FROM pg_stat_activity WHERE datname = 'oms'");
    assert.equal(encrypted, all);
    await world.killAdapter("SIGTERM");
  });

  test("`check` says what is wrong with it and what to do", async () => {
    const check = async (database) => (await run(["check", "--offline"], { ...world.env, OMS_DB_HOST: database })).out;
    assert.match(await check(url("")), /ok +database +PostgreSQL, oms at 127\.0\.0\.1:\d+, as oms/);
    assert.match(await check(server.url("nowhere")), /FAULT +OMS_DB_HOST +.*"nowhere" does not exist/);
    await server.createDatabase("fresh");
    assert.match(await check(server.url("fresh")), /ok +database +.*its tables are made at the first start/);
    await server.query("CREATE ROLE guest LOGIN");
    assert.match(await check(server.url("fresh", "guest")), /FAULT +OMS_DB_HOST +the role guest may not make tables\n.*why.*\n.*db upgrade.*\n.*GRANT CREATE ON SCHEMA public TO guest/);
    await server.query("ALTER DATABASE fresh SET default_transaction_read_only = on");
    assert.match(await check(server.url("fresh")), /FAULT +OMS_DB_HOST +this server only reads/);
  });

  test("refuses are words, without a password, and exit codes", async () => {
    await server.query("CREATE ROLE locked LOGIN PASSWORD 'right'");
    await server.script("ALTER SYSTEM SET password_encryption = 'scram-sha-256'", "postgres");
    const away = await run(["status"], { OMS_DB_HOST: "postgresql://oms:hush%20hush@127.0.0.1:1/oms" });
    assert.equal(away.code, 1);
    assert.match(away.err, /Connection refused/);
    const rights = await run(["db", "upgrade"], { OMS_DB_HOST: server.url("postgres", "locked") });
    assert.equal(rights.code, 2);
    assert.match(rights.err, /permission denied.*this role may not/);
    const shown = await run(["settings"], { OMS_DB_HOST: "postgresql://oms:hush%20hush@127.0.0.1:1/oms", OMS_REDIS_HOST: "redis://:hush@cache" });
    for (const said of [away.err, away.out, shown.out, shown.err]) assert.doesNotMatch(said, /hush/);
    const tunnel = await run(["serve"], { ...world.env, OMS_REDIS_HOST: "rediss://cache:6380" });
    assert.equal(tunnel.code, 2);
    assert.match(tunnel.err, /OMS_REDIS_HOST: .*TLS.*\n?.*tunnel/is);
  });

  test("one that can only be read is not ready, and is told so", async () => {
    const database = await server.createDatabase("reads");
    const env = { ...world.env, OMS_DB_HOST: database };
    assert.equal((await upgrade(database)).code, 0);
    Object.assign(world.env, { OMS_DB_HOST: database });
    await world.startAdapter();
    const ready = () => call(`${world.url}/readyz`);
    assert.equal((await ready()).status, 200);
    await server.query("ALTER DATABASE reads SET default_transaction_read_only = on");
    await server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'reads'");
    const answer = await until("it not to be ready", async () => { const now = await ready(); return now.status === 503 && /only be read/.test(now.text) && now; }, 20);
    assert.equal(answer.json.ready, false);
    assert.match((await call(`${world.url}/metrics`)).text, /^oms_jira_database_up 0$/m);
    const checked = await run(["healthcheck", "--database"], env);
    assert.equal(checked.code, 1);
    assert.match(checked.err, /only be read/);
    await server.query("ALTER DATABASE reads RESET default_transaction_read_only");
    await server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'reads'");
    await until("it to be ready again", async () => (await ready()).status === 200, 30);
    await world.killAdapter("SIGTERM");
  });

  test("a trigger that no ring passes on is polled for within seconds", { skip: noPgBouncer }, async () => {
    const pooler = await PgBouncer.start(server);
    try {
      await server.createDatabase("unheard");
      const env = { ...world.env, OMS_DB_HOST: pooler.url("unheard"), OMS_POLL_INTERVAL: "10m" };
      assert.equal((await upgrade(env.OMS_DB_HOST)).code, 0);
      const port = await freePort();
      const start = (more, ...args) => {
        const child = spawn(program, args, { env: { ...env, ...more }, cwd: world.folder, stdio: "ignore" });
        return { child, ended: once(child, "exit") };
      };
      const both = [start({ OMS_HTTP_PORT: "0" }, "worker"), start({ OMS_HTTP_PORT: String(port) }, "serve", "--no-worker")];
      try {
        await until("the web server", async () => (await call(`http://127.0.0.1:${port}/readyz`)).status === 200, 30);
        await until("somebody to lead", async () => /leads/.test((await run(["status"], env)).out), 30);
        const { id: project } = await world.market("projects", { name: "Unheard" });
        assert.equal((await call(`http://127.0.0.1:${port}/mp/trigger`, { method: "POST" })).status, 204);
        await until("its issue", async () => (await world.issues()).some((one) => one.labels.includes(`oms-1-project-${project}`)), 30);
      } finally {
        for (const { child } of both) child.kill("SIGTERM");
        await Promise.all(both.map(({ ended }) => ended));
      }
    } finally {
      await pooler.end();
    }
  });

  test("while it is waited for, a web server lives, is not ready, and sends webhooks away", async () => {
    const port = await freePort();
    const child = spawn(program, ["serve"], { env: { ...world.env, OMS_DB_HOST: "postgresql://oms@127.0.0.1:1/oms", OMS_HTTP_PORT: String(port) }, cwd: world.folder, stdio: "ignore" });
    const ended = once(child, "exit");
    const at = `http://127.0.0.1:${port}`;
    await until("it to live", async () => (await call(`${at}/healthz`)).status === 200, 20);
    assert.equal((await call(`${at}/readyz`)).status, 503);
    assert.equal((await call(`${at}/api/webhooks/jira?issue_id=1&secret=s3cret`, { method: "POST", body: {} })).status, 503);
    child.kill("SIGTERM");
    await ended;
  });

  test("a URL that cannot be read for certain is refused by every command, and no part of it is told", async () => {
    const commands = [["serve"], ["worker"], ["status"], ["db", "upgrade"], ["db", "current"], ["db", "copy", "OMS_DB_HOST", "sqlite:///x.db"], ["healthcheck", "--database"]];
    for (const faulty of ["postgresql://oms:SECa/SECb@127.0.0.1:1/x", "postgresql://oms:SECa@SECb@127.0.0.1:1/x", "postgresql://oms@127.0.0.1:99999/x", "postgresql://oms@127.0.0.1:1/x?sslmode=foo"]) {
      for (const command of commands) {
        const refused = await run(command, { ...world.env, OMS_DB_HOST: faulty });
        assert.equal(refused.code, 2, `${command} ${faulty}: ${refused.out} ${refused.err}`);
        assert.match(refused.err, /no PostgreSQL URL: .*%2F, @ as %40/s);
        assert.doesNotMatch(refused.out + refused.err, /SEC[ab]/);
      }
      for (const command of [["check", "--offline"], ["settings"]]) {
        const told = await run(command, { ...world.env, OMS_DB_HOST: faulty });
        assert.doesNotMatch(told.out + told.err, /SEC[ab]/);
      }
    }
  });

  test("a role that may not connect is told so by every command: exit code 2", async () => {
    await server.createDatabase("closed");
    await server.query("CREATE ROLE outsider LOGIN");
    await server.query("REVOKE CONNECT ON DATABASE closed FROM PUBLIC");
    for (const command of [["status"], ["db", "upgrade"], ["serve"]]) {
      const refused = await run(command, { ...world.env, OMS_DB_HOST: server.url("closed", "outsider") });
      assert.equal(refused.code, 2, refused.err);
      assert.match(refused.err, /permission denied for database/);
    }
  });

  test("a process whose schema was taken back by more steps than it can do without is not ready, says why, and is again when it is there", async () => {
    Object.assign(world.env, { OMS_DB_HOST: await server.createDatabase("stepped") });
    await world.startAdapter();
    for (let steps = 0; steps < 3; ++steps) assert.equal((await world.run("db", "downgrade")).code, 0);
    const behind = await call(`${world.url}/readyz`);
    assert.equal(behind.status, 503);
    assert.match(behind.text, /run `oms-jira db upgrade`/);
    assert.equal((await world.run("db", "upgrade")).code, 0);
    assert.equal((await call(`${world.url}/readyz`)).status, 200);
    await world.killAdapter("SIGTERM");
  });

  test("works with the schema of the version before, also as a role that may not change it, while it comes and goes", async () => {
    const owner = await server.createDatabase("earlier");
    await server.query("CREATE ROLE served LOGIN");
    for (const verb of ["upgrade", "downgrade", "downgrade"]) assert.equal((await run(["db", verb], { ...world.env, OMS_DB_HOST: owner })).code, 0);
    await server.query("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO served; GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO served; ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO served", "earlier");
    Object.assign(world.env, { OMS_DB_HOST: server.url("earlier", "served"), OMS_API_READ_TOKEN: "viewers-token-4444" });
    await world.startAdapter();
    assert.match(world.adapter.out, /this program can work with it/);
    let made = 0;
    const worksAndSays = async (says) => {
      const ready = await call(`${world.url}/readyz`);
      assert.equal(ready.status, 200, ready.text);
      assert.match(ready.json.database, says);
      const { id: project } = await world.market("projects", { name: `Earlier ${made}` });
      const { id: item } = await world.market("orders", { project, offer: 1 });
      await world.linkedOrder(project, item);
      ++made;
      const status = JSON.parse((await world.run("status", "--json")).out);
      const [[linked]] = await server.query("SELECT count(*) FROM link WHERE state = 'linked'", "earlier");
      assert.equal(status.links.linked, Number(linked), JSON.stringify(status.links));
      const found = await call(`${world.url}/api/v1/subjects?q=earlier`, { headers: { Authorization: "Bearer viewers-token-4444" } });
      assert.equal(found.json.items.length, made, found.text);
      assert.equal((await world.run("check")).out.includes("database.one-behind"), says.source.includes("work with"), "check");
    };
    await worksAndSays(/can work with it/);
    const upgraded = await run(["db", "upgrade"], { ...world.env, OMS_DB_HOST: owner });
    assert.equal(upgraded.code, 0, upgraded.err);
    await worksAndSays(/^usable$/);
    assert.equal((await run(["db", "downgrade"], { ...world.env, OMS_DB_HOST: owner })).code, 0);
    await worksAndSays(/can work with it/);
    assert.doesNotMatch(world.adapter.out, /does not exist/);
    await world.killAdapter("SIGTERM");
  });

  test("nothing of its own words stands in the log beside the events when it dies", async () => {
    Object.assign(world.env, { OMS_DB_HOST: await server.createDatabase("dying"), OMS_LOG_FORMAT: "json" });
    try {
      await world.startAdapter();
      await until("rings to be carried", () => /notify works/.test(world.adapter.out), 20);
      await server.stop("immediate");
      await until("it to be missed", () => /notify does not work/.test(world.adapter.out), 20);
      await server.begin();
      await until("it to be ready again", async () => (await call(`${world.url}/readyz`)).status === 200, 30);
      await world.killAdapter("SIGTERM");
      for (const line of world.adapter.out.split("\n").filter(Boolean)) assert.doesNotThrow(() => JSON.parse(line), line);
    } finally {
      delete world.env.OMS_LOG_FORMAT;
    }
  });

  test("waits for a database that is not there yet, and ends when asked to", async () => {
    const child = spawn(program, ["serve"], { env: { ...world.env, OMS_DB_HOST: "postgresql://oms@127.0.0.1:1/oms", OMS_HTTP_PORT: "0" }, cwd: world.folder, stdio: ["ignore", "pipe", "pipe"] });
    let log = "";
    child.stderr.on("data", (part) => (log += part));
    const ended = new Promise((done) => child.on("exit", (code) => done(code)));
    await until("it to wait", () => /waiting for the database/.test(log), 10);
    child.kill("SIGTERM");
    assert.equal(await ended, 1);
  });

  test("status --watch says that it does not answer, and goes on when it does", async () => {
    assert.equal((await upgrade(await server.createDatabase("watched"))).code, 0);
    const child = spawn(program, ["status", "--watch", "--every", "0.2", "--json"], { env: { ...world.env, OMS_DB_HOST: server.url("watched") }, cwd: world.folder });
    const lines = [];
    let rest = "";
    child.stdout.on("data", (part) => {
      const parts = (rest + part).split("\n");
      rest = parts.pop();
      lines.push(...parts.map((line) => JSON.parse(line)));
    });
    const ended = once(child, "exit");
    await until("a look", () => lines.at(-1)?.queue);
    await server.stop();
    await until("it to say so", () => lines.at(-1)?.failure, 30);
    await server.begin();
    await until("it to go on", () => lines.at(-1)?.queue, 30);
    child.kill("SIGTERM");
    assert.deepEqual(await ended, [null, "SIGTERM"]);
  });

  test("workers of their own need it; a web server alone says who will do the work", async () => {
    const alone = await run(["worker"], { ...world.env, OMS_DB_HOST: `sqlite:///${world.folder}/x.db` });
    assert.equal(alone.code, 2);
    assert.match(alone.err, /PostgreSQL/);
  });

  test("is tried through PgBouncer in transaction mode by the whole service", { skip: noPgBouncer }, async () => {
    const pooler = await PgBouncer.start(server);
    try {
      await server.createDatabase("pooled");
      Object.assign(world.env, { OMS_DB_HOST: pooler.url("pooled") });
      await world.startAdapter();
      const { id: project } = await world.market("projects", { name: "Pooled" });
      const { id } = await world.market("orders", { project, offer: 1 });
      const issue = await world.linkedOrder(project, id);
      await world.jira(`issues/${issue.key}/comments`, { body: "through the pool" });
      await until("the message", async () => (await world.order(project, id)).messages.some((one) => one.content === "through the pool"), 20);
      await until("`status` to tell that rings do not pass", async () => /no ring passes/.test((await world.run("status")).out), 20);
      await world.killAdapter("SIGTERM");
    } finally {
      await pooler.end();
    }
  });
});
