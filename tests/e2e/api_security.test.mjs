// The dashboard and the operators' API under attack. docs/security.md names these tests.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { World, call, freePort, program, until } from "./lib/world.mjs";

const secrets = { OMS_UI_PASSWORD: "canary-operators-password", OMS_UI_VIEWER_PASSWORD: "canary-viewers-password", OMS_API_TOKEN: "canary-operators-token", OMS_API_READ_TOKEN: "canary-viewers-token" };
const base = "/api/v1";
const bearer = (token) => ({ Authorization: `Bearer ${token}` });

/** As it is sent: no client tidies the path. */
async function raw(port, path, headers = {}) {
  const request = http.request({ host: "127.0.0.1", port, path, headers, agent: false });
  request.end();
  const [answer] = await once(request, "response");
  let text = "";
  for await (const part of answer) text += part;
  return { status: answer.statusCode, text };
}

describe("the operators' API", () => {
  let world;
  before(async () => { world = await World.make({ settings: secrets }); });
  after(() => world.end());
  const sign = async (secret, headers = {}) => call(`${world.url}${base}/session`, { method: "POST", body: { secret, who: "Ada" }, headers });
  const cookieOf = (answer) => ({ Cookie: answer.headers.get("set-cookie").split(";")[0] });
  const act = (path, headers, options = {}) => call(`${world.url}${base}/${path}`, { method: "POST", headers, ...options });

  test("is not there where no password and no token is set", async () => {
    const closed = await World.make({ webhook: false, trigger: false });
    try {
      for (const path of ["/ui", "/ui/", "/ui/app.js", `${base}/`, `${base}/session`, `${base}/status`, `${base}/events`]) assert.equal((await call(closed.url + path)).status, 404, path);
    } finally {
      await closed.end();
    }
  });

  test("takes no action from a foreign page that uses the browser's session", async () => {
    const cookie = cookieOf(await sign(secrets.OMS_UI_PASSWORD));
    const plain = await act("check", cookie);
    assert.equal(plain.status, 403);
    // What a form of another page can send.
    for (const type of ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]) {
      assert.equal((await act("attention/retry", { ...cookie, "Content-Type": type }, { body: '{"all":true}' })).status, 403, type);
      assert.equal((await call(`${world.url}${base}/session`, { method: "POST", headers: { "Content-Type": type }, body: `{"secret":"${secrets.OMS_UI_PASSWORD}"}` })).status, 415, type);
    }
    // And what it cannot: a header of its own needs a leave that is never given.
    const preflight = await call(`${world.url}${base}/check`, { method: "OPTIONS", headers: { Origin: "https://evil.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-oms-action" } });
    assert.ok(preflight.status >= 400);
    assert.equal(preflight.headers.get("access-control-allow-origin"), null);
    assert.equal((await act("attention/retry", { ...cookie, "X-OMS-Action": "1" }, { body: { all: true } })).status, 200);
  });

  test("lets viewers look, by session too, and not act", async () => {
    const cookie = { ...cookieOf(await sign(secrets.OMS_UI_VIEWER_PASSWORD)), "X-OMS-Action": "1" };
    assert.equal((await call(`${world.url}${base}/status`, { headers: cookie })).status, 200);
    for (const path of ["check", "sweeps", "attention/retry", "subjects/order/1/1/look"]) assert.equal((await act(path, cookie, { body: {} })).status, 403, path);
    // A password is no token.
    assert.equal((await call(`${world.url}${base}/status`, { headers: bearer(secrets.OMS_UI_PASSWORD) })).status, 401);
  });

  test("makes a new session of each signing in, and ends the one before", async () => {
    const first = cookieOf(await sign(secrets.OMS_UI_PASSWORD));
    const second = cookieOf(await sign(secrets.OMS_UI_PASSWORD, first));
    assert.notEqual(first.Cookie, second.Cookie);
    const who = async (headers) => (await call(`${world.url}${base}/session`, { headers })).json.signed_in;
    assert.equal(await who(first), false);
    assert.equal(await who(second), true);
    // One that somebody else chose is never taken over.
    const chosen = `oms_session=${"a".repeat(64)}`;
    const third = cookieOf(await sign(secrets.OMS_UI_PASSWORD, { Cookie: chosen }));
    assert.notEqual(third.Cookie, chosen);
    await call(`${world.url}${base}/session`, { method: "DELETE", headers: { ...second, "X-OMS-Action": "1" } });
    assert.equal(await who(second), false);
  });

  test("says goodbye to who watches when their session ends", async () => {
    const cookie = cookieOf(await sign(secrets.OMS_UI_PASSWORD));
    const stop = new AbortController();
    const answer = await fetch(`${world.url}${base}/events`, { headers: cookie, signal: stop.signal });
    let heard = "";
    const hearing = (async () => { for await (const part of answer.body) heard += new TextDecoder().decode(part); })().catch(() => undefined);
    await until("the status", () => heard.includes("event: status"));
    await call(`${world.url}${base}/session`, { method: "DELETE", headers: { ...cookie, "X-OMS-Action": "1" } });
    await until("the end", () => heard.includes("event: bye"));
    stop.abort();
    await hearing;
  });

  test("shows no secret and no text of a person, whatever is asked", async () => {
    const canary = "canary-of-a-customer";
    const { id: project } = await world.market("projects", { name: "Shown" });
    const { id } = await world.market("orders", { project, offer: 1 });
    const issue = await world.linkedOrder(project, id);
    await world.market("messages", { project, item: id, content: canary, scope: "public" });
    await until("the comment", async () => JSON.stringify((await world.issues()).find((one) => one.key === issue.key)).includes(canary));
    await world.quiet();
    const api = (await call(`${world.url}/openapi.json`)).json;
    const hidden = [...Object.values(secrets), canary, world.env.OMS_MP_TOKEN, world.env.OMS_JIRA_PASSWORD ?? world.env.OMS_JIRA_TOKEN, "s3cret"];
    const gets = Object.keys(api.paths).filter((path) => api.paths[path].get && !path.endsWith("/events"));
    for (const path of gets) {
      const target = path.replace("{project}", project).replace("{item}", id).replace("{id}", "1");
      const { text } = await call(world.url + target, { headers: bearer(secrets.OMS_API_TOKEN) });
      for (const one of hidden) assert.ok(!text.includes(one), `${target} shows ${one}`);
    }
    for (const one of hidden.slice(0, 4)) assert.ok(!world.adapter.out.includes(one), "the log");
  });

  test("is reached by no other way than its paths", async () => {
    for (const path of ["/ui/../../../etc/passwd", "/ui/%2e%2e/%2e%2e/etc/passwd", "/ui/..%2f..%2fetc%2fpasswd", `${base}/../../etc/passwd`, `${base}/tasks/../settings`, `${base}/tasks/%2e%2e/settings`, `${base}//status`, `${base}/status/`, `${base}/subjects/order/1/1;x`, `${base}/tasks/1%00`]) {
      const { status, text } = await raw(world.port, path, bearer(secrets.OMS_API_TOKEN));
      assert.ok(!text.includes("root:") && !text.includes("OMS_WORKERS"), path);
      if (path.startsWith(base)) assert.equal(status, 404, path);
    }
  });

  test("takes what is typed into the search for a text", async () => {
    for (const q of ["' OR 1=1 --", "%", "_", "\\", '"; DROP TABLE subject; --', "$1", "/*", "\u202e", "x".repeat(200)]) {
      const { status, json } = await call(`${world.url}${base}/subjects?q=${encodeURIComponent(q)}`, { headers: bearer(secrets.OMS_API_READ_TOKEN) });
      assert.equal(status, 200, q);
      assert.deepEqual(json.items, [], q);
    }
    assert.equal((await call(`${world.url}${base}/subjects`, { headers: bearer(secrets.OMS_API_READ_TOKEN) })).json.items.length > 0, true);
  });

  test("bears the headers that keep a browser from doing more than it should, on its pages too", async () => {
    const page = await call(`${world.url}/ui/order/1/2`);
    const policy = page.headers.get("content-security-policy");
    for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) assert.ok(policy.includes(part), part);
    assert.ok(!policy.includes("unsafe"), policy);
    assert.ok(!/<script>|<style>| on[a-z]+=| style=/.test(page.text));
    for (const path of ["/ui/", `${base}/session`, `${base}/status`, `${base}/nothing`]) {
      const { headers } = await call(world.url + path);
      assert.equal(headers.get("referrer-policy"), "no-referrer", path);
      assert.equal(headers.get("cache-control"), "no-store", path);
      assert.equal(headers.get("x-content-type-options"), "nosniff", path);
    }
    const cookie = (await sign(secrets.OMS_UI_PASSWORD)).headers.get("set-cookie");
    assert.match(cookie, /^oms_session=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  test("is not held up by who asks much of it", async () => {
    const asked = Array.from({ length: 300 }, () => call(`${world.url}${base}/subjects?q=x`, { headers: bearer(secrets.OMS_API_READ_TOKEN) }).then((one) => one.status));
    const ready = await call(`${world.url}/readyz`);
    assert.equal(ready.status, 200);
    const statuses = await Promise.all(asked);
    assert.ok(statuses.every((status) => status === 200 || status === 503), [...new Set(statuses)].join());
    assert.equal((await call(`${world.url}${base}/attention/retry`, { method: "POST", headers: bearer(secrets.OMS_API_TOKEN), body: "x".repeat(70 * 1024) })).status, 413);
  });

  test("ends a password's guessing by making it wait", async () => {
    let status = 401;
    for (let i = 0; i < 30 && status === 401; ++i) ({ status } = await sign(`guess-${i}`));
    assert.equal(status, 429);
    assert.equal((await sign(secrets.OMS_UI_PASSWORD)).status, 429);
    assert.equal((await call(`${world.url}${base}/status`, { headers: bearer(secrets.OMS_API_READ_TOKEN) })).status, 200);
  });
});

describe("the sandbox's dashboard", () => {
  let child, folder, port;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "oms-e2e-"));
    port = await freePort();
    child = spawn(program, ["sandbox", "--port", String(port)], { env: { PATH: process.env.PATH }, cwd: folder, stdio: "ignore" });
    await until("the sandbox", () => call(`http://127.0.0.1:${port}/readyz`).then((answer) => answer.status === 200), 30);
  });
  after(async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
    rmSync(folder, { recursive: true, force: true });
  });

  test("is open to this machine, and to no page of another name", async () => {
    const { json } = await call(`http://127.0.0.1:${port}${base}/session`);
    assert.deepEqual([json.signed_in, json.role, json.who], [true, "operator", "sandbox"]);
    assert.equal((await call(`http://localhost:${port}${base}/status`)).status, 200);
    const rebound = await raw(port, `${base}/status`, { Host: `evil.example:${port}` });
    assert.equal(rebound.status, 403);
    assert.equal((await call(`http://127.0.0.1:${port}${base}/sweeps`, { method: "POST" })).status, 403);
    assert.equal((await call(`http://127.0.0.1:${port}${base}/sweeps`, { method: "POST", headers: { "X-OMS-Action": "1" } })).status, 202);
  });
});
