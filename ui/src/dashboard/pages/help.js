import { useCell } from "../cell.js";
import { html } from "../html.js";
import { keysOn, otherKeys, places } from "../keys.js";
import { Dialog } from "../parts/dialog.js";

export function Help() {
  const on = useCell(keysOn) === "on";
  return html`<${Dialog} title="Keyboard shortcuts">
    <dl class="keys">
      ${places.map(([letter, , name]) => html`<div key=${letter}><dt><kbd>g</kbd> <kbd>${letter}</kbd></dt><dd>${name}</dd></div>`)}
      ${otherKeys.map(([key, what]) => html`<div key=${key}><dt><kbd>${key}</kbd></dt><dd>${what}</dd></div>`)}
    </dl>
    <label class="tick"><input type="checkbox" checked=${on} onChange=${() => { keysOn.value = on ? "off" : "on"; }} /> Single-key shortcuts</label>
  <//>`;
}
