// The way to the remotes: TLS with a site's own CA, a proxy, an answer that is a bomb, a redirect.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { World, until } from "./lib/world.mjs";

/** Hands requests on to `port`, unless `spoil` answers them. */
function forward(port, spoil) {
  return (request, response) => {
    if (spoil?.(request, response)) return;
    const path = request.url.replace(/^http:\/\/[^/]*/, "");
    const onward = http.request({ port, host: "127.0.0.1", method: request.method, path, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  };
}

async function listen(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server.address().port;
}

const openssl = (...args) => execFileSync("openssl", args, { stdio: ["ignore", "ignore", "ignore"] });

/** A CA of our own, and a certificate of it for 127.0.0.1. */
function certificates(folder) {
  const file = (name) => join(folder, name);
  openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=House CA", "-keyout", file("ca.key"), "-out", file("ca.pem"));
  openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=jira.house", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", file("site.key"), "-out", file("site.csr"));
  openssl("x509", "-req", "-in", file("site.csr"), "-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial", "-days", "2", "-copy_extensions", "copy", "-out", file("site.pem"));
  return { ca: file("ca.pem"), key: readFileSync(file("site.key")), cert: readFileSync(file("site.pem")) };
}

describe("the way to the remotes", () => {
  let world, folder;
  const servers = [];
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "oms-tls-"));
    world = await World.make({ adapter: false, settings: { OMS_POLL_INTERVAL: "500ms" } });
  });
  after(async () => {
    for (const server of servers) server.close();
    for (const server of servers) server.closeAllConnections?.();
    await world.end();
    rmSync(folder, { recursive: true, force: true });
  });

  async function orderGoesThrough(settings) {
    await world.startAdapter(settings);
    const { id: project } = await world.market("projects", { name: `Network ${Math.random()}` });
    const { id } = await world.market("orders", { project, offer: 1 });
    await world.linkedOrder(project, id);
    await world.killAdapter("SIGTERM");
  }

  test("a certificate of the site's own CA is taken with OMS_CA_FILE, and only then", async () => {
    const { ca, key, cert } = certificates(folder);
    const server = https.createServer({ key, cert }, forward(world.jiraPort));
    servers.push(server);
    const port = await listen(server);
    const OMS_JIRA_URL = `https://127.0.0.1:${port}`;
    await world.startAdapter({ OMS_JIRA_URL });
    const { id: project } = await world.market("projects", { name: "Not trusted" });
    await until("the trouble to be told", async () => /certificate/i.test((await world.run("explain", String(project))).out));
    assert.equal((await world.issuesOf(project)).length, 0);
    await world.killAdapter("SIGTERM");
    await orderGoesThrough({ OMS_JIRA_URL, OMS_CA_FILE: ca });
    assert.equal((await world.issuesOf(project)).length, 1, "what waited was carried");
  });

  test("a proxy is used where http_proxy names one", async () => {
    let seen = 0;
    const proxy = http.createServer((request, response) => {
      seen += 1;
      forward(Number(new URL(request.url).port))(request, response);
    });
    servers.push(proxy);
    const port = await listen(proxy);
    await orderGoesThrough({ http_proxy: `http://127.0.0.1:${port}`, no_proxy: "" });
    assert.ok(seen > 4, `${seen} requests came through the proxy`);
  });

  test("an answer that unpacks to more than 32 MiB is refused, and the service lives", async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    let thrown = 0;
    const server = http.createServer(forward(world.mpPort, (request, response) => {
      if (thrown > 2 || !request.url.includes("/events")) return false;
      thrown += 1;
      response.writeHead(200, { "Content-Type": "application/json", "Content-Encoding": "gzip" });
      response.end(bomb);
      return true;
    }));
    servers.push(server);
    const port = await listen(server);
    await orderGoesThrough({ OMS_MP_URL: `http://127.0.0.1:${port}`, OMS_MP_PUBLIC_URL: world.mp });
    assert.ok(thrown > 0);
  });

  test("a redirect is not followed: it is a wrong address, and says so", async () => {
    const server = http.createServer((request, response) => {
      response.writeHead(301, { Location: `${world.jiraUrl}${request.url}` });
      response.end();
    });
    servers.push(server);
    const port = await listen(server);
    await world.startAdapter({ OMS_JIRA_URL: `http://127.0.0.1:${port}` });
    await until("the pause", async () => /OMS_JIRA_URL/.test((await world.run("status")).out));
    await world.killAdapter("SIGTERM");
  });
});
