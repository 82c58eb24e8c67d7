// Webhooks of 4 to 20 KB, over connections that are kept, each durable before it is answered: beside the
// Python path, nginx that only answers, the same server that stores nothing or commits each by itself, and
// a bare loop that commits as many at once.
import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Postgres } from "../tests/e2e/lib/servers.mjs";
import { call, freePort, program, run, until } from "../tests/e2e/lib/world.mjs";
import { bar, figure, inTurn, ratios } from "./lib/figures.mjs";
import { addLinks, firstIssue } from "./lib/fill.mjs";
import { Nginx } from "./lib/nginx.mjs";
import { ask, atRest, end, start, tool } from "./lib/process.mjs";
import { Python } from "./lib/python.mjs";

export const about = "webhooks accepted, durable before the answer";

const execute = promisify(execFile);

const settings = (file, port) => ({
  OMS_MP_URL: "http://127.0.0.1:9", OMS_MP_TOKEN: "t", OMS_ID: "1", OMS_JIRA_URL: "http://127.0.0.1:9", OMS_JIRA_USERNAME: "oms", OMS_JIRA_PASSWORD: "p",
  OMS_JIRA_PROJECT: "EOSC", OMS_JIRA_ISSUE_TYPE_ID: "1", OMS_JIRA_PROJECT_ISSUE_TYPE_ID: "2", OMS_JIRA_WEBHOOK_SECRET: "s3cret",
  OMS_HTTP_PORT: String(port), OMS_DB_HOST: file });

const answers = (url, path) => until(url, () => call(url + path).then((answer) => answer.status < 300), 60);

/** So that nobody's commits wait for what another wrote before. */
const onDisk = () => execute("sync");

/** All of them beside each other; one at a time has work. */
class Contest {
  static async make(orders) {
    const contest = new Contest();
    contest.folder = mkdtempSync(join(tmpdir(), "oms-intake-"));
    contest.children = [];
    contest.ports = {};
    const first = join(contest.folder, "first.db");
    const upgraded = await run(["db", "upgrade"], { PATH: process.env.PATH, ...settings(`sqlite:///${first}`, 0) }, contest.folder);
    if (upgraded.code !== 0) throw new Error(upgraded.err);
    await addLinks(first, orders);
    await contest.startOurs("ours", first);
    for (const store of ["none", "each"]) {
      const [port, file] = [await freePort(), join(contest.folder, `${store}.db`)];
      copyFileSync(first, file);
      contest.children.push(start(tool("oms-bench-intake"), ["--port", port, "--store", store, "--database", file]));
      contest.ports[store] = port;
      await answers(`http://127.0.0.1:${port}`, "/readyz");
    }
    contest.nginx = await Nginx.make();
    contest.ports.nginx = contest.nginx.port;
    contest.python = await Python.make();
    await contest.python.startWebOfTheImage();
    contest.ports.python = contest.python.port;
    contest.gunicorn = await Python.make();
    await contest.gunicorn.startWeb();
    contest.ports.gunicorn = contest.gunicorn.port;
    contest.postgres = await Postgres.start(["synchronous_commit = on"]);
    await contest.postgres.createDatabase("bare");
    return contest;
  }

  async startOurs(name, first) {
    const port = await freePort();
    const file = join(this.folder, `${name}.db`);
    copyFileSync(first, file);
    this.children.push(start(program, ["serve", "--no-worker"], { env: settings(`sqlite:///${file}`, port), cwd: this.folder }));
    this.ports[name] = port;
    await answers(`http://127.0.0.1:${port}`, "/readyz");
  }

  async load(name, connections, seconds, orders) {
    await onDisk();
    // Moved about between processors that are all in use, the load would make rounds differ by half.
    const where = connections > 1 ? ["--on-one-processor"] : [];
    const result = await ask("oms-bench-load", [...where, "--port", this.ports[name], "--connections", connections, "--seconds", seconds, "--warm-up", Math.min(0.5, seconds / 3), "--first-issue", firstIssue, "--issues", orders]);
    // What was put aside in a burst is sorted before anybody else has a turn.
    await atRest(...this.children.map((child) => child.pid));
    const wrong = Object.keys(result.statuses).filter((status) => status !== "204");
    // Nobody here closes a connection that waits for its answer; one that was answered is counted.
    if (wrong.length > 0 || result.count === 0 || result.broken > 0) throw new Error(`${name}: ${JSON.stringify(result)}`);
    // What the Python path keeps in Redis is nobody's in this benchmark.
    if (name === "python" || name === "gunicorn") await this[name].redis.command("FLUSHALL");
    return result;
  }

