import { cell, useCell } from "../cell.js";
import { html } from "../html.js";
import { exact, relative } from "../time.js";

const tick_ms = 5000;
const tick = cell(0);
setInterval(() => { if (!document.hidden) tick.value += 1; }, tick_ms);

/** How long ago or ahead; the exact time on hover. */
export function Time({ at, none = "never", how = relative }) {
  useCell(tick);
  if (!at) return html`<span class="soft">${none}</span>`;
  return html`<time datetime=${at} title=${exact(at)}>${how(at)}</time>`;
}

/** Drawn again as time goes by. */
export const useTick = () => useCell(tick);
