// The sandbox page in a real Chromium: a newcomer orders, staff answers, the customer reads it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { chromium } from "playwright-core";
import { call, freePort, program, until } from "./lib/world.mjs";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe("the sandbox page", () => {
  let child, browser, page, port, folder;
  const complaints = [];
  before(async () => {
    port = await freePort();
    folder = mkdtempSync(join(tmpdir(), "oms-page-"));
    child = spawn(program, ["sandbox", "--port", String(port)], { env: { PATH: process.env.PATH }, cwd: folder });
    await until("the sandbox", () => call(`http://127.0.0.1:${port}/readyz`).then((answer) => answer.status === 200));
    browser = await chromium.launch({ executablePath, args: ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
    page = await browser.newPage({ viewport: { width: 1400, height: 900 }, reducedMotion: "reduce" });
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(`http://127.0.0.1:${port}/sandbox`);
  });
  after(async () => {
    await browser?.close();
    child.kill("SIGTERM");
    await new Promise((done) => child.on("exit", done));
    rmSync(folder, { recursive: true, force: true });
  });

  test("an order becomes an issue, and an answer comes back, by keyboard alone", async () => {
    const order = page.getByRole("form", { name: "Order a service" });
    await order.getByLabel("Comment").focus();
    await page.keyboard.type("Is there a GPU?");
    await page.keyboard.press("Enter");
    const staff = page.getByRole("region", { name: "Staff in Jira" });
    await staff.getByText("Is there a GPU?").waitFor();
    const issue = staff.locator("article", { hasText: "Is there a GPU?" });
    await issue.getByPlaceholder("Comment as Anna").focus();
    await page.keyboard.type("Yes, one.");
    await page.keyboard.press("Enter");
    const customer = page.getByRole("region", { name: "Customer at the marketplace" });
    await customer.getByText("Yes, one.").waitFor();
    await issue.getByLabel("New status").selectOption({ label: "In Progress" });
    await issue.getByRole("button", { name: "Move" }).press("Enter");
    await customer.locator("article", { hasText: "Yes, one." }).getByText("in progress").waitFor();
  });

  test("an internal comment stays where it is", async () => {
    const staff = page.getByRole("region", { name: "Staff in Jira" });
    const issue = staff.locator("article", { hasText: "Is there a GPU?" });
    await issue.getByPlaceholder("Comment as Anna").fill("do not tell the customer");
    await issue.getByLabel("internal").check();
    await issue.getByRole("button", { name: "Send" }).click();
    await staff.getByText("do not tell the customer").waitFor();
    await page.getByRole("region", { name: "The adapter" }).getByText(/restricted or internal|Jira poll|webhook comment/).first().waitFor();
    assert.equal(await page.getByRole("region", { name: "Customer at the marketplace" }).getByText("do not tell").count(), 0);
  });

  test("what people write is shown as text, on both sides, and runs nowhere", async () => {
    const evil = "<img src=x onerror=\"window.evil=1\"><script>window.evil=1</script>";
    const market = page.getByRole("region", { name: "Customer at the marketplace" });
    const staff = page.getByRole("region", { name: "Staff in Jira" });
    await market.getByLabel("Name of a new project").fill(evil);
    await market.getByRole("button", { name: "Make it" }).click();
    await staff.getByText(evil).first().waitFor();
    const order = page.getByRole("form", { name: "Order a service" });
    await order.getByLabel("Comment").fill(`customer ${evil}`);
    await order.getByRole("button", { name: "Order" }).click();
    const issue = staff.locator("article", { hasText: "customer <img" });
    await issue.getByText(`customer ${evil}`).first().waitFor();
    await issue.getByPlaceholder("Comment as Anna").fill(`staff ${evil}`);
    await issue.getByRole("button", { name: "Send" }).click();
    await market.getByText(`staff ${evil}`).first().waitFor();
    assert.equal(await page.evaluate(() => window.evil), undefined);
    assert.equal(await page.locator("img").count(), 0);
  });

  test("its doors take no form of another site, and it keeps no cookie", async () => {
    const act = (type) => call(`http://127.0.0.1:${port}/sandbox/api/marketplace/projects`, { method: "POST", body: '{"name":"forged"}', headers: { "Content-Type": type, Origin: "https://evil.example" } });
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) assert.equal((await act(type)).status, 415, type);
    assert.equal((await act("application/json")).headers.get("Access-Control-Allow-Origin"), null);
    assert.deepEqual(await page.context().cookies(), []);
    const { headers } = await call(`http://127.0.0.1:${port}/sandbox`);
    assert.doesNotMatch(headers.get("Content-Security-Policy"), /unsafe/);
    assert.match(headers.get("Content-Security-Policy"), /frame-ancestors 'none'/);
  });

  test("each step of the corridor is shown", async () => {
    const adapter = page.getByRole("region", { name: "The adapter" });
    for (const words of [/event project_item\/create/, /create the issue/, /post a message/]) await adapter.getByText(words).first().waitFor();
  });

  test("a broken remote is told, and mended by itself", async () => {
    await page.getByRole("button", { name: "Break Jira for half a minute" }).click();
    await page.getByRole("button", { name: /Jira is back in/ }).waitFor();
  });

  test("axe finds nothing, on a wide screen and on a phone", async () => {
    for (const viewport of [{ width: 1400, height: 900 }, { width: 390, height: 800 }]) {
      await page.setViewportSize(viewport);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run());
      assert.deepEqual(violations.map((one) => `${one.id}: ${one.nodes[0].html}`), []);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1);
      assert.equal(overflow, false, "it scrolls sideways");
    }
  });

  test("the API page shows Swagger UI, and nothing complained", async () => {
    assert.deepEqual(complaints, []);
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.locator(".opblock").first().waitFor();
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    assert.deepEqual(violations.map((one) => `${one.id} ${one.nodes.length}: ${one.nodes[0].html} ${one.nodes[0].failureSummary}`), []);
    await page.getByText("/api/webhooks/jira").first().click();
    await page.getByText("X-Hub-Signature").first().waitFor();
    assert.deepEqual(complaints, []);
  });
});
