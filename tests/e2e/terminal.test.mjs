// What a person sees at a terminal, and a program behind a pipe.
import { test, describe, before, after } from "node:test";
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import net from "node:net";
import { userInfo } from "node:os";
import { promisify } from "node:util";
import { endOf } from "./lib/process.mjs";
import { addAttention, noSql } from "./lib/store.mjs";
import { World, program, run, until } from "./lib/world.mjs";

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

  /** Ends a command by a signal once it has begun; how it ended. */
  const ended = async (args, signal, begun, env = {}) => {
    const child = spawn(program, args, { env: { ...world.env, ...env }, cwd: world.folder });
    let out = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (out += part));
    const end = once(child, "exit");
    await until(`${args} to begin`, () => begun(out));
    child.kill(signal);
    const [code, by] = await endOf(child, end, () => out);
    return by ?? code;
  };

  test("status --watch ends at once by Ctrl-C and by SIGTERM", async () => {
    for (const signal of ["SIGINT", "SIGTERM"])
      assert.equal(await ended(["status", "--watch", "--every", "3600"], signal, (out) => out.includes("queue")), signal);
  });

  test("so do commands that a remote keeps waiting", async () => {
    const silent = net.createServer((socket) => silent.emit("asked", socket.on("error", () => undefined)));
    await once(silent.listen(0, "127.0.0.1"), "listening");
    try {
      const env = { OMS_MP_URL: `http://127.0.0.1:${silent.address().port}` };
      for (const args of [["reconcile"], ["reconcile", "--dry-run"], ["check"], ["check", "--webhook", "--apply"], ["init", "--yes"]]) {
        let asked = 0;
        silent.removeAllListeners("asked").on("asked", () => ++asked);
        assert.equal(await ended(args, "SIGINT", () => asked > 0, env), "SIGINT", `${args}`);
      }
    } finally { silent.close(); }
  });

  test("a wrong command is told by its name, with the nearest", async () => {
    for (const [args, says] of [
      [["foo"], /'foo' is no command of oms-jira\n.*--help/],
      [["serv"], /'serv' is no command of oms-jira; did you mean serve\?/],
      [["--bogus"], /'--bogus' is no option of oms-jira/],
      [["db", "upgrad"], /'upgrad' is no command of oms-jira db; did you mean upgrade\?/],
      [["status", "--jsno"], /'--jsno' is no option of oms-jira status; did you mean --json\?/],
      [["status", "--every", "5"], /--every requires --watch/],
      [["reconcile", "--project", "0"], /'0' is no project of the marketplace/],
      [["reconcile", "--project", "abc"], /'abc' is no project of the marketplace/],
      [["attention", "retry", "--all", "5"], /excludes/],
    ]) {
      const { code, out, err } = await world.run(...args);
      assert.equal(code, 2, `${args}`);
      assert.equal(out, "", `${args}`);
      assert.match(err, says);
      assert.ok(err.split("\n").every((line) => line.length < 200), err);
    }
    assert.equal((await world.run("--help")).code, 0);
    assert.match((await world.run()).err, /subcommand is required/);
  });

  test("attention retry names what it does not know, and records who asked", { skip: noSql }, async () => {
    const id = await addAttention(world, `order/${story()}`);
    const none = await world.run("attention", "retry", "999999");
    assert.deepEqual([none.code, none.out], [1, ""]);
    assert.match(none.err, /999999 is no open entry: `oms-jira attention list`/);
    const cause = await world.run("attention", "retry", "--cause", "nonsense");
    assert.equal(cause.code, 1);
    assert.match(cause.err, /no open entry has the cause 'nonsense'; there are: refused/);
    assert.match((await world.run("attention", "list")).out, /, 1 time\n/);
    const some = await world.run("attention", "retry", String(id), "999999", String(id));
    assert.equal(some.code, 1);
    assert.match(some.out, /^1 will be tried again/);
    assert.match(some.err, /999999 is no open entry/);
    const told = async () => (await world.run("explain", story())).out;
    assert.ok((await told()).includes(`retry asked for by ${userInfo().username} (command line)`), await told());
    const sudo = await run(["attention", "dismiss", String(id), "--reason", "a copy"], { ...world.env, SUDO_USER: "ada" }, world.folder);
    assert.equal(sudo.code, 0, sudo.err);
    assert.match(await told(), /dismissed by ada \(command line\): a copy/);
    assert.match((await world.run("attention", "retry", "--all")).err, /Nothing needs a person/);
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
