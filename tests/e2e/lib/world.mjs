// The real program between both simulators, each a process of its own on free ports. What is shown
// is what stands on both sides afterwards; nothing looks inside the adapter.
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { endOf } from "./process.mjs";

export const program = process.env.OMS_JIRA ?? resolve("build/run/oms-jira");

// The whole suite with another generation of Jira: OMS_E2E_JIRA=cloud.
export const jiraProfile = process.env.OMS_E2E_JIRA ?? "dc-9.12";

/** Why a test that looks at SQLite's files is skipped where the suite runs on PostgreSQL. */
export const sqliteOnly = process.env.OMS_E2E_ENGINE === "postgres" ? "looks at SQLite's files" : false;

/** What comes as POST and changes nothing. */
const onlyReads = (path) => ["/search", "/search/jql", "/issue/bulkfetch", "/comment/list"].some((end) => path.split("?")[0].endsWith(end));

/**
 * One that nothing listens on. It lies below those that a system hands out by itself, or a connection
 * of another test may have it by the time that a program wants it.
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(12_000, 32_000);
    const server = net.createServer().listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch {
      continue; // somebody has it
    }
    server.close();
    await once(server, "close");
    return port;
  }
}

/**
 * Calls `ask` until it gives something, and says what was waited for where it never does. Between two
 * calls lies thrice what one takes: the lines to the processes run through here, too, and must not starve.
 */
