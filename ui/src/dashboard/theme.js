// Light, dark, or as the system has it: kept in this browser.
import { keptCell } from "./cell.js";

export const theme = keptCell("oms-theme", "auto");

export const themes = [["auto", "As the system", "auto"], ["light", "Light", "sun"], ["dark", "Dark", "moon"]];

function show(name) {
  document.documentElement.dataset.theme = name;
  document.dispatchEvent(new Event("oms-theme"));
}

export function applyTheme() {
  show(theme.value);
  theme.follow(show);
}
