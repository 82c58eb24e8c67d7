// This checkout: its files, what they hold, and the tools that a machine may lack.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { program } from "../../e2e/lib/world.mjs";

export { program };
export const root = fileURLToPath(new URL("../../..", import.meta.url));
export const at = (...parts) => join(root, ...parts);
export const read = (...parts) => readFileSync(at(...parts), "utf8");

/** What git knows below `folder`, new files too. */
export function files(folder) {
  const listed = execFileSync("git", ["-C", root, "ls-files", "--cached", "--others", "--exclude-standard", folder], { encoding: "utf8" });
  return [...new Set(listed.trim().split("\n"))].filter(Boolean).sort();
}

export function documents(...parts) {
  return parseAllDocuments(read(...parts), { merge: true }).map((one) => {
    if (one.errors.length > 0) throw one.errors[0];
    return one.toJS();
  });
}

/** Runs a tool to its end; `missing` where there is none. */
export function tool(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: "utf8", maxBuffer: 64 << 20, ...options });
  if (done.error?.code === "ENOENT") return { missing: `there is no ${command} here` };
  if (done.error) throw done.error;
  return { code: done.status, out: done.stdout, err: done.stderr, all: done.stdout + done.stderr };
}

export const isRoot = process.getuid() === 0;

/** The version, where CMake has it. */
export const version = /project\(oms_jira VERSION (\S+)/.exec(read("CMakeLists.txt"))[1];

let known;
/** All variables that the program knows. */
export function variables() {
  known ??= new Set([...tool(program, ["settings"], { env: { PATH: process.env.PATH }, cwd: "/" }).out.matchAll(/^(\w+)=/gm)].map((m) => m[1]));
  return known;
}

/** Does the program know this name, also as NAME_FILE? */
export function isVariable(name) {
  return variables().has(name) || (name.endsWith("_FILE") && variables().has(name.slice(0, -5)));
}

/** `NAME=value` lines, without comments. */
export function environmentFile(...parts) {
  return Object.fromEntries(read(...parts).split("\n").filter((line) => /^\w+=/.test(line)).map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}
