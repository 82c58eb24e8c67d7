// Runs the fuzz targets that ./fuzz has built: see there. What a target has gathered stays in
// build/fuzz/corpus, inputs that broke a promise in build/fuzz/crashes, and build/fuzz/record.json
// adds up what was done over all runs.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..");
const sources = join(root, "tests/fuzz");
const build = join(root, "build/fuzz");
const recordFile = join(build, "record.json");
const fixtures = process.env.OMS_FIXTURES ?? join(root, "../shared/fixtures");

/** How many inputs the short run gives to each, and how long an input may be. */
const sizes = {
  jira: { runs: 1000, length: 4096 },
  jql: { runs: 6000, length: 512 },
  json: { runs: 60000, length: 2048 },
  marketplace: { runs: 2500, length: 4096 },
  request: { runs: 2500, length: 4096 },
  seed: { runs: 20000, length: 2048 },
  settings: { runs: 800, length: 1024 },
  store: { runs: 1000, length: 1024 },
  text: { runs: 20000, length: 1024 },
  trigger: { runs: 8000, length: 1024 },
  values: { runs: 60000, length: 512 },
  webhook: { runs: 6000, length: 8192 },
  wiki: { runs: 12000, length: 1024 },
};

/** Name to the first line of its source, which says what it is about. */
function targets() {
  const found = new Map();
  for (const file of readdirSync(sources).filter((name) => name.endsWith("_fuzz.cpp")).sort()) {
    const line = readFileSync(join(sources, file), "utf8").split("\n")[0];
    found.set(file.replace("_fuzz.cpp", ""), line.replace(/^\/\/ /, ""));
  }
  return found;
}

function* filesBelow(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

const answer = (status, type, body) => `${status}\nContent-Type: ${type}\n\n${body}`;

/** All texts of a document that a person may have written. */
function* textsIn(value) {
  if (Array.isArray(value) || (value && typeof value === "object")) {
    for (const [key, inner] of Object.entries(value)) {
      if (["body", "description", "content"].includes(key) && typeof inner === "string" && inner !== "") yield inner;
      else yield* textsIn(inner);
    }
  }
}

/** Recordings of the real remotes, where there are some, as inputs: [target, text]. */
function* recorded() {
  const jira = join(fixtures, "jira");
  for (const file of [...filesBelow(join(jira, "api-samples")), ...filesBelow(join(jira, "webhooks"))]) {
    if (!file.endsWith(".json") || statSync(file).size > 65536) continue;
    let document;
    try {
      document = JSON.parse(readFileSync(file, "utf8"));
    } catch {
      continue;
    }
    const body = JSON.stringify(document);
    const webhook = file.includes("/webhooks/");
    if (webhook) yield ["webhook", `/api/webhooks/jira?issue_id=10021&secret=the+one+before\nHost: oms\n\n${body}`];
    else yield ["jira", answer(200, "application/json;charset=UTF-8", body)];
    for (const text of textsIn(document)) yield ["wiki", text];
  }
  const marketplace = join(fixtures, "marketplace/recorded.jsonl");
  if (existsSync(marketplace)) {
    for (const line of readFileSync(marketplace, "utf8").split("\n").filter(Boolean)) {
      const told = JSON.parse(line);
      if (told.response === undefined) continue;
      yield ["marketplace", answer(told.status, told.content_type, told.response)];
      if (!told.response.startsWith("{")) continue;
      yield ["json", told.response];
      if (told.response.includes('"events"')) yield ["store", `1777888999000000\nanswer: ${told.response}\n\nk=EOSC-7\n`];
    }
  }
  const wire = join(fixtures, "marketplace/trigger-wire.txt");
  if (existsSync(wire)) {
    for (const [, written] of readFileSync(wire, "utf8").matchAll(/^"([\s\S]*?)"\nSTATUS/gm)) {
      const bytes = written.replace(/\n */g, "").replaceAll("\\r\\n", "\r\n");
      yield ["request", `\x40${bytes}`];
      const [head, body] = bytes.split("\r\n\r\n");
      const [line, ...headers] = head.split("\r\n");
      yield ["trigger", `${line.split(" ")[1]}\n${headers.join("\n")}\n\n${body ?? ""}`];
    }
  }
}

/** Folders of inputs to begin with: those in the tree, and those made of recordings. */
function seedFolders(name) {
  const folders = [join(sources, "seeds", name), join(build, "recorded", name)];
  return folders.filter((folder) => existsSync(folder) && readdirSync(folder).length > 0);
}

function writeRecorded() {
  const folder = join(build, "recorded");
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of recorded()) {
    const length = sizes[name]?.length ?? 4096;
    if (Buffer.byteLength(text) > length * 2) continue;
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, createHash("sha256").update(text).digest("hex").slice(0, 16)), text);
  }
}

