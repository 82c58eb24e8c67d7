// The service's clock is set while it runs: an hour back, a day ahead, and right again. Neither is
// anything lost nor done twice, and nobody waits for the hours to pass again.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { People } from "./lib/people.mjs";
import { Proxy } from "./lib/proxy.mjs";
import { Seeded, seeds, tellSeed } from "./lib/seeded.mjs";
import { World, call, sqliteOnly, until } from "./lib/world.mjs";

function faketime() {
  try {
    const files = execFileSync("dpkg", ["-L", "libfaketime"], { encoding: "utf8" }).split("\n");
    return files.find((one) => one.endsWith("libfaketimeMT.so.1") && existsSync(one));
  } catch {
    return undefined;
  }
}

const [seed] = seeds(1);
test(`the clock is set back an hour, and ahead a day: seed ${seed}`, async (t) => {
  tellSeed(t, seed, import.meta.url);
  const library = faketime();
  if (!library) return t.skip("libfaketime is not installed (Debian's package libfaketime)");
  const random = new Seeded(seed);
  const world = await World.make({ adapter: false, settings: {
    OMS_POLL_INTERVAL: "500ms", OMS_JIRA_POLL_INTERVAL: "500ms", OMS_RECONCILE_INTERVAL: "2h", ...People.settings } });
  const people = new People(world, new Seeded(random.below(1 << 30)), "Clock");
  const toJira = await Proxy.make(world.jiraPort, new Seeded(random.below(1 << 30)));
  const toMarket = await Proxy.make(world.mpPort, new Seeded(random.below(1 << 30)));
  try {
    await people.settle();
    const file = join(world.folder, "clock");
    const set = (offset) => {
      writeFileSync(`${file}.new`, `${offset}\n`);
      renameSync(`${file}.new`, file);
    };
    set("+0");
    Object.assign(world.env, { OMS_MP_URL: toMarket.url, OMS_MP_PUBLIC_URL: world.mp, OMS_JIRA_URL: toJira.url });
    // Only the wall clock: the steady one is nobody's to set.
    await world.startAdapter({ LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: "1", FAKETIME_DONT_FAKE_MONOTONIC: "1" });
    const hour = () => /(\d\d\d\d-\d\d-\d\dT\d\d:\d\d)/.exec(world.adapter.out.trim().split("\n").pop())?.[1];

    // In bad weather retries and waits are about when the clock is set.
    for (const offset of ["+0", "-3600", "+86400", "+0"]) {
      for (let i = 0; i < 8; i++) await people.act();
      set(offset);
      for (let i = 0; i < 8; i++) await people.act();
      // The service has seen it: its polls go on by it.
      await world.clearCounts();
      await until(`polls with the clock at ${offset}`, async () => {
        const asked = (await call(`${world.mp}/sim/requests`)).json.requests.filter((one) => one.target.includes("/events?"));
        return asked.length >= 2;
      }, 20);
      t.diagnostic(`clock ${offset}: its last line is of ${hour()}`);
    }
    toJira.becomeClean();
    toMarket.becomeClean();
    await people.converge();
    // With PostgreSQL its clock rules, which nobody set.
    if (!sqliteOnly) assert.match(world.adapter.out, /the clock was set back/);
  } finally {
    await toJira.end();
    await toMarket.end();
    await world.end();
  }
});
