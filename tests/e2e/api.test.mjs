// The operators' API: all that its document lists is asked for, of the real program, and is as listed.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Api } from "./lib/api.mjs";
import { addAttention, addCall, addSight, addTask, addUncertain, noSql, sql } from "./lib/store.mjs";
import { World, call, until } from "./lib/world.mjs";

const secrets = { OMS_UI_PASSWORD: "operators-password-1", OMS_UI_VIEWER_PASSWORD: "viewers-password-22", OMS_API_TOKEN: "operators-token-333", OMS_API_READ_TOKEN: "viewers-token-4444" };
const base = "/api/v1";

describe("the operators' API", { skip: noSql }, () => {
  let world, api, project, item, issue;
  before(async () => {
    world = await World.make({ settings: { ...secrets, OMS_AUTHORIZATION_PASSWORD: "12341234" }, trigger: false });
    await world.market("oms/1/trigger", { url: `${world.url}/mp/trigger`, user: "oms", password: "12341234" });
    api = await Api.of(world.url);
    Object.assign(api, { operator: secrets.OMS_API_TOKEN, viewer: secrets.OMS_API_READ_TOKEN });
    ({ id: project } = await world.market("projects", { name: "Deep sea" }));
    ({ id: item } = await world.market("orders", { project, offer: 1 }));
    await knock();
    issue = await world.linkedOrder(project, item);
    await addSight(world, `order/${project}/${item}`, { rows: [{ name: "Status", marketplace: "in_progress", base: "registered", jira: "To Do (1)", differs: true, note: "" }], would: ["set the status"] });
  });
  after(() => world.end());
  const knock = () => call(`${world.url}/mp/trigger`, { headers: { Authorization: `Basic ${Buffer.from("oms:12341234").toString("base64")}` } });
  const order = () => `${base}/subjects/order/${project}/${item}`;

  test("the document is OpenAPI 3.1, and its examples are as its schemas", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(api.document));
    assert.ok(valid, JSON.stringify(errors));
    assert.equal(validator.version, "3.1");
    for (const [name, schema] of Object.entries(api.document.components.schemas)) {
      for (const example of schema.examples ?? []) api.validate(["components", "schemas", name], example, name);
    }
    for (const { path, method, operation } of api.operations()) {
      const media = operation.requestBody?.content["application/json"];
      if (media?.example) api.validate(["paths", path, method, "requestBody", "content", "application/json", "schema"], media.example, `${method} ${path}`);
      assert.ok(operation.operationId && operation.summary, `${method} ${path}`);
    }
  });

  test("the doors and what watches them", async () => {
    const basic = `Basic ${Buffer.from("oms:12341234").toString("base64")}`;
    const form = { "Content-Type": "application/x-www-form-urlencoded" };
    assert.equal((await api.ask(`/mp/trigger?authorization=${encodeURIComponent(basic)}`)).status, 204);
    for (const method of ["POST", "PUT"]) {
      assert.equal((await api.ask("/mp/trigger", { method, headers: form, body: `authorization=${encodeURIComponent(basic)}` })).status, 204);
    }
    const signature = "sha256=" + createHmac("sha256", "s3cret").update("{}").digest("hex");
    assert.equal((await api.ask("/api/webhooks/jira?issue_id=1&secret=s3cret", { method: "POST", body: "{}" })).status, 204);
    assert.equal((await api.ask("/api/webhooks/jira", { method: "POST", body: "{}", headers: { "X-Hub-Signature": signature } })).status, 204);
    assert.equal((await api.ask("/api/webhooks/jira?secret=s3cret", { method: "POST", body: "x".repeat(26 * 1024 * 1024) })).status, 413);
    for (const path of ["/healthz", "/readyz", "/metrics", "/", "/openapi.json", "/ui/"]) assert.equal((await api.ask(path)).status, 200, path);
    assert.equal((await call(`${world.url}/ui/order/1/2`)).status, 200);
    assert.equal((await call(`${world.url}/ui`)).headers.get("location"), "/ui/");
  });

  test("the state: status, settings, shadow, events", async () => {
    const status = await api.look(`${base}/status`);
    assert.equal(status.links.linked, 2);
    assert.ok(status.webhook.last_received);
    assert.ok(status.flow.to_jira.reduce((a, b) => a + b) >= 2, JSON.stringify(status.flow));
    assert.equal(status.flow.to_jira.length, 60);
    const settings = await api.look(`${base}/settings`);
    const of = (name) => settings.items.find((one) => one.name === name);
    assert.deepEqual([of("OMS_API_TOKEN").value, of("OMS_API_TOKEN").from], ["***", "environment"]);
    assert.deepEqual([of("OMS_WORKERS").value, of("OMS_WORKERS").from], ["8", "default"]);
    assert.ok(settings.notes.some((one) => one.variable === "OMS_JIRA_WEBHOOK_SECRET" && /shorter/.test(one.says)));
    const shadow = await api.look(`${base}/shadow`);
    assert.equal(shadow.on, false);
    assert.deepEqual(shadow.steps, [{ step: "set the status", count: 1 }]);
    const stop = new AbortController();
    const answer = await fetch(`${world.url}${base}/events`, { headers: { Authorization: `Bearer ${api.viewer}` }, signal: stop.signal });
    assert.match(answer.headers.get("content-type"), /^text\/event-stream/);
    const { value } = await answer.body.getReader().read();
    const [, data] = /^event: status\ndata: (.*)\n\n$/.exec(new TextDecoder().decode(value));
    api.validate(["components", "schemas", "Status"], JSON.parse(data), "the event");
    api.note(`${base}/events`, "get", api.document.paths[`${base}/events`].get, `${base}/events`, {}, 200);
    stop.abort();
  });

  test("subjects are found by number, issue key, name, state", async () => {
    const found = async (query) => (await api.look(`${base}/subjects?${query}`)).items.map((one) => one.key);
    const mine = `order/${project}/${item}`;
    for (const q of [`${project}/${item}`, issue.key, issue.key.toLowerCase(), "bYRon", "ada@example", "egi cl", "Byron, ADA egi"]) assert.deepEqual(await found(`q=${encodeURIComponent(q)}`), [mine], q);
    for (const q of ["yron", "byron grace"]) assert.deepEqual(await found(`q=${encodeURIComponent(q)}`), [], q);
    assert.deepEqual(await found(`q=${project}`), [`project/${project}`, mine]);
    assert.deepEqual(await found("only=would"), [mine]);
    assert.deepEqual(await found("only=differs&state=idle"), [mine]);
    assert.deepEqual(await found("state=attention"), []);
    const first = await api.look(`${base}/subjects?limit=1`);
    assert.equal(first.items.length, 1);
    const second = await api.look(`${base}/subjects?limit=1&cursor=${encodeURIComponent(first.next)}`);
    assert.notEqual(second.items[0].key, first.items[0].key);
    for (const q of ["state=none", "only=x", "limit=0", "limit=201", "cursor=none", `q=${"x".repeat(201)}`]) assert.equal((await api.ask(`${base}/subjects?${q}`, { as: api.viewer })).status, 400, q);
  });

  test("a story, its journal, a look", async () => {
    await addCall(world, { key: `order/${project}/${item}` });
    const story = await api.look(order());
    assert.equal(story.link.issue_key, issue.key);
    assert.equal(story.urls.issue, `${world.jiraUrl}/browse/${issue.key}`);
    assert.match(story.urls.marketplace, new RegExp(`/projects/${project}/services/${item}$`));
    assert.ok(story.fields[0].differs);
    for (const kind of ["hint", "write", "call"]) assert.ok(story.timeline.some((one) => one.kind === kind), kind);
    assert.deepEqual(story.timeline.map((one) => one.at), story.timeline.map((one) => one.at).sort());
    assert.ok(story.writes.some((one) => one.kind === "create_issue" && one.state === "done"));
    const first = await api.look(`${order()}/journal?limit=2`);
    assert.equal(first.items.length, 2);
    const rest = await api.look(`${order()}/journal?cursor=${first.next}`);
    assert.ok(rest.items.every((one) => one.id < first.items[1].id));
    const { key } = await api.act(`${order()}/look`, undefined, { headers: { "Idempotency-Key": "look-1", "X-OMS-Action": "1" } });
    assert.equal(key, `order/${project}/${item}`);
    await until("the look", async () => (await api.look(order())).timeline.some((one) => one.kind === "person" && /a look asked for by API token/.test(one.says)));
    await api.look(`${base}/subjects/project/${project}`);
    await api.look(`${base}/subjects/project/${project}/journal?limit=1&cursor=9999999`);
    await api.act(`${base}/subjects/project/${project}/look`, undefined, { headers: { "Idempotency-Key": "look-2", "X-OMS-Action": "1" } });
    for (const path of ["order/9999/1", "project/9999"]) {
      assert.equal((await api.ask(`${base}/subjects/${path}`, { as: api.viewer })).status, 404);
      assert.equal((await api.ask(`${base}/subjects/${path}/look`, { method: "POST", as: api.operator })).status, 404);
      assert.equal((await api.ask(`${base}/subjects/${path}/journal?cursor=x`, { as: api.viewer })).status, 400);
    }
  });

  test("attention: groups, preview, retry, dismissal, a link", async () => {
    const ids = [];
    for (let i = 0; i < 3; ++i) ids.push(await addAttention(world, `order/${project}/${item}`, { cause: `refused_${i}`, fingerprint: "f1" }));
    const { groups, total } = await api.look(`${base}/attention?limit=2`);
    assert.deepEqual([groups.length, total], [2, 3]);
    assert.equal(groups[0].entries[0].customer, "Ada Byron");
    const more = await api.look(`${base}/attention?cursor=refused_1%3Af1`);
    assert.deepEqual(more.groups.map((one) => one.cause), ["refused_2"]);
    const entries = await api.look(`${base}/attention/entries?cause=refused_0&fingerprint=f1&limit=1&cursor=`);
    assert.deepEqual(entries.items.map((one) => one.id), [ids[0]]);
    const key = { "Idempotency-Key": "once", "X-OMS-Action": "1" };
    const task = await api.act(`${base}/attention/preview`, { ids }, { headers: key });
    assert.equal(task.kind, "preview");
    assert.equal((await api.act(`${base}/attention/preview`, { ids }, { headers: key })).id, task.id);
    assert.deepEqual(await api.act(`${base}/attention/retry`, { cause: "refused_0", fingerprint: "f1" }, { headers: key }), { woken: 1 });
    assert.equal((await api.act(`${base}/attention/${ids[1]}/link`, { issue: issue.key.toLowerCase() }, { headers: key })).kind, "link");
    assert.deepEqual(await api.act(`${base}/attention/${ids[2]}/dismiss`, { reason: "mended by hand" }, { headers: key }), { dismissed: 1 });
    // What was linked by hand is over, sooner or later than this.
    assert.deepEqual(await api.act(`${base}/attention/dismiss`, { ids: [ids[0], ids[1], 9999], reason: "all well" }, { headers: key }).then((one) => one.dismissed <= 2), true);
    const after = await api.look(`${base}/attention`);
    assert.ok(after.ended.some((one) => one.ended_by === "dismissed by API token: mended by hand"), JSON.stringify(after.ended));
    const bad = [["preview", {}], ["retry", { ids: ["x"] }], ["dismiss", { all: true }], [`${ids[0]}/link`, { issue: "none" }], [`${ids[0]}/dismiss`, { reason: " " }]];
    const open = await addAttention(world, `order/${project}/${item}`, { cause: "open" });
    for (const [path, body] of bad) assert.equal((await api.ask(`${base}/attention/${path.replace(ids[0], open)}`, { method: "POST", as: api.operator, body })).status, 400, path);
    for (const path of ["link", "dismiss"]) assert.equal((await api.ask(`${base}/attention/999999/${path}`, { method: "POST", as: api.operator, body: { issue: "EOSC-1", reason: "x" } })).status, 404);
    for (const query of ["attention?cursor=x", "attention/entries", "attention/entries?cause=x&cursor=x"]) assert.equal((await api.ask(`${base}/${query}`, { as: api.viewer })).status, 400, query);
  });

  test("uncertain writes, sweeps, tasks and their reports", async () => {
    const write = await addUncertain(world, `project/${project}`);
    const uncertain = await api.look(`${base}/uncertain?limit=1&cursor=${write - 1}`);
    assert.equal(uncertain.items[0].id, write);
    assert.match(uncertain.items[0].settled_how, /status is read/);
    await sql(world, `UPDATE remote_write SET state = 'settled', ended_at = sent_at WHERE id = ${write}`);
    const key = { "Idempotency-Key": "sweep", "X-OMS-Action": "1" };
    const { started, sweep } = await api.act(`${base}/sweeps`, undefined, { headers: key });
    assert.ok(started);
    assert.equal((await api.act(`${base}/sweeps`, undefined, { headers: key })).sweep.id, sweep.id);
    await until("the sweep", async () => (await api.look(`${base}/sweeps?limit=5`)).items.some((one) => one.id === sweep.id && one.ended_at));
    await api.look(`${base}/sweeps?cursor=${sweep.id}`);
    const { id: dry, kind } = await api.act(`${base}/sweeps/dry-run`, { project }, { headers: key });
    assert.equal(kind, "dry_sweep");
    // As the program itself ends it: its schema once lacked what the answer had.
    const ended = await until("the dry run", async () => { const task = await api.look(`${base}/tasks/${dry}`); return task.state === "done" && task; });
    assert.deepEqual([ended.result.compared, ended.result.failed], [2, 0]);
    const task = await api.act(`${base}/check`, undefined, { headers: key });
    assert.ok((await api.look(`${base}/tasks?limit=1`)).items[0].id >= task.id);
    await api.look(`${base}/tasks?cursor=${task.id}`);
    const result = { compared: 2, differed: 1, failed: 0, attention: 1, differences: [{ key: "order/1/2", would: ['=cmd() "x"', "say so"] }] };
    const done = await addTask(world, { result });
    assert.deepEqual((await api.look(`${base}/tasks/${done}`)).result, result);
    assert.deepEqual((await api.ask(`${base}/tasks/${done}/report?format=json`, { as: api.viewer })).json, result);
    const csv = await api.ask(`${base}/tasks/${done}/report?format=csv`, { as: api.viewer });
    assert.equal(csv.text, 'subject,would\r\n"order/1/2","\'=cmd() ""x""; say so"\r\n');
    assert.match(csv.headers.get("content-disposition"), /^attachment; filename="oms-jira-dry-sweep-\d+\.csv"$/);
    for (const [kind, result] of [["check", { faults: 0, findings: [] }], ["preview", { subjects: [{ key: "order/1/2", would: [], says: "" }] }], ["link", { says: "EOSC-7 now stands for 1/2" }]]) {
      await api.look(`${base}/tasks/${await addTask(world, { kind, result })}`);
    }
    assert.equal((await api.ask(`${base}/tasks/${done}/report?format=xml`, { as: api.viewer })).status, 400);
    for (const path of ["tasks/999999", "tasks/999999/report"]) assert.equal((await api.ask(`${base}/${path}`, { as: api.viewer })).status, 404);
    for (const path of ["uncertain", "sweeps", "tasks"]) assert.equal((await api.ask(`${base}/${path}?cursor=x`, { as: api.viewer })).status, 400);
    assert.equal((await api.ask(`${base}/sweeps/dry-run`, { method: "POST", as: api.operator, body: { project: "x" } })).status, 400);
  });

  test("the remotes and their calls", async () => {
    for (const [remote, status, says] of [["jira", 503, ""], ["marketplace", 0, "no answer came"], ["jira", 429, ""]]) await addCall(world, { remote, status, says });
    const { items } = await api.look(`${base}/remotes`);
    assert.deepEqual(items.map((one) => one.name), ["marketplace", "jira"]);
    assert.ok(items[1].hour.errors >= 2 && items[1].hour.throttled >= 1 && items[1].hour.took_p95_seconds > 0);
    const failed = await api.look(`${base}/remotes/calls?remote=jira&errors=1&limit=1`);
    assert.equal(failed.items[0].status, 429);
    const before = await api.look(`${base}/remotes/calls?remote=jira&errors=1&cursor=${failed.next}`);
    assert.ok(before.items.some((one) => one.status === 503));
    assert.equal((await api.ask(`${base}/remotes/calls?remote=x`, { as: api.viewer })).status, 400);
  });

  test("the log's level", async () => {
    const level = `${base}/log-level`;
    assert.deepEqual((await api.ask(level, { as: api.operator })).json, { level: "info" });
    const headers = { "Idempotency-Key": "once", "X-OMS-Action": "1" };
    assert.deepEqual(await api.act(level, { level: "debug" }, { method: "PUT", headers }), { level: "debug" });
    assert.deepEqual((await api.ask(level, { as: api.operator })).json, { level: "debug" });
    assert.match(world.adapter.out, /log level set +level=debug by="API token"/);
    assert.equal((await api.ask(level, { method: "PUT", as: api.operator, body: { level: "loud" } })).status, 400);
    await api.act(level, { level: "info" }, { method: "PUT" });
  });

  test("who is signed in", async () => {
    const session = `${base}/session`;
    assert.deepEqual((await api.ask(session)).json, { signed_in: false, required: true });
    assert.equal((await api.ask(session, { as: "wrong" })).status, 401);
    assert.equal((await api.ask(session, { method: "POST", body: {} })).status, 400);
    assert.equal((await api.ask(session, { method: "POST", body: "secret=x", headers: { "Content-Type": "text/plain" } })).status, 415);
    const answer = await api.ask(session, { method: "POST", body: { secret: secrets.OMS_UI_PASSWORD, who: "Ada" } });
    assert.deepEqual([answer.json.role, answer.json.who], ["operator", "Ada"]);
    const Cookie = answer.headers.get("set-cookie").split(";")[0];
    assert.equal((await api.ask(session, { headers: { Cookie } })).json.who, "Ada");
    assert.equal((await api.ask(session, { method: "DELETE" })).status, 401);
    assert.equal((await api.ask(session, { method: "DELETE", headers: { Cookie } })).status, 403);
    assert.equal((await api.ask(session, { method: "DELETE", headers: { Cookie, "X-OMS-Action": "1" } })).status, 204);
    assert.equal((await api.ask(session, { headers: { Cookie } })).json.signed_in, false);
  });

  test("nobody looks or acts without the right to, and nothing is done twice", async () => {
    const filled = (path) => path.replace("{project}", project).replace("{item}", item).replace("{id}", "1");
    for (const { path, method, operation } of api.operations()) {
      if (!path.startsWith(`${base}/`) || path === `${base}/session`) continue;
      const target = filled(path);
      const send = (options) => api.ask(target, { method: method.toUpperCase(), ...options });
      const body = operation.requestBody ? "{}" : undefined;
      assert.equal((await send({ body })).status, 401, `${method} ${path} by nobody`);
      if (!operation.responses[403]) continue;
      assert.equal((await send({ body, as: api.viewer })).status, 403, `${method} ${path} by a viewer`);
      if (!body) continue;
      assert.equal((await send({ as: api.operator, body: "a=b", headers: { "Content-Type": "application/x-www-form-urlencoded" } })).status, 415, `${method} ${path} by a form`);
      const used = { "Idempotency-Key": path.endsWith("dry-run") ? "sweep" : "once" };
      const known = (await sql(world, "SELECT count(*) FROM answered")) > 0;
      assert.ok(known);
      const at = /\{id\}/.test(path) ? await usedId(path) : target;
      assert.equal((await api.ask(at, { method: method.toUpperCase(), as: api.operator, body: { other: 1 }, headers: used })).status, 422, `${method} ${path} with another body`);
    }
  });
  // The entry that was linked above, or dismissed.
  const usedId = async (path) => {
    const first = Number(await sql(world, "SELECT min(id) FROM attention WHERE cause LIKE 'refused_%'"));
    return path.replace("{id}", first + (path.endsWith("/link") ? 1 : 2));
  };

  test("too many wrong credentials are answered later", async () => {
    const many = async (ask) => { for (let i = 0; i < 15; ++i) if ((await ask()).status === 429) return true; return false; };
    for (const method of ["GET", "POST", "PUT"]) assert.equal((await api.ask("/mp/trigger", { method })).status, 401);
    assert.equal((await api.ask("/api/webhooks/jira?secret=wrong", { method: "POST", body: "{}" })).status, 401);
    for (const method of ["GET", "POST", "PUT"]) assert.ok(await many(() => api.ask("/mp/trigger", { method })));
    assert.ok(await many(() => api.ask("/api/webhooks/jira", { method: "POST", body: "{}" })));
    const wrong = () => api.ask(`${base}/session`, { method: "POST", body: { secret: "wrong" } });
    assert.equal((await wrong()).status, 401);
    assert.ok(await many(wrong));
    const right = await api.ask(`${base}/session`, { method: "POST", body: { secret: secrets.OMS_UI_PASSWORD } });
    assert.equal(right.status, 429);
    assert.ok(Number(right.headers.get("retry-after")) > 0);
    // Programs that have the token go on.
    await api.look(`${base}/status`);
  });

  test("what does not work says so", async () => {
    const other = await World.make({ settings: { ...secrets, OMS_JIRA_WEBHOOK_SECRET: "" }, webhook: false });
    const there = new Api(other.url, api.document);
    there.seen = api.seen;
    try {
      assert.equal((await there.ask("/api/webhooks/jira", { method: "POST", body: "{}" })).status, 503);
      await sql(other, "DELETE FROM schema_migration WHERE number > 4");
      assert.equal((await there.ask("/readyz")).status, 503);
      assert.equal((await there.ask("/metrics")).status, 200);
      assert.equal((await there.ask(`${base}/attention`, { as: secrets.OMS_API_TOKEN })).status, 200);
      await sql(other, "ALTER TABLE remote RENAME TO away");
      const { json: ready } = await there.ask("/readyz");
      assert.deepEqual(Object.values(ready.remotes).map((one) => one.state), ["unknown", "unknown"]);
      assert.match(ready.database, /remote/);
      await sql(other, "ALTER TABLE attention RENAME TO gone");
      assert.equal((await there.ask(`${base}/attention`, { as: secrets.OMS_API_TOKEN })).status, 500);
    } finally {
      await other.end();
    }
  });

  test("all that the document lists was asked for", () => {
    assert.deepEqual(api.listed().filter((one) => !api.seen.has(one)), []);
  });
});
