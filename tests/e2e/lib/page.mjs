// What a page tells to type, typed: blocks that stand below `<!-- tried: NAME -->`, in a shell for which
// the program under test is `oms-jira`.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { program } from "./world.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export class Page {
  /** `put`: what stands otherwise here, such as ports: [["9001", "40123"]…]. */
  constructor(name, folder, env = {}, put = []) {
    this.text = readFileSync(join(root, name), "utf8");
    Object.assign(this, { name, folder, put, running: [] });
    const bin = join(folder, "bin");
    mkdirSync(bin);
    symlinkSync(resolve(program), join(bin, "oms-jira"));
    this.env = { ...env, PATH: `${bin}:${process.env.PATH}` };
  }

  block(name) {
    const found = new RegExp(`^ *<!-- tried: ${name} -->\n+( *)\`\`\`sh\n([^]*?)^ *\`\`\``, "m").exec(this.text);
    assert.ok(found, `${this.name} has no block ${name}`);
    const script = found[2].replace(new RegExp(`^${found[1]}`, "gm"), "");
    return this.put.reduce((text, [from, to]) => text.replaceAll(from, to), script);
  }

  start(script, { cwd = this.folder, env = {} } = {}) {
    const child = spawn("bash", ["-euo", "pipefail", "-c", script], { cwd, env: { ...this.env, ...env }, stdio: ["ignore", "pipe", "pipe"], detached: true });
    child.out = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (child.out += part));
    child.ended = new Promise((done) => child.on("close", done));
    return child;
  }

  /** Types blocks one after the other in one shell; `code`: how that is to end. */
  async type(names, { code = 0, ...options } = {}) {
    const child = this.start([names].flat().map((name) => this.block(name)).join("\n"), options);
    assert.equal(await child.ended, code, `${this.name}, ${names}: ${child.out}`);
    return child.out;
  }

  /** For what runs until it is stopped. */
  leave(name, options) {
    const lines = this.block(name).trim().split("\n");
    const child = this.start([...lines.slice(0, -1), lines.at(-1).replace(/^((?:[A-Z_]+=\S+ )*)/, "exec env $1")].join("\n"), options);
    this.running.push(child);
    return child;
  }

  async stop() {
    for (const child of this.running.splice(0)) {
      try {
        process.kill(-child.pid, "SIGTERM");
      } catch {
        // It has ended by itself.
      }
      await child.ended;
    }
  }
}
