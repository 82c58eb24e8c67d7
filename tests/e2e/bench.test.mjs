// The benchmarks run, and tell what they measured; how fast anything is is nobody's concern here.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { plot } from "../../benchmarks/lib/plot.mjs";
import { openBrowser } from "./lib/dashboard.mjs";
import { noPostgres, noRedis } from "./lib/servers.mjs";
import { program } from "./lib/world.mjs";

const execute = promisify(execFile);
const build = process.env.OMS_BUILD ?? resolve(program, "..");
const lacks = ["/usr/bin/gunicorn", "/usr/sbin/nginx", "/usr/bin/sqlite3"].find((file) => !existsSync(file));
const skip = !existsSync(join(build, "benchmarks/oms-bench-load")) ? "needs the programs of ./bench" : lacks ? `needs ${lacks}` : noRedis || noPostgres;

describe("the benchmarks", { skip }, () => {
  let folder, file;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "oms-bench-test-"));
    file = join(folder, "result.json");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const bench = (...args) => execute("node", ["benchmarks/main.mjs", "--quick", "--json", file, ...args], { env: { ...process.env, OMS_JIRA: program, OMS_BUILD: build }, maxBuffer: 1 << 26 });
  const result = () => JSON.parse(readFileSync(file, "utf8"));
  function isMeasured(one) {
    assert.ok(one.figures.length > 0);
    for (const each of [...one.figures, ...one.bars]) {
      assert.ok(each.label && each.values.length > 0, JSON.stringify(each));
      for (const value of [each.median, each.low, each.high]) assert.ok(Number.isFinite(value), JSON.stringify(each));
      assert.ok(each.low <= each.median && each.median <= each.high);
    }
    for (const each of one.bars) assert.equal(typeof each.met, "boolean");
  }

  test("take webhooks beside every opponent and bound", async () => {
    const { stdout } = await bench("--only", "intake");
    const { intake } = result().benchmarks;
    isMeasured(intake);
    for (const against of ["the Python path's", "the same server that stores nothing", "nginx's 204", "a commit each"]) {
      assert.ok(intake.bars.some((one) => one.label.includes(against) && one.median > 0), against);
      assert.match(stdout, new RegExp(against));
    }
  });
  test("carry changes between slow remotes", async () => {
    await bench("--only", "endtoend");
    const { endtoend } = result().benchmarks;
    isMeasured(endtoend);
    for (const kind of ["status set in Jira", "comment in Jira", "message in the marketplace", "status set in the marketplace"])
      assert.ok(endtoend.figures.some((one) => one.label.includes(`oms-jira: ${kind}, to its write`)), kind);
  });
  test("measure the pieces, and add to what the file has", async () => {
    await bench("--only", "micro");
    const { benchmarks } = result();
    isMeasured(benchmarks.micro);
    assert.ok(benchmarks.intake, "what was measured before is still there");
  });
  test("make a page, with each bar and a picture for each series", async () => {
    await execute("node", ["benchmarks/page.mjs", file, folder]);
    const page = readFileSync(join(folder, "performance.md"), "utf8");
    for (const one of Object.values(result().benchmarks).flatMap((each) => each.bars)) assert.ok(page.includes(one.label), one.label);
    for (const [, picture] of page.matchAll(/\]\(pictures\/([^)]+)\)/g)) assert.match(readFileSync(join(folder, "pictures", picture), "utf8"), /^<svg[^]*<\/svg>\n$/);
    assert.ok(readdirSync(join(folder, "pictures")).length > 0);
  });
  test("a picture has room for each name, and none lies on another", async () => {
    const lines = Array.from({ length: 11 }, (_, i) => ({ name: i === 3 ? "Python path as in its image (nginx, uWSGI, Celery's queue)" : `page ${i} & <more>`, points: [[1, 0.2], [16, i === 0 ? 12 : 0.2 + i / 1000]] }));
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      await page.setContent(plot({ title: "A page's answer", unit: "ms", categories: [1, 16], below: "connections", lines }));
      const { whole, names } = await page.evaluate(() => {
        const { width, height } = document.querySelector("svg").viewBox.baseVal;
        const box = (one) => { const { x, y, width, height } = one.getBBox(); return { text: one.textContent, x, y, right: x + width, bottom: y + height }; };
        return { whole: { width, height }, names: [...document.querySelectorAll("text")].map(box) };
      });
      for (const one of names) assert.ok(one.x >= 0 && one.y >= 0 && one.right <= whole.width && one.bottom <= whole.height, JSON.stringify({ one, whole }));
      const ours = names.filter((one) => /^(page|Python)/.test(one.text)).sort((a, b) => a.y - b.y);
      assert.equal(ours.length, 11);
      for (let i = 1; i < ours.length; ++i) assert.ok(ours[i].y >= ours[i - 1].bottom - 2, `${ours[i].text} on ${ours[i - 1].text}`);
    } finally {
      await browser.close();
    }
  });
  test("a page tells of a bar that some values meet and some miss, whichever its median does", async () => {
    const one = (label, values, median, met) => ({ label, unit: "×", values, median, low: Math.min(...values), high: Math.max(...values), atLeast: 0.7, met });
    const bars = [one("near above", [0.6, 0.69, 0.71, 0.72, 0.8], 0.71, true), one("near below", [0.6, 0.69, 0.8], 0.69, false), one("far above", [0.8, 0.9], 0.85, true)];
    const given = join(folder, "edge.json");
    writeFileSync(given, JSON.stringify({ ...result(), benchmarks: { intake: { ...result().benchmarks.intake, bars } } }));
    await execute("node", ["benchmarks/page.mjs", given, join(folder, "edge")]);
    const page = readFileSync(join(folder, "edge", "performance.md"), "utf8");
    assert.match(page, /\| near above .*\| yes, 3 of 5 values \|/);
    assert.match(page, /\| near below .*\| \*\*no\*\*, 1 of 3 values \|/);
    assert.match(page, /\| far above .*\| yes \|/);
    const near = page.split("So near to their bar")[1].split("##")[0];
    assert.match(near, /near above[^]*near below/);
    assert.doesNotMatch(near, /far above/);
  });
  test("say which there are, and refuse what there is not", async () => {
    const { stdout } = await execute("node", ["benchmarks/main.mjs", "--list"]);
    assert.match(stdout, /^intake$/m);
    await assert.rejects(execute("node", ["benchmarks/main.mjs", "--only", "nothing"]), /there is no benchmark nothing/);
  });
});
