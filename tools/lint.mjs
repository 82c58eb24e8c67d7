// clang-tidy over the tree, without doing again what was done: a file that was found clean is known by
// a hash of itself, of every header of ours that it includes, and of the rules.
//
//   node tools/lint.mjs            checks what is not known to be clean
//   node tools/lint.mjs --count    only tells how many that are
//   node tools/lint.mjs --record   the same as the first, and writes down what is clean now
//
// build/lint.checked is that record; all of the tree takes two cores a quarter of an hour. A changed
// line makes its file, and all that include it, unknown again.
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..");
const build = resolve(root, process.env.LINT_BUILD ?? "build/dev");
const record = resolve(root, "build/lint.checked");
const tidy = "clang-tidy-14";

const contents = new Map();
function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files) {
    if (!contents.has(file)) contents.set(file, createHash("sha256").update(readFileSync(resolve(root, file))).digest("hex"));
    hash.update(`${file} ${contents.get(file)}\n`);
  }
  return hash.digest("hex").slice(0, 32);
}

function inTree(file) {
  const path = relative(root, resolve(build, file));
  return path.startsWith("src/") || path.startsWith("tests/") ? path : undefined;
}

/** Source to the files of ours that it is made of, as the compiler told ninja. */
function sources() {
  const found = new Map();
  let current = [];
  for (const line of execFileSync("ninja", ["-C", build, "-t", "deps"], { maxBuffer: 1 << 28 }).toString().split("\n")) {
    if (line.startsWith("    ")) {
      const file = inTree(line.trim());
      if (file) current.push(file);
    } else {
      const source = current.find((file) => file.endsWith(".cpp"));
      if (source) found.set(source, [".clang-tidy", ...[...new Set(current)].sort()]);
      current = [];
    }
  }
  const compiled = JSON.parse(readFileSync(resolve(build, "compile_commands.json"))).map((one) => inTree(one.file)).filter(Boolean);
  return compiled.sort().map((file) => ({ file, hash: hashOf(found.get(file) ?? [".clang-tidy", file]) }));
}

function readRecord() {
  if (!existsSync(record)) return new Set();
  return new Set(readFileSync(record, "utf8").split("\n").map((line) => line.split(" ")[0]));
}

async function check({ file, hash }) {
  try {
    await promisify(execFile)(tidy, ["-p", build, "--quiet", file], { cwd: root, maxBuffer: 1 << 26 });
    return { file, hash, clean: true };
  } catch (error) {
    console.error(error.stdout || error.message);
    return { file, hash, clean: false };
  }
}

const all = sources();
const known = readRecord();
const waiting = all.filter((one) => !known.has(one.hash));
if (process.argv.includes("--count")) {
  console.log(waiting.length);
  process.exit(0);
}
const clean = new Set(all.filter((one) => known.has(one.hash)).map((one) => one.hash));
let faulty = 0;
const queue = [...waiting];
await Promise.all([0, 1].map(async () => {
  while (queue.length > 0) {
    const result = await check(queue.shift());
    if (result.clean) clean.add(result.hash);
    else faulty += 1;
  }
}));
if (process.argv.includes("--record")) {
  writeFileSync(record, all.filter((one) => clean.has(one.hash)).map((one) => `${one.hash} ${one.file}\n`).join(""));
}
console.error(`${all.length} files, ${waiting.length} checked now, ${faulty} with findings`);
process.exit(faulty === 0 ? 0 : 1);
