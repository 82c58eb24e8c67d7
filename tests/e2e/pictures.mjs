// Makes docs/pictures: each page of the dashboard from a lively world. `node tests/e2e/pictures.mjs [folder]`
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Dashboard, openBrowser, passwords } from "./lib/dashboard.mjs";
import { lively, livelyWorld } from "./lib/lively.mjs";
import { small } from "./lib/png.mjs";
import { World, call, until } from "./lib/world.mjs";

const folder = resolve(process.argv[2] ?? "docs/pictures");
const bytes_max = 120_000;
mkdirSync(folder, { recursive: true });

/** Those that are kept beside the documentation; all of them go to a folder that is named. */
const kept = ["sign-in", "now", "orders", "order", "attention", "uncertain", "sweep", "remotes", "settings", "shadow", "now-dark", "order-dark", "now-phone", "attention-phone"];

async function picture(page, name, options = {}) {
  if (!process.argv[2] && !kept.includes(name)) return;
  const bytes = small(await page.screenshot(options));
  if (bytes.length > bytes_max) throw new Error(`${name}.png has ${bytes.length} bytes: at most ${bytes_max}`);
  writeFileSync(join(folder, `${name}.png`), bytes);
}

const token = "only for the pictures";

async function fill(world) {
  world.ask = async (path, body) => (await call(`${world.url}/api/v1/${path}`, { method: body ? "POST" : "GET", body, headers: { Authorization: `Bearer ${token}` } })).json;
  const made = await livelyWorld(world, { refused: 0 });
  const people = [["Protein folding", "Institute of Biology"], ["Glacier survey", "University of Example"], ["Quark matter", "Laboratory of Physics"]];
  for (const [name, organization] of people) {
    const { id: project } = await world.market("projects", { name, organization, customer_typology: "research", country: "Norway" });
    for (let offer = 1; offer <= 4; ++offer) {
      const { id } = await world.market("orders", { project, offer, comment: "As agreed on the telephone." });
      const issue = await world.linkedOrder(project, id);
      await world.jira(`issues/${issue.key}/transition`, { status: String(2 + (offer % 3)) });
      await world.jira(`issues/${issue.key}/comments`, { body: "We are at it." });
    }
  }
  await world.quiet(30);
  await compare(world);
  await world.jira("settings", { screens: { 10204: { require: ["CI-Department"] } } });
  for (let count = 0; count < 6; ++count) made.refused.push((await world.market("orders", { project: made.project, offer: 1 + (count % 4) })).id);
  await until("them to need a person", async () => JSON.parse((await world.run("status", "--json")).out).attention >= 6);
  return made;
}

/** Everything, twice: the second finds nothing. */
async function compare(world) {
  for (let count = 1; count <= 2; ++count) {
    await world.ask("sweeps", {});
    await until("the comparison", async () => (await world.ask("sweeps")).items.filter((one) => one.ended_at).length >= count, 60);
  }
}

/** An order whose create request is never answered, and one that is being made slowly. */
async function trouble(world, made) {
  await world.jira("settings", { screens: { 10204: { remove: ["CI-Department"] } } });
  await world.jira("faults", { kind: "close_before", method: "POST", path: "/rest/api/*/issue", count: -1 });
  for (let count = 0; count < 2; ++count) await world.market("orders", { project: made.project, offer: 3 });
}

async function pictures(world, made, browser) {
  const order = `order/${made.project}/${made.moved}`;
  const steps = {
    attention: async ({ page }) => {
      await page.getByRole("button", { name: "What would a retry do?" }).first().click();
      await page.getByText("A retry would").first().waitFor();
    },
    sweep: async ({ page }) => {
      await page.getByRole("button", { name: "Start a dry run" }).click();
      await page.getByText(/compared (agree|differ)/).waitFor();
    },
    settings: async ({ page }) => {
      await page.getByRole("button", { name: "Check now" }).click();
      await page.getByText(/checks? in order/).waitFor();
    },
  };
  const boards = {
    "": await Dashboard.open(browser, world.url, { viewport: { width: 1280, height: 800 } }),
    "-dark": await Dashboard.open(browser, world.url, { viewport: { width: 1280, height: 800 }, dark: true }),
    "-phone": await Dashboard.open(browser, world.url, { viewport: { width: 360, height: 720 } }),
  };
  for (const [suffix, board] of Object.entries(boards)) {
    await board.go("");
    if (!suffix) await picture(board.page, "sign-in");
    await board.signIn();
    for (const [name, path] of Object.entries({ now: "", orders: "orders", order, attention: "attention", uncertain: "uncertain", sweep: "sweep", remotes: "remotes", settings: "settings" })) {
      if (name === "uncertain" && !suffix) await trouble(world, made);
      await board.visit(path);
      if (name === "uncertain") await board.headline(/outcome of/).catch(() => undefined);
      if (!suffix) await steps[name]?.(board);
      await board.page.waitForTimeout(400);
      await picture(board.page, `${name}${suffix}`, { fullPage: name === "now" || name === "order" });
    }
    await board.close();
  }
}

async function shadow(browser) {
  const world = await World.make({ seed: "demo", settings: { ...passwords, OMS_DRY_RUN: "1" } });
  const board = await Dashboard.open(browser, world.url, { viewport: { width: 1280, height: 800 } });
  await board.go("shadow");
  await board.signIn();
  await board.headline(/would be changed/);
  await picture(board.page, "shadow");
  await board.close();
  await world.end();
}

const world = await World.make({ settings: { ...lively, ...passwords, OMS_API_TOKEN: token, OMS_POLL_INTERVAL: "60s", OMS_JIRA_POLL_INTERVAL: "60s" } });
const browser = await openBrowser();
try {
  await pictures(world, await fill(world), browser);
  await shadow(browser);
} finally {
  await browser.close();
  await world.end();
}
