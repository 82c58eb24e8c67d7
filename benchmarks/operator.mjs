// How long each page of the dashboard takes to answer from a large SQLite database, and what 50 people who
// watch cost the process and the work. Beside the time of the clock: milliseconds that the adapter's
// processor was busy, what is left on a machine that has other work.
import { sql } from "../tests/e2e/lib/store.mjs";
import { World, call, until } from "../tests/e2e/lib/world.mjs";
import { bar, figure, percentile } from "./lib/figures.mjs";
import { series } from "./lib/fill.mjs";
import { pause, processorSeconds } from "./lib/process.mjs";

export const about = "the dashboard's pages on a large database, and many who watch";

const token = "bench-token-0123456789";
const headers = { Authorization: `Bearer ${token}` };

const now = "(CAST(strftime('%s', 'now') AS integer) * 1000000)";
// Ten orders a project; side by side rows of a usual size; one order in a hundred differs.
const key = "'order/' || (5000 + i / 10) || '/' || (1 + i % 10)";
const rows = JSON.stringify(Array.from({ length: 20 }, (_, i) => ({ name: `Field ${i}`, marketplace: "a value of usual length", base: "a value of usual length", jira: "a value of usual length", differs: false, note: "" })));
const fill = (orders, journal) => `PRAGMA synchronous = OFF;
BEGIN;
INSERT INTO subject ${series(orders)} SELECT ${key}, 5000 + i / 10, CASE WHEN i % 20 = 0 THEN 'attention' WHEN i % 97 = 0 THEN 'due' ELSE 'idle' END, 15, '', 0, '', 1, 1,
  i % 4, ${now} + 86400000000, ${now}, 0, 0, '', 0, 0, '', '' FROM n;
INSERT INTO link ${series(orders)} SELECT ${key}, 5000 + i / 10, 'linked', CAST(9000000 + i AS text), 'EOSC-' || i, i, 'registered', '1', NULL, substr(hex(zeroblob(500)), 1, 800), 0, NULL, ${now}, ${now} FROM n;
INSERT INTO sight (subject, project_id, title, customer, email, rows, would, would_count, seen_at, found, would_kind, differs)
  ${series(orders)} SELECT ${key}, 5000 + i / 10, 'Service ' || (i % 50), 'Customer Number' || i, 'customer' || i || '@example.org', '${rows}', CASE WHEN i % 10 = 0 THEN '["create the issue"]' ELSE '[]' END, i % 10 = 0, ${now},
  'service ' || (i % 50) || ' customer number' || i || ' customer' || i || '@example.org', CASE WHEN i % 10 = 0 THEN '["create the issue"]' ELSE '[]' END, i % 100 = 0 FROM n;
INSERT INTO journal (subject, at, kind, says) ${series(journal)} SELECT 'order/' || (5000 + (i % ${orders}) / 10) || '/' || (1 + i % 10), ${now} - i, CASE i % 3 WHEN 0 THEN 'hint' WHEN 1 THEN 'look' ELSE 'decision' END, 'something of usual length happened to it' FROM n;
INSERT INTO remote_write (subject, kind, marker, cause, state, target, floor, result, says, answered, sent_at, ended_at)
  ${series(Math.round(journal / 4))} SELECT 'order/' || (5000 + (i % ${orders}) / 10) || '/' || (1 + i % 10), CASE i % 2 WHEN 0 THEN 'transition' ELSE 'patch_order' END, '', 'the order is ready', 'done', '', 0, '', '', 1, ${now} - i * 20000, ${now} - i * 20000 FROM n;
INSERT INTO attention (subject, cause, fingerprint, says, remedy, blocking, since, last_at, times, ended_at, ended_by)
  ${series(10_000)} SELECT 'order/' || (5000 + i / 10) || '/' || (1 + i % 10), 'refused', 'f' || (i % 40), 'Jira refused it: a field is missing', 'add the field to the screen', 1, ${now}, ${now}, 1, NULL, '' FROM n;
INSERT INTO remote_call (at, remote, method, path, status, took, sent, received, subject, says)
  ${series(100_000)} SELECT ${now} - (100000 - i) * 30000, CASE i % 2 WHEN 0 THEN 'jira' ELSE 'marketplace' END, 'GET', '/rest/api/2/issue/' || i, CASE WHEN i % 50 = 0 THEN 500 ELSE 200 END, i % 400 * 1000, 0, 512, 'order/' || (5000 + i / 10) || '/' || (1 + i % 10), '' FROM n;
INSERT INTO task (kind, input, asked_by, asked_at, repeat, state, owner, until, progress, result, ended_at) ${series(500)} SELECT 'preview', '{}', 'Ada', ${now}, 'r' || i, 'done', '', 0, '', '{"subjects":[]}', ${now} FROM n;
COMMIT;`;

