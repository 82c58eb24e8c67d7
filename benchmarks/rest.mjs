// At rest and at start: memory, wake-ups and processor of a process that has nothing to do, beside the
// Python stack; how long from nothing to ready; a start with very many subjects that are due.
import { copyFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { World, call, program, until } from "../tests/e2e/lib/world.mjs";
import { bar, figure, ratios } from "./lib/figures.mjs";
import { addLinks, makeDirty, sqlite } from "./lib/fill.mjs";
import { end, pause, processorSeconds, proportionalMB, residentMB, start, wakeUps } from "./lib/process.mjs";
import { Python } from "./lib/python.mjs";

export const about = "at rest, and from start to ready";

const polls = { OMS_POLL_INTERVAL: "60s", OMS_JIRA_POLL_INTERVAL: "60s" };

/** What processes use while nothing happens. */
async function idle(seconds, ...pids) {
  const [cpu, wakes] = [processorSeconds(...pids), wakeUps(...pids)];
  await pause(seconds);
  return { cpu: (100 * (processorSeconds(...pids) - cpu)) / seconds, wakes: ((wakeUps(...pids) - wakes) * 60) / seconds, pss: proportionalMB(...pids), rss: residentMB(...pids) };
}

/** Milliseconds until `ready` says so. */
async function timed(ready) {
  const began = performance.now();
  for (;;) {
    if (await ready().catch(() => false)) return performance.now() - began;
    await new Promise((done) => setTimeout(done, 1));
  }
}

async function startOurs(world, database) {
  const child = start(program, ["serve"], { env: { ...world.env, ...polls, ...(database ? { OMS_DB_HOST: `sqlite:///${database}` } : {}) }, cwd: world.folder });
  const took = await timed(() => call(`${world.url}/readyz`).then((answer) => answer.status === 200));
  return { child, took };
}

async function startPython(stack) {
  const both = [stack.startWeb({ workers: 2 }), stack.startWorker({ processes: 2 })];
  const began = performance.now();
  await Promise.all(both);
  return performance.now() - began;
}

const due = async (world) => {
  const { text } = await call(`${world.url}/metrics`);
  return [...text.matchAll(/oms_jira_subjects\{[^}]*state="(due|leased)"[^}]*\} ([0-9.e+]+)/g)].reduce((sum, one) => sum + Number(one[2]), 0);
};

/** A start with so many due: seconds of our processor for all, and of the clock. */
async function replan(world, template, subjects) {
  const file = join(world.folder, "dirty.db");
  copyFileSync(template, file);
  // What a start costs where none is due is not theirs.
  const clean = await startOurs(world, file);
  await pause(1);
  const start = processorSeconds(clean.child.pid);
  await end(clean.child);
  await world.clearCounts();
  await makeDirty(file, "i=1\n");
  const { child, took } = await startOurs(world, file);
  const began = performance.now();
  await until("nothing to be due", async () => { await pause(0.5); return (await due(world)) === 0; }, 300);
  const wall = (performance.now() - began + took) / 1000;
  const cpu = Math.max(0, processorSeconds(child.pid) - start);
  const calls = (await world.counts());
  await end(child);
  rmSync(file);
  return { ready: took, cpu: (cpu * 100_000) / subjects, wall: (wall * 100_000) / subjects, reads: calls.marketReads.length + calls.jiraReads.length };
}

export async function measure({ quick, rounds = quick ? 1 : 5 }) {
  const [seconds, subjects, links] = quick ? [2, 1000, 10_000] : [60, 100_000, 1_000_000];
  const folder = mkdtempSync(join(tmpdir(), "oms-rest-"));
  const world = await World.make({ adapter: false, webhook: false, trigger: false });
  const python = await Python.make({ env: world.env });
  const figures = [];
  const bars = [];
  try {
    const template = join(folder, "some.db");
    const upgraded = () => start(program, ["db", "upgrade"], { env: { ...world.env, OMS_DB_HOST: `sqlite:///${template}` }, cwd: folder }).ended;
    await upgraded();
    await addLinks(template, subjects);

    const cold = { ours: [], python: [] };
    for (let round = 0; round < rounds; ++round) {
      const { child, took } = await startOurs(world);
      cold.ours.push(took);
      await end(child);
      cold.python.push(await startPython(python));
      if (round < rounds - 1) {
        await end(python.web);
        await end(python.worker);
      }
    }
    figures.push(figure("cold start to ready: oms-jira", "ms", cold.ours), figure("cold start to ready: Python (web and Celery; Redis runs already)", "ms", cold.python));
    bars.push(bar("cold start over the Python stack's", { atMost: 0.1 }, ratios(cold.ours, cold.python)));

    const { child } = await startOurs(world);
    await pause(quick ? 1 : 5);
    const ours = await idle(seconds, child.pid);
    const theirs = await idle(quick ? 1 : 20, ...python.pids);
    await end(child);
    for (const [label, one] of [["oms-jira", ours], ["Python (2 web, 2 Celery, Redis)", theirs]]) {
      figures.push(figure(`at rest: ${label}: memory, what is shared counted once`, "MB", one.pss), figure(`at rest: ${label}: resident`, "MB", one.rss));
      figures.push(figure(`at rest: ${label}: wake-ups`, "a minute", one.wakes), figure(`at rest: ${label}: processor`, "%", one.cpu));
    }
    bars.push(bar("memory at rest over the Python stack's, what is shared counted once", { atMost: 0.1 }, [ours.pss / theirs.pss]));
    bars.push(bar("processor at rest", { atMost: 0.1, unit: "%" }, [ours.cpu]));

    const runs = [];
    for (let round = 0; round < Math.min(rounds, 3); ++round) runs.push(await replan(world, template, subjects));
    figures.push(figure(`start with ${subjects.toLocaleString("en")} due: ready`, "ms", runs.map((one) => one.ready)));
    figures.push(figure("due subjects with nothing new: until none is due, by 100,000", "s", runs.map((one) => one.wall)));
    figures.push(figure("due subjects with nothing new: reads of the remotes", "", runs.map((one) => one.reads)));
    bars.push(bar("due subjects with nothing new: our processor, by 100,000", { atMost: 2, unit: "s" }, runs.map((one) => one.cpu)));

    if (links > subjects) await addMore(template, subjects, links);
    const large = await startOurs(world, template);
    await pause(quick ? 1 : 3);
    figures.push(figure(`${links.toLocaleString("en")} links: ready`, "ms", large.took));
    const much = await idle(quick ? 1 : 30, large.child.pid);
    figures.push(figure(`${links.toLocaleString("en")} links: resident`, "MB", much.rss), figure(`${links.toLocaleString("en")} links: processor at rest`, "%", much.cpu));
    figures.push(figure(`${links.toLocaleString("en")} links: database, by link`, "bytes", statSync(template).size / links));
    await end(large.child);
  } finally {
    await python.end();
    await world.end();
    rmSync(folder, { recursive: true, force: true });
  }
  return { about, figures, bars };
}

async function addMore(file, have, wanted) {
  await sqlite(file, "DELETE FROM subject; DELETE FROM link; DELETE FROM journal; DELETE FROM sight;");
  await addLinks(file, wanted);
}
