// From a change on one side to its write on the other, with remotes that take 0 to 500 ms for an answer:
// one change at a time (how long beyond the calls that it needs), and a backlog of new orders (calls a
// second, and which), beside an ideal schedule and the Python path between the same simulators.
import { World, call, freePort, until } from "../tests/e2e/lib/world.mjs";
import { bar, figure, median } from "./lib/figures.mjs";
import { Python } from "./lib/python.mjs";
import { Recorder, instantOf } from "./lib/recorder.mjs";

export const about = "changes carried, with remotes that take their time";

const workers = 8;

/** Both simulators, and one of the two adapters behind a recorder. */
class Ring {
  static async make(kind) {
    const ring = new Ring();
    ring.kind = kind;
    ring.world = await World.make({ adapter: false, webhook: false, trigger: false, settings: { OMS_WORKERS: String(workers), OMS_RECONCILE_INTERVAL: "30d" } });
    ring.port = kind === "python" ? await freePort() : ring.world.port;
    ring.recorder = await Recorder.make(() => `http://127.0.0.1:${ring.port}`);
    await ring.world.jira("webhooks", { name: "oms", url: await ring.world.webhookUrl(ring.recorder.url) });
    await ring.world.market("oms/1/trigger", { url: `${ring.recorder.url}/mp/trigger` });
    if (kind === "python") {
      ring.python = await Python.make({ port: ring.port, env: ring.world.env });
      await ring.python.startWeb({ workers: 2 });
    }
    return ring;
  }
  async startWork() {
    if (this.kind === "python") {
      await this.python.startWorker({ processes: workers });
      await this.kick();
    } else {
      await this.world.startAdapter();
    }
  }
  /** The Python path polls only when it is told to. */
  kick() { return call(`http://127.0.0.1:${this.port}/mp/trigger`, { method: "POST" }); }

  async slow(milliseconds) {
    for (const side of ["market", "jira"]) {
      await this.world[side]("faults/clear");
      if (milliseconds > 0) await this.world[side]("faults", { kind: "slow", path: "*", delay_ms: milliseconds, count: -1 });
    }
  }
  /** All that was asked of both, in the order of its arrival. */
  async calls() {
    const all = [];
    for (const [side, url] of [["marketplace", this.world.mp], ["jira", this.world.jiraUrl]]) {
      const { json } = await call(`${url}/sim/requests`);
      for (const one of json.requests) {
        const path = one.target ?? one.path;
        if (!path.includes("/sim/")) all.push({ side, method: one.method, path, at: instantOf(one.at) });
      }
    }
    return all.sort((a, b) => a.at - b.at);
  }
  async end() {
    await this.python?.end();
    this.recorder.end();
    await this.world.end();
  }
}

const isWrite = (one) => ["PATCH", "PUT"].includes(one.method) || (one.method === "POST" && !/\/search|\/bulkfetch|comment\/list/.test(one.path));

/** The next of its kinds, again and again; each must be at the other side before the next one. */
function kindsOf(ring, project, id, issue) {
  const steps = ["2", "3", "4", "2", "3", "4"];
  const names = { 2: "in_progress", 3: "waiting_for_response", 4: "approved" };
  let turn = 0;
  const { world } = ring;
  return {
    "status set in Jira": { write: (one) => one.method === "PATCH", async change(i) {
      const to = steps[turn++ % steps.length];
      await world.jira(`issues/${issue.key}/transition`, { status: to });
      return async () => (await world.order(project, id)).status === names[to];
    } },
    "comment in Jira": { write: (one) => one.method === "POST" && one.path.endsWith("/messages"), async change(i) {
      await world.jira(`issues/${issue.key}/comments`, { body: `comment ${i}` });
      return async () => (await world.order(project, id)).messages.some((one) => one.content === `comment ${i}`);
    } },
    "message in the marketplace": { write: (one) => one.method === "POST" && one.path.endsWith("/comment"), async change(i) {
      await world.market("messages", { project, item: id, content: `message ${i}` });
      return async () => (await world.issues()).find((one) => one.id === issue.id).comments.some((one) => one.body.includes(`message ${i}`));
    } },
    "status set in the marketplace": { write: (one) => one.method === "POST" && one.path.endsWith("/transitions"), async change(i) {
      const to = steps[turn++ % steps.length];
      await world.market(`orders/${project}/${id}/status`, { type: names[to] });
      return async () => (await world.issues()).find((one) => one.id === issue.id).status === to;
    } },
  };
}

