// The dashboard's list of 10,000 orders, in a real Chromium.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Dashboard, openBrowser, passwords } from "./lib/dashboard.mjs";
import { World, until } from "./lib/world.mjs";

describe("the dashboard with 10,000 orders", () => {
  const orders = 10_000;
  let world, browser;
  before(async () => {
    world = await World.make({ settings: passwords, adapter: false });
    const seed = { timestamp: "2026-05-04T10:00:00", projects: [], project_items: [], comments: [] };
    for (let number = 1; number <= orders; ++number) seed.project_items.push({ mp_id: (number % 100) + 1, project_id: Math.ceil(number / 100), jira_id: 20_000 + number });
    writeFileSync(join(world.folder, "seed.json"), JSON.stringify(seed));
    const { code, err } = await world.run("seed", join(world.folder, "seed.json"));
    assert.equal(code, 0, err);
    await world.startAdapter({}, [], ["serve", "--no-worker"]);
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await world?.end();
  });

  test("they are scrolled through to the end, and the page stays as small as it was", async (t) => {
    const board = await Dashboard.open(browser, world.url);
    await board.go("orders");
    await board.signIn();
    const { page } = board;
    await page.locator("tr[data-row]").first().waitFor();
    let most = 0;
    let slowest = 0;
    await until("the end of the list", async () => {
      const seen = await page.evaluate(async () => {
        const began = performance.now();
        window.scrollTo(0, document.documentElement.scrollHeight);
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        return { took: performance.now() - began, nodes: document.querySelectorAll("*").length, rows: document.querySelectorAll("tr[data-row]").length, all: Number(document.querySelector("table.rows").getAttribute("aria-rowcount")) };
      });
      most = Math.max(most, seen.nodes);
      slowest = Math.max(slowest, seen.took);
      assert.ok(seen.rows < 120, `${seen.rows} rows in the page`);
      return seen.all === orders + 1;
    }, 40);
    assert.ok(most < 2500, `${most} nodes`);
    t.diagnostic(`at most ${most} nodes; the slowest step took ${Math.round(slowest)} ms`);
    assert.match(await page.locator("tr[data-row] .key a").last().getAttribute("href"), /^\/ui\/order\/1\//);
    const place = await page.evaluate(() => window.scrollY);
    await page.locator("tr[data-row] .key a").last().click();
    await page.locator("[data-headline]").waitFor();
    await page.goBack();
    await page.locator("tr[data-row]").first().waitFor();
    await until("the place where one was", async () => Math.abs((await page.evaluate(() => window.scrollY)) - place) < 2000);
    await board.close();
  });
});
