// Google Benchmark's figures of the pieces (oms-bench-micro): planner, JSON, text, store.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { figure } from "./lib/figures.mjs";
import { tool } from "./lib/process.mjs";

export const about = "what a change is made of, piece by piece";

export async function measure({ quick, rounds = quick ? 1 : 5 }) {
  const { stdout } = await promisify(execFile)(tool("oms-bench-micro"), ["--benchmark_format=json", `--benchmark_repetitions=${rounds}`, `--benchmark_min_time=${quick ? 0.02 : 0.2}`], { maxBuffer: 1 << 26 });
  const each = {};
  for (const one of JSON.parse(stdout).benchmarks) if (one.run_type === "iteration") (each[one.run_name] ??= []).push(one.cpu_time / 1000);
  const figures = Object.entries(each).map(([name, times]) => figure(name.replaceAll("_", " ").replace("/", ", KB: "), "µs", times));
  // Of one change: it is planned twice, an order and an issue are read, a webhook of 20 KB, a text either way.
  const of = (name) => each[name];
  const pieces = of("plan_a_change").map((_, i) => 2 * of("plan_a_change")[i] + 2 * of("json_read_order")[i] + of("web_read_webhook/20")[i] + of("text_neutralise")[i] + of("text_to_plain")[i]);
  figures.push({ ...figure("planner, JSON and text of one change together", "µs", pieces), key: "pieces" });
  return { about, figures, bars: [] };
}
