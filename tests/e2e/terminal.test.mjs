// What a person sees at a terminal, and a program behind a pipe.
import { test, describe, before, after } from "node:test";
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { World, program, until } from "./lib/world.mjs";

const escape = "\x1b";
const inShell = (words) => words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");

describe("the terminal", () => {
  let world;
  let order;
  before(async () => {
    world = await World.make();
    const { id: project } = await world.market("projects", { name: "Terminal" });
    order = { project, id: (await world.market("orders", { project, offer: 1 })).id };
    await world.linkedOrder(order.project, order.id);
  });
  after(() => world.end());

  /** As on a terminal: util-linux's script gives it one. */
  const atTerminal = async (args, env = {}) => {
    const { stdout } = await promisify(execFile)("script", ["-qec", inShell([program, ...args]), "/dev/null"], {
      env: { ...world.env, TERM: "xterm", ...env }, cwd: world.folder });
    return stdout;
  };
  const story = () => `${order.project}/${order.id}`;

  test("colours are for terminals that want them", async () => {
    for (const args of [["status"], ["explain", story()]]) {
      assert.ok((await atTerminal(args)).includes(`${escape}[`), `${args}`);
      assert.ok(!(await atTerminal(args, { NO_COLOR: "1" })).includes(escape), `${args} with NO_COLOR`);
      assert.ok(!(await atTerminal(args, { TERM: "dumb" })).includes(escape), `${args} on a dumb one`);
      assert.ok(!(await world.run(...args)).out.includes(escape), `${args} behind a pipe`);
    }
  });

  test("the same words with colours and without", async () => {
    // eslint-disable-next-line no-control-regex
    const bare = (text) => text.replace(/\x1b\[\d*m/g, "").replaceAll("\r\n", "\n").replace(/\d+ (ms|s)\b/g, "");
    assert.equal(bare(await atTerminal(["explain", story()])), bare((await world.run("explain", story())).out));
  });

  test("status --watch tells again and again, and ends with its reader", async () => {
    const child = spawn(program, ["status", "--watch", "--every", "0.2", "--json"], { env: world.env, cwd: world.folder });
    let out = "";
    child.stdout.on("data", (part) => (out += part));
    await until("three lines", () => out.split("\n").length > 3);
    for (const line of out.split("\n").slice(0, 3)) assert.ok(JSON.parse(line).queue);
    child.stdout.destroy();
    await once(child, "exit");
  });

  test("status --watch on a terminal stays in its place", async () => {
    const child = spawn("script", ["-qec", inShell([program, "status", "--watch", "--every", "0.2"]), "/dev/null"], {
      env: { ...world.env, TERM: "xterm" }, cwd: world.folder });
    let out = "";
    child.stdout.on("data", (part) => (out += part));
    await until("two pictures", () => out.split(`${escape}[H`).length > 2);
    assert.ok(out.includes(`${escape}[J`));
    child.kill();
    await once(child, "exit");
    child.stdout.destroy();
  });

  test("--json prints what docs/json.md lists, both ways", async () => {
    const page = readFileSync("docs/json.md", "utf8");
    const listed = (heading) => {
      const part = page.split(`## ${heading}\n`)[1].split("\n## ")[0];
      return new Set([...part.matchAll(/^\| `(\w+)` \|/gm)].map((found) => found[1]));
    };
    const optional = { status: ["own_webhook", "sweep"], explain: ["link"] };
    for (const [heading, args] of [["status", ["status"]], ["explain", ["explain", story()]]]) {
      const said = JSON.parse((await world.run(...args, "--json")).out);
      for (const name of Object.keys(said)) assert.ok(listed(heading).has(name), `${heading}: ${name} is not on the page`);
      for (const name of listed(heading))
        assert.ok(name in said || optional[heading].includes(name), `${heading}: ${name} is on the page only`);
    }
    const reconciled = JSON.parse((await world.run("reconcile", "--dry-run", "--json")).out);
    for (const name of ["compared", "differed", "healed", "failed", "differences"]) assert.ok(name in reconciled, name);
    assert.deepEqual(JSON.parse((await world.run("attention", "list", "--json")).out), []);
  });
});
