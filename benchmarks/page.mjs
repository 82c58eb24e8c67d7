// node benchmarks/page.mjs RESULT.json [FOLDER]: makes performance.md and its pictures in docs/, or there, of
// what ./bench --json RESULT.json measured. No figure on that page is written by hand.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { digits, inWords, isAtEdge, valuesMet, wanted } from "./lib/figures.mjs";
import { plot } from "./lib/plot.mjs";
import { whys } from "./whys.mjs";

const [file, folder = "docs"] = process.argv.slice(2);
if (!file) throw new Error("usage: node benchmarks/page.mjs RESULT.json [FOLDER]");
mkdirSync(`${folder}/pictures`, { recursive: true });
const result = JSON.parse(readFileSync(file, "utf8"));
const of = (name) => result.benchmarks[name];
const said = [];
const say = (...lines) => said.push(...lines);
const cell = (text) => String(text).replaceAll("|", "\\|");

function table(head, rows) {
  say(`| ${head.join(" | ")} |`, `| ${head.map(() => "---").join(" | ")} |`, ...rows.map((row) => `| ${row.map(cell).join(" | ")} |`), "");
}

const spread = (one) => (one.values.length > 1 ? `${digits(one.low)}–${digits(one.high)}` : "one run");

/** Of when it is, and what else the machine did meanwhile: nobody's figures are better for that. */
function circumstances(name) {
  const { at, commit, quick, others } = of(name);
  const busy = others >= 3 ? `; others used ${others} % of the machine's processors meanwhile` : "";
  say(`Measured ${at.slice(0, 16).replace("T", " ")} UTC, commit ${commit}${quick ? ", a quick run" : ""}${busy}.`, "");
}

const part = (one) => `${valuesMet(one)} of ${one.values.length} values`;

/** By the median; and how many values meet the bar, where some do and some do not. */
function verdict(one) {
  const divided = valuesMet(one) > 0 && valuesMet(one) < one.values.length;
  return (one.met ? "yes" : "**no**") + (divided ? `, ${part(one)}` : "");
}

function bars(name) {
  circumstances(name);
  const all = of(name).bars;
  if (all.length === 0) return;
  table(["promise", "bar", "measured", "spread", "met"], all.map((one) => [one.label, wanted(one), digits(one.median) + (one.unit ? ` ${one.unit}` : ""), spread(one), verdict(one)]));
  const missed = [...new Set(all.filter((one) => !one.met || isAtEdge(one)).map((one) => whys.find(({ about }) => about.test(one.label))?.because ?? `*${one.label}*: why is not known yet.`))];
  if (missed.length > 0) say(...missed.map((why) => `- ${why}`), "");
}

function figures(name, but = () => false) {
  table(["", "median", "spread"], of(name).figures.filter((one) => !but(one)).map((one) => [one.label, digits(one.median) + (one.unit ? ` ${one.unit}` : ""), spread(one)]));
}

function picture(name, to, what, { title, unit, below, order = [] }) {
  const used = of(name).figures.filter((one) => one.series && one.of === what);
  if (used.length === 0) return;
  const categories = [...new Set(used.map((one) => one.at))].sort((a, b) => a - b);
  const names = [...new Set(used.map((one) => one.series))];
  names.sort((a, b) => (order.indexOf(a) + 99) % 99 - ((order.indexOf(b) + 99) % 99));
  const lines = names.map((series) => ({ name: series, points: used.filter((one) => one.series === series && one.median > 0).map((one) => [one.at, one.median]) })).filter((line) => line.points.length > 0);
  writeFileSync(`${folder}/pictures/${to}`, plot({ title, unit, categories, below, lines }));
  say(`![${title}](pictures/${to})`, "");
}

const when = () => {
  const all = Object.values(result.benchmarks);
  const days = [...new Set(all.map((one) => one.at.slice(0, 10)))].sort().join(", ");
  return `${days}, commit ${[...new Set(all.map((one) => one.commit))].join(", ")}`;
};

say("# Performance", "",
  `What was measured with \`./bench\`, each beside its opponent and its bound in the same run, in turns: ${when()}. This page was made by`,
  "`node benchmarks/page.mjs RESULT.json`. Ratios carry over to other machines, digits do not. The machine:",
  `${result.machine.processor}, ${result.machine.cores} cores, ${result.machine.memory_gb} GB, Linux ${result.machine.kernel}; both sides of every connection, and all`,
  "opponents, on the same two cores. A *spread* is the lowest and the highest round.", "");

