// Reads a Dockerfile, and carries it out without a container engine: each stage is a Debian 12 in a folder.
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { at, files, read } from "./checkout.mjs";
import { Machine } from "./machine.mjs";

/** `[{base, name, steps: [{word, text}]}]`, comments and continued lines resolved. */
export function stagesOf(text) {
  const lines = text.split("\n").filter((line) => !/^\s*(#|$)/.test(line)).join("\n").replace(/\\\n\s*/g, " ").split("\n");
  const stages = [];
  for (const line of lines) {
    const [, word, rest] = /^(\w+)\s+(.*)$/.exec(line.trim());
    if (word === "FROM") {
      const [, base, name] = /^(\S+)(?: AS (\w+))?$/.exec(rest);
      stages.push({ base, name, steps: [] });
    } else {
      stages.at(-1).steps.push({ word, text: rest });
    }
  }
  return stages;
}

/** `{--from: …}` in front of an instruction, and its words. */
export function flagsOf(text) {
  const words = text.split(/\s+/);
  const flags = {};
  while (words[0]?.startsWith("--")) {
    const [name, ...value] = words.shift().slice(2).split("=");
    flags[name] = value.join("=");
  }
  return { flags, words };
}

export const pairsOf = (text) => Object.fromEntries([...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g)].map(([, name, quoted, plain]) => [name, quoted ?? plain]));

/** What .dockerignore lets into the context: it names what may come, after `*`. */
export function contextFiles() {
  const lines = read(".dockerignore").split("\n").filter((line) => line && !line.startsWith("#"));
  if (lines[0] !== "*") throw new Error("the .dockerignore begins with *");
  const let_in = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  return let_in.flatMap((name) => {
    const found = files(name);
    if (found.length === 0) throw new Error(`.dockerignore lets in ${name}, which is not there`);
    return found;
  });
}

const into = (target, name) => (target.endsWith("/") ? join(target, name) : target);

/** The last stage as a machine, with `image`: what the instructions say of running it. */
export function build(dockerfile, { mounts = [], env: site = {} } = {}) {
  const context = mkdtempSync(join(tmpdir(), "oms-jira-context-"));
  for (const file of contextFiles()) {
    mkdirSync(join(context, dirname(file)), { recursive: true });
    cpSync(at(file), join(context, file));
  }
  const made = {};
  let last;
  try {
    for (const stage of stagesOf(read(dockerfile))) {
      if (!/^debian:bookworm(-slim)?$/.test(stage.base)) throw new Error(`${stage.base} is not Debian 12`);
      const machine = Machine.make();
      const image = { env: {}, labels: {}, cwd: "/" };
      made[stage.name ?? "last"] = last = { machine, image };
      for (const { word, text } of stage.steps) {
        const { flags, words } = flagsOf(text);
        const absolute = (path) => (path.startsWith("/") ? path : join(image.cwd, path));
        switch (word) {
          case "ENV": Object.assign(image.env, pairsOf(text)); break;
          case "LABEL": Object.assign(image.labels, pairsOf(text)); break;
          case "WORKDIR":
            image.cwd = absolute(text);
            mkdirSync(machine.at(image.cwd), { recursive: true });
            break;
          case "COPY": {
            const from = flags.from ? made[flags.from].machine.root : context;
            const target = words.pop();
            for (const source of words) {
              const whole = join(from, source);
              const to = statSync(whole).isDirectory() ? absolute(target) : into(absolute(target), basename(source));
              mkdirSync(dirname(machine.at(to)), { recursive: true });
              cpSync(whole, machine.at(to), { recursive: true });
            }
            break;
          }
          case "RUN": {
            const bound = [...mounts];
            if (flags.mount) {
              const mount = Object.fromEntries(flags.mount.split(",").map((one) => one.split("=")));
              bound.push([made[mount.from].machine.at(mount.source), mount.target, "ro"]);
            }
            machine.must(words.join(" "), { cwd: image.cwd, env: { ...image.env, ...site }, mounts: bound });
            break;
          }
          case "USER": case "EXPOSE": case "STOPSIGNAL": image[word.toLowerCase()] = text; break;
          case "ENTRYPOINT": case "CMD": image[word.toLowerCase()] = JSON.parse(text); break;
          case "HEALTHCHECK": image.healthcheck = JSON.parse(/CMD (\[.*\])/.exec(text)[1]); break;
          default: throw new Error(`${word} is not understood here`);
        }
      }
    }
  } finally {
    rmSync(context, { recursive: true });
    for (const one of Object.values(made)) if (one !== last) one.machine.end();
  }
  return last;
}
