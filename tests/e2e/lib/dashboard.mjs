// The dashboard in a real Chromium: signed in, watched for whatever a browser complains of.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const passwords = { OMS_UI_PASSWORD: "a password for operators", OMS_UI_VIEWER_PASSWORD: "a password for viewers" };

export const wide = { width: 1280, height: 860 };
export const phone = { width: 360, height: 740 };

export const openBrowser = () => chromium.launch({ executablePath, args: quiet });

/** A console error that is an answer which the page deals with, such as a 401 at the sign-in. */
const isAnswer = (text) => /the server responded with a status of (401|404|429|400|403)/.test(text) || /net::ERR_(CONNECTION|INCOMPLETE|EMPTY)/.test(text);

export class Dashboard {
  /** `url`: of the service. What went wrong is gathered in `complaints`. */
  static async open(browser, url, { viewport = wide, dark = false } = {}) {
    const board = new Dashboard();
    board.url = url;
    board.complaints = [];
    board.context = await browser.newContext({ viewport, colorScheme: dark ? "dark" : "light", reducedMotion: "reduce", acceptDownloads: true });
    board.page = await board.context.newPage();
    const { page, complaints } = board;
    page.setDefaultTimeout(10_000);
    page.on("console", (message) => message.type() === "error" && !isAnswer(message.text()) && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error.stack ?? error)));
    page.on("request", (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith("data:")) complaints.push(`a request to ${request.url()}`);
    });
    await page.exposeFunction("complainOfPolicy", (what) => complaints.push(`policy violated: ${what}`));
    await page.addInitScript(() => document.addEventListener("securitypolicyviolation", (event) => window.complainOfPolicy(`${event.violatedDirective} ${event.blockedURI}`)));
    return board;
  }

  async signIn(secret = passwords.OMS_UI_PASSWORD, who = "Ada") {
    await this.page.getByLabel("Your name").fill(who);
    await this.page.getByLabel("Password or token").fill(secret);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.page.locator("#ways").waitFor({ state: "attached" });
  }

  async go(path) {
    await this.page.goto(`${this.url}/ui/${path}`);
  }

  /** Its page, and its sentence when it has one. */
  async visit(path) {
    await this.go(path);
    return this.headline();
  }

  /** As by the browser's own way back: without loading the page anew. */
  async turnTo(path) {
    await this.page.evaluate((to) => {
      window.history.pushState(null, "", to);
      window.dispatchEvent(new PopStateEvent("popstate"));
    }, `/ui/${path}`);
    await this.page.locator("main .page").waitFor();
    return this.headline();
  }

  get sentence() { return this.page.locator("[data-headline]"); }
  headline(words) {
    const found = words ? this.sentence.filter({ hasText: words }) : this.sentence;
    return found.first().innerText();
  }
  region(name) { return this.page.getByRole("region", { name }); }
  /** Of a table: that of a subject. */
  row(key) { return this.page.locator("tr", { has: this.page.locator(`a[href="/ui/${key}"]`) }); }
  button(name) { return this.page.getByRole("button", { name }); }

  /** Goes on with Tab until what has the focus is called so. */
  async tabTo(name, { most = 120, role } = {}) {
    for (let step = 0; step < most; ++step) {
      const here = await this.page.evaluate(() => {
        const one = document.activeElement;
        const label = one.getAttribute("aria-label") ?? one.labels?.[0]?.innerText ?? one.innerText ?? "";
        return { label: label.trim(), tag: one.tagName.toLowerCase() };
      });
      if ((name instanceof RegExp ? name.test(here.label) : here.label === name) && (!role || here.tag === role)) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`${name} was not reached with Tab`);
  }
  press(key) { return this.page.keyboard.press(key); }
  type(text) { return this.page.keyboard.type(text); }

  async isAccessible(where) {
    if (!(await this.page.evaluate(() => "axe" in window))) await this.page.evaluate(axe);
    const { violations } = await this.page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    assert.deepEqual(violations.map((one) => `${where}: ${one.id}: ${one.nodes[0].html} ${one.nodes[0].failureSummary}`), []);
  }

  async fits(where) {
    const over = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(over <= 0, `${where} scrolls sideways by ${over} px`);
  }

  async close() {
    await this.context.close();
    assert.deepEqual(this.complaints, []);
  }
}
