// Makes docs/reliability.md from docs/reliability.in.md and the figures of a run.
//   node tools/reliability.mjs         plays everything (two cores, about a quarter of an hour), then writes
//   node tools/reliability.mjs --page  writes from the figures of the last run (build/record)
//   … --seeds 4000 --every 10          a shorter run: fewer seeds, one point in ten; the page says so
// Needs build/run as ./test builds it. Figures of fuzzing are those that ./fuzz has gathered.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";

const simulation = "build/run/tests/simulation";
const records = "build/record";
const given = (name, standard) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? standard : Number(process.argv[at + 1]);
};
const seeds_wanted = given("seeds", 20000);
const every = given("every", 1);

function play(program, args) {
  return new Promise((done) => {
    const child = spawn(`${simulation}/${program}`, args.map(String), { stdio: ["ignore", "inherit", "inherit"] });
    child.on("exit", (code) => done(code === 0));
  });
}

async function run() {
  rmSync(records, { recursive: true, force: true });
  mkdirSync(records, { recursive: true });
  const record = (name) => ["--record", `${records}/${name}.json`];
  const together = async (...plays) => (await Promise.all(plays)).every(Boolean);
  // The same seeds with each generation of Jira, a half of each on each core.
  const each = seeds_wanted / 4;
  const seeds = async (half) => {
    let well = true;
    for (const jira of ["dc-9.12", "server-8.4", "cloud", "dc-10.3"]) {
      const range = half === 1 ? `1..${Math.floor(each / 2)}` : `${Math.floor(each / 2) + 1}..${each}`;
      well = (await play("oms-jira-simulation", ["--jira", jira, "--seeds", range, ...record(`seeds-${jira}-${half}`)])) && well;
    }
    return well;
  };
  const good = [
    await together(seeds(1), seeds(2)),
    await together(
      play("oms-jira-trials", ["--faults", ...record("faults")]),
      play("oms-jira-trials", ["--marks", "--seeds", 1500, ...record("marks")])),
    await together(
      play("oms-jira-simulation", ["--points", "--every", 2 * every, "--from", 0, ...record("points-1")]),
      play("oms-jira-simulation", ["--points", "--every", 2 * every, "--from", every, ...record("points-2")])),
  ];
  return good.every(Boolean);
}

/** The figures of several files of one kind, numbers added up. */
function gathered(name) {
  const add = (sum, more) => {
    for (const [key, value] of Object.entries(more)) {
      if (typeof value === "number") sum[key] = (sum[key] ?? 0) + value;
      else if (value && typeof value === "object") sum[key] = add(sum[key] ?? {}, value);
      else sum[key] = value;
    }
    return sum;
  };
  return readdirSync(records)
    .map((file) => JSON.parse(readFileSync(`${records}/${file}`, "utf8"))[name])
    .filter(Boolean)
    .reduce(add, {});
}

const number = (value) => Math.round(value).toLocaleString("en-GB");
const table = (head, rows) =>
  [`| ${head.join(" | ")} |`, `| ${head.map(() => "---").join(" | ")} |`, ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n");

function page() {
  const seeds = gathered("seeds");
  const points = gathered("points");
  const planted = gathered("planted");
  const marks = gathered("marks");
  const fuzz = existsSync("build/fuzz/record.json") ? JSON.parse(readFileSync("build/fuzz/record.json", "utf8")) : {};
  const processor = cpus()[0]?.model.trim() ?? "unknown";
  const values = {
    when: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores, ${processor}`,
    seeds: number(seeds.seeds),
    seeds_failed: number(seeds.failed),
    seeds_minutes: (seeds.core_seconds / 2 / 60).toFixed(1),
    changes: number(seeds.changes),
    calls: number(seeds.calls),
    commits: number(seeds.commits),
    kills: number(seeds.kills),
    power_failures: number(seeds.power_failures),
    restores: number(seeds.restores),
    faults: table(["what befell a call or a commit", "times"],
      Object.entries(seeds.faults).filter(([name]) => name !== "fine").map(([name, times]) => [name, number(times)])),
    stories: String(Object.keys(points.by_story).length),
    points: number(points.points) + (every > 1 ? ` (one in ${every})` : ""),
    points_failed: number(points.failed),
    by_story: table(["story", "points"], Object.entries(points.by_story).map(([name, one]) => [name, number(one.points)])),
    planted_count: String(Object.keys(planted).length),
    planted_missed: String(Object.values(planted).filter((one) => !one.checker).length),
    planted: table(["fault", "caught by the checker", "after"],
      Object.entries(planted).map(([name, one]) => [`\`${name}\``, one.checker || "**not caught**", one.after])),
    marks_count: String(Object.keys(marks).length),
    marks_missed: String(Object.values(marks).filter((times) => times === "0").length),
    fuzz_hours: (fuzz.hours ?? 0).toFixed(1),
    fuzz_executions: number(fuzz.executions ?? 0),
    fuzz_targets: String(Object.keys(fuzz.targets ?? {}).length),
    fuzz: table(["target", "executions", "crashes met and mended"],
      Object.entries(fuzz.targets ?? {}).map(([name, one]) => [name, number(one.executions), number(one.crashes)])),
  };
  const text = readFileSync("docs/reliability.in.md", "utf8").replace(/\{\{(\w+)\}\}/g, (whole, name) => {
    if (!(name in values)) throw new Error(`docs/reliability.in.md names ${name}, which no figure has`);
    return values[name];
  });
  writeFileSync("docs/reliability.md", text);
  const figures = `In one thread by seed, the whole service between both simulated remotes: **${values.seeds} seeds, ${values.seeds_failed} violations**
(${values.kills} kills, ${values.power_failures} power failures, ${values.restores} restored databases). ${values.stories} stories with each single thing going wrong at each
point: **${values.points} points, ${values.points_failed} violations**. ${values.planted_count} faults planted to try the tests: ${values.planted_missed} not caught. What that is worth, and
what it cannot see: [docs/reliability.md](docs/reliability.md).`;
  const readme = readFileSync("README.md", "utf8");
  writeFileSync("README.md", readme.replace(/(<!-- figures[^>]*-->\n)[^]*(<!-- end of figures -->)/, `$1${figures}\n$2`));
  console.log("docs/reliability.md and the figures in README.md");
}

if (!existsSync(`${simulation}/oms-jira-trials`)) throw new Error("build first: ./test does");
const good = process.argv.includes("--page") || (await run());
page();
process.exit(good ? 0 : 1);