async function settled(ring, delay) {
  let last = -1;
  await until("both sides to be quiet", async () => {
    const count = (await ring.calls()).length;
    const same = count === last;
    last = count;
    if (!same) await new Promise((done) => setTimeout(done, 60 + 2 * delay));
    return same;
  }, 60);
}

/** Milliseconds from the recorder's note of a request to its arrival: what is not the adapter's. */
async function wayOf(ring) {
  const { target } = ring.recorder;
  ring.recorder.target = () => ring.world.mp;
  const all = [];
  for (let i = 0; i < 15; ++i) {
    ring.recorder.passed = [];
    await call(`${ring.recorder.url}/api/v1/oms/1?way=${i}`, { headers: { Accept: "application/json" } });
    const arrived = (await ring.calls()).find((one) => one.path.endsWith(`way=${i}`));
    all.push((arrived.at - ring.recorder.passed[0].at) / 1000);
  }
  ring.recorder.target = target;
  return median(all);
}

async function singles(ring, delay, times) {
  await ring.slow(0);
  const way = await wayOf(ring);
  const { world } = ring;
  const { id: project } = await world.market("projects", { name: `Single ${delay} ${ring.kind}` });
  const { id } = await world.market("orders", { project, offer: 1 });
  const found = async () => (await world.issues()).find((one) => one.labels.includes(`oms-1-order-${project}-${id}`) || !one.epic);
  await until("the order to be registered", async () => (await world.order(project, id)).status !== "created", 60);
  const issue = await until("its issue", found, 60);
  await settled(ring, 0);
  await ring.slow(delay);
  const seen = {};
  for (const [name, { write, change }] of Object.entries(kindsOf(ring, project, id, issue))) {
    for (let i = 0; i < times; ++i) {
      await world.clearCounts();
      ring.recorder.passed = [];
      const arrived = await change(i);
      const there = await until(`${name} ${i}`, arrived, 20).catch((error) => error);
      if (there instanceof Error) { (seen[name] ??= { missing: 0 }).missing = ((seen[name] ??= {}).missing ?? 0) + 1; break; }
      await settled(ring, delay);
      const calls = await ring.calls();
      const at = calls.findIndex(write);
      if (at < 0 || ring.recorder.passed.length === 0) continue;
      // What told of it: the first hint. Those after the write are its echoes.
      const hint = Math.min(...ring.recorder.passed.map((one) => one.at));
      const before = calls.slice(0, at).filter((one) => one.at >= hint - 1000).length;
      const one = (seen[name] ??= { beyond: [], whole: [], calls: [], writes: [] });
      one.whole.push((calls[at].at - hint) / 1000 - way);
      one.beyond.push((calls[at].at - hint) / 1000 - way - before * delay);
      one.calls.push(calls.filter((each) => !each.path.includes("/events?")).length);
      one.writes.push(calls.filter(isWrite).length);
    }
  }
  return seen;
}

/** Each is a search, which looks like any other in the list of calls. */
async function pollsOfIssues(world) {
  const { text } = await call(`${world.url}/metrics`);
  return Number(/^oms_jira_polls_total\{feed="jira"\} ([0-9.e+]+)$/m.exec(text)?.[1] ?? 0);
}

async function backlog(kind, delay, orders) {
  const ring = await Ring.make(kind);
  try {
    const projects = [];
    const each = Math.min(10, orders);
    for (let i = 0; i < orders / each; ++i) {
      const { id } = await ring.world.market("projects", { name: `Backlog ${i}` });
      projects.push(id);
      for (let k = 0; k < each; ++k) await ring.world.market("orders", { project: id, offer: 1 });
    }
    await ring.slow(delay);
    await ring.startWork();
    const done = async () => (await ring.world.projects()).filter((one) => projects.includes(one.id)).every((one) => one.orders.every((order) => order.status === "registered"));
    await until("all to be carried", async () => { if (await done()) return true; await new Promise((wait) => setTimeout(wait, 200)); return false; }, 300);
    const calls = (await ring.calls()).filter((one) => !/\/events\?|\/myself|\/serverInfo|\/oms\/1$|webhook|\/field$/.test(one.path));
    const times = calls.map((one) => one.at);
    // The first and the last tenth are the start and the tail, where not all workers have work.
    const middle = times.slice(Math.floor(times.length / 10), Math.ceil((times.length * 9) / 10));
    const kinds = {};
    for (const one of calls) {
      const kind = `${one.side} ${one.method} ${one.path.replace(/\?.*/, "").replace(/\d+/g, "N")}`;
      kinds[kind] = (kinds[kind] ?? 0) + 1;
    }
    const needed = orders * 6 + projects.length * 3 + (kind === "ours" ? await pollsOfIssues(ring.world) : 0);
    return { kinds, calls: calls.length, needed, perSecond: (middle.length - 1) / ((middle.at(-1) - middle[0]) / 1e6), ordersPerSecond: orders / ((times.at(-1) - times[0]) / 1e6) };
  } finally {
    await ring.end();
  }
}

