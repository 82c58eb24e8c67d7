// Man pages, completion and the file of settings: made of what --help says, all of it and nothing
// else; and the health check.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { World, freePort, run } from "../e2e/lib/world.mjs";
import { program, read, tool, variables } from "./lib/checkout.mjs";

const help = (words) => tool(program, [...words, "--help"], { cwd: "/", env: {} }).out;

/** The tree as --help tells it: `{words, options, commands}` for each command. */
function tree(words = []) {
  const text = help(words);
  const section = (name) => (new RegExp(`^${name}:\\n((?:  .*\\n)*)`, "m").exec(text)?.[1] ?? "").split("\n");
  const options = section("Options").flatMap((line) => /^ {2}(-\S+)/.exec(line)?.[1].split(",") ?? []);
  const commands = section("Subcommands").flatMap((line) => /^ {2}([a-z]\S*)/.exec(line)?.[1] ?? []);
  return [{ words, options, commands }, ...commands.flatMap((name) => tree([...words, name]))];
}
const all = tree();

let folder;
before(() => { folder = mkdtempSync(join(tmpdir(), "oms-commands-")); });
after(() => rmSync(folder, { recursive: true }));

describe("help", () => {
  test("tells of more than a handful of commands", () => {
    assert.ok(all.length > 15, JSON.stringify(all));
    assert.ok(all.find((one) => one.words.join(" ") === "db upgrade"));
    assert.ok(all.find((one) => one.words.join(" ") === "reconcile").options.includes("--dry-run"));
  });
});

describe("the man pages", () => {
  let pages;
  before(() => {
    assert.equal(tool(program, ["manual", "--into", join(folder, "man")]).code, 0);
    pages = readdirSync(join(folder, "man")).sort();
  });
  const page = (name) => readFileSync(join(folder, "man", name), "utf8");
  const shown = (text) => text.replace(/\\f[BIR]/g, "").replaceAll("\\-", "-").replaceAll("\\&", "").replaceAll("\\e", "\\");

  test("are one for the program, one for each command, and one for the settings", () => {
    const commands = all[0].commands.map((name) => `oms-jira-${name}.1`);
    assert.deepEqual(pages, ["oms-jira.1", "oms-jira.env.5", ...commands].sort());
  });

  test("tell of each command and each option", () => {
    for (const { words, options } of all) {
      const text = shown(page(words.length === 0 ? "oms-jira.1" : `oms-jira-${words[0]}.1`));
      if (words.length > 1) assert.ok(text.includes(`oms-jira ${words.join(" ")}`), words.join(" "));
      for (const option of options) assert.ok(text.includes(option), `${words.join(" ")} ${option}`);
    }
  });

  test("tell of each variable", () => {
    for (const name of variables()) assert.ok(page("oms-jira.env.5").includes(`.TP\n\\fB${name}\\fR\n`), name);
  });

  test("are set by man without a warning", (t) => {
    for (const name of pages) {
      const set = tool("man", ["--warnings=w", "-l", "-Tutf8", "-Z", join(folder, "man", name)], { env: { ...process.env, LC_ALL: "C.UTF-8", MANROFFSEQ: "" } });
      if (set.missing || /groff|exec format/.test(set.err)) return t.skip(set.missing ?? set.err);
      assert.equal(set.err, "", name);
    }
  });

  test("have a line for apropos", () => {
    for (const name of pages) assert.match(page(name), /^\.SH NAME\n\S+ \\- \S/m, name);
  });

  test("are printed one by one too", () => {
    assert.equal(tool(program, ["manual", "oms-jira-serve.1"]).out, page("oms-jira-serve.1"));
    assert.equal(tool(program, ["manual", "oms-jira-nothing.1"]).code, 2);
  });
});

/** What must be offered after `oms-jira WORDS`, and what after it and a dash. */
const wanted = all.map(({ words, options, commands }) => ({ words, options, commands }));

