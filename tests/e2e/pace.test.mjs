// The pace towards a remote is kept by all processes together: through Redis, and each its share where
// Redis is away.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { noPostgres, noRedis } from "./lib/servers.mjs";
import { Site } from "./lib/site.mjs";
import { call, until } from "./lib/world.mjs";

/** The most requests that Jira got within any one second. */
async function mostInASecond(world) {
  const { json } = await call(`${world.jiraUrl}/sim/requests`);
  const times = json.requests.map((one) => Date.parse(one.at)).sort((a, b) => a - b);
  let most = 0;
  for (let from = 0, to = 0; to < times.length; to++) {
    while (times[to] - times[from] >= 1000) from++;
    most = Math.max(most, to - from + 1);
  }
  return { most, count: times.length, seconds: (times.at(-1) - times[0]) / 1000 };
}

describe("the pace of many", { skip: noPostgres || noRedis }, () => {
  test("ten workers never send Jira more than twenty requests in a second; without Redis each its share", async (t) => {
    const site = await Site.make({ webs: 1, workers: 10, pooled: false, settings: { OMS_JIRA_RATE: "20", OMS_WORKERS: "2", OMS_JIRA_POLL_INTERVAL: "24h" } });
    const orders = async (count) => {
      const { id: project } = await site.world.market("projects", { name: "Many" });
      for (let i = 0; i < count; i++) await site.world.market("orders", { project, offer: 1 });
      return project;
    };
    const done = (project, seconds) => until("all to be registered", async () => (await site.world.projects()).find((one) => one.id === project).orders.every((one) => one.status === "registered"), seconds);
    try {
      await site.begin();
      await done(await orders(2), 30);
      await site.world.jira("requests/clear");
      await done(await orders(40), 60);
      const with_ = await mostInASecond(site.world);
      assert.ok(with_.most <= 20, JSON.stringify(with_));
      // The limit is made use of: all that work at less than half of it would be no pace.
      assert.ok(with_.count / with_.seconds > 10, JSON.stringify(with_));

      await site.redis.kill();
      await until("`status` to tell that Redis is away", async () => /Redis at .* is away/.test((await site.world.run("status")).out), 30);
      await site.world.jira("requests/clear");
      await done(await orders(15), 90);
      const without = await mostInASecond(site.world);
      assert.ok(without.most <= 20, JSON.stringify(without));
      t.diagnostic(`with Redis ${JSON.stringify(with_)}, without ${JSON.stringify(without)}`);

      await site.redis.begin();
      await until("Redis to be used again", async () => !/is away/.test((await site.world.run("status")).out), 30);
    } finally {
      await site.end();
    }
  });
});
