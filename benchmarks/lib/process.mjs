// Processes of a benchmark: begun, looked at in /proc, ended.
import { execFile, spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { once } from "node:events";
import { promisify } from "node:util";
import { resolve } from "node:path";

const execute = promisify(execFile);
export const build = resolve(process.env.OMS_BUILD ?? "build/run");
export const tool = (name) => `${build}/benchmarks/${name}`;

/** A program of ours that prints one line of JSON. */
export async function ask(name, args) {
  const { stdout } = await execute(tool(name), args.map(String), { maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}

export function start(command, args, { env = {}, cwd } = {}) {
  const child = spawn(command, args.map(String), { env: { PATH: process.env.PATH, ...env }, cwd, stdio: ["ignore", "pipe", "pipe"] });
  child.said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (child.said = (child.said + part).slice(-20_000)));
  child.ended = once(child, "exit");
  child.on("error", (error) => (child.said += error.message));
  return child;
}

export async function end(child, signal = "SIGTERM") {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await child.ended;
  clearTimeout(late);
}

const read = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** The process and all that it began. */
export function family(pid) {
  const children = new Map();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`);
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    if (stat) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const all = [pid];
  for (const one of all) all.push(...(children.get(one) ?? []));
  return all;
}

const sum = (pids, what) => pids.flatMap(family).reduce((total, pid) => total + what(pid), 0);
const kilobytes = (file, name) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(file)?.[1] ?? 0);

/** Memory in MB: what is shared counts once among those who share it, or in full for each. */
export const proportionalMB = (...pids) => sum(pids, (pid) => kilobytes(read(`/proc/${pid}/smaps_rollup`), "Pss")) / 1024;
export const residentMB = (...pids) => sum(pids, (pid) => kilobytes(read(`/proc/${pid}/status`), "VmRSS")) / 1024;

const tasks = (pid) => {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
};

/** Processor time in seconds, to the nanosecond where the kernel counts so: of what runs still. */
export const processorSeconds = (...pids) =>
  sum(pids, (pid) => tasks(pid).reduce((total, task) => total + Number(read(`/proc/${pid}/task/${task}/schedstat`).split(" ")[0] || 0), 0)) / 1e9;

/** When they use no more than a hundredth of a processor any more; after a minute in any case. */
export async function atRest(...pids) {
  for (let tries = 0, before = -1; tries < 600; ++tries) {
    const now = processorSeconds(...pids);
    if (before >= 0 && now - before < 0.001) return;
    before = now;
    await pause(0.1);
  }
}

/** How often a thread of theirs was given the processor after it had waited for something. */
export const wakeUps = (...pids) =>
  sum(pids, (pid) => tasks(pid).reduce((total, task) => total + Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(read(`/proc/${pid}/task/${task}/status`))?.[1] ?? 0), 0));

export const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** Seconds that all processors were busy, and those of it that were ours and of all that we began and that has ended. */
export function machineSeconds() {
  const [, user, nice, system, , , irq, soft] = read("/proc/stat").split("\n")[0].split(/\s+/).map(Number);
  const stat = read("/proc/self/stat");
  const own = stat.slice(stat.lastIndexOf(")") + 2).split(" ").slice(11, 15).map(Number);
  return { busy: (user + nice + system + irq + soft) / 100, ours: own.reduce((sum, one) => sum + one, 0) / 100 };
}

/** Whoever ends us ends all that we began. */
export function endTogether() {
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.on(signal, () => {
      for (const pid of family(process.pid).slice(1)) {
        try {
          process.kill(pid, "SIGTERM");
        } catch {
          // it has ended by itself
        }
      }
      process.exit(130);
    });
  }
}
