// node --import ./tests/watchdog.mjs --test …: a test file that does not end within OMS_TEST_MINUTES
// (12) says what it still waits for, ends what it has started, and fails. Whoever runs it would
// otherwise wait for ever, and never learn for what.
import { readFileSync } from "node:fs";

const minutes = Number(process.env.OMS_TEST_MINUTES || 12);

function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

const descendantsOf = (pid) => childrenOf(pid).flatMap((child) => [...descendantsOf(child), child]);

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim();
  } catch {
    return "(gone)";
  }
}

function endIt() {
  const started = descendantsOf(process.pid);
  console.error(`${process.argv[1]} did not end within ${minutes} minutes; it waits for: ${process.getActiveResourcesInfo().join(", ")}`);
  for (const pid of started) console.error(`still running: ${pid} ${commandOf(pid)}`);
  for (const pid of started) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // it ended by itself
    }
  }
  process.exit(1);
}

// In the process of a test file, not in the one that starts them.
if (process.env.NODE_TEST_CONTEXT) setTimeout(endIt, minutes * 60_000).unref();