/** Runs one target's program to its end; what libFuzzer said of it. */
function play(name, options, folders) {
  const crashes = join(build, "crashes", name);
  mkdirSync(crashes, { recursive: true });
  const dictionary = join(sources, "dictionaries", `${name}.dict`);
  const all = [
    `-max_len=${sizes[name]?.length ?? 4096}`,
    "-timeout=30",
    "-rss_limit_mb=3072",
    "-print_final_stats=1",
    `-artifact_prefix=${crashes}/`,
    ...(existsSync(dictionary) ? [`-dict=${dictionary}`] : []),
    ...options,
    ...folders,
  ];
  const started = Date.now();
  return new Promise((done) => {
    const child = spawn(join(build, "tests/fuzz", `${name}_fuzz`), all, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (bytes) => (said += bytes));
    child.on("error", (error) => done({ name, failed: true, said: String(error), executions: 0, seconds: 0 }));
    child.on("close", (code) => {
      const last = [...said.matchAll(/cov: (\d+) ft: \d+ corp: (\d+)\//g)].at(-1);
      const executions = Number(said.match(/number_of_executed_units: (\d+)/)?.[1] ?? 0);
      writeFileSync(join(build, "logs", `${name}.log`), said);
      done({
        name,
        said,
        executions,
        failed: code !== 0,
        seconds: (Date.now() - started) / 1000,
        coverage: Number(last?.[1] ?? 0),
        corpus: Number(last?.[2] ?? 0),
        input: said.match(/Test unit written to (\S+)/)?.[1],
      });
    });
  });
}

/** A stack's addresses as functions and lines, where the tools to read them are there. */
function withNames(said) {
  const frame = /^ +#(\d+) 0x[0-9a-f]+ .*\((\S+)\+(0x[0-9a-f]+)\).*$/;
  const lines = said.split("\n");
  const ours = lines.map((line) => line.match(frame)).filter((found) => found?.[2].startsWith(build));
  if (ours.length === 0) return said;
  let names;
  try {
    const offsets = ours.map((found) => found[3]);
    names = execFileSync("addr2line", ["-Cfpe", ours[0][2], ...offsets], { maxBuffer: 1 << 26 }).toString().split("\n");
  } catch {
    return said;
  }
  const named = new Map(ours.map((found, index) => [found[0], names[index]?.replace(`${root}/`, "")]));
  return lines.map((line) => (named.has(line) ? `    #${line.match(frame)[1]} ${named.get(line)}` : line)).join("\n");
}

/** The fewest bytes that break the same promise, beside the input that was found. */
async function minimise(name, input) {
  const smaller = `${input}.min`;
  await play(name, ["-minimize_crash=1", "-max_total_time=30", `-exact_artifact_path=${smaller}`], [input]);
  return existsSync(smaller) ? smaller : input;
}

function record(result) {
  const kept = existsSync(recordFile) ? JSON.parse(readFileSync(recordFile, "utf8")) : { targets: {} };
  const before = kept.targets[result.name] ?? { executions: 0, seconds: 0, crashes: 0 };
  kept.targets[result.name] = {
    executions: before.executions + result.executions,
    seconds: Math.round((before.seconds + result.seconds) * 10) / 10,
    crashes: before.crashes + (result.failed ? 1 : 0),
    corpus: result.corpus,
    coverage: result.coverage,
    last_run: new Date().toISOString().replace(/\.\d+/, ""),
  };
  const sum = (field) => Object.values(kept.targets).reduce((total, one) => total + one[field], 0);
  kept.executions = sum("executions");
  kept.crashes = sum("crashes");
  kept.hours = Math.round((sum("seconds") / 3600) * 1000) / 1000;
  kept.targets = Object.fromEntries(Object.entries(kept.targets).sort());
  writeFileSync(recordFile, `${JSON.stringify(kept, undefined, 2)}\n`);
}

function summary(result) {
  return [
    result.name.padEnd(12),
    `${result.executions} executions`.padStart(20),
    `${result.seconds.toFixed(1)} s`.padStart(9),
    `corpus ${result.corpus}`.padStart(13),
    `coverage ${result.coverage}`.padStart(15),
    `${result.failed ? 1 : 0} crashes`.padStart(10),
  ].join(" ");
}

async function runAll(names, atOnce, playOne) {
  const waiting = [...names];
  const results = [];
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const result = await playOne(name);
      results.push(result);
      record(result);
      if (!result.failed) continue;
      const ended = result.said.split("\n").filter((line) => /check failed|ERROR|runtime error|SUMMARY/.test(line));
      console.error(`${name} broke: ${ended.slice(0, 3).join("\n  ")}`);
      if (!result.input) continue;
      const input = atOnce === 1 ? await minimise(name, result.input) : result.input;
      console.error(`  again with: ./fuzz ${name} ${input}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  for (const result of results.sort((a, b) => (a.name < b.name ? -1 : 1))) console.log(summary(result));
  return results.some((result) => result.failed) ? 1 : 0;
}

/**
 * The same inputs each time: from the seeds alone in their order, by number and not by time. What is
 * compared (use_cmp) is left out, since addresses are among it, and these change from run to run.
 */
function short(names) {
  return runAll(names, availableParallelism(), async (name) => {
    const gathered = mkdtempSync(join(tmpdir(), "oms-fuzz-"));
    const list = join(build, "logs", `${name}.seeds`);
    writeFileSync(list, seedFolders(name).flatMap((folder) => [...filesBelow(folder)]).join(","));
    const options = [`-runs=${sizes[name]?.runs ?? 1000}`, "-seed=1", "-use_cmp=0", "-reload=0", `-seed_inputs=@${list}`];
    const result = await play(name, options, [gathered]);
    rmSync(gathered, { recursive: true, force: true });
    return result;
  });
}

function long(names, minutes) {
  return runAll(names, 1, (name) => {
    const corpus = join(build, "corpus", name);
    mkdirSync(corpus, { recursive: true });
    return play(name, [`-max_total_time=${Math.round(minutes * 60)}`], [corpus, ...seedFolders(name)]);
  });
}

async function main([name, amount]) {
  const known = targets();
  if (name === undefined) {
    console.log("./fuzz NAME MINUTES, ./fuzz all MINUTES, ./fuzz NAME FILE, ./fuzz --short\n");
    for (const [target, what] of known) console.log(`${target.padEnd(12)} ${what}`);
    return 0;
  }
  mkdirSync(join(build, "logs"), { recursive: true });
  writeRecorded();
  if (name === "--short") return short(amount ? [amount] : [...known.keys()]);
  const names = name === "all" ? [...known.keys()] : [name];
  if (!names.every((one) => known.has(one))) {
    console.error(`'${name}' is no target: ./fuzz lists them`);
    return 2;
  }
  if (amount && existsSync(amount)) {
    const result = await play(name, [], [resolve(amount)]);
    process.stderr.write(withNames(result.said));
    return result.failed ? 1 : 0;
  }
  if (!(Number(amount) > 0)) {
    console.error(`'${amount ?? ""}' is no number of minutes: write it like ./fuzz ${name} 10`);
    return 2;
  }
  return long(names, Number(amount));
}

process.exitCode = await main(process.argv.slice(2));
