// The simulated Jira as a process: what only shows over a wire, and what the tests in other languages
// rely on. No adapter runs here.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import { after, before, describe, test } from "node:test";

import { World, call, until } from "./lib/world.mjs";

/** Takes webhooks and answers with the statuses given, in their order, the last one for ever. */
async function listen(statuses) {
  const taken = [];
  const server = http.createServer((request, answer) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      taken.push({ url: request.url, headers: request.headers, body });
      answer.writeHead(statuses[Math.min(taken.length, statuses.length) - 1]).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { taken, url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

const anOrder = { fields: { project: { key: "EOSC" }, issuetype: { id: "10204" }, summary: "An order" } };

for (const [profile, variable] of [["server-8.4", "${issue.id}"], ["dc-9.12", "${issue.id}"], ["dc-10.3", "{issue.id}"], ["cloud", "${issue.id}"]]) {
  describe(`the simulated ${profile}`, () => {
    let world;
    before(async () => { world = await World.make({ jira: profile, adapter: false, webhook: false, trigger: false }); });
    after(() => world.end());
    const rest = (path) => call(`${world.jiraUrl}/rest/api/2/${path}`, { headers: world.jiraAuthorization() });

    test("tells which it is, and takes the credentials that it gives", async () => {
      assert.equal((await rest("serverInfo")).json.deploymentType, profile === "cloud" ? "Cloud" : "Server");
      assert.equal((await rest("myself")).status, 200);
      assert.ok((await world.webhookUrl()).includes(variable));
    });

    test("calls with the issue's id, whichever way it is written", async () => {
      const us = await listen([204]);
      await world.jira("webhooks", { name: "us", url: await world.webhookUrl(us.url) });
      const { id } = await world.jira("issues", anOrder);
      await until("the webhook", () => us.taken.length > 0);
      assert.ok(us.taken[0].url.includes(`issue_id=${id}&`), us.taken[0].url);
      us.close();
    });
  });
}

describe("the simulated cloud", () => {
  let world;
  before(async () => { world = await World.make({ jira: "cloud", adapter: false, webhook: false, trigger: false }); });
  after(() => world.end());

  test("repeats what failed, under one identifier and signed", async () => {
    const us = await listen([503, 429, 204]);
    await world.jira("settings", { webhook_retry_ms: 100 });
    await world.jira("webhooks", { name: "us", url: us.url, secret: "hush" });
    await world.jira("issues", anOrder);
    await until("two retries", () => us.taken.length >= 3);
    await new Promise((done) => setTimeout(done, 400));
    assert.equal(us.taken.length, 3);
    assert.deepEqual(us.taken.map(({ headers }) => headers["x-atlassian-webhook-retry"]), [undefined, "1", "2"]);
    assert.equal(new Set(us.taken.map(({ headers }) => headers["x-atlassian-webhook-identifier"])).size, 1);
    for (const { headers, body } of us.taken)
      assert.equal(headers["x-hub-signature"], `sha256=${createHmac("sha256", "hush").update(body).digest("hex")}`);
    us.close();
  });

  test("is what another generation was until an upgrade", async () => {
    const profile = (name) => call(`${world.jiraUrl}/sim/profile`, { method: "PUT", body: { name } });
    assert.equal((await profile("dc-9.12")).json.name, "dc-9.12");
    assert.equal((await call(`${world.jiraUrl}/rest/api/2/serverInfo`)).json.deploymentType, "Server");
    assert.equal((await profile("dc-7")).status, 400);
    assert.equal((await profile("cloud")).json.issue_variable, "${issue.id}");
  });
});
