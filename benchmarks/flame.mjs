// node benchmarks/flame.mjs PID OUT.svg [--seconds 5] [--folded FILE]: a flame graph of a process that runs,
// by perf (Debian: linux-perf), and the functions that the processor was in most. Needs neither debugging
// information nor frame pointers: stacks are unwound by what C++ keeps for its exceptions.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values: given, positionals: [pid, out] } = parseArgs({ allowPositionals: true, options: { seconds: { type: "string", default: "5" }, folded: { type: "string" } } });
if (!out) throw new Error("usage: node benchmarks/flame.mjs PID OUT.svg [--seconds 5] [--folded FILE]");

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
/** Without arguments and what templates are made of: the name is what one looks for. */
const short = (name) => {
  let [depth, kept] = [0, ""];
  for (const letter of name.replace(/\+0x[0-9a-f]+$/, "")) {
    if (letter === "<" || letter === "(") depth += 1;
    if (depth === 0) kept += letter;
    if (letter === ">" || letter === ")") depth = Math.max(0, depth - 1);
  }
  return kept.trim() || name;
};

/** Stacks, the outermost function first, with how often each was seen. */
function record() {
  const folder = mkdtempSync(join(tmpdir(), "oms-flame-"));
  const data = join(folder, "perf.data");
  try {
    execFileSync("perf", ["record", "-q", "-e", "cpu-clock", "-F", "997", "--call-graph", "dwarf,16384", "-p", pid, "-o", data, "--", "sleep", given.seconds], { stdio: ["ignore", "ignore", "inherit"] });
    const text = execFileSync("perf", ["script", "-i", data, "-F", "comm,tid,ip,sym"], { encoding: "utf8", maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "ignore"] });
    const stacks = new Map();
    for (const block of text.split("\n\n")) {
      const [, ...frames] = block.split("\n").filter((line) => line.trim() !== "");
      const names = frames.map((line) => short(line.trim().replace(/^[0-9a-f]+\s+/, ""))).reverse();
      if (names.length > 0) stacks.set(names.join(";"), (stacks.get(names.join(";")) ?? 0) + 1);
    }
    return stacks;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tree(stacks) {
  const root = { name: "all", count: 0, children: new Map() };
  for (const [stack, count] of stacks) {
    root.count += count;
    let at = root;
    for (const name of stack.split(";")) {
      if (!at.children.has(name)) at.children.set(name, { name, count: 0, children: new Map() });
      at = at.children.get(name);
      at.count += count;
    }
  }
  return root;
}

function draw(root) {
  const [width, row] = [1400, 17];
  const boxes = [];
  let deepest = 0;
  const place = (node, depth, from) => {
    const wide = (node.count / root.count) * width;
    if (wide < 0.5) return;
    deepest = Math.max(deepest, depth);
    boxes.push({ node, depth, from, wide });
    let at = from;
    for (const child of [...node.children.values()].sort((a, b) => a.name.localeCompare(b.name))) {
      place(child, depth + 1, at);
      at += (child.count / root.count) * width;
    }
  };
  place(root, 0, 0);
  const height = (deepest + 1) * row;
  const color = (name) => `hsl(${20 + ([...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 35)} 75% 60%)`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="monospace" font-size="11">\n` + boxes.map(({ node, depth, from, wide }) => {
    const y = height - (depth + 1) * row;
    const part = ((100 * node.count) / root.count).toFixed(1);
    const text = node.name.slice(0, Math.floor(wide / 7));
    return `<g><title>${escape(node.name)} ${part} %</title><rect x="${from.toFixed(1)}" y="${y}" width="${wide.toFixed(1)}" height="${row - 1}" fill="${color(node.name)}"/>${text.length > 2 ? `<text x="${(from + 3).toFixed(1)}" y="${y + 12}">${escape(text)}</text>` : ""}</g>`;
  }).join("\n") + "\n</svg>\n";
}

const stacks = record();
const root = tree(stacks);
if (root.count === 0) throw new Error("nothing was seen: was the process busy?");
writeFileSync(out, draw(root));
if (given.folded) writeFileSync(given.folded, [...stacks].map(([stack, count]) => `${stack} ${count}`).join("\n") + "\n");
/** A function with all that it calls, once a stack however often it stands there. */
const whole = new Map();
for (const [stack, count] of stacks) for (const name of new Set(stack.split(";"))) whole.set(name, (whole.get(name) ?? 0) + count);
for (const [name, count] of [...whole].sort((a, b) => b[1] - a[1]).slice(0, 60)) console.log(`${((100 * count) / root.count).toFixed(1).padStart(5)} %  ${name}`);
