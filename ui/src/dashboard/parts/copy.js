import { useState } from "preact/hooks";
import { html } from "../html.js";
import { complain, say } from "../say.js";
import { Icon } from "./icon.js";

/** Lines ready to paste, and a button that takes them. */
export function Paste({ text, label = "the remedy" }) {
  const [taken, setTaken] = useState(false);
  async function take() {
    try {
      await navigator.clipboard.writeText(text);
      setTaken(true);
      say(`Copied ${label}.`);
      setTimeout(() => setTaken(false), 2000);
    } catch {
      complain("The browser does not let this page copy: mark the lines and copy them by hand.");
    }
  }
  return html`<div class="paste">
    <pre tabindex="0" aria-label=${`Lines to paste: ${label}`}>${text}</pre>
    <button type="button" class="quiet icon" aria-label=${`Copy ${label}`} title="Copy" onClick=${take}><${Icon} name=${taken ? "check" : "copy"} /></button>
  </div>`;
}

/** What stands between backticks is for a program. */
export const Words = ({ text }) => text.split("`").map((part, index) => (index % 2 ? html`<code>${part}</code>` : part));

const isLine = (line) => /^\s*(export )?[A-Z][A-Z0-9_a-z]+=|^\s*(oms-jira|openssl|sudo|systemctl) /.test(line);

/** Words stay words; lines that are to be pasted stand by themselves. */
export function Remedy({ text }) {
  if (!text) return null;
  const lines = text.split("\n");
  const words = lines.filter((line) => !isLine(line)).join("\n").trim();
  const paste = lines.filter(isLine).map((line) => line.trim()).join("\n");
  return html`<div class="remedy">
    ${words && html`<p><b>Remedy</b> <${Words} text=${words} /></p>`}
    ${paste && html`<${Paste} text=${paste} />`}
  </div>`;
}
