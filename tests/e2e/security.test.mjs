// Whoever is not meant to: at the doors, in what is answered, in what is written down, and in what
// both remotes say. docs/security.md names these tests.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { World, call, run, sqliteOnly, until } from "./lib/world.mjs";

const secret = "a-webhook-secret-of-some-length";
const password = "a-trigger-password-of-some-length";
const basic = (user, word) => ({ Authorization: `Basic ${Buffer.from(`${user}:${word}`).toString("base64")}` });

/** Sends bytes as they are, and gives all that is answered until the other side closes. */
async function raw(port, text) {
  const socket = net.connect(port, "127.0.0.1");
  let answer = "";
  socket.on("data", (part) => (answer += part));
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write(text);
  await once(socket, "close");
  return answer;
}

/** Listens, and counts who comes. */
async function trap() {
  let visits = 0;
  const server = net.createServer((socket) => {
    visits += 1;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}`, visits: () => visits, close: () => server.close() };
}

describe("wrong credentials", () => {
  let world;
  before(async () => {
    world = await World.make({ webhook: false, trigger: false, settings: {
      OMS_JIRA_WEBHOOK_SECRET: secret, OMS_AUTHORIZATION_PASSWORD: password, OMS_LOG_LEVEL: "DEBUG" } });
  });
  after(() => world.end());
  const hook = (query, headers = {}) => call(`${world.url}/api/webhooks/jira${query}`, { method: "POST", body: "{}", headers });
  const trigger = (headers = {}) => call(`${world.url}/mp/trigger`, { headers });

  test("are answered 429 after ten, and right ones let in from the same address all the while", async () => {
    for (let i = 0; i < 10; i += 1) assert.equal((await hook(`?secret=guess-${i}`)).status, 401, `failure ${i}`);
    const later = await hook("?secret=guess-10");
    assert.equal(later.status, 429);
    assert.match(later.headers.get("Retry-After"), /^[1-6]$/);
    assert.equal((await trigger(basic("oms", "guess-11"))).status, 429, "both doors count");
    assert.equal((await hook(`?secret=${secret}`)).status, 204);
    assert.equal((await trigger(basic("oms", password))).status, 204);
    for (let i = 0; i < 40; i += 1) assert.equal((await trigger(basic("oms", `guess-${i}`))).status, 429);
    assert.equal((await hook(`?secret=${secret}`)).status, 204, "failures lock nobody out");
    assert.equal((await trigger(basic("oms", password))).status, 204);
  });

  test("come from the address of the connection, whatever a header claims", async () => {
    for (const headers of [{ "X-Forwarded-For": "198.51.100.7" }, { Forwarded: "for=198.51.100.8" }, { "X-Real-IP": "198.51.100.9" }]) {
      assert.equal((await hook("?secret=guess", headers)).status, 429);
    }
    assert.doesNotMatch(world.adapter.out, /198\.51\.100/);
  });

  test("make a bounded number of log lines, and are not quoted in them", async () => {
    const lines = () => world.adapter.out.split("\n").filter((line) => line.includes("wrong credentials"));
    const began = Date.now();
    for (let i = 0; i < 300; i += 1) await hook(`?secret=guess-${i}`);
    const most = 3 + (Date.now() - began) / 10_000;
    assert.ok(lines().length >= 1 && lines().length <= most + 3, `${lines().length} lines:\n${lines().join("\n")}`);
    assert.match(lines()[0], /wrong credentials door=webhook from=127\.0\.0\.1 times=1/);
    assert.doesNotMatch(world.adapter.out, /guess/);
  });

  test("are counted", async () => {
    const { text } = await call(`${world.url}/metrics`);
    assert.match(text, /result="throttled"/);
    assert.doesNotMatch(text, /guess/);
  });

  test("are refused before the body is read", async () => {
    const answer = await raw(world.port, "POST /api/webhooks/jira?secret=guess HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n");
    assert.match(answer, /^HTTP\/1\.1 429 /);
    const large = await raw(world.port, "POST /mp/trigger HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n");
    assert.match(large, /^HTTP\/1\.1 413 /, "only a webhook may be large");
  });
});

describe("what is answered", () => {
  let world;
  before(async () => { world = await World.make({ webhook: false, trigger: false, settings: { OMS_JIRA_WEBHOOK_SECRET: secret, OMS_AUTHORIZATION_PASSWORD: password } }); });
  after(() => world.end());

  test("bears the headers that keep a browser from doing more than it should", async () => {
    const paths = ["/", "/openapi.json", "/assets/api.js", "/assets/swagger-ui.css", "/healthz", "/readyz", "/metrics", "/nothing", "/mp/trigger", "/api/webhooks/jira", "/assets/none"];
    for (const path of paths) {
      for (const method of ["GET", "POST", "OPTIONS", "DELETE"]) {
        const { status, headers } = await call(world.url + path, { method, headers: { Origin: "https://evil.example", "Access-Control-Request-Method": "POST" } });
        const where = `${method} ${path} (${status})`;
        assert.equal(headers.get("X-Content-Type-Options"), "nosniff", where);
        assert.equal(headers.get("Referrer-Policy"), "no-referrer", where);
        assert.equal(headers.get("Cross-Origin-Resource-Policy"), "same-origin", where);
        assert.match(headers.get("Content-Security-Policy"), /^default-src 'none';.*frame-ancestors 'none'$/, where);
        assert.doesNotMatch(headers.get("Content-Security-Policy"), /unsafe|\*|https?:/, where);
        const asset = path.startsWith("/assets/") && status === 200;
        assert.equal(headers.get("Cache-Control"), asset ? "no-cache" : "no-store", where);
        assert.equal(headers.get("set-cookie"), null, where);
        for (const name of headers.keys()) assert.doesNotMatch(name, /^access-control-/, where);
        if (method === "OPTIONS") assert.ok(status >= 400, where);
      }
    }
  });

  test("bears them too where the request could not be read", async () => {
    for (const text of ["nonsense\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", `GET / HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(70000)}\r\n\r\n`]) {
      const answer = await raw(world.port, text);
      assert.match(answer, /^HTTP\/1\.1 4/);
      for (const line of ["X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer", "Cache-Control: no-store", "frame-ancestors 'none'"]) assert.ok(answer.includes(line), answer);
    }
  });

  test("holds no script and no style in its pages", async () => {
    const { text } = await call(`${world.url}/`);
    assert.doesNotMatch(text, /<style|\sstyle=|\son[a-z]+=|javascript:/i);
    for (const [tag] of text.matchAll(/<script[^>]*>/g)) assert.match(tag, /\ssrc="/);
    assert.match(text, /<script[^>]*><\/script>/);
    for (const [, address] of text.matchAll(/(?:src|href)="([^"]*)"/g)) assert.doesNotMatch(address, /^(https?:)?\/\//, "nothing from elsewhere");
  });

  test("is never a file of this machine", async () => {
    for (const path of [
      "/assets/../../../../etc/passwd", "/assets/..%2f..%2fetc%2fpasswd", "/assets/%2e%2e/%2e%2e/etc/passwd", "/assets//etc/passwd",
      "/assets/....//etc/passwd", "/assets/api.js/../../etc/passwd", "/assets/..\\..\\etc\\passwd", "/assets/api.js%00.css", "/assets/",
      "//etc/passwd", "/../.env", "/.env", "/oms.db", "/assets/../oms.db", "/./", "/assets/./api.js",
    ]) {
      const answer = await raw(world.port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      assert.match(answer, /^HTTP\/1\.1 404 /, path);
      assert.doesNotMatch(answer, /root:/);
    }
  });
});

describe("what is written down", () => {
  let world;
  before(async () => {
    world = await World.make({ settings: { OMS_JIRA_WEBHOOK_SECRET: secret } });
  });
  after(() => world?.end());

  test("is only ours to read, and whoever opened it to others is told how to close it", { skip: sqliteOnly }, async () => {
    const mode = (file) => statSync(join(world.folder, file)).mode & 0o777;
    for (const file of ["oms.db", "oms.db-wal", "oms.db-shm"]) assert.equal(mode(file), 0o600, file);
    assert.doesNotMatch(world.adapter.out, /chmod/);
    assert.doesNotMatch((await world.run("check", "--offline")).out, /chmod/);
    await world.killAdapter("SIGTERM");

    chmodSync(join(world.folder, "oms.db"), 0o640);
    writeFileSync(join(world.folder, ".env"), "OMS_LOG_LEVEL=INFO\n");
    chmodSync(join(world.folder, ".env"), 0o644);
    await world.startAdapter();
    const database = `chmod 600 ${world.folder}/oms.db`;
    await until("the warnings", () => world.adapter.out.includes(database) && world.adapter.out.includes("chmod 600 .env"));
    const { code, out } = await world.run("check", "--offline");
    assert.equal(code, 0, "a warning is no fault");
    assert.match(out, /its mode is 0640/);
    assert.match(out, /its mode is 0644/);
    // What it says can be pasted.
    for (const [, command] of out.matchAll(/^ +do +(chmod .*)$/gm)) execFileSync("/bin/sh", ["-c", command], { cwd: world.folder });
    assert.equal(mode("oms.db"), 0o600);
    assert.equal(mode(".env"), 0o600);
    assert.doesNotMatch((await world.run("check", "--offline")).out, /chmod/);
  });

  test("names no secret: not in arguments, logs, metrics, nor what commands print", async () => {
    const { id: project } = await world.market("projects", { name: "Quiet" });
    const { id } = await world.market("orders", { project, offer: 1 });
    await world.linkedOrder(project, id);
    await world.killAdapter("SIGTERM");
    const before = world.adapter.out;
    // Credentials that are refused are what a careless program would quote.
    await world.startAdapter({ OMS_MP_TOKEN: "refused-token", OMS_JIRA_PASSWORD: "refused-password", OMS_LOG_LEVEL: "DEBUG", OMS_POLL_INTERVAL: "500ms", OMS_JIRA_POLL_INTERVAL: "500ms" });
    await until("the refusal", async () => (await world.run("status")).out.includes("paused"));
    const shown = [before, world.adapter.out, readFileSync(`/proc/${world.adapter.pid}/cmdline`, "utf8"),
      (await call(`${world.url}/metrics`)).text, (await call(`${world.url}/readyz`)).text];
    for (const args of [["status"], ["status", "--json"], ["explain", `${project}/${id}`], ["explain", `${project}/${id}`, "--json"], ["attention", "list"], ["settings"], ["check"], ["check", "--json"], ["reconcile", "--dry-run"]]) {
      const { out, err } = await run(args, { ...world.env, OMS_MP_TOKEN: "refused-token", OMS_JIRA_PASSWORD: "refused-password" }, world.folder);
      shown.push(out, err);
    }
    const text = shown.join("\n");
    const basicForm = Buffer.from("oms:refused-password").toString("base64");
    for (const word of [secret, "demo-token", "oms-password", "refused-token", "refused-password", basicForm]) assert.ok(!text.includes(word), word);
    // Nor is there an argument that would take one.
    const help = (await Promise.all(["serve", "check", "sandbox", "reconcile", "seed", "explain"].map((name) => run([name, "--help"])))).map((one) => one.out).join();
    assert.doesNotMatch(help, /--[a-z-]*(password|token|secret)/);
    await world.killAdapter("SIGTERM");
  });

  test("is one line an event, whatever a request, a name or a remote brings", async () => {
    const forged = "2026-01-01T00:00:00.000Z error    forged";
    await world.end();
    world = await World.make({ adapter: false, webhook: false, settings: { OMS_JIRA_WEBHOOK_SECRET: secret } });
    await world.startAdapter({ OMS_LOG_LEVEL: "DEBUG", [`OMS_X\n${forged}`]: "1", "OMS_\u001b[2J": "1" });
    await raw(world.port, `GET /%0d%0a${encodeURIComponent(forged)} HTTP/1.1\r\nHost: a\r\nUser-Agent: \u001b[2J\r\nConnection: close\r\n\r\n`);
    await raw(world.port, `POST /api/webhooks/jira?secret=%0a${encodeURIComponent(forged)}%1b[2J HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: \u001b[2J\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    await call(`${world.url}/api/webhooks/jira?secret=${secret}`, { method: "POST", body: { webhookEvent: `jira:issue_\n${forged}\u001b[2J`, issue: { id: "10001" } } });
    await call(`${world.url}/api/webhooks/jira?secret=${secret}&issue_id=${encodeURIComponent(`7\n${forged}`)}`, { method: "POST", body: "" });
    const { id: project } = await world.market("projects", { name: `Evil\n${forged}\u001b[2J` });
    await world.issue(project);
    await world.killAdapter("SIGTERM");
    for (const line of world.adapter.out.split("\n").filter(Boolean)) {
      assert.doesNotMatch(line, /^2026-01-01/);
      assert.match(line, /^\d{4}-\d{2}-\d{2}T[\d:.]+Z (debug|info|warning|error|critical) /);
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f]/);
    }
    assert.match(world.adapter.out, /OMS_X.*2026.* is not known/, "they are seen, on one line");
    assert.match(world.adapter.out, /OMS_.*\[2J is not known/);
    for (const args of [["explain", String(project)], ["status"], ["attention", "list"], ["settings"]]) {
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch((await world.run(...args)).out, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    }
  });
});