const pages = {
  "Now": ["status"],
  "Orders": ["subjects", "subjects?q=number77777", "subjects?q=nobody-of-this-name", "subjects?q=EOSC-77777", "subjects?q=5777%2F8", "subjects?state=attention", "subjects?only=differs", "subjects?limit=200"],
  "Order": ["subjects/order/5777/8", "subjects/order/5777/8/journal"],
  "Attention": ["attention", "attention/entries?cause=refused&fingerprint=f7&limit=200"],
  "Uncertain": ["uncertain"],
  "Sweep": ["sweeps", "tasks"],
  "Remotes": ["remotes", "remotes/calls", "remotes/calls?remote=jira&errors=1"],
  "Settings": ["settings"],
  "Shadow": ["shadow"],
};

async function ask(world, path, rounds) {
  const times = [];
  const before = processorSeconds(world.adapter.pid);
  for (let i = 0; i < rounds; ++i) {
    const begin = performance.now();
    const { status, text } = await call(`${world.url}/api/v1/${path}`, { headers });
    times.push(performance.now() - begin);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    // A status is kept for a second: each is to be a new one.
    if (path === "status") await pause(0.95);
  }
  return { times, processor: (1000 * (processorSeconds(world.adapter.pid) - before)) / rounds };
}

async function watching(world, count, work) {
  const stop = new AbortController();
  let events = 0;
  for (let i = 0; i < count; ++i) {
    const { body } = await fetch(`${world.url}/api/v1/events`, { headers, signal: stop.signal });
    (async () => { for await (const part of body) events += part.length > 20 ? 1 : 0; })().catch(() => undefined);
  }
  if (count > 0) await until("the first events", () => events >= count, 30);
  const result = await work();
  stop.abort();
  return result;
}

/** Per cent of one processor. */
async function load(world, seconds) {
  const before = processorSeconds(world.adapter.pid);
  await pause(seconds);
  return (100 * (processorSeconds(world.adapter.pid) - before)) / seconds;
}

/** Seconds until so many new orders stand in Jira. */
async function carry(world, count) {
  const { id: project } = await world.market("projects", { name: "New" });
  const begin = performance.now();
  for (let i = 0; i < count; ++i) await world.market("orders", { project, offer: 1 });
  await until("all to be carried", async () => (await world.projects()).find((one) => one.id === project).orders.every((order) => order.status !== "created"), 300);
  return (performance.now() - begin) / 1000;
}

export async function measure({ quick, orders = quick ? 8000 : 100_000, journal = quick ? 10_000 : 1_000_000 }) {
  // Each page so often: of a few, the 95th percentile would be the slowest, and that is of what a start has to do.
  const rounds = quick ? 3 : 40;
  const viewers = quick ? 5 : 50;
  const figures = [];
  const slow = [];
  const world = await World.make({ adapter: false, settings: { OMS_API_TOKEN: token, OMS_RECONCILE_INTERVAL: "30d", OMS_SYNC_FROM: "now" } });
  try {
    // The simulated marketplace counts from 1: what is here already is far from that.
    await world.run("db", "upgrade");
    await sql(world, fill(orders, journal));
    await world.run("db", "upgrade"); // sorts the words in
    await sql(world, "ANALYZE");
    await world.startAdapter();
    for (const [page, paths] of Object.entries(pages)) {
      for (const path of paths) {
        const { times, processor } = await ask(world, path, rounds);
        slow.push(percentile(times, 0.95));
        figures.push(figure(`${page}: /${path}`, "ms", times), figure(`${page}: /${path}, our processor`, "ms", processor));
      }
    }
    for (const count of [0, 1, viewers]) {
      figures.push(figure(`${count} who watch: our processor`, "%", await watching(world, count, () => load(world, quick ? 1 : 15))));
    }
    const times = { 0: [], [viewers]: [] };
    for (const count of quick ? [0, viewers] : [0, viewers, viewers, 0, 0, viewers]) times[count].push(await watching(world, count, () => carry(world, quick ? 4 : 60)));
    for (const [count, all] of Object.entries(times)) figures.push(figure(`new orders carried while ${count} watch`, "s", all));
  } finally {
    await world.end();
  }
  const bars = [bar(`slowest page's 95th percentile, ${orders.toLocaleString("en")} orders`, { atMost: 100, unit: "ms" }, [Math.max(...slow)])];
  return { about, figures, bars };
}