describe("completion", () => {
  const script = (shell) => tool(program, ["completion", shell]).out;

  test("in bash offers each command and each option", (t) => {
    const path = join(folder, "completion.bash");
    writeFileSync(path, script("bash"));
    const asked = wanted.flatMap(({ words }) => [[...words, ""], [...words, "-"]]);
    asked.push(["sandbox", "--seed", ""], ["sandbox", "--seed", "=", "d"], ["seed", join(folder, "completion.b")], ["reconcile", "--project", ""]);
    const driver = `. '${path}'\n` + asked.map((words) => `COMP_WORDS=(oms-jira ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}; _oms_jira; echo "${"${COMPREPLY[*]}"}"`).join("\n");
    const done = tool("bash", ["--norc", "-c", driver]);
    if (done.missing) return t.skip(done.missing);
    const answers = done.out.split("\n");
    wanted.forEach(({ words, options, commands }, i) => {
      for (const one of commands) assert.ok(answers[2 * i].split(" ").includes(one), `${words.join(" ")}: ${one} not in ${answers[2 * i]}`);
      for (const one of options) assert.ok(answers[2 * i + 1].split(" ").includes(one), `${words.join(" ")}: ${one} not in ${answers[2 * i + 1]}`);
    });
    const more = answers.slice(2 * wanted.length);
    assert.equal(more[0], "demo recorded empty");
    assert.equal(more[1], "demo");
    assert.equal(more[2], path);
    assert.equal(more[3], "");
    assert.equal(done.err, "");
  });

  test("in bash is what shellcheck has nothing against", (t) => {
    const path = join(folder, "checked.bash");
    writeFileSync(path, `#!/bin/bash\n${script("bash")}`);
    const checked = tool("shellcheck", [path]);
    if (checked.missing) return t.skip(checked.missing);
    assert.equal(checked.code, 0, checked.out);
  });

  test("in fish offers each command and each option", (t) => {
    const path = join(folder, "completion.fish");
    writeFileSync(path, script("fish"));
    const lines = wanted.flatMap(({ words }) => [`oms-jira ${[...words, ""].join(" ")}`, `oms-jira ${[...words, "-"].join(" ")}`]);
    const driver = `source '${path}'\n` + lines.map((line) => `complete -C '${line}'; echo ---`).join("\n");
    const done = tool("fish", ["--no-config", "-c", driver], { env: { ...process.env, HOME: folder } });
    if (done.missing) return t.skip(done.missing);
    const answers = done.out.split("---\n").map((text) => text.split("\n").map((line) => line.split("\t")[0]));
    wanted.forEach(({ words, options, commands }, i) => {
      for (const one of commands) assert.ok(answers[2 * i].includes(one), `${words.join(" ")}: ${one} not in ${answers[2 * i]}`);
      for (const one of options) assert.ok(answers[2 * i + 1].includes(one), `${words.join(" ")}: ${one} not in ${answers[2 * i + 1]}`);
    });
    assert.equal(done.err, "");
  });

  test("in zsh offers each command and each option", (t) => {
    writeFileSync(join(folder, "_oms-jira"), script("zsh"));
    // A shell in a pseudo terminal, in which a key asks what could follow each line; what completion
    // offers is written down where it hands it over.
    const offered = join(folder, "offered");
    const lines = wanted.flatMap(({ words }) => [[...words, ""].join(" "), [...words, "-"].join(" ")]);
    writeFileSync(offered, "");
    writeFileSync(join(folder, ".zshrc"), `
fpath=('${folder}' $fpath)
autoload -Uz compinit && compinit -u -D
compadd() {
  local -a found
  builtin compadd -O found "$@"
  print -rl -- $found >>'${offered}'
  builtin compadd "$@"
}
offer() {
  local line
  for line in ${lines.map((line) => `'${line}'`).join(" ")}; do
    print -r -- "line:$line" >>'${offered}'
    BUFFER="oms-jira $line"
    CURSOR=$#BUFFER
    zle list-choices
  done
  print line:end >>'${offered}'
}
zle -N offer
bindkey '^I' offer
print ready >>'${offered}'
`);
    const ask = `
zmodload zsh/zpty zsh/zselect
export ZDOTDIR='${folder}' TERM=dumb
wait_for() { while [[ $(tail -n 1 '${offered}') != $1 ]]; do zpty -r -t shell part; zselect -t 2; done }
zpty shell zsh -i
wait_for ready
zpty -w -n shell $'\\t'
wait_for line:end
zpty -d shell
`;
    const done = tool("zsh", ["-f", "-c", ask], { timeout: 60_000, env: { ...process.env, COLUMNS: "300", LINES: "100" } });
    if (done.missing) return t.skip(done.missing);
    assert.equal(done.code, 0, done.all);
    const answers = Object.fromEntries(readFileSync(offered, "utf8").split("line:").slice(1).map((text) => {
      const [line, ...words] = text.split("\n");
      return [line, words];
    }));
    for (const { words, options, commands } of wanted) {
      const plain = answers[[...words, ""].join(" ")];
      const dashed = answers[[...words, "-"].join(" ")];
      for (const one of commands) assert.ok(plain.includes(one), `${words.join(" ")}: ${one} not in ${plain}`);
      for (const one of options) assert.ok(dashed.includes(one), `${words.join(" ")}: ${one} not in ${dashed}`);
    }
  });
});