export async function until(what, ask, seconds = 12) {
  const end = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    const asked = Date.now();
    try {
      last = await ask();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}; last: ${last?.stack ?? JSON.stringify(last)}`);
    await new Promise((done) => setTimeout(done, Math.max(25, 3 * (Date.now() - asked))));
  }
}

export async function call(url, { method = "GET", body, headers = {}, signal } = {}) {
  const answer = await fetch(url, {
    method,
    signal,
    redirect: "manual",
    headers: { ...(body !== undefined ? { "Content-Type": "application/json" } : {}), ...headers },
    body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: answer.status, text, json, headers: answer.headers };
}

async function ok(promise) {
  const answer = await promise;
  if (answer.status >= 300) throw new Error(`${answer.status}: ${answer.text}`);
  return answer.json;
}

/** `wrap`: a command that runs the program, such as ["prlimit", "--nofile=100"]. */
function start(args, env, cwd, wrap = []) {
  const [command, ...all] = [...wrap, program, ...args];
  const child = spawn(command, all, { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
  child.out = "";
  child.stdout.on("data", (part) => (child.out += part));
  child.stderr.on("data", (part) => (child.out += part));
  child.ended = new Promise((done) => child.on("exit", (code, signal) => done({ code, signal })));
  return child;
}

/** Waits for `ready`, and not for what has ended instead. */
async function comesUp(child, ready) {
  const died = child.ended.then(({ code, signal }) => { throw new Error(`it ended (${code ?? signal}): ${child.out}`); });
  ready.catch(() => undefined);
  died.catch(() => undefined);
  await Promise.race([ready, died]);
}

/** Runs a command to its end. */
export async function run(args, env = {}, cwd = tmpdir()) {
  const child = spawn(program, args, { env: { PATH: process.env.PATH, ...env }, cwd, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (part) => (out += part));
  child.stderr.on("data", (part) => (err += part));
  const [code] = await once(child, "close");
  return { code, out, err };
}

/** A new one on the PostgreSQL that OMS_TEST_POSTGRES names; it goes with the server. */
export async function newDatabase() {
  const name = `w${process.pid}_${Math.random().toString(36).slice(2)}`;
  const [code] = await once(spawn("psql", ["-X", "-q", "-d", `${process.env.OMS_TEST_POSTGRES}postgres`, "-c", `CREATE DATABASE ${name}`], { stdio: "inherit" }), "exit");
  if (code !== 0) throw new Error("psql could not create a database");
  return `${process.env.OMS_TEST_POSTGRES}${name}`;
}

export class World {
  static async make({ settings = {}, seed = "empty", adapter = true, webhook = true, trigger = true, any = true, jira = jiraProfile, jiraSettings } = {}) {
    const world = new World();
    world.folder = mkdtempSync(join(tmpdir(), "oms-e2e-"));
    [world.mpPort, world.jiraPort, world.port] = [await freePort(), await freePort(), await freePort()];
    const base = { PATH: process.env.PATH };
    world.sims = start(
      ["sandbox", "--only", "both", "--seed", seed, "--marketplace-port", world.mpPort, "--jira-port", world.jiraPort, "--jira", jira].map(String),
      base, world.folder);
    await comesUp(world.sims, until("the simulators", () => call(`${world.mp}/sim/state`).then((a) => a.status === 200)));
    await comesUp(world.sims, until("the simulated Jira", () => call(`${world.jiraUrl}/sim/state`).then((a) => a.status === 200)));
    world.database = `sqlite:///${world.folder}/oms.db`;
    // The whole suite on PostgreSQL: OMS_E2E_ENGINE=postgres, under tools/with-servers.mjs.
    if (process.env.OMS_E2E_ENGINE === "postgres") world.database = await newDatabase();
    if (any) await world.jira("settings", { any_transitions: true });
    if (jiraSettings) await world.jira("settings", jiraSettings);
    if (webhook) await world.jira("webhooks", { name: "oms", url: await world.webhookUrl() });
    if (trigger) await world.market("oms/1/trigger", { url: `${world.url}/mp/trigger` });
    world.env = { ...base, ...(await world.jiraEnvironment()),
      OMS_MP_URL: world.mp, OMS_MP_TOKEN: seed === "recorded" ? "TOKSOMBO" : "demo-token", OMS_ID: "1",
      OMS_JIRA_URL: world.jiraUrl, OMS_JIRA_WEBHOOK_SECRET: "s3cret",
      OMS_HTTP_PORT: String(world.port), OMS_DB_HOST: world.database,
      OMS_POLL_INTERVAL: "24h", OMS_JIRA_POLL_INTERVAL: "24h", OMS_RETRY_BASE: "50ms", OMS_RETRY_MAX: "500ms",
      OMS_UNCERTAIN_GRACE: "1s", ...settings };
    if (adapter) await world.startAdapter();
    return world;
  }

  get mp() { return `http://127.0.0.1:${this.mpPort}`; }
  get jiraUrl() { return `http://127.0.0.1:${this.jiraPort}`; }
  get url() { return `http://127.0.0.1:${this.port}`; }

  async jiraEnvironment() {
    const { site } = (await ok(call(`${this.jiraUrl}/sim/state`)));
    return { OMS_JIRA_PROJECT: "EOSC", ...site.environment };
  }

  /** Our account's, for asking Jira what the adapter would ask. */
  jiraAuthorization() {
    const { OMS_JIRA_USERNAME: user, OMS_JIRA_PASSWORD: password, OMS_JIRA_TOKEN: token } = this.env;
    return { Authorization: `Basic ${Buffer.from(`${user}:${password ?? token}`).toString("base64")}` };
  }

  /** What Jira is to call, naming the issue in the style of its generation. */
  async webhookUrl(base = this.url) {
    const { issue_variable: issue } = await ok(call(`${this.jiraUrl}/sim/profile`));
    return `${base}/api/webhooks/jira?issue_id=${issue}&secret=s3cret`;
  }

  async startAdapter(settings = {}, wrap = [], args = ["serve"]) {
    this.adapter = start(args, { ...this.env, ...settings }, this.folder, wrap);
    await comesUp(this.adapter, until("the adapter", () => call(`${this.url}/readyz`).then((a) => a.status === 200)));
  }

  async killAdapter(signal = "SIGKILL") {
    this.adapter.kill(signal);
    return endOf(this.adapter, this.adapter.ended, () => this.adapter.out);
  }

  async end() {
    for (const child of [this.adapter, this.sims]) {
      if (!child) continue;
      child.kill("SIGTERM");
      await endOf(child, child.ended, () => child.out);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  // People.
  market(path, body = {}) { return ok(call(`${this.mp}/sim/${path}`, { method: "POST", body })); }
  jira(path, body = {}) { return ok(call(`${this.jiraUrl}/sim/${path}`, { method: "POST", body })); }
  run(...args) { return run(args, this.env, this.folder); }

  // What stands on both sides.
  async projects() { return (await ok(call(`${this.mp}/sim/state`))).projects; }
  async issues() { return (await ok(call(`${this.jiraUrl}/sim/state`))).issues; }
  async order(project, item) {
    const found = (await this.projects()).find((one) => one.id === project);
    return found?.orders.find((one) => one.id === item);
  }
  async issuesOf(project, item) {
    const label = item === undefined ? `oms-1-project-${project}` : `oms-1-order-${project}-${item}`;
    return (await this.issues()).filter((one) => one.labels.includes(label));
  }
  async issue(project, item) {
    return until(`an issue for ${project}/${item ?? ""}`, async () => (await this.issuesOf(project, item))[0]);
  }
  async linkedOrder(project, item) {
    const issue = await this.issue(project, item);
    await until("the order to be registered", async () => (await this.order(project, item)).status !== "created");
    await this.quiet();
    return (await this.issues()).find((one) => one.id === issue.id);
  }

  /** Both logs of requests, as far as they are not the polls'. */
  async counts() {
    const market = (await ok(call(`${this.mp}/sim/requests`))).requests.filter((one) => !(one.target ?? one.path).includes("/events?"));
    const jira = (await ok(call(`${this.jiraUrl}/sim/requests`))).requests.filter((one) => !(one.target ?? one.path).includes("/myself"));
    const search = (one) => one.method === "POST" && onlyReads(one.target ?? one.path);
    return {
      marketReads: market.filter((one) => one.method === "GET"),
      marketWrites: market.filter((one) => one.method !== "GET"),
      jiraReads: jira.filter((one) => one.method === "GET" || search(one)),
      jiraWrites: jira.filter((one) => one.method !== "GET" && !search(one)),
    };
  }
  async clearCounts() {
    await this.market("requests/clear");
    await this.jira("requests/clear");
  }

  /** Until nothing is due and nothing was asked of either remote for a while. */
  async quiet(seconds = 12) {
    let last = "";
    let same = 0;
    await until("both sides to be quiet", async () => {
      const metrics = (await call(`${this.url}/metrics`)).text;
      const busy = [...metrics.matchAll(/oms_jira_subjects\{[^}]*state="(due|leased|waiting)"[^}]*\} ([0-9.]+)/g)].some((m) => Number(m[2]) > 0);
      const requests = [...metrics.matchAll(/^oms_jira_remote_requests_total.*$/gm)].map((m) => m[0]).join();
      same = !busy && requests === last ? same + 1 : 0;
      last = requests;
      return same >= 6;
    }, seconds);
  }
}