describe("what the remotes say", () => {
  let world, listener;
  before(async () => {
    listener = await trap();
    world = await World.make({ webhook: false, settings: { OMS_JIRA_WEBHOOK_SECRET: secret, OMS_JIRA_POLL_INTERVAL: "1s", OMS_POLL_INTERVAL: "1s" } });
  });
  after(async () => {
    await world.end();
    listener.close();
  });
  async function order(name) {
    const { id: project } = await world.market("projects", { name });
    const { id } = await world.market("orders", { project, offer: 1 });
    const issue = await world.issue(project, id);
    await until("the order to be registered", async () => (await world.order(project, id)).status !== "created");
    return { project, id, issue };
  }

  test("is never an address to go to", async () => {
    const there = listener.url;
    // Every `self` of Jira's answers, and what the marketplace shows, lead to the listener.
    await world.jira("settings", { base_url: there });
    const { project, id, issue } = await order(there);
    await world.market("messages", { project, item: id, content: `[x|${there}] !${there}/x.png! ${there}` });
    await world.jira(`issues/${issue.key}/comments`, { user: "anna", body: `[x|${there}] !${there}/x.png! {include:${there}}` });
    for (const body of [
      { webhookEvent: "comment_created", comment: { id: "1", self: `${there}/rest/api/2/issue/${issue.id}/comment/1`, author: { self: there, avatarUrls: { "48x48": there } } } },
      { webhookEvent: "jira:issue_updated", issue: { id: issue.id, key: issue.key, self: `${there}/rest/api/2/issue/${issue.id}` }, user: { self: there } },
      { webhookEvent: "jira:issue_updated", issue: { id: `../../${there}`, self: there }, url: there, baseUrl: there },
    ]) {
      assert.equal((await call(`${world.url}/api/webhooks/jira?secret=${secret}&url=${there}&issue_id=${there}`, { method: "POST", body, headers: { Referer: there, "X-Forwarded-Host": there } })).status, 204);
    }
    await until("the comment at the customer's", async () => (await world.order(project, id)).messages.some((one) => one.content.includes("include")));
    await until("the message at the staff's", async () => (await world.issue(project, id)).comments.length > 1);
    assert.match((await world.run("reconcile")).out, /compared/);
    await world.run("check");
    assert.equal(listener.visits(), 0);
  });

  test("sends nobody elsewhere: a redirect of either is not followed, with any method", async () => {
    const moving = http.createServer((request, response) => {
      response.writeHead(request.method === "GET" ? 302 : 307, { Location: `${listener.url}${request.url}` });
      response.end();
    }).listen(0, "127.0.0.1");
    await once(moving, "listening");
    const url = `http://127.0.0.1:${moving.address().port}`;
    await world.killAdapter("SIGTERM");
    for (const settings of [{ OMS_JIRA_URL: url }, { OMS_MP_URL: url }]) {
      await world.startAdapter(settings);
      await world.market("projects", { name: "Moved" });
      await until("the pause", async () => (await world.run("status")).out.includes("paused"));
      await world.killAdapter("SIGTERM");
    }
    assert.equal(listener.visits(), 0);
    moving.close();
    moving.closeAllConnections();
    await fetch(listener.url).catch(() => undefined);
    assert.equal(listener.visits(), 1, "it would have been seen");
  });

  test("is text on the other side, whatever it would do there", async () => {
    await world.end();
    world = await World.make({ webhook: false, settings: { OMS_JIRA_POLL_INTERVAL: "1s" } });
    const { project, id, issue } = await order("<script>alert(1)</script>");
    const typed = "{html}<script>alert(1)</script>{html} [~admin] !http://127.0.0.1:1/x.png! [ok|javascript:alert(1)] h1. big";
    await world.market("messages", { project, item: id, content: typed });
    const comment = await until("the comment", async () => (await world.issue(project, id)).comments.at(-1));
    // A document says itself what takes effect in it; markup is alive where nothing escapes it.
    if (comment.document) assert.deepEqual(comment.effects, []);
    else for (const live of [/(?<!\\)\{html/, /\[~/, /(?<!\\)!http/, /(?<!\\)\[ok/]) assert.doesNotMatch(comment.body, live);
    assert.ok(comment.body.includes("<script>alert(1)</script>"), "HTML is left to the one who shows it");

    await world.jira(`issues/${issue.key}/comments`, { user: "anna", body: "{html}<img src=x onerror=alert(1)>{html} [click|javascript:alert(1)]" });
    const message = await until("the message", async () => (await world.order(project, id)).messages.find((one) => one.content.includes("onerror")));
    // A macro is taken away; where there are none, it is what was typed.
    assert.equal(message.content.replaceAll("{html}", ""), "<img src=x onerror=alert(1)> click (javascript:alert(1))");
  });
});

describe("the page docs/security.md", () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const files = (folder) => readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules") return [];
    return entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)];
  });

  test("names only tests that exist, and one at least for each threat", () => {
    const known = new Set();
    for (const file of files("tests")) {
      const text = readFileSync(join(root, file), "utf8");
      if (file.endsWith(".cpp")) for (const [, suite, name] of text.matchAll(/^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)/gm)) known.add(`${suite}.${name}`);
      const end = /([\w-]+)\.test\.mjs$/.exec(file);
      if (end) for (const [, name] of text.matchAll(/^\s*test\("((?:[^"\\]|\\.)*)"/gm)) known.add(`${end[1]}: ${name}`);
    }
    const page = readFileSync(join(root, "docs/security.md"), "utf8");
    let threats = 0;
    for (const line of page.split("\n").filter((one) => /^\| \d+ \|/.test(one))) {
      threats += 1;
      const cells = line.split(" | ");
      const names = [...cells.at(-1).matchAll(/`([^`]+)`/g)].map(([, name]) => name);
      assert.ok(names.length > 0, `no test: ${line}`);
      for (const name of names) assert.ok(known.has(name), `there is no test ${name}`);
    }
    assert.ok(threats > 20, `${threats} threats`);
  });
});
