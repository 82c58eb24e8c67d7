// The dashboard of an adapter that only says what it would do, in a real Chromium.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Dashboard, openBrowser, passwords } from "./lib/dashboard.mjs";
import { World } from "./lib/world.mjs";

describe("the dashboard in shadow mode", () => {
  let world, browser;
  before(async () => {
    world = await World.make({ seed: "demo", settings: { ...passwords, OMS_DRY_RUN: "1" } });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await world?.end();
  });

  test("it tells what would be done, and for which orders", async () => {
    const board = await Dashboard.open(browser, world.url);
    await board.go("shadow");
    await board.signIn();
    await board.headline(/would be changed/);
    await board.region("What would be done").getByText(/create the issue/i).first().waitFor();
    await board.page.getByRole("link", { name: "Orders that would change" }).click();
    await board.row("order/1/1").getByRole("link").first().click();
    await board.headline(/Shadow mode/);
    await board.region("Would be done").getByText(/create the issue/i).first().waitFor();
    assert.deepEqual(await world.issuesOf(1, 1), []);
    await board.close();
  });
});
