// The HTTP surface and the commands, with right and wrong input.
import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { World, call, run, until } from "./lib/world.mjs";

describe("doors", () => {
  let world;
  before(async () => { world = await World.make({ settings: { OMS_AUTHORIZATION_USER: "name", OMS_AUTHORIZATION_PASSWORD: "12341234", OMS_JIRA_WEBHOOK_SECRET_PREVIOUS: "old" }, trigger: false }); });
  after(() => world.end());
  const hook = (query, options = {}) => call(`${world.url}/api/webhooks/jira${query}`, { method: "POST", body: "{}", ...options });

  test("the trigger takes credentials wherever the marketplace puts them", async () => {
    const form = { "Content-Type": "application/x-www-form-urlencoded" };
    const right = "authorization=Basic+bmFtZToxMjM0MTIzNA%3D%3D";
    for (const method of ["POST", "PUT"]) {
      assert.equal((await call(`${world.url}/mp/trigger?x=1`, { method, body: right, headers: form })).status, 204);
    }
    assert.equal((await call(`${world.url}/mp/trigger?${right}&x=1`)).status, 204);
    assert.equal((await call(`${world.url}/mp/trigger`, { headers: { Authorization: "Basic bmFtZToxMjM0MTIzNA==" } })).status, 204);
    assert.equal((await call(`${world.url}/mp/trigger`)).status, 401);
    assert.equal((await call(`${world.url}/mp/trigger?authorization=Basic+eDp5`)).status, 401);
    assert.equal((await call(`${world.url}/mp/trigger`, { method: "DELETE" })).status, 405);
  });

  test("the webhook takes a secret, the previous one, or a signature", async () => {
    assert.equal((await hook("?secret=s3cret")).status, 204);
    assert.equal((await hook("?secret=old")).status, 204);
    assert.equal((await hook("?secret=wrong")).status, 401);
    assert.equal((await hook("")).status, 401);
    const sign = (key) => "sha256=" + createHmac("sha256", key).update("{}").digest("hex");
    assert.equal((await hook("", { headers: { "X-Hub-Signature": sign("s3cret") } })).status, 204);
    assert.equal((await hook("", { headers: { "X-Hub-Signature": sign("s3cret").toUpperCase().replace("SHA256", "sha256") } })).status, 204);
    assert.equal((await hook("", { headers: { "X-Hub-Signature": sign("other") } })).status, 401);
  });

  test("with a right credential anything is taken", async () => {
    for (const body of ["", "no json", "[".repeat(10000), '{"webhookEvent":"unknown_event"}', '{"webhookEvent":"jira:issue_updated","issue":{"id":"99999999999999999999999"}}', '{"a":"\\u0000"}', "{\"issue\":{\"id\":7}}"]) {
      assert.equal((await hook("?secret=s3cret&issue_id=x", { body })).status, 204, body.slice(0, 30));
    }
    assert.equal((await hook("?secret=s3cret", { body: Buffer.from([0xff, 0xfe, 0x7b]).toString("latin1") })).status, 204);
  });

  test("a body of 30 MiB is refused", async () => {
    assert.equal((await hook("?secret=s3cret", { body: "x".repeat(30 * 1024 * 1024) })).status, 413);
  });

  test("ambiguous requests are refused", async () => {
    async function raw(text) {
      const socket = net.connect(world.port, "127.0.0.1");
      await once(socket, "connect");
      let answer = "";
      socket.on("data", (part) => (answer += part));
      socket.on("error", () => {});
      socket.write(text);
      await once(socket, "close");
      return Number(answer.split(" ")[1]);
    }
    assert.equal(await raw("GET /healthz HTTP/1.1\r\n\r\n"), 400);
    assert.equal(await raw("POST /mp/trigger HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), 400);
    assert.equal(await raw("POST /mp/trigger HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
    assert.equal(await raw(`GET / HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(70000)}\r\n\r\n`), 431);
  });

  test("health, metrics, documentation", async () => {
    assert.equal((await call(`${world.url}/healthz`)).json.live, true);
    const ready = (await call(`${world.url}/readyz`)).json;
    assert.equal(ready.ready, true);
    assert.match((await call(`${world.url}/metrics`)).text, /^oms_jira_build_info\{version="/m);
    assert.match((await call(`${world.url}/`)).text, /swagger/i);
    const api = (await call(`${world.url}/openapi.json`)).json;
    // What is below these is there where a password or a token is set: api.test.mjs.
    const open = Object.keys(api.paths).filter((path) => !path.startsWith("/api/v1") && !path.startsWith("/ui"));
    for (const path of open) assert.notEqual((await call(world.url + path)).status, 404, path);
    assert.equal((await call(`${world.url}/assets/swagger-ui-bundle.js`)).status, 200);
    assert.equal((await call(`${world.url}/nothing`)).status, 404);
    assert.equal((await call(`${world.url}/sandbox`)).status, 404);
  });

  test("check finds nothing wrong that matters, and names what is", async () => {
    const good = await world.run("check");
    assert.equal(good.code, 0, good.out);
    const bad = await run(["check"], { ...world.env, OMS_JIRA_WF_READY: "77", OMS_JIRA_FIELD_SO_1: "customfield_99999" }, world.folder);
    assert.equal(bad.code, 1);
    assert.match(bad.out, /Jira has no status 77/);
    assert.match(bad.out, /OMS_JIRA_FIELD_SO_1=customfield_10120/);
  });

  test("check finds every field that is sent by its name, where none is configured", async () => {
    // These have variables, for the Python adapter's sake, and are never filled.
    const unfilled = ["CI_SupervisorName", "CI_SupervisorProfile", "CP_ReasonForAccess", "CP_ProjectInformation"].map((name) => `OMS_JIRA_FIELD_${name}`);
    const isField = (name) => name.startsWith("OMS_JIRA_FIELD_") && !name.includes("SELECT_VALUES");
    const fields = Object.entries(world.env).filter(([name]) => isField(name));
    assert.ok(fields.some(([name]) => name.endsWith("CP_CollaborationCountry")));
    const bare = Object.fromEntries(Object.entries(world.env).filter(([name]) => !isField(name)));
    const { out } = await run(["check"], bare, world.folder);
    for (const [name, id] of fields.filter(([one]) => !unfilled.includes(one))) assert.ok(out.includes(`${name}=${id}`), `${name}=${id} in\n${out}`);
  });

  test("no secret is shown anywhere", async () => {
    const shown = [world.adapter.out, (await call(`${world.url}/metrics`)).text, (await call(`${world.url}/readyz`)).text, (await world.run("settings")).out, (await world.run("check", "--json")).out].join();
    for (const secret of ["s3cret", "12341234", "demo-token", "oms-password"]) assert.ok(!shown.includes(secret), secret);
  });
});

describe("commands", () => {
  test("bad configuration: every fault in one list, exit code 2, nothing started", async () => {
    const { code, err } = await run(["serve"], { OMS_JIRA_URL: "jira", OMS_HTTP_PORT: "99999", OMS_POLL_INTERVAL: "soon", OMS_REDIS_HOST: "rediss://localhost:6379" });
    assert.equal(code, 2);
    for (const name of ["OMS_MP_URL", "OMS_MP_TOKEN", "OMS_JIRA_URL", "OMS_HTTP_PORT", "OMS_POLL_INTERVAL", "OMS_REDIS_HOST", "OMS_JIRA_PROJECT"]) assert.match(err, new RegExp(`${name}: `), err);
    assert.equal((await run(["worker"])).code, 2);
    assert.equal((await run(["explain", "x"])).code, 2);
    assert.equal((await run(["nonsense"])).code, 2);
    assert.equal((await run(["--version"])).code, 0);
  });

  test("check --offline, check and serve refuse the same configuration", async () => {
    const world = await World.make({ adapter: false });
    try {
      const faults = ({ out }) => JSON.parse(out).findings.filter((one) => one.code === "settings.unusable").map((one) => one.about);
      for (const [env, least] of [[{}, 7], [{ ...world.env, OMS_JIRA_ISSUE_TYPE_ID: "Task" }, 1]]) {
        const offline = await run(["check", "--offline", "--json"], env, world.folder);
        const whole = await run(["check", "--json"], env, world.folder);
        assert.deepEqual([offline.code, whole.code, (await run(["serve"], env, world.folder)).code], [2, 2, 2]);
        assert.ok(faults(offline).length >= least, offline.out);
        assert.deepEqual(faults(offline), faults(whole));
      }
      const proposed = JSON.parse((await run(["check", "--offline", "--json"], {}, world.folder)).out).findings;
      const example = (name) => proposed.find((one) => one.about === name).remedy.split("=")[1];
      assert.notEqual(example("OMS_JIRA_ISSUE_TYPE_ID"), example("OMS_JIRA_PROJECT_ISSUE_TYPE_ID"));
    } finally {
      await world.end();
    }
  });

  test("a file that holds no value is refused, and opens no door", async () => {
    const world = await World.make({ adapter: false });
    try {
      const file = (name, text) => {
        writeFileSync(join(world.folder, name), text);
        return join(world.folder, name);
      };
      for (const [name, path, says] of [
        ["OMS_AUTHORIZATION_PASSWORD_FILE", world.folder, /it is a directory/],
        ["OMS_AUTHORIZATION_PASSWORD_FILE", file("empty", ""), /it is empty/],
        ["OMS_JIRA_WEBHOOK_SECRET_FILE", file("lines", "\n\n"), /it is empty/],
        ["OMS_MP_TOKEN_FILE", join(world.folder, "none"), /there is no such file|No such file/],
        ["CELERY_LOG_LEVEL_FILE", world.folder, /it is a directory/],
      ]) {
        const env = { ...world.env, [name]: path };
        delete env[name.replace(/_FILE$/, "")];
        const { code, err } = await run(["serve"], env, world.folder);
        assert.equal(code, 2, `${name}: ${err}`);
        assert.match(err, new RegExp(`  ${name}: '.*' does not hold the value of `));
        assert.match(err, says);
        assert.ok(err.includes(path));
        assert.match(err, /has 1 fault:/);
      }
    } finally {
      await world.end();
    }
  });

  test("the environment wins over .env: also by an empty value, and over a file that .env names", async () => {
    const world = await World.make({ adapter: false });
    try {
      writeFileSync(join(world.folder, "level"), "error\n");
      writeFileSync(join(world.folder, ".env"), "OMS_HTTP_PORT=9100\nOMS_LOG_LEVEL_FILE=level\nOMS_WORKERS=3\n");
      const { out } = await run(["settings"], { OMS_HTTP_PORT: "", OMS_LOG_LEVEL: "debug" }, world.folder);
      assert.match(out, /\nOMS_HTTP_PORT=9000 +\(default\)/);
      assert.match(out, /\nOMS_LOG_LEVEL=debug +\(environment\)/);
      assert.match(out, /\nOMS_WORKERS=3 +\(\.env\)/);
      assert.match((await run(["settings"], { FLASK_RUN_PORT: "8000" })).out, /\nOMS_HTTP_PORT=8000 +\(environment, FLASK_RUN_PORT\)/);
    } finally {
      await world.end();
    }
  });

  test("a foreign, a damaged and a newer database are refused with words", async () => {
    const world = await World.make({ adapter: false });
    try {
      const file = join(world.folder, "bad.db");
      const env = { ...world.env, OMS_DB_HOST: `sqlite:///${file}` };
      writeFileSync(file, "this is no database, however long it may be. ".repeat(100));
      const damaged = await run(["serve"], env, world.folder);
      assert.equal(damaged.code, 2, damaged.err);
      assert.match(damaged.err, /no SQLite database/);
      const missing = await run(["status"], { ...env, OMS_DB_HOST: `sqlite:///${world.folder}/none.db` }, world.folder);
      assert.equal(missing.code, 2);
      assert.match(missing.err, /no such file/);
      assert.equal((await run(["db", "upgrade"], { ...env, OMS_DB_HOST: `sqlite:///${world.folder}/new.db` }, world.folder)).code, 0);
      assert.match((await run(["db", "current"], { ...env, OMS_DB_HOST: `sqlite:///${world.folder}/new.db` }, world.folder)).out, /current/);
      const nowhere = await run(["serve"], { ...env, OMS_DB_HOST: "sqlite:////nonexistent/folder/x.db" }, world.folder);
      assert.equal(nowhere.code, 2, nowhere.err);
    } finally {
      await world.end();
    }
  });

  test("a port in use is told in words", async () => {
    const world = await World.make();
    try {
      const second = await run(["serve"], { ...world.env, OMS_DB_HOST: `sqlite:///${world.folder}/second.db` }, world.folder);
      assert.equal(second.code, 1);
      assert.match(second.err, /cannot listen on 127.0.0.1:\d+: .*Choose another by OMS_HTTP_PORT/);
      const { OMS_HTTP_PORT: port, ...others } = world.env;
      const flask = await run(["serve"], { ...others, FLASK_RUN_PORT: port, OMS_DB_HOST: `sqlite:///${world.folder}/third.db` }, world.folder);
      assert.match(flask.err, /Choose another by FLASK_RUN_PORT/);
      assert.match((await run(["sandbox", "--jira-port", port])).err, /Choose another by --jira-port/);
    } finally {
      await world.end();
    }
  });

  test("seed takes over once, and names line and field of a fault", async () => {
    const world = await World.make({ adapter: false });
    try {
      const good = join(world.folder, "seed.json");
      writeFileSync(good, JSON.stringify({ timestamp: "2026-05-04T10:00:00", projects: [{ mp_id: 1, jira_id: 10001 }], project_items: [{ mp_id: 1, jira_id: 10002, project_id: 1 }], comments: [{ mp_id: 7, project_id: 1 }] }));
      assert.match((await world.run("seed", good)).out, /^2 links and 1 message taken over/);
      assert.match((await world.run("seed", good)).out, /^0 links and 0 messages/);
      const bad = join(world.folder, "bad.json");
      writeFileSync(bad, '{"timestamp":"2026-05-04T10:00:00Z",\n"projects":[{"mp_id":1,"jira_id":1},\n{"mp_id":"x","jira_id":2}],\n"project_items":[],"comments":[]}');
      const answer = await world.run("seed", bad);
      assert.equal(answer.code, 2);
      assert.match(answer.err, /line 3, projects\[1\]\.mp_id/);
    } finally {
      await world.end();
    }
  });

  test("remotes that cannot be reached at start are waited for", async () => {
    const world = await World.make({ adapter: false, settings: { OMS_POLL_INTERVAL: "1s" } });
    try {
      const env = { ...world.env };
      world.env = { ...env, OMS_MP_URL: "http://127.0.0.1:1", OMS_JIRA_URL: "http://127.0.0.1:1" };
      await world.startAdapter();
      await until("the trouble to be told", async () => /waiting|poll/.test((await world.run("status")).out));
      assert.equal((await call(`${world.url}/readyz`)).status, 200);
      await world.killAdapter("SIGTERM");
      world.env = env;
      await world.startAdapter();
      const { id } = await world.market("projects", { name: "Later" });
      await world.issue(id);
    } finally {
      await world.end();
    }
  });

  test("OMS_SYNC_FROM=now leaves alone what is there, and follows what comes", async () => {
    const world = await World.make({ adapter: false, settings: { OMS_SYNC_FROM: "now", OMS_RECONCILE_INTERVAL: "1s" } });
    try {
      const { id: old } = await world.market("projects", { name: "Old" });
      const { id: item } = await world.market("orders", { project: old, offer: 1 });
      // Events tell whole seconds: what is there is of an earlier one than `now`.
      const placed = Math.floor(Date.now() / 1000);
      await until("the next second", () => Math.floor(Date.now() / 1000) > placed);
      await world.startAdapter();
      const { id: fresh } = await world.market("projects", { name: "Fresh" });
      await world.issue(fresh);
      await until("a sweep", async () => (await world.run("status")).out.includes("compared"));
      assert.equal((await world.issuesOf(old)).length, 0);
      await world.market("messages", { project: old, item, content: "now it matters" });
      const issue = await world.issue(old, item);
      await until("the comment", async () => (await world.issue(old, item)).comments.length > 0);
      assert.ok(issue.key);
    } finally {
      await world.end();
    }
  });

  test("an edited project updates its epic at the sweep, and nothing that people changed", async () => {
    const world = await World.make({ settings: { OMS_RECONCILE_INTERVAL: "1s" } });
    try {
      const { id } = await world.market("projects", { name: "Before" });
      const epic = await world.issue(id);
      await world.jira(`issues/${epic.key}/edit`, { fields: { customfield_10103: "edited@staff.example" } });
      await world.market(`projects/${id}/edit`, { name: "After" });
      await until("the epic's name", async () => (await world.issue(id)).fields["SO-ProjectName"] === `After (${id})`);
      assert.equal((await world.issue(id)).fields["CI-Email"], "edited@staff.example");
    } finally {
      await world.end();
    }
  });

  test("events: poison is stepped over, a full second is read to its end", async () => {
    const world = await World.make({ adapter: false, settings: { OMS_POLL_INTERVAL: "1s", OMS_RECONCILE_INTERVAL: "1s" } });
    try {
      await world.market("settings", { same_second: true });
      await world.market("bulk", { projects: 150, items_per_project: 2 });
      await world.market("settings", { same_second: false, poison_events: 1 });
      await world.market("projects", { name: "Poisoned" });
      await world.market("projects", { name: "Behind it" });
      await world.startAdapter();
      await until("all", async () => (await world.issues()).filter((one) => one.labels.length > 0).length === 152 + 300, 60);
      assert.match((await world.run("attention", "list")).out, /poison_event/);
      // The sweep that a poison event asks for doubles nothing; another one is sure to have ended.
      assert.match((await world.run("reconcile")).out, /0 healed/);
      assert.equal((await world.issues()).filter((one) => one.labels.length > 0).length, 452);
    } finally {
      await world.end();
    }
  });
});