const everything = Object.entries(result.benchmarks).flatMap(([name, one]) => one.bars.map((each) => ({ name, ...each })));
const missed = everything.filter((one) => !one.met);
if (missed.length === 0) {
  say(`All ${everything.length} bars were met, by their medians.`, "");
} else {
  say(`${everything.length - missed.length} of ${everything.length} bars were met. Those that were not:`, "",
    ...missed.map((one) => `- ${one.label}: ${inWords(one)}, wanted ${wanted(one)}`), "");
}
const atEdge = everything.filter(isAtEdge);
if (atEdge.length > 0) {
  say("So near to their bar that another run may say the other:", "",
    ...atEdge.map((one) => `- ${one.label}: ${inWords(one)}, wanted ${wanted(one)}; ${part(one)}`), "");
}

if (of("intake")) {
  say("## Webhooks taken", "",
    "Bodies of 4 to 20 KB as Jira 9 sends them, each another issue's, over connections that are kept; the credential is checked, the body read,",
    "the hint committed (SQLite, WAL, `synchronous=FULL`), then 204. The Python path checks the secret, parses the body and puts it into",
    "Redis, which is no commit (put together and run as the adapter was: Flask with resources, Sentry's watch and SQLAlchemy, Celery that keeps",
    "results, nginx and uWSGI with five processes: `benchmarks/python`; gunicorn with threads stands beside it). From two connections on the load",
    "keeps to one processor. What oms-jira takes in a burst is committed first and sorted to its orders after it (ADR 16), before the next has its",
    "turn, and what anybody has written is on the disk by then: neither is in these figures, nor is Celery's worker.", "");
  const first = ["oms-jira"];
  picture("intake", "performance-intake.svg", "rate", { title: "Webhooks a second", unit: "a second", below: "connections", order: first });
  picture("intake", "performance-p99.svg", "p99", { title: "99th percentile of the answer's time", unit: "ms", below: "connections", order: first });
  bars("intake");
  figures("intake", (one) => one.of === "p50");
}
if (of("endtoend")) {
  say("## From one side to the other", "",
    "Between both simulators, whose answers take 0 to 500 ms. *Beyond its calls*: from the webhook or trigger to the arrival of the write at the",
    "other side, less the time of the calls that come before it. *Needed*: three calls for a project, six for an order (it is read again before it is registered). The Python path",
    "believes what a webhook says, and posts a comment without reading anything first; it polls and carries events one after another.", "");
  picture("endtoend", "performance-latency.svg", "latency", { title: "From a change to its write on the other side", unit: "ms", below: "ms that a remote takes for an answer", order: ["oms-jira: status set in Jira"] });
  picture("endtoend", "performance-backlog.svg", "orders", { title: "New orders carried", unit: "a second", below: "ms that a remote takes for an answer", order: ["oms-jira"] });
  bars("endtoend");
  figures("endtoend");
}
if (of("rest")) {
  say("## At rest and at start", "");
  bars("rest");
  figures("rest");
}
if (of("growth")) {
  say("## As it grows", "");
  picture("growth", "performance-growth.svg", "cost", { title: "Our processor's time for one piece of work", unit: "ms", below: "orders on record", order: ["a change, our processor"] });
  picture("growth", "performance-pages.svg", "page", { title: "A page's answer", unit: "ms", below: "orders on record" });
  bars("growth");
  figures("growth");
}
if (of("micro")) {
  say("## The pieces", "", "Google Benchmark; the store's on SQLite in memory, without the disk.", "");
  circumstances("micro");
  figures("micro");
  const pieces = of("micro").figures.find((one) => one.key === "pieces");
  const change = of("growth")?.figures.find((one) => one.series === "a change, our processor");
  if (pieces && change) {
    const part = pieces.median / 1000 / change.median;
    say(`Planner, JSON and text are ${digits(100 * part)} % of the processor's time of a change (the bar: below 5 %)${part < 0.05 ? "." : ": missed."} The rest is the system: sockets, commits, and threads that are woken.`, "");
  }
}
for (const [name, title] of [["operator", "The dashboard"], ["scale", "More workers and processes"]]) {
  if (!of(name)) continue;
  say(`## ${title}`, "");
  if (name === "scale") picture("scale", "performance-scale.svg", "scale", { title: "Calls a second with remotes of 100 ms", unit: "a second", below: "workers" });
  bars(name);
  figures(name);
}
say("How to measure it yourself: `./bench --json result.json` (`--only intake`, `--quick`); how to see where the time goes, and what was found", "that way: [profiling.md](profiling.md).");
writeFileSync(`${folder}/performance.md`, said.join("\n") + "\n");
