// The dashboard in a real Chromium, on the real program between both simulators: the tasks of each
// page by mouse and by keyboard alone, live, for both roles, in every width and colour.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { Dashboard, openBrowser, passwords, phone } from "./lib/dashboard.mjs";
import { lively, livelyWorld } from "./lib/lively.mjs";
import { World, until } from "./lib/world.mjs";

const pages = ["", "orders", "attention", "uncertain", "sweep", "remotes", "settings", "shadow"];

describe("the dashboard", () => {
  let world, made, browser, board, page;
  before(async () => {
    world = await World.make({ settings: { ...lively, ...passwords } });
    made = await livelyWorld(world, { refused: 7 });
    browser = await openBrowser();
    board = await Dashboard.open(browser, world.url);
    page = board.page;
  });
  after(async () => {
    await browser?.close();
    await world?.end();
  });
  const key = (item) => `order/${made.project}/${item}`;

  test("a wrong password is said, a right one leads to where one wanted to go", async () => {
    await board.go(key(made.moved));
    await page.getByLabel("Your name").fill("Ada");
    await page.getByLabel("Password or token").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).press("Enter");
    await page.getByRole("alert").getByText("OMS_UI_PASSWORD").waitFor();
    await board.isAccessible("the sign-in");
    await page.getByLabel("Password or token").fill(passwords.OMS_UI_PASSWORD);
    await board.press("Enter");
    assert.match(await board.headline(), new RegExp(`is in Jira as ${made.key}`));
  });

  test("what it loads is small, compressed", async () => {
    let bytes = 0;
    for (const name of ["app.js", "app.css"]) {
      const answer = await fetch(`${world.url}/ui/${name}`, { headers: { "Accept-Encoding": "gzip" } });
      assert.equal(answer.headers.get("Content-Encoding"), "gzip");
      bytes += Number(answer.headers.get("Content-Length"));
    }
    assert.ok(bytes > 10_000 && bytes <= 100_000, `${bytes} bytes`);
  });

  test("Now tells whether the remotes work, and changes by itself", async () => {
    assert.match(await board.visit(""), /^Both remotes work/);
    await world.jira("faults", { kind: "fail_before", count: -1 });
    await world.market("messages", { project: made.project, item: made.moved, content: "are you there?" });
    await board.headline(/Jira is away/);
    await page.locator("article", { hasText: "Jira" }).getByText("Away").waitFor();
    await world.jira("faults/clear");
    await board.headline(/^Both remotes work/);
  });

  test("an order's story grows while it is looked at", async () => {
    await board.visit(key(made.moved));
    const line = board.region("Time line");
    await world.jira(`issues/${made.key}/transition`, { status: "3" });
    await until("the order", async () => (await world.order(made.project, made.moved)).status === "waiting_for_response");
    await line.getByText(/waiting_for_response/).first().waitFor();
    await line.getByRole("button", { name: "With calls" }).click();
    await line.getByText("PATCH").first().waitFor();
    await page.getByText(`${made.key} in Jira`).waitFor();
  });

  test("both sides stand next to one another, and what differs is marked", async () => {
    await world.killAdapter("SIGTERM");
    await world.market(`orders/${made.project}/${made.plain}/status`, { type: "approved" });
    await world.jira("faults", { kind: "refuse", status: 409, method: "POST", path: "*/transitions", count: -1 });
    await world.startAdapter();
    await board.visit(key(made.plain));
    const status = page.getByRole("table", { name: /Side by side/ }).getByRole("row", { name: /^Status/ });
    await status.getByText("Differs").waitFor();
    assert.match(await status.innerText(), /approved/);
    await world.jira("faults/clear");
    await board.button("Look now").click();
    await page.getByText(/will be looked at/).first().waitFor();
    await status.getByText("Differs").waitFor({ state: "detached" });
  });

  test("an order is found by its number, its issue, its customer and its service", async () => {
    await board.visit("");
    for (const [words, found] of [[`${made.project}/${made.moved}`, made.moved], [made.key, made.moved]]) {
      await page.getByRole("searchbox", { name: "Search orders" }).fill(words);
      await board.press("Enter");
      await page.waitForURL(`**/ui/${key(found)}`);
    }
    for (const words of ["jane", "jane@uni.example", "Cloud Compute"]) {
      await page.getByRole("searchbox", { name: "Search orders" }).fill(words);
      await board.press("Enter");
      await page.waitForURL("**/ui/orders?q=*");
      await board.row(key(made.moved)).waitFor();
    }
    await page.getByRole("searchbox", { name: "Search orders" }).fill("99/99");
    await page.getByText("Nothing is known of order 99/99").waitFor();
  });

  test("attention by keyboard alone: what a retry would do, retry, dismiss with a reason", async () => {
    await board.visit("");
    await board.press("g");
    await board.press("a");
    await page.getByRole("heading", { name: "Attention" }).waitFor();
    assert.match(await board.headline(), /7 entries/);
    assert.equal(await page.getByRole("link", { name: "What it means" }).first().getAttribute("href"), "/ui/help/attention#refused");
    await board.tabTo("What would a retry do?");
    await board.press("Enter");
    await page.getByText("A retry would").first().waitFor();
    await page.getByText(/create the issue/i).first().waitFor();

    await board.tabTo("Dismiss…");
    const dismissed = await page.evaluate(() => document.activeElement.closest(".entry").querySelector("a").getAttribute("href").slice("/ui/order/".length));
    await board.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    for (let step = 0; step < 8; ++step) {
      await board.press("Tab");
      assert.ok(await page.evaluate(() => document.activeElement === document.body || document.querySelector("dialog").contains(document.activeElement)), "the focus left the dialog");
    }
    await board.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => document.activeElement.innerText), "Dismiss…");
    await board.press("Enter");
    await dialog.waitFor();
    // At once again: the browser has not yet told of the last one's end.
    for (let time = 0; time < 8; ++time) {
      await board.press("Escape");
      await dialog.waitFor({ state: "detached" });
      await board.press("Enter");
      await dialog.waitFor();
    }
    await board.tabTo(/^Reason/);
    await board.type("ordered twice by mistake");
    await board.tabTo("Dismiss");
    await board.press("Enter");
    await board.headline(/6 entries/);
    const ended = board.region("Lately ended");
    assert.match(await ended.innerText(), /Ada/);
    assert.match((await world.run("explain", dismissed)).out, /Ada.*ordered twice by mistake/);
  });

  test("attention by mouse: an order is linked by hand, the rest mended and retried at once", async () => {
    await board.visit("attention");
    const entry = page.locator(".entry").last();
    const linked = (await entry.getByRole("link").first().getAttribute("href")).slice("/ui/order/".length);
    await entry.getByRole("button", { name: "Link…" }).click();
    await page.getByLabel("Issue key").fill(made.byHand);
    await page.getByRole("dialog").getByRole("button", { name: "Link", exact: true }).click();
    await page.getByText(new RegExp(`${made.byHand} now stands for`)).waitFor();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await until("the link", async () => (await world.run("explain", linked)).out.includes(made.byHand));
    await world.jira("settings", { screens: { 10204: { remove: ["CI-Department"] } } });
    await page.getByRole("button", { name: /^Retry (all|it)/ }).first().click();
    await page.getByText(/tried again at once/).first().waitFor();
    await board.headline("Nothing needs a person.");
    await until("an issue for each but the dismissed and the linked one", async () => (await world.issues()).filter((one) => made.refused.some((item) => one.labels.includes(`oms-1-order-${made.project}-${item}`))).length >= made.refused.length - 2);
  });

  test("a write of unknown outcome is shown with how it will be settled", async () => {
    await world.jira("faults", { kind: "close_before", method: "POST", path: "/rest/api/*/issue", count: -1 });
    const { id } = await world.market("orders", { project: made.project, offer: 1 });
    await board.visit("uncertain");
    await board.row(key(id)).getByText(/looked for by its label/).filter({ visible: true }).waitFor();
    await board.headline(/The outcome of 1 write/);
    await world.jira("faults/clear");
  });

  test("a dry run tells what would be done, and its report is downloaded", async () => {
    await board.visit("sweep");
    await board.button("Start a dry run").click();
    await page.getByText(/compared (differ|agree)/).waitFor();
    for (const format of ["CSV", "JSON"]) {
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: format }).click()]);
      const text = readFileSync(await download.path(), "utf8");
      assert.match(text, format === "CSV" ? /^subject,would/ : /"compared"/);
    }
  });

  test("a comparison is started by keyboard and its end is seen", async () => {
    await board.visit("sweep");
    await board.tabTo("Compare everything now");
    await board.press("Enter");
    await page.getByText(/A comparison begins/).waitFor();
    await board.headline(/were compared|compared/);
    const rows = board.region("Comparisons").getByRole("row");
    await until("its row", async () => (await rows.count()) >= 2);
  });

  test("Remotes tells whose calls fail, and which", async () => {
    await board.visit("remotes");
    await page.getByRole("row", { name: /\/rest\/api/ }).first().waitFor();
    await page.getByLabel("Only errors").check();
    await until("only failed calls", async () => {
      const texts = await page.locator("tr[data-row] .status").allInnerTexts();
      return texts.length > 0 && texts.every((text) => text === "no answer" || Number(text) >= 400);
    });
    assert.match(await board.region("Webhook of Jira").innerText(), /Working: the last was received/);
  });

  test("Settings shows each value and its origin, no secret, and what check says", async () => {
    await board.visit("settings");
    const row = (name) => page.getByRole("row", { name: new RegExp(`^${name}\\b`) });
    assert.match(await row("OMS_UI_PASSWORD").innerText(), /\*\*\*/);
    assert.doesNotMatch(await page.locator("body").innerText(), /demo-token|a password for/);
    await page.getByRole("searchbox", { name: "Find a setting" }).fill("uncertain_grace");
    assert.match(await row("OMS_UNCERTAIN_GRACE").innerText(), /1h/);
    await board.button("Check now").click();
    await page.getByText(/checks? in order/).waitFor();
    await page.getByLabel("Log level").selectOption("debug");
    await page.getByText("The log level of this process is debug").waitFor();
  });

  test("every page: axe finds nothing in light and dark, a phone scrolls down only", async () => {
    const all = [...pages, key(made.moved), `project/${made.project}`, "nowhere"];
    const dark = await Dashboard.open(browser, world.url, { dark: true, viewport: phone });
    await dark.go("");
    await dark.signIn();
    await board.visit("");
    const look = async (one, path, where) => {
      await one.turnTo(path);
      await one.isAccessible(`/ui/${path} ${where}`);
      await one.fits(`/ui/${path} ${where}`);
    };
    for (const path of all) await Promise.all([look(board, path, "in light, wide"), look(dark, path, "in dark, on a phone")]);
    await dark.button("Menu").click();
    await dark.page.getByRole("link", { name: "Sweep" }).click();
    await dark.page.getByRole("heading", { name: "Sweep" }).waitFor();
    await dark.close();
  });

  test("the help: every page, its links lead somewhere, axe finds nothing", async () => {
    const docs = readdirSync(new URL("../../docs/", import.meta.url)).filter((name) => name.endsWith(".md") && !name.endsWith(".in.md"));
    const anchors = new Map();
    const named = [];
    const small = await Dashboard.open(browser, world.url, { dark: true, viewport: phone });
    for (const name of docs) {
      const path = `/ui/help/${name === "README.md" ? "" : name.slice(0, -3)}`;
      await board.go(path.slice("/ui/".length));
      assert.equal(await page.getByRole("navigation", { name: "Help" }).count(), 1, name);
      anchors.set(path, new Set(await page.locator("[id]").evaluateAll((all) => all.map((one) => one.id))));
      for (const href of await page.locator("main a").evaluateAll((all) => all.map((one) => one.getAttribute("href")))) {
        if (!href.startsWith("http")) named.push(`${href.startsWith("#") ? path : ""}${href}`);
      }
      for (const picture of await page.locator("img").all()) assert.ok(await picture.evaluate((one) => one.decode().then(() => one.naturalWidth)) > 0, name);
    }
    assert.ok(named.length > 100);
    assert.deepEqual(named.filter((one) => !anchors.get(one.split("#")[0]) || (one.includes("#") && !anchors.get(one.split("#")[0]).has(one.split("#")[1]))), []);
    for (const path of ["help/", "help/attention", "help/configuration", "help/how-it-works"]) {
      await Promise.all([board.go(path), small.go(path)]);
      await Promise.all([board.isAccessible(`/ui/${path} in light, wide`), small.isAccessible(`/ui/${path} in dark, on a phone`)]);
      await small.fits(`/ui/${path}`);
    }
    await small.close();
    assert.equal((await fetch(`${world.url}/ui/help/nothing`)).status, 404);
    await board.visit("settings");
    const opened = page.waitForEvent("popup");
    await page.getByRole("link", { name: "OMS_UNCERTAIN_GRACE" }).click();
    assert.equal(await (await opened).locator(":target").innerText(), "OMS_UNCERTAIN_GRACE");
    await (await opened).close();
  });

  test("the keys: help, search, the skip link, rows, colours that are kept", async () => {
    await board.visit("orders");
    await board.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await board.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await board.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.type), "search");
    await board.press("Escape");
    await board.row(key(made.moved)).waitFor();
    await page.locator("tr[data-row] a").first().focus();
    const first = await page.evaluate(() => document.activeElement.getAttribute("href"));
    await board.press("j");
    const second = await page.evaluate(() => document.activeElement.getAttribute("href"));
    assert.notEqual(second, first);
    await board.press("ArrowUp");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), first);
    await board.press("Enter");
    await page.waitForURL(`**${first}`);
    await board.button("Dark").click();
    await page.reload();
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), "dark");
    await board.button("As the system").click();
    await page.evaluate(() => document.activeElement.blur());
    await page.reload();
    await page.locator("h1").waitFor();
    await page.evaluate(() => window.getSelection().removeAllRanges());
    await page.locator(".skip").focus();
    await board.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
  });

  test("a viewer sees all and has no button that acts", async () => {
    const viewer = await Dashboard.open(browser, world.url);
    await viewer.go("");
    await viewer.signIn(passwords.OMS_UI_VIEWER_PASSWORD, "Vera");
    await viewer.page.getByText("Viewer: reads only").waitFor();
    const harmless = /^(Sign out|As the system|Light|Dark|Keyboard shortcuts|Menu|All|Due|At work|Waiting|Needs a person|Differs|Would change|Story|Status|People|Failures|With calls|Older|Jira|Marketplace|Copy.*|Show .*|.* by .*)$/;
    for (const path of [...pages, key(made.moved)]) {
      await viewer.visit(path);
      const names = await viewer.page.getByRole("button").evaluateAll((all) => all.map((one) => (one.getAttribute("aria-label") ?? one.innerText).trim()));
      assert.deepEqual(names.filter((name) => !harmless.test(name)), [], path);
    }
    const refused = await viewer.page.evaluate(() => fetch("/api/v1/sweeps", { method: "POST", headers: { "X-OMS-Action": "1", "Content-Type": "application/json" }, body: "{}" }).then((answer) => answer.status));
    assert.equal(refused, 403);
    await viewer.close();
  });

  test("an order whose issue is gone is in step nowhere, and stays told of when that is dismissed", async () => {
    const { id } = await world.market("orders", { project: made.project, offer: 1 });
    const { issue_key: issue } = await until("its issue", async () => JSON.parse((await world.run("explain", `${made.project}/${id}`, "--json")).out).link);
    await world.jira(`issues/${issue}/delete`);
    await board.visit(key(id));
    await board.headline(/that issue is gone or hidden from us/);
    const how = board.region("How it stands");
    await how.getByText("Needs a person", { exact: true }).waitFor();
    await how.getByText(/^A person must act \(orphaned\)/).waitFor();
    await board.visit("orders?state=attention");
    await board.row(key(id)).getByText("Needs a person").waitFor();
    await board.visit(key(id));
    await board.button("Dismiss…").click();
    await page.getByLabel(/^Reason/).fill("a test");
    await page.getByRole("dialog").getByRole("button", { name: "Dismiss", exact: true }).click();
    await how.getByText("Issue gone", { exact: true }).waitFor();
    await how.getByText(/^Nothing as long as issue .* is gone .*dismissed by Ada: a test/).waitFor();
  });

  test("an order that nobody heard of is told without an error of the browser", async () => {
    const failed = [];
    const note = (response) => response.status() >= 400 && failed.push(response.url());
    page.on("response", note);
    await board.visit("order/99/99");
    await board.headline("Order 99/99 is not known here.");
    page.off("response", note);
    assert.deepEqual(failed, []);
  });

  test("times in sentences are those of the reader's zone", async () => {
    await world.jira("faults", { kind: "fail_before", count: -1 });
    await world.market("messages", { project: made.project, item: made.moved, content: "once more" });
    const there = await browser.newContext({ timezoneId: "America/New_York" });
    const tab = await there.newPage();
    await tab.goto(`${world.url}/ui/${key(made.moved)}`);
    await tab.getByLabel("Your name").fill("Ada");
    await tab.getByLabel("Password or token").fill(passwords.OMS_UI_PASSWORD);
    await tab.getByRole("button", { name: "Sign in" }).click();
    await tab.locator("[data-headline]", { hasText: /again at \d+ \w+ \d{4}, \d\d:\d\d:\d\d GMT-[45]/ }).waitFor();
    await there.close();
    await world.jira("faults/clear");
    await until("Jira to be asked again", async () => JSON.parse((await world.run("status", "--json")).out).remotes.jira.state === "working", 30);
  });

  test("when the session ends one signs in again and is where one was", async () => {
    await board.visit(`orders?q=${encodeURIComponent("jane")}`);
    // In another tab.
    const other = await board.context.newPage();
    await other.goto(`${world.url}/ui/`);
    await other.getByRole("button", { name: "Sign out" }).click();
    await other.getByLabel("Password or token").waitFor();
    await other.close();
    await page.getByText("Your session ended").waitFor();
    await page.getByLabel("Password or token").fill(passwords.OMS_UI_PASSWORD);
    await board.press("Enter");
    await board.row(key(made.moved)).waitFor();
    assert.match(page.url(), /\/ui\/orders\?q=jane$/);
  });

  test("while the service is away the page says so, and comes back by itself", async () => {
    await board.visit("");
    await page.getByText("Live", { exact: true }).waitFor();
    await world.killAdapter("SIGTERM");
    await page.getByText("Not live").first().waitFor();
    await world.startAdapter();
    await page.getByRole("button", { name: "Try now" }).click({ timeout: 2000 }).catch(() => undefined);
    await page.getByText("Live", { exact: true }).waitFor({ timeout: 30_000 });
    await board.close();
  });
});