  async end() {
    for (const child of this.children) await end(child);
    await this.nginx?.end();
    await this.python?.end();
    await this.gunicorn?.end();
    await this.postgres?.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const names = { ours: "oms-jira", none: "the same server, nothing stored", each: "the same server, a commit each", nginx: "nginx, return 204", python: "Python path as in its image (nginx, uWSGI, Celery's queue)", gunicorn: "Python path behind gunicorn with threads" };

export async function measure({ quick, say, rounds = quick ? 1 : 5, seconds = quick ? 0.4 : 2 }) {
  const orders = quick ? 500 : 10_000;
  const sizes = quick ? [1, 16, 64] : [1, 16, 64, 256];
  const contest = await Contest.make(orders);
  const seen = {};
  // Longer than a burst is left unsorted.
  const stretch = quick ? 1 : 15;
  const unpaused = [];
  // What a commit costs depends on the disk, whose other users make one pair of turns differ from the next by a fifth.
  const morePairs = quick ? 0 : 2;
  const note = (size, name, what, value) => (((seen[size] ??= {})[name] ??= {})[what] ??= []).push(value);
  try {
    const bare = [["sqlite", `sqlite:${join(contest.folder, "bare.db")}`], ["postgres", contest.postgres.url("bare")]];
    // A log that is new grows, which costs a disk more than writing over what is there.
    for (const name of ["ours", "each"]) await contest.load(name, 64, quick ? 0.4 : 4, orders);
    for (const [, engine] of bare) await ask("oms-bench-commits", ["--engine", engine, "--batch", 64, "--seconds", quick ? 0.4 : 3]);
    for (let round = 0; round < rounds; ++round) {
      for (const size of sizes) {
        say(`${size} connections, round ${round + 1} of ${rounds}`);
        for (const name of inTurn([...Object.keys(names)], round)) {
          const result = await contest.load(name, size, seconds, orders);
          note(size, name, "rate", result.per_second);
          note(size, name, "beside", result.per_second);
          note(size, name, "p50", result.p50_us / 1000);
          note(size, name, "p99", result.p99_us / 1000);
          note(size, name, "loader", (100 * result.own_processor_seconds) / (seconds + Math.min(0.5, seconds / 3)));
        }
        for (let pair = 0; size > 1 && pair < morePairs; ++pair) {
          for (const name of inTurn(["ours", "none"], round + pair)) note(size, name, "beside", (await contest.load(name, size, seconds, orders)).per_second);
        }
        for (const [name, engine] of bare) {
          await onDisk();
          note(size, name, "rate", (await ask("oms-bench-commits", ["--engine", engine, "--batch", size, "--seconds", Math.min(1, seconds)])).per_second);
        }
        // PostgreSQL writes what it has committed into its tables for minutes afterwards.
        await contest.postgres.query("CHECKPOINT");
      }
    }
    for (let round = 0; round < Math.min(rounds, 2); ++round) {
      say(`${stretch} seconds without a pause, round ${round + 1}`);
      unpaused.push((await contest.load("ours", 64, stretch, orders)).per_second);
    }
  } finally {
    await contest.end();
  }
  const judged = judge(seen, sizes);
  judged.figures.push(figure(`64 connections, ${stretch} s without a pause, so that they are sorted meanwhile: oms-jira`, "a second", unpaused));
  return judged;
}

function judge(seen, sizes) {
  const figures = [];
  const bars = [];
  const rate = (size, name) => seen[size][name].rate;
  for (const size of sizes) {
    const at = `${size} connection${size > 1 ? "s" : ""}`;
    for (const [name, label] of Object.entries(names)) {
      figures.push({ ...figure(`${at}: ${label}`, "a second", rate(size, name)), series: label, at: size, of: "rate" });
      figures.push({ ...figure(`${at}: ${label}, p50`, "ms", seen[size][name].p50), series: label, at: size, of: "p50" });
      figures.push({ ...figure(`${at}: ${label}, p99`, "ms", seen[size][name].p99), series: label, at: size, of: "p99" });
    }
    for (const [name, label] of [["sqlite", "bare SQLite loop, as many a commit"], ["postgres", "bare PostgreSQL loop, as many a commit"]])
      figures.push({ ...figure(`${at}: ${label}`, "a second", rate(size, name)), series: label, at: size, of: "rate" });
    figures.push(figure(`${at}: the load generator's own processor`, "% of one", seen[size].ours.loader));
  }
  for (const size of sizes.filter((one) => one === 16 || one === 64)) {
    const python = ratios(rate(size, "ours"), rate(size, "python"));
    bars.push(bar(`rate over the Python path's, ${size} connections`, { atLeast: 30 }, python));
    bars.push(bar(`p99 under the Python path's, ${size} connections`, { atLeast: 5 }, ratios(seen[size].python.p99, seen[size].ours.p99)));
    bars.push(bar(`rate over nginx's 204, ${size} connections`, { atLeast: 0.4 }, ratios(rate(size, "ours"), rate(size, "nginx"))));
  }
  for (const size of sizes) {
    const part = ratios(seen[size].ours.beside, seen[size].none.beside);
    if (size >= 16) bars.push(bar(`rate over the same server that stores nothing, ${size} connections`, { atLeast: 0.7 }, part));
    figures.push(figure(`${size}: part of the same server that stores nothing`, "×", part));
  }
  bars.push(bar("rate over a commit each, 1 connection", { atLeast: 0.9 }, ratios(rate(1, "ours"), rate(1, "each"))));
  if (sizes.includes(256)) bars.push(bar("p99 at 256 connections", { atMost: 20, unit: "ms" }, seen[256].ours.p99));
  for (const size of sizes) figures.push(figure(`${size}: part of the bare SQLite loop`, "×", ratios(rate(size, "ours"), rate(size, "sqlite"))));
  return { about, figures, bars };
}
