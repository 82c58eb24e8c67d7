// Many who mean no good, or nothing at all, beside Jira: slow clients by the thousand, and forged
// webhooks by the thousand a second. What is real is taken and carried.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import http from "node:http";
import net from "node:net";
import { statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { webhook } from "./lib/people.mjs";
import { raiseDescriptors, residentBytes, residentBytesMost } from "./lib/process.mjs";
import { World, sqliteOnly, until } from "./lib/world.mjs";

const MiB = 1048576;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** An order with its issue, and talk that must get through in both directions. */
async function talkingWorld({ settings = {}, trigger = {} } = {}) {
  const world = await World.make({ settings });
  await world.market("oms/1/trigger", { url: `${world.url}/mp/trigger`, ...trigger });
  const { id: project } = await world.market("projects", { name: "Crowded" });
  const { id } = await world.market("orders", { project, offer: 1 });
  const issue = await world.linkedOrder(project, id);
  return {
    world, issue,
    async comment(text) {
      await world.jira(`issues/${issue.key}/comments`, { body: text });
      await until(`"${text}" to be carried`, async () => (await world.order(project, id)).messages.some((one) => one.content === text), 30);
    },
  };
}

describe("slow clients", () => {
  // Limits of http/server.hpp: a client that says nothing is let go after 75 s, one that does not
  // finish a header after 10 s. They wait beside the other tests.
  const idle_s = 75;
  const header_s = 10;
  let patient;
  const left = [];
  before(async () => {
    patient = await World.make();
    for (const [text, seconds] of [["", idle_s], ["", idle_s], ["POST /api/webhooks/jira HTTP/1.1\r\nHost: a\r\n", header_s]]) {
      const began = performance.now();
      const client = net.connect(patient.port, "127.0.0.1", () => client.write(text)).on("error", () => {}).resume();
      left.push(new Promise((done) => client.on("close", () => done({ seconds, after: (performance.now() - began) / 1000 }))));
    }
  });
  after(() => patient.end());

  // Not how fast, but before Jira gives up.
  test("five thousand that say little or nothing keep no webhook out", async (t) => {
    const wanted = 5000;
    const allowed = raiseDescriptors(wanted + 1000) - 500;
    const count = Math.min(wanted, allowed);
    if (count < wanted) t.diagnostic(`only ${count} clients: this process may open no more descriptors`);
    const { world, comment } = await talkingWorld();
    const clients = new Set();
    let over = false;
    let opened = 0;
    const request = "POST /api/webhooks/jira?secret=s3cret HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n";
    function open(number) {
      opened += 1;
      const client = net.connect(world.port, "127.0.0.1").on("error", () => {}).resume();
      clients.add(client);
      client.said = 0;
      client.slow = number % 2 === 0;
      // Some ask for what is large, and do not read it.
      if (number % 10 === 1) {
        client.pause();
        client.write("GET /assets/swagger-ui-bundle.js HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
      }
      client.on("close", () => {
        clients.delete(client);
        // Some come again and again.
        if (!over && number < 100) setTimeout(() => over || open(number), 100);
      });
    }
    try {
      const before = residentBytes(world.adapter.pid);
      for (let i = 0; i < count; i++) {
        open(i);
        if (i % 200 === 0) await pause(1);
      }
      const drip = setInterval(() => {
        for (const one of clients) if (one.slow && one.writable && one.said < request.length) one.write(request[one.said++]);
      }, 200);
      try {
        await until("all to have come", () => opened >= count);
        for (let i = 0; i < 25; i++) {
          const { status } = await webhook(world, 10001);
          assert.equal(status, 204, `webhook ${i}`);
          if (i % 5 === 0) await comment(`comment ${i}`);
        }
      } finally {
        clearInterval(drip);
      }
      // A thousand connections at most, each with at most 64 KiB to read into; and 32 MiB of answers.
      const grown = residentBytesMost(world.adapter.pid) - before;
      assert.ok(grown < 1000 * 64 * 1024 + 32 * MiB, `${grown} bytes more`);
      t.diagnostic(`${opened} connections were opened, ${clients.size} are open; ${(grown / MiB).toFixed(1)} MiB more at the most`);
    } finally {
      over = true;
      for (const one of clients) one.destroy();
      await world.end();
    }
  });

  test("forged webhooks by the thousand are refused, and real ones carried beside them", { skip: sqliteOnly }, async (t) => {
    const { world, issue, comment } = await talkingWorld({
      settings: { OMS_AUTHORIZATION_USER: "name", OMS_AUTHORIZATION_PASSWORD: "12341234" }, trigger: { user: "name", password: "12341234" } });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
    const body = JSON.stringify({ webhookEvent: "jira:issue_updated", issue: { id: issue.id } });
    const wrongSignature = "sha256=" + createHmac("sha256", "guessed").update(body).digest("hex");
    const hook = "/api/webhooks/jira";
    // Each with what it is refused by; 429 is as good.
    const forgeries = [
      { path: `${hook}?secret=wrong&issue_id=${issue.id}`, body, refused: [401, 403] },
      { path: `${hook}?issue_id=${issue.id}`, body, refused: [401, 403] },
      { path: `${hook}?secret=s3creT`, body, refused: [401, 403] },
      { path: hook, body, headers: { "X-Hub-Signature": wrongSignature }, refused: [401, 403] },
      { path: "/mp/trigger", body: "authorization=Basic+eDp5", headers: { "Content-Type": "application/x-www-form-urlencoded" }, refused: [401, 403] },
      { path: "/mp/trigger", body: "", headers: { Authorization: "Basic bmFtZTp3cm9uZw==" }, refused: [401, 403] },
      // Only announced: it is refused by its header.
      { path: `${hook}?secret=wrong`, headers: { "Content-Length": 30 * MiB }, refused: [401, 403, 413], oversized: true },
    ];
    const answers = {};
    const wrong = [];
    function forge(number) {
      const { path, body: text, headers = {}, refused, oversized } = forgeries[number % forgeries.length];
      return new Promise((done) => {
        const request = http.request({ port: world.port, host: "127.0.0.1", method: "POST", path, headers, agent: oversized ? false : agent }, (answer) => {
          answers[answer.statusCode] = (answers[answer.statusCode] ?? 0) + 1;
          if (![...refused, 429].includes(answer.statusCode)) wrong.push(`${path}: ${answer.statusCode}`);
          answer.resume();
          if (oversized) request.destroy();
          answer.on("close", done);
        });
        request.on("error", done);
        if (oversized) request.flushHeaders();
        else request.end(text);
      });
    }
    /** A thousand a second, as far as this machine comes along, until `enough` says so. */
    async function flood(enough) {
      const waiting = new Set();
      const began = performance.now();
      let sent = 0;
      while (!enough(sent)) {
        const due = performance.now() - began;
        while (sent < due && waiting.size < 500) {
          const one = forge(sent++);
          waiting.add(one);
          one.then(() => waiting.delete(one));
        }
        await pause(5);
      }
      await Promise.all(waiting);
      return { sent, rate: Math.round(sent / (performance.now() - began) * 1000) };
    }
    const databaseBytes = () => ["oms.db", "oms.db-wal"].map((one) => statSync(join(world.folder, one)).size);
    const lines = () => world.adapter.out.split("\n").length;
    try {
      await world.quiet();
      const before = { bytes: databaseBytes(), lines: lines(), resident: residentBytes(world.adapter.pid) };
      const alone = await flood((sent) => sent >= 3000);
      assert.deepEqual(wrong, []);
      // A poll beside them is on record.
      const more = databaseBytes().map((bytes, i) => bytes - before.bytes[i]);
      assert.ok(more[0] === 0 && more[1] < 65_536, `something is kept of them: ${more}`);
      assert.ok(lines() - before.lines < 100, world.adapter.out.slice(-2000));

      let over = false;
      const beside = flood(() => over);
      let real = 0;
      try {
        for (let i = 0; i < 30; i++) {
          const { status } = await webhook(world, issue.id);
          assert.equal(status, 204, `real webhook ${i}`);
          real += 1;
          if (i % 6 === 0) await comment(`beside forgeries ${i}`);
        }
      } finally {
        over = true;
      }
      const { sent, rate } = await beside;
      assert.deepEqual(wrong, []);
      assert.ok(lines() - before.lines < 200, world.adapter.out.slice(-2000));
      const grown = residentBytesMost(world.adapter.pid) - before.resident;
      assert.ok(grown < 32 * MiB, `${grown} bytes more`);
      t.diagnostic(`${alone.sent} alone at ${alone.rate}/s, ${sent} at ${rate}/s beside ${real} real ones; answers ${JSON.stringify(answers)}; ${lines() - before.lines} lines, ${(grown / MiB).toFixed(1)} MiB more`);
    } finally {
      agent.destroy();
      await world.end();
    }
  });

  test("the silent ones are let go when their time is over, not before", async (t) => {
    const times = await until("all to be let go", () => Promise.race([Promise.all(left), pause(1000)]), 120);
    for (const { seconds, after: took } of times) assert.ok(took > seconds - 0.5, `after ${took} s, not ${seconds}`);
    t.diagnostic(times.map((one) => `${one.seconds} s: ${one.after.toFixed(1)} s`).join(", "));
  });
});
