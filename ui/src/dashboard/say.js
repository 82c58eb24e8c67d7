// What just happened, in a corner and to screen readers; what failed stays until it is closed.
import { useEffect, useRef, useState } from "preact/hooks";
import { cell, useCell } from "./cell.js";
import { html } from "./html.js";
import { Icon } from "./parts/icon.js";

const shown_ms = 7000;
const notices = cell([]);
let last = 0;

function add(notice) {
  const id = ++last;
  notices.value = [...notices.value.slice(-3), { id, ...notice }];
  if (!notice.bad) setTimeout(() => close(id), shown_ms);
}

function close(id) {
  notices.value = notices.value.filter((one) => one.id !== id);
}

export const say = (text) => add({ text });
export const complain = (text) => add({ text, bad: true });

export function Notices() {
  const list = useCell(notices);
  return html`<div class="notices" role="status" aria-live="polite">
    ${list.map((one) => html`<p key=${one.id} class=${one.bad ? "notice bad" : "notice"}>
      <${Icon} name=${one.bad ? "alert" : "check"} /> <span>${one.text}</span>
      <button type="button" class="quiet icon" aria-label="Close this message" onClick=${() => close(one.id)}><${Icon} name="close" /></button>
    </p>`)}
  </div>`;
}

/**
 * Runs one action at a time: `busy` while it runs; says what came of it, or what to do. What is asked
 * for gives the words for what happened.
 */
export function useAct() {
  const [busy, setBusy] = useState(false);
  const there = useRef(true);
  useEffect(() => () => { there.current = false; }, []);
  async function run(action) {
    setBusy(true);
    try {
      const words = await action();
      if (typeof words === "string") say(words);
      return true;
    } catch (problem) {
      if (problem.status !== 401) complain(problem.message);
      return false;
    } finally {
      if (there.current) setBusy(false);
    }
  }
  return [busy, run];
}
