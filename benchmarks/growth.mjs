// What each kind of work costs with 1,000 to 1,000,000 orders on record: our processor for a change, a poll
// that finds nothing, a step of the sweep, explain, each page; the database's size; a year of retention.
import { copyFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { World, call, until } from "../tests/e2e/lib/world.mjs";
import { bar, figure, median, sorted } from "./lib/figures.mjs";
import { addLinks, series, sqlite, upgraded } from "./lib/fill.mjs";
import { pause, processorSeconds } from "./lib/process.mjs";

export const about = "costs as the database grows";

const token = "bench-token-0123456789";
const headers = { Authorization: `Bearer ${token}` };
const pages = { "Now": "status", "Orders": "subjects", "search": "subjects?q=customer77%40", "search that all match": "subjects?q=cust%20service", "Order": "subjects/order/5000001/3", "its journal": "subjects/order/5000001/3/journal", "Attention": "attention", "Uncertain": "uncertain", "Sweep": "sweeps", "Remotes": "remotes", "Shadow": "shadow" };

async function emptyIn(folder) {
  const file = join(folder, "empty.db");
  await upgraded(file);
  return file;
}

const counter = async (world, pattern) => {
  const { text } = await call(`${world.url}/metrics`);
  return [...text.matchAll(pattern)].reduce((sum, one) => sum + Number(one[1]), 0);
};
const cost = async (world, times, work) => {
  const before = processorSeconds(world.adapter.pid);
  for (let i = 0; i < times; ++i) await work(i);
  return ((processorSeconds(world.adapter.pid) - before) / times) * 1000;
};

/** Milliseconds of our processor for one change, the middle of several lots. */
async function changes(world, issue, project, id, lots, lot) {
  const names = { 2: "in_progress", 3: "waiting_for_response" };
  const all = [];
  for (let k = 0; k < lots; ++k) {
    all.push(await cost(world, lot, async (i) => {
      const to = i % 2 ? "3" : "2";
      await world.jira(`issues/${issue.key}/transition`, { status: to });
      while ((await call(`${world.mp}/api/v1/oms/1/projects/${project}/project_items/${id}`, { headers: { "X-User-Token": "demo-token", Accept: "application/json" } })).json.status.type !== names[to]) await pause(0.003);
    }));
  }
  return all;
}

async function polls(world, lots, lot) {
  const read = () => counter(world, /^oms_jira_polls_total\{feed="events"\} ([0-9.e+]+)$/gm);
  const all = [];
  for (let k = 0; k < lots; ++k) {
    const from = await read();
    const before = processorSeconds(world.adapter.pid);
    for (let i = 0; i < lot; ++i) {
      await call(`${world.url}/mp/trigger`, { method: "POST" });
      await pause(0.02);
    }
    const used = processorSeconds(world.adapter.pid) - before;
    const done = (await read()) - from;
    if (done > 0) all.push((used / done) * 1000);
  }
  return all;
}

async function at(template, links, { quick }) {
  const world = await World.make({ adapter: false, settings: { OMS_API_TOKEN: token, OMS_RECONCILE_INTERVAL: "30d", OMS_SYNC_FROM: "now" } });
  try {
    const file = world.database.replace("sqlite:///", "");
    copyFileSync(template, file);
    await addLinks(file, links);
    await world.startAdapter();
    const { id: project } = await world.market("projects", { name: "Growth" });
    const { id } = await world.market("orders", { project, offer: 1 });
    const issue = await until("its issue", async () => (await world.issuesOf(project, id))[0], 60);
    await until("the order to be registered", async () => (await world.order(project, id)).status !== "created", 60);
    await pause(1);
    const [lots, lot] = quick ? [1, 4] : [7, 20];
    await changes(world, issue, project, id, 1, quick ? 1 : 10);
    const result = { pages: {} };
    result.change = await changes(world, issue, project, id, lots, lot);
    result.poll = await polls(world, lots, quick ? 4 : 20);
    for (const [page, path] of Object.entries(pages)) {
      const times = [];
      for (let i = 0; i < (quick ? 2 : path === "status" ? 5 : 15); ++i) {
        const began = performance.now();
        const { status, text } = await call(`${world.url}/api/v1/${path}`, { headers });
        times.push(performance.now() - began);
        if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
        // A status is kept for a second: each is to be a new one.
        if (path === "status") await pause(quick ? 0 : 1);
      }
      result.pages[page] = sorted(times);
    }
    result.explain = [];
    for (let i = 0; i < (quick ? 1 : 5); ++i) {
      const began = performance.now();
      const told = await world.run("explain", "5000001/3");
      result.explain.push(performance.now() - began);
      if (told.code !== 0) throw new Error(told.out + told.err);
    }
    result.metrics = await cost(world, quick ? 1 : 5, () => call(`${world.url}/metrics`));
    result.sweep = await sweep(world, links);
    return result;
  } finally {
    await world.end();
  }
}

/** The sweep's part at Jira goes through all links, 50 a step: our processor for one, beside the search. */
async function sweep(world, links) {
  const file = world.database.replace("sqlite:///", "");
  // None of them stands in the simulated Jira: they are gone through, and not asked for.
  await sqlite(file, `UPDATE link SET state = 'before', issue_id = NULL WHERE project_id >= 5000000;
    INSERT INTO sweep (started_at, ended_at, phase, position, compared, differed, says) VALUES (CAST(strftime('%s', 'now') AS integer) * 1000000, NULL, 'jira', '', 0, 0, '')`);
  const before = processorSeconds(world.adapter.pid);
  await call(`${world.url}/api/v1/sweeps`, { method: "POST", headers, body: {} });
  await until("the sweep", async () => { await pause(0.1); return (await sqlite(file, "SELECT count(*) FROM sweep WHERE ended_at IS NULL")) === "0"; }, 120);
  return [((processorSeconds(world.adapter.pid) - before) / (links / 50)) * 1000];
}

/** What an order leaves in the database after its whole life. */
async function sizeOfOrder(orders) {
  const world = await World.make({ settings: { OMS_RECONCILE_INTERVAL: "30d" } });
  const file = world.database.replace("sqlite:///", "");
  const bytes = async () => Number(await sqlite(file, "SELECT page_count * page_size - freelist_count * page_size FROM pragma_page_count, pragma_page_size, pragma_freelist_count"));
  try {
    await world.quiet(30);
    const before = await bytes();
    const { id: project } = await world.market("projects", { name: "Lives" });
    const ids = [];
    for (let i = 0; i < orders; ++i) ids.push((await world.market("orders", { project, offer: 1 })).id);
    const all = (what) => until("all of them", async () => (await world.projects()).find((one) => one.id === project).orders.every(what), 120);
    await all((order) => order.status !== "created");
    for (let k = 0; k < 3; ++k) for (const id of ids) await world.market("messages", { project, item: id, content: `Please hurry, we need it by Friday (${k})` });
    await world.quiet(120);
    for (const [to, name] of [["2", "in_progress"], ["4", "approved"], ["7", "ready"], ["6", "closed"]]) {
      for (const id of ids) {
        const [issue] = await world.issuesOf(project, id);
        await world.jira(`issues/${issue.key}/transition`, { status: to });
        if (to === "2") await world.jira(`issues/${issue.key}/comments`, { body: "We are at it." });
      }
      await all((order) => order.status === name);
    }
    await world.quiet(120);
    await world.killAdapter("SIGTERM");
    return ((await bytes()) - before) / orders / 1024;
  } finally {
    await world.end();
  }
}

/** A year of 100 orders a day, of which what is older than OMS_RETENTION has to go. */
async function year(template, { quick }) {
  const days = quick ? 10 : 365;
  const rows = days * 100 * 20;
  const day = "86400000000";
  const now = "(CAST(strftime('%s', 'now') AS integer) * 1000000)";
  const world = await World.make({ adapter: false, settings: { OMS_RETENTION: quick ? "5d" : "90d" } });
  try {
    const file = world.database.replace("sqlite:///", "");
    copyFileSync(template, file);
    await addLinks(file, days * 100, `
      INSERT INTO journal (subject, at, kind, says) ${series(rows)} SELECT 'order/' || (5000000 + i / 200) || '/' || (1 + (i / 20) % 10), ${now} - ${days} * ${day} + CAST(i * 1.0 / ${rows} * ${days} * ${day} AS integer), 'look', 'something of usual length happened to it' FROM n;
      INSERT INTO remote_write (subject, kind, marker, cause, state, target, floor, result, says, answered, sent_at, ended_at) ${series(rows / 4)}
        SELECT 'order/' || (5000000 + i / 50) || '/' || (1 + (i / 5) % 10), 'transition', '', 'the order is ready', 'done', '', 0, '', '', 1, ${now} - ${days} * ${day} + CAST(i * 1.0 / ${rows / 4} * ${days} * ${day} AS integer), ${now} - ${days} * ${day} + CAST(i * 1.0 / ${rows / 4} * ${days} * ${day} AS integer) FROM n;`);
    const count = async () => Number(await sqlite(file, "SELECT count(*) FROM journal"));
    const size = statSync(file).size;
    await world.startAdapter();
    await pause(1);
    const before = await count();
    const [cpu, began] = [processorSeconds(world.adapter.pid), performance.now()];
    await pause(quick ? 2 : 30);
    const used = processorSeconds(world.adapter.pid) - cpu;
    const gone = before - (await count());
    return { rows: rows + days * 100, size: size / 2 ** 20, gonePerSecond: gone / ((performance.now() - began) / 1000), microsecondsEach: gone > 0 ? (used / gone) * 1e6 : NaN };
  } finally {
    await world.end();
  }
}

export async function measure({ quick, say }) {
  const sizes = quick ? [100, 1000] : [1000, 10_000, 100_000, 1_000_000];
  const folder = mkdtempSync(join(tmpdir(), "oms-growth-"));
  const figures = [];
  const bars = [];
  try {
    const template = await emptyIn(folder);
    const seen = {};
    for (const links of sizes) {
      say(`${links} links`);
      const one = (seen[links] = await at(template, links, { quick }));
      const label = `${links.toLocaleString("en")} links`;
      const add = (what, unit, values, of) => values.length > 0 && figures.push({ ...figure(`${label}: ${what}`, unit, values), series: what, at: links, of });
      add("a change, our processor", "ms", one.change, "cost");
      add("a poll that finds nothing, our processor", "ms", one.poll, "cost");
      add("a step of the sweep (50 links), our processor", "ms", one.sweep, "cost");
      add("/metrics, our processor", "ms", [one.metrics], "cost");
      add("explain, the whole command", "ms", one.explain, "page");
      for (const [page, times] of Object.entries(one.pages)) add(`page ${page}`, "ms", times, "page");
    }
    const [least, most] = [seen[sizes[0]], seen[sizes.at(-1)]];
    const span = `${sizes[0].toLocaleString("en")} to ${sizes.at(-1).toLocaleString("en")} links`;
    bars.push(bar(`cost of a change, ${span}`, { atMost: 1.2 }, [median(most.change) / median(least.change)]));
    if (most.poll.length && least.poll.length) bars.push(bar(`cost of a poll, ${span}`, { atMost: 1.2 }, [median(most.poll) / median(least.poll)]));
    for (const page of Object.keys(pages)) bars.push(bar(`page ${page}, ${span}`, { atMost: 2 }, [median(most.pages[page]) / median(least.pages[page])]));
    bars.push(bar(`explain, ${span}`, { atMost: 2 }, [median(most.explain) / median(least.explain)]));
    figures.push(figure("an order's whole life (3 messages, a comment, 5 statuses) in the database", "KB", await sizeOfOrder(quick ? 3 : 50)));
    const kept = await year(template, { quick });
    figures.push(figure("a year of 100 orders a day: rows of the journal", "", kept.rows), figure("a year of 100 orders a day: database", "MB", kept.size));
    figures.push(figure("a year of 100 orders a day: old rows of the journal deleted", "a second", kept.gonePerSecond), figure("a year of 100 orders a day: our processor for one of them", "µs", kept.microsecondsEach));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { about, figures, bars };
}
