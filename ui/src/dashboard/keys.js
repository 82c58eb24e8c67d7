// The page by keyboard: `g` and a letter goes somewhere, `/` searches, `?` tells.
import { keptCell } from "./cell.js";
import { go } from "./router.js";

/** Single keys can be in the way of who speaks to the machine: they can be switched off. */
export const keysOn = keptCell("oms-keys", "on");

export const places = [
  ["n", "", "Now"], ["o", "orders", "Orders"], ["a", "attention", "Attention"], ["u", "uncertain", "Uncertain"],
  ["s", "sweep", "Sweep"], ["r", "remotes", "Remotes"], ["t", "settings", "Settings"], ["h", "shadow", "Shadow"],
];
export const otherKeys = [["/", "Search orders"], ["j k or arrows", "From row to row"], ["Enter", "Open"], ["Esc", "Close, or leave the search"], ["?", "This list"]];

const sequence_ms_max = 1200;

export function followKeys({ search, help }) {
  let began = 0;
  function press(event) {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (target.matches?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]") || keysOn.value !== "on") return;
    const found = Date.now() - began < sequence_ms_max && places.find(([letter]) => letter === key);
    began = key === "g" ? Date.now() : 0;
    if (found) go(found[1]);
    else if (key === "/") search();
    else if (key === "?") help();
    else return;
    event.preventDefault();
  }
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}
