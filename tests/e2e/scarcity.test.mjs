// Too few descriptors, too little memory: what cannot be served is refused or waits, and nothing is
// lost.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { describe, test } from "node:test";
import { People, webhook } from "./lib/people.mjs";
import { addressBytes, descriptors, limit, processorSeconds, residentBytes } from "./lib/process.mjs";
import { Seeded, seeds, tellSeed } from "./lib/seeded.mjs";
import { World, call, until } from "./lib/world.mjs";

const polled = { OMS_POLL_INTERVAL: "500ms", OMS_JIRA_POLL_INTERVAL: "500ms", ...People.settings };
const lines = (world) => world.adapter.out.split("\n").length;

/** `count` clients that connect and say nothing. */
function silentClients(port, count) {
  return Array.from({ length: count }, () => net.connect(port, "127.0.0.1").on("error", () => {}).resume());
}

async function peopledWorld(seed, name) {
  const world = await World.make({ adapter: false, settings: polled });
  const people = new People(world, new Seeded(seed), name);
  await people.settle();
  return { world, people };
}

describe("descriptors", () => {
  const [seed] = seeds(1);
  test(`all are taken by silent clients, and no loop burns: seed ${seed}`, async (t) => {
    tellSeed(t, seed, import.meta.url);
    const { world, people } = await peopledWorld(seed, "Descriptors");
    let clients = [];
    try {
      await world.startAdapter();
      for (let i = 0; i < 10; i++) await people.act();
      await people.agree(20);
      const { pid } = world.adapter;
      const most = descriptors(pid) + 6;
      limit(pid, "nofile", most);
      clients = silentClients(world.port, 100);
      // Once they have kept it waiting long, one of them is let go for the next, again and again.
      await until("hardly a descriptor to be left", () => descriptors(pid) >= most - 1);

      // While nobody acts: the polls go on, the processor rests, the log is silent.
      await world.clearCounts();
      const before = { lines: lines(world), used: processorSeconds(pid), at: Date.now() };
      const polls = async () => (await call(`${world.mp}/sim/requests`)).json.requests.length;
      await until("some polls", async () => (await polls()) >= 5, 30);
      const took = (Date.now() - before.at) / 1000;
      const used = processorSeconds(pid) - before.used;
      assert.ok(used < took / 2, `${used} s of processor in ${took} s`);
      assert.ok(lines(world) - before.lines < 20, world.adapter.out.slice(-2000));

      for (let i = 0; i < 20; i++) await people.act();
      const { id } = (await world.issues())[0];
      await until("a webhook to be taken beside them", async () => (await webhook(world, id)).status === 204, 30);
      for (const client of clients) client.destroy();
      await until("the port to be free", async () => (await call(`${world.url}/healthz`)).status === 200, 20);
      await people.converge();
      t.diagnostic(`${most} descriptors; ${used.toFixed(2)} s of processor in ${took.toFixed(1)} s; ${lines(world) - before.lines} lines in all`);
    } finally {
      for (const client of clients) client.destroy();
      await world.end();
    }
  });

  test(`with few allowed, clients leave what the work itself needs: seed ${seed}`, async (t) => {
    tellSeed(t, seed, import.meta.url);
    const { world, people } = await peopledWorld(seed, "Few descriptors");
    let clients = [];
    try {
      await world.startAdapter({}, ["prlimit", "--nofile=200:200"]);
      clients = silentClients(world.port, 400);
      for (let i = 0; i < 30; i++) await people.act();
      // With all of them still there.
      await people.converge();
      assert.match(world.adapter.out, /few open files are allowed/);
    } finally {
      for (const client of clients) client.destroy();
      await world.end();
    }
  });
});

describe("memory", () => {
  const [seed] = seeds(1);
  const room = 48 << 20;

  test(`giant webhooks and answers in a small memory: seed ${seed}`, async (t) => {
    tellSeed(t, seed, import.meta.url);
    const { world, people } = await peopledWorld(seed, "Memory");
    const said = [];
    let giants = 0;
    const giant = `[{"pad":"${"x".repeat(1000)}"}${`,{"pad":[${"[],".repeat(500)}0]}`.repeat(15000)}]`;
    const line = http.createServer((request, response) => {
      const wanted = giants < 12 && request.method === "GET" && /events|search|issue|messages/.test(request.url);
      if (wanted) {
        giants += 1;
        response.on("error", () => {});
        return response.writeHead(200, { "Content-Type": "application/json" }).end(giant);
      }
      const [peer, path] = request.url.startsWith("/api/") ? [world.mpPort, request.url] : [world.jiraPort, request.url];
      const onward = http.request({ port: peer, host: "127.0.0.1", method: request.method, path, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      request.pipe(onward);
    }).listen(0, "127.0.0.1");
    try {
      await once(line, "listening");
      const way = `http://127.0.0.1:${line.address().port}`;
      Object.assign(world.env, { OMS_MP_PUBLIC_URL: world.mp, OMS_MP_URL: way, OMS_JIRA_URL: way });
      giants = Infinity;
      await world.startAdapter();
      for (let i = 0; i < 10; i++) await people.act();
      await people.agree(20);
      const { pid } = world.adapter;
      limit(pid, "as", addressBytes(pid) + room);
      const resident = residentBytes(pid);

      const { id } = (await world.issues())[0];
      const body = JSON.stringify({ webhookEvent: "jira:issue_updated", issue: { id: String(id) }, pad: "x".repeat(24 << 20) });
      const sent = Array.from({ length: 8 }, () => call(`${world.url}/api/webhooks/jira?secret=s3cret`, { method: "POST", body }).then((one) => one.status, () => "closed"));
      giants = 0;
      for (let i = 0; i < 20; i++) await people.act();
      said.push(...(await Promise.all(sent)));
      await until("the giant answers to be over, or it", () => giants >= 12 || world.adapter.exitCode !== null || world.adapter.signalCode !== null, 30);

      const ended = world.adapter.exitCode ?? world.adapter.signalCode;
      t.diagnostic(`webhooks of 24 MiB were answered ${said.join()}; ${giants} giant answers; resident ${(resident / 1048576).toFixed()} MiB; ${ended === null ? "it lived" : `it ended (${ended})`}`);
      assert.equal(ended, null, world.adapter.out.slice(-2000));
      for (const one of said) assert.ok([204, 500, 503, "closed"].includes(one), String(one));
      await until("a usual webhook to be taken", async () => (await webhook(world, id)).status === 204, 20);
      await world.run("attention", "retry", "--all");
      await people.converge();
    } finally {
      await world.end();
      line.close();
      line.closeAllConnections();
    }
  });
});
