// What was asked for and takes a while: its progress, and in the end what it found.
import { useEffect, useState } from "preact/hooks";
import { ask } from "../api.js";
import { useCell } from "../cell.js";
import { html } from "../html.js";
import { stream, tasks } from "../live.js";
import { Trouble } from "./page.js";

const ask_again_ms = 2000;
export const ended = (task) => task?.state === "done" || task?.state === "failed";

/** The task with its result, as soon as it has one. The stream tells when; without it, it is asked. */
export function useTask(id) {
  const told = useCell(tasks)[id];
  const { on } = useCell(stream);
  const [task, setTask] = useState(null);
  const [trouble, setTrouble] = useState(null);
  const current = task?.id === id ? task : null;

  useEffect(() => {
    if (!id || ended(current)) return undefined;
    let there = true;
    const load = () => ask(`/tasks/${id}`).then(
      (next) => { if (there) { setTask(next); setTrouble(null); } },
      (problem) => { if (there) setTrouble(problem); });
    load();
    const timer = setInterval(load, on ? ask_again_ms * 5 : ask_again_ms);
    return () => { there = false; clearInterval(timer); };
  }, [id, on, ended(current), told?.state]);
  // The stream tells no result: a task is done when that is here.
  return { task: told && !ended(told) && !ended(current) ? { ...current, ...told } : current, trouble };
}

export function TaskProgress({ task, trouble, what }) {
  if (trouble) return html`<${Trouble} problem=${trouble} />`;
  if (task?.state === "failed") return html`<${Trouble} problem=${{ message: `${what} failed: ${task.result?.says ?? task.progress ?? "no reason was told"}` }} />`;
  if (ended(task)) return null;
  return html`<p class="progress" role="status"><span class="spinner" aria-hidden="true"></span>
    ${what}: ${task?.state === "running" ? task.progress || "running" : "waits for a worker"}…</p>`;
}
