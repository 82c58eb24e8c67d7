// node bench/operator.mjs [--orders 100000] [--journal 1000000]: how long each page of the dashboard
// takes to answer from a large SQLite database, and what 50 people who watch cost the process and the
// work. Needs sqlite3 (Debian: sqlite3). Prints milliseconds, and those of them that the
// adapter's processor was busy: what is left on a machine that has other work. The bar is 100.
import { readFileSync } from "node:fs";
import { sql } from "../tests/e2e/lib/store.mjs";
import { World, call, until } from "../tests/e2e/lib/world.mjs";

const number = (name, standard) => {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? Number(process.argv[at + 1]) : standard;
};
const orders = number("orders", 100_000);
const journal = number("journal", 1_000_000);
const rounds = 40;
const viewers = 50;
const token = "bench-token-0123456789";
const headers = { Authorization: `Bearer ${token}` };

const series = (count) => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
const now = "(CAST(strftime('%s', 'now') AS integer) * 1000000)";
// Ten orders a project; side by side rows of a usual size; one order in a hundred differs.
const key = "'order/' || (5000 + i / 10) || '/' || (1 + i % 10)";
const rows = JSON.stringify(Array.from({ length: 20 }, (_, i) => ({ name: `Field ${i}`, marketplace: "a value of usual length", base: "a value of usual length", jira: "a value of usual length", differs: false, note: "" })));
const fill = `PRAGMA synchronous = OFF;
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

const at = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
const cell = (value, width = 9) => value.toFixed(1).padStart(width);

async function measure(world, path) {
  const times = [];
  const from = used(world);
  for (let i = 0; i < rounds; ++i) {
    const begin = performance.now();
    const { status, text } = await call(`${world.url}/api/v1/${path}`, { headers });
    times.push(performance.now() - begin);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    // A status is kept for a second: each is to be a new one.
    if (path === "status") await new Promise((done) => setTimeout(done, 950));
  }
  times.sort((a, b) => a - b);
  return [at(times, 0.5), at(times, 0.95), (1000 * (used(world) - from)) / rounds];
}

/** Seconds of processor time that the adapter has used. */
function used(world) {
  const fields = readFileSync(`/proc/${world.adapter.pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
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
  return { result, events };
}

async function load(world, seconds) {
  const [begin, from] = [performance.now(), used(world)];
  await new Promise((done) => setTimeout(done, seconds * 1000));
  return (100 * (used(world) - from)) / ((performance.now() - begin) / 1000);
}

/** Seconds until so many new orders stand in Jira. */
async function carry(world, count) {
  const { id: project } = await world.market("projects", { name: "New" });
  const begin = performance.now();
  for (let i = 0; i < count; ++i) await world.market("orders", { project, offer: 1 });
  await until("all to be carried", async () => (await world.projects()).find((one) => one.id === project).orders.every((order) => order.status !== "created"), 300);
  return (performance.now() - begin) / 1000;
}

const world = await World.make({ adapter: false, settings: { OMS_API_TOKEN: token, OMS_RECONCILE_INTERVAL: "30d", OMS_SYNC_FROM: "now" } });
try {
  // The simulated marketplace counts from 1: what is here already is far from that.
  await world.run("db", "upgrade");
  await sql(world, fill);
  await sql(world, "ANALYZE");
  await world.startAdapter();
  console.log(`${orders} orders, ${journal} journal rows, 10000 entries of attention; ${rounds} requests each, ms`);
  console.log(`${"page".padEnd(11)}${"path".padEnd(56)}${"median".padStart(9)}${"p95".padStart(9)}${"processor".padStart(11)}`);
  let slowest = 0;
  for (const [page, paths] of Object.entries(pages)) {
    for (const path of paths) {
      const [median, p95, cpu] = await measure(world, path);
      slowest = Math.max(slowest, p95);
      console.log(`${page.padEnd(11)}${path.padEnd(56)}${cell(median)}${cell(p95)}${cell(cpu, 11)}`);
    }
  }
  console.log(`slowest p95: ${slowest.toFixed(1)} ms`);
  for (const count of [0, 1, viewers]) {
    const { result, events } = await watching(world, count, () => load(world, 15));
    console.log(`${String(count).padStart(3)} who watch: ${result.toFixed(1)} % of one processor, ${events} events told`);
  }
  const times = { 0: [], [viewers]: [] };
  for (const count of [0, viewers, viewers, 0, 0, viewers]) times[count].push((await watching(world, count, () => carry(world, 60))).result);
  for (const [count, list] of Object.entries(times)) console.log(`60 orders carried with ${count.padStart(2)} who watch: ${list.map((one) => one.toFixed(2)).join(", ")} s`);
} finally {
  await world.end();
}