describe("the file of settings to begin with", () => {
  test("holds every variable, commented out, with what the reference says of it", () => {
    const text = tool(program, ["settings", "--example"]).out;
    for (const name of variables()) assert.match(text, new RegExp(`^# .+\\n#${name}=$`, "m"));
    for (const line of text.split("\n")) assert.match(line, /^(#.*)?$/);
    assert.ok(text.includes("the OMS's number in the marketplace"));
    assert.ok(read("docs/configuration.md").includes("The OMS's number in the marketplace"));
  });
});

describe("the health check", () => {
  test("tells a server that lives from none", async () => {
    const world = await World.make();
    try {
      assert.deepEqual(await world.run("healthcheck"), { code: 0, out: "", err: "" });
      assert.deepEqual(await world.run("healthcheck", "--ready"), { code: 0, out: "", err: "" });
      // Containers have it listen everywhere; and a proxy for the remotes is none for this machine.
      const settings = { OMS_HTTP_PORT: String(world.port), OMS_HTTP_HOST: "0.0.0.0", http_proxy: "http://127.0.0.1:9", HTTP_PROXY: "http://127.0.0.1:9" };
      assert.equal((await run(["healthcheck"], settings)).code, 0);
      assert.deepEqual(await world.run("healthcheck", "--database"), { code: 0, out: "", err: "" });
      await world.killAdapter();
      assert.equal((await world.run("healthcheck", "--database")).code, 0);
      const dead = await world.run("healthcheck");
      assert.equal(dead.code, 1);
      assert.match(dead.err, /^http:\/\/127\.0\.0\.1:\d+\/healthz: /);
    } finally {
      await world.end();
    }
  });

  test("waits three seconds for one that hangs, and believes no other answer than 200", async () => {
    const server = createServer((request, reply) => {
      if (request.url === "/readyz") reply.writeHead(503).end("draining");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const settings = { OMS_HTTP_PORT: String(server.address().port) };
    const refused = await run(["healthcheck", "--ready"], settings);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /answers 503: draining/);
    const began = Date.now();
    assert.equal((await run(["healthcheck"], settings)).code, 1);
    assert.ok(Date.now() - began < 4_500);
    server.closeAllConnections();
    server.close();
  });

  test("says no where there is no database, with words, and whatever else is wrong", async () => {
    const none = await run(["healthcheck", "--database"], { OMS_DB_HOST: `sqlite:///${join(folder, "none.db")}`, OMS_JIRA_URL: "nonsense" });
    assert.equal(none.code, 1);
    assert.match(none.err, /none\.db/);
  });

  test("says no where nobody listens", async () => {
    assert.equal((await run(["healthcheck"], { OMS_HTTP_PORT: String(await freePort()) })).code, 1);
  });
});