export async function measure({ quick, say, rounds = quick ? 1 : 3 }) {
  const delays = quick ? [0, 20] : [0, 20, 100, 500];
  const ordersOf = quick ? { 0: 20, 20: 20 } : { 0: 200, 20: 200, 100: 200, 500: 60 };
  const pythonOrders = quick ? { 0: 4, 20: 4 } : { 0: 40, 20: 20, 100: 6, 500: 2 };
  const figures = [];
  const bars = [];
  const cost = [];
  const backlogs = [];
  for (const delay of delays) {
    const merged = { ours: {}, python: {} };
    const kept = { ours: [], python: [] };
    // The one that has a bar is measured several times.
    const times = delay === 100 ? rounds : 1;
    for (let round = 0; round < times; ++round) {
      for (const kind of round % 2 ? ["python", "ours"] : ["ours", "python"]) {
        say(`remotes of ${delay} ms, round ${round + 1} of ${times}, ${kind}`);
        kept[kind].push(await backlog(kind, delay, (kind === "ours" ? ordersOf : pythonOrders)[delay]));
        if (round > 0) continue;
        const ring = await Ring.make(kind);
        try {
          await ring.startWork();
          merged[kind] = await singles(ring, delay, quick ? 2 : kind === "python" ? (delay >= 500 ? 2 : 3) : delay >= 500 ? 3 : 9);
        } finally {
          await ring.end();
        }
      }
    }
    const at = `remotes of ${delay} ms`;
    backlogs.push({ delay, orders: ordersOf[delay], kinds: kept.ours[0].kinds });
    for (const [kind, label] of [["ours", "oms-jira"], ["python", "Python path"]]) {
      for (const [name, one] of Object.entries(merged[kind])) {
        if (!one.beyond?.length) continue;
        figures.push({ ...figure(`${at}: ${label}: ${name}, to its write`, "ms", one.whole), series: `${label}: ${name}`, at: delay, of: "latency" });
        figures.push(figure(`${at}: ${label}: ${name}, beyond its calls`, "ms", one.beyond));
        figures.push(figure(`${at}: ${label}: ${name}, calls without polls`, "", one.calls));
        if (kind === "ours") cost.push({ name, calls: one.calls, writes: one.writes });
      }
      figures.push({ ...figure(`${at}: ${label}: backlog, orders`, "a second", kept[kind].map((one) => one.ordersPerSecond)), series: label, at: delay, of: "orders" });
      figures.push(figure(`${at}: ${label}: backlog, calls an order`, "", kept[kind].map((one) => one.calls / (kind === "ours" ? ordersOf : pythonOrders)[delay])));
    }
    bars.push(bar(`single change beyond its calls, ${at}, median of all kinds`, { atMost: 5, unit: "ms" }, Object.values(merged.ours).map((one) => median(one.beyond))));
    if (delay > 0) {
      const ideal = kept.ours.map((one) => one.perSecond / (workers / (delay / 1000)));
      const label = `backlog, calls a second over ${workers} workers ÷ ${delay} ms`;
      if (delay === 100 || (quick && delay === 20)) bars.push(bar(label, { atLeast: 0.95 }, ideal));
      else figures.push(figure(label, "×", ideal));
    }
    figures.push(figure(`${at}: backlog, orders a second over the Python path's`, "×", kept.ours.map((one, i) => one.ordersPerSecond / kept.python[i].ordersPerSecond)));
    bars.push(bar(`calls beyond the needed ones, ${at}, backlog`, { atMost: 0, unit: "%", why: "" }, kept.ours.map((one) => Math.max(0, (100 * (one.calls - one.needed)) / one.needed))));
  }
  for (const name of [...new Set(cost.map((one) => one.name))]) {
    const all = cost.filter((one) => one.name === name);
    bars.push(bar(`writes a change: ${name}`, { atMost: 1, unit: "" }, all.flatMap((one) => one.writes)));
    const most = name.includes("status") ? 3 : 2;
    bars.push(bar(`calls a change, without polls: ${name}`, { atMost: most, unit: "" }, all.flatMap((one) => one.calls)));
  }
  return { about, figures, bars, backlogs };
}
