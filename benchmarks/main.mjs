// node benchmarks/main.mjs [--only NAME]… [--quick] [--rounds N] [--json FILE] [--list]; see ./bench.
import { execFileSync } from "node:child_process";
import { cpus, release, totalmem } from "node:os";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { tell } from "./lib/figures.mjs";
import { endTogether, machineSeconds } from "./lib/process.mjs";

const all = ["intake", "endtoend", "rest", "growth", "micro", "operator", "scale"];

const { values: given } = parseArgs({ options: {
  only: { type: "string", multiple: true }, quick: { type: "boolean" }, rounds: { type: "string" }, json: { type: "string" }, list: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
if (given.help || given.list) {
  console.log(given.list ? all.join("\n") : `./bench [--only NAME]… [--quick] [--rounds N] [--json FILE]
runs ${all.join(", ")}; each beside its opponent and its bound, in turns.
--json FILE keeps all values, added to what the file has of other benchmarks; node benchmarks/page.mjs FILE makes docs/performance.md of it.`);
  process.exit(0);
}
const names = given.only ?? all;
for (const name of names) if (!all.includes(name)) throw new Error(`there is no benchmark ${name}: ${all.join(", ")}`);

const commit = () => {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
};
const machine = { processor: cpus()[0]?.model ?? "", cores: cpus().length, memory_gb: Math.round(totalmem() / 2 ** 30), kernel: release() };
const kept = given.json && existsSync(given.json) ? JSON.parse(readFileSync(given.json, "utf8")) : { benchmarks: {} };

endTogether();
let missed = 0;
for (const name of names) {
  const began = Date.now();
  const before = machineSeconds();
  const { measure } = await import(`./${name}.mjs`);
  const say = (what) => process.stderr.write(`${name}: ${what}\n`);
  const result = await measure({ quick: Boolean(given.quick), say, ...(given.rounds ? { rounds: Number(given.rounds) } : {}) });
  const after = machineSeconds();
  const seconds = (Date.now() - began) / 1000;
  const others = Math.max(0, (100 * (after.busy - before.busy - (after.ours - before.ours))) / (seconds * cpus().length));
  console.log(tell(name, result));
  console.log(`   others used ${others.toFixed(0)} % of the machine's processors meanwhile`);
  missed += result.bars.filter((one) => !one.met).length;
  kept.benchmarks[name] = { ...result, at: new Date().toISOString(), commit: commit(), quick: Boolean(given.quick), seconds: Math.round(seconds), others: Math.round(others) };
  kept.machine = machine;
  if (given.json) writeFileSync(given.json, JSON.stringify(kept, null, 1) + "\n");
}
console.log(missed === 0 ? "each bar was met" : `${missed} bar${missed > 1 ? "s were" : " was"} missed`);
