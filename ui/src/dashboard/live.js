// The stream of server-sent events: the state of the whole, told whenever it changed.
import { cell } from "./cell.js";
import { sessionEnded } from "./session.js";
import { setServerTime } from "./time.js";

/** As GET /status has it; null until it was told. */
export const status = cell(null);
/** `on`, or off with the time of the next try. */
export const stream = cell({ on: false, began: false });
/** Counts up whenever something changed. */
export const changes = cell(0);
/** The latest word on each task, by id. */
export const tasks = cell({});

const wait_ms_min = 1000;
const wait_ms_max = 30_000;

/** A browser has six connections to a host: a page that nobody looks at gives its one back. */
const hidden_ms_max = 30_000;

let wanted = false;
let source = null;
let timer = 0;
let hidden_timer = 0;
let wait_ms = wait_ms_min;

function told(next) {
  setServerTime(next.at);
  status.value = next;
  changes.value += 1;
}

async function stillSignedIn() {
  try {
    const response = await fetch("/api/v1/session");
    if (response.ok && !(await response.json()).signed_in) sessionEnded();
  } catch {
    // Away: tried again with the stream.
  }
}

function open() {
  source = new EventSource("/api/v1/events");
  source.addEventListener("open", () => {
    wait_ms = wait_ms_min;
    stream.value = { on: true, began: true };
  });
  source.addEventListener("status", (event) => told(JSON.parse(event.data)));
  source.addEventListener("task", (event) => {
    const task = JSON.parse(event.data);
    tasks.value = { ...tasks.value, [task.id]: task };
  });
  source.addEventListener("bye", sessionEnded);
  source.addEventListener("error", lost);
}

function close() {
  clearTimeout(timer);
  source?.close();
  source = null;
}

function lost() {
  close();
  // Spread, so that those who wait do not come back all at once.
  const pause = wait_ms * (0.75 + Math.random() / 2);
  wait_ms = Math.min(wait_ms * 2, wait_ms_max);
  stream.value = { on: false, began: true, again: Date.now() + pause };
  stillSignedIn();
  timer = setTimeout(open, pause);
}

/** Tries at once, where it waits. */
export function followNow() {
  wanted = true;
  if (source) return;
  clearTimeout(timer);
  wait_ms = wait_ms_min;
  open();
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(hidden_timer);
  if (document.hidden) hidden_timer = setTimeout(close, hidden_ms_max);
  else if (wanted) followNow();
});

export function stopFollowing() {
  wanted = false;
  close();
  stream.value = { on: false, began: false };
  status.value = null;
  tasks.value = {};
}
