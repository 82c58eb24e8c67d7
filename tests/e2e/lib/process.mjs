// What the system knows of a running process, and what it may be allowed.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";

const status = (pid, name) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;

export const residentBytes = (pid) => status(pid, "VmRSS");
export const residentBytesMost = (pid) => status(pid, "VmHWM");
export const addressBytes = (pid) => status(pid, "VmSize");
export const descriptors = (pid) => readdirSync(`/proc/${pid}/fd`).length;

/** Seconds of processor time that it has used. */
export function processorSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** What each of its threads waits for. */
export function threads(pid) {
  const read = (task, name) => {
    try {
      return readFileSync(`/proc/${pid}/task/${task}/${name}`, "utf8").trim();
    } catch {
      return "";
    }
  };
  try {
    return readdirSync(`/proc/${pid}/task`).map((task) => `${read(task, "comm")}: ${read(task, "wchan")}, system call ${read(task, "syscall").split(" ")[0]}`).join("; ");
  } catch {
    return "it is gone";
  }
}

/** Waits for its end. Where that does not come within a minute, says what it waits for, and forces it. */
export async function endOf(child, ended, words = () => "") {
  let timer;
  const late = new Promise((_, refuse) => {
    timer = setTimeout(() => {
      const says = `process ${child.pid} did not end within a minute; its threads: ${threads(child.pid)}\n${words().slice(-4000)}`;
      child.kill("SIGKILL");
      refuse(new Error(says));
    }, 60_000);
  });
  try {
    return await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Sets a limit of a process that runs: `nofile` or `as`; the hard limit stays. */
export function limit(pid, name, value) {
  execFileSync("prlimit", ["--pid", String(pid), `--${name}=${value}:`], { stdio: "ignore" });
}

/** How many descriptors this process may open, raised as far as it goes. */
export function raiseDescriptors(wanted) {
  try {
    execFileSync("prlimit", ["--pid", String(process.pid), `--nofile=${wanted}:${wanted}`], { stdio: "ignore" });
  } catch {
    // Then as many as there are.
  }
  return Number(/^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))[1]);
}
