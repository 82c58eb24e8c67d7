// Bad lines and sudden deaths by seed, while people act on both sides. When the weather clears all
// must agree: one issue an order, one comment a message and back, nothing leaked, nothing echoed.
import { describe, test } from "node:test";
import { People } from "./lib/people.mjs";
import { Proxy } from "./lib/proxy.mjs";
import { Seeded, seeds, tellSeed } from "./lib/seeded.mjs";
import { World } from "./lib/world.mjs";

const polled = { OMS_POLL_INTERVAL: "500ms", OMS_JIRA_POLL_INTERVAL: "500ms", ...People.settings };
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** A world whose four lines may be bad: to both remotes, and theirs to the adapter. */
async function stormyWorld(random) {
  const world = await World.make({ adapter: false, webhook: false, trigger: false, settings: polled });
  const toMarket = await Proxy.make(world.mpPort, random);
  const toJira = await Proxy.make(world.jiraPort, random);
  // A hint may always come twice.
  const toUs = await Proxy.make(world.port, random, { repeats: () => true });
  const lines = [toMarket, toJira, toUs];
  Object.assign(world.env, { OMS_MP_URL: toMarket.url, OMS_MP_PUBLIC_URL: world.mp, OMS_JIRA_URL: toJira.url });
  await world.jira("webhooks", { name: "oms", url: await world.webhookUrl(toUs.url) });
  await world.market("oms/1/trigger", { url: `${toUs.url}/mp/trigger` });
  return { world, lines };
}

describe("weather", () => {
  for (const seed of seeds(3)) {
    test(`bad lines on all sides: seed ${seed}`, async (t) => {
      tellSeed(t, seed, import.meta.url);
      const random = new Seeded(seed);
      // Each its own: what the lines do depends on time, what people do does not.
      const { world, lines } = await stormyWorld(new Seeded(random.below(1 << 30)));
      const people = new People(world, new Seeded(random.below(1 << 30)), "Weather");
      try {
        await people.settle();
        await world.startAdapter();
        for (let i = 0; i < 70; i++) {
          await people.act();
          await pause(random.below(60));
        }
        for (const line of lines) line.becomeClean();
        const healed = await people.converge();
        t.diagnostic(`${people.orders.length} orders, ${people.texts.length} texts; ${lines.map((one) => JSON.stringify(one.struck)).join(" ")}; ${healed}`);
      } catch (error) {
        error.message = `seed ${seed}: ${error.message}`;
        throw error;
      } finally {
        for (const line of lines) await line.end();
        await world.end();
      }
    });
  }
});

describe("sudden deaths", () => {
  for (const seed of seeds(2)) {
    test(`killed again and again: seed ${seed}`, async (t) => {
      tellSeed(t, seed, import.meta.url);
      const random = new Seeded(seed);
      // Every other seed dies in bad weather too.
      const bad = random.chance(0.5);
      const lineSeed = random.below(1 << 30);
      const { world, lines } = bad ? await stormyWorld(new Seeded(lineSeed))
        : { world: await World.make({ adapter: false, settings: polled }), lines: [] };
      const people = new People(world, new Seeded(random.below(1 << 30)), "Deaths");
      try {
        await people.settle();
        let over = false;
        const acting = (async () => {
          while (!over) {
            await people.act();
            await pause(random.below(60));
          }
        })();
        acting.catch(() => undefined);
        for (let death = 0; death < 15; death++) {
          // Now and then before it is ready.
          const started = world.startAdapter();
          started.catch(() => undefined);
          if (random.chance(0.8)) await started;
          await pause(random.below(350));
          await world.killAdapter();
        }
        over = true;
        await acting;
        await world.startAdapter();
        for (const line of lines) line.becomeClean();
        const healed = await people.converge(60);
        t.diagnostic(`${bad ? "bad lines; " : ""}${people.orders.length} orders, ${people.texts.length} texts; ${healed}`);
      } catch (error) {
        error.message = `seed ${seed}: ${error.message}`;
        throw error;
      } finally {
        for (const line of lines) await line.end();
        await world.end();
      }
    });
  }
});
