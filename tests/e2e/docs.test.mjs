// The pages: their links lead somewhere, what they tell to type exists, what they must have a section
// for has one. Nothing here leaves the machine.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Page } from "./lib/page.mjs";
import { call, freePort, run, until } from "./lib/world.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (name) => readFileSync(join(root, name), "utf8");

function files(folder, fits) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (["node_modules", "build", ".git"].includes(entry.name)) return [];
    const name = join(folder, entry.name);
    return entry.isDirectory() ? files(name, fits) : fits(name) ? [name] : [];
  });
}

const pages = files(".", (name) => name.endsWith(".md"));
const docs = pages.filter((name) => name.startsWith("docs/"));

/** Lines with what they are: of a block of code (its language), of a table, or text. */
function lines(text) {
  let fence, language;
  return text.split("\n").map((line, index) => {
    const mark = /^\s*(```+|~~~+)\s*(\w*)/.exec(line);
    if (mark && (fence === undefined || line.trim() === fence)) {
      if (fence === undefined) [fence, language] = [mark[1], mark[2]];
      else fence = undefined;
      return { line, number: index + 1, kind: "fence" };
    }
    if (fence !== undefined) return { line, number: index + 1, kind: "code", language };
    return { line, number: index + 1, kind: /^\s*\|/.test(line) ? "table" : "text" };
  });
}

const headings = (text) => lines(text).filter(({ kind }) => kind === "text").map(({ line }) => /^#{1,6}\s+(.*)$/.exec(line)?.[1]).filter(Boolean);

/** As GitHub makes them. */
function anchors(text) {
  const seen = new Map();
  return new Set(headings(text).map((heading) => {
    const plain = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "");
    const anchor = plain.toLowerCase().replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, "").replaceAll(" ", "-");
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  }));
}

/** Targets of links and pictures, outside of code. */
function links(text) {
  return lines(text).filter(({ kind }) => kind !== "code" && kind !== "fence").flatMap(({ line, number }) => {
    const bare = line.replace(/`[^`]*`/g, (code) => "`".repeat(code.length));
    return [...bare.matchAll(/\]\(([^()\s]+)(?:\s+"[^"]*")?\)|\b(?:src|srcset|href)="([^"]+)"/g)].map((match) => ({ target: match[1] ?? match[2], number }));
  });
}

describe("the pages", () => {
  test("link only to what is there, with anchors that are there", () => {
    const wrong = [];
    for (const page of pages) {
      for (const { target, number } of links(read(page))) {
        if (/^(https?|mailto):/.test(target)) continue;
        const [path, anchor] = target.split("#");
        const file = path === "" ? page : relative(root, resolve(root, dirname(page), decodeURIComponent(path)));
        const there = !file.startsWith("..") && existsSync(join(root, file));
        if (!there) wrong.push(`${page}:${number}: ${target} is not there`);
        else if (anchor && file.endsWith(".md") && !anchors(read(file)).has(anchor)) wrong.push(`${page}:${number}: ${target} has no such heading`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  test("name no path of somebody's machine", () => {
    for (const page of pages) {
      const found = /(?<![\w.~$}/-])\/(?:home|root|work|Users|tmp|mnt|build)\/[\w.-]+/.exec(read(page));
      assert.equal(found?.[0], undefined, page);
    }
  });

  test("of docs/ are all in its index, and the index is linked from the README", () => {
    const index = new Set(links(read("docs/README.md")).map(({ target }) => join("docs", target.split("#")[0])));
    const made = ["docs/README.md", "docs/reliability.in.md"];
    const missing = docs.filter((name) => !index.has(name) && !made.includes(name) && !name.startsWith("docs/adr/"));
    assert.deepEqual(missing, []);
    assert.ok(links(read("README.md")).some(({ target }) => target === "docs/README.md"));
  });

  // What operators read, perhaps on a phone: text wraps, code and tables do not.
  const forOperators = [
    "README", "install", "from-python-adapter", "from-marketplace-integration", "attention", "configuration", "how-it-works", "upgrade", "faq",
  ].map((name) => `docs/${name}.md`);

  test("for operators can be read on a phone", () => {
    for (const page of forOperators) {
      for (const { line, number, kind } of lines(read(page))) {
        const where = `${page}:${number}: ${line}`;
        if (kind === "code") assert.ok(line.length <= 80, where);
        if (kind !== "table") continue;
        const cells = line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim());
        assert.ok(cells.length <= 3, where);
        // What cannot be broken makes the table wider than the page.
        const shown = cells.map((cell) => cell.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1"));
        const unbroken = shown.map((cell) => Math.max(...cell.split(/\s+/).map((word) => word.length)));
        assert.ok(unbroken.reduce((sum, one) => sum + one, 0) <= 60, where);
      }
    }
  });

  test("show pictures that tell what is on them, are drawn for light and dark, and load nothing", () => {
    const drawn = files("docs", (name) => name.endsWith(".svg"));
    assert.ok(drawn.length >= 4);
    for (const name of drawn) {
      const svg = read(name);
      for (const wanted of [/<title>[^<]+<\/title>/, /<desc>[^<]+<\/desc>/, /role="img"/, /viewBox="/, /prefers-color-scheme: dark/, /<text/]) assert.match(svg, wanted, name);
      assert.doesNotMatch(svg.replace("http://www.w3.org/2000/svg", ""), /https?:|<script|<image|@import|xlink/, name);
      assert.ok(docs.some((page) => links(read(page)).some(({ target }) => join("docs", target) === name)), `${name} is shown nowhere`);
    }
    for (const page of docs) {
      for (const [, words] of read(page).matchAll(/!\[([^\]]*)\]\(/g)) assert.ok(words.length > 10, `${page}: a picture without words`);
    }
  });
});

/** `--help` of a command, once. */
const helps = new Map();
async function helpOf(path) {
  const key = path.join(" ");
  if (!helps.has(key)) helps.set(key, run([...path, "--help"]));
  const { code, out } = await helps.get(key);
  return code === 0 ? out : undefined;
}

const below = (help) => /^(?:Subcommands|SUBCOMMANDS):\n((?: .*\n?)+)/m.exec(help)?.[1].split("\n").map((line) => /^ {2}([\w-]+)/.exec(line)?.[1]).filter(Boolean) ?? [];
const hidden = ["completion", "manual"];

/** What is wrong with a line to type; "" where nothing is. */
async function faultOf(line) {
  const words = line.replace(/\s#.*$/, "").split(/\s(?:\||>>?|&&|\|\||2>|<)|[;)]/)[0].trim().split(/\s+/).slice(1);
  const path = [];
  let help = await helpOf(path);
  for (;;) {
    const word = words[0];
    const known = [...below(help), ...(path.length === 0 ? hidden : [])];
    if (word === undefined || !known.includes(word)) break;
    path.push(words.shift());
    help = await helpOf(path);
  }
  const takes = below(help).length > 0;
  if (takes && words[0] !== undefined && !words[0].startsWith("-") && /^[a-z]/.test(words[0])) return `no command ${[...path, words[0]].join(" ")}`;
  const options = new Set([...help.matchAll(/(?<![\w-])(--?[a-z][\w-]*)/g)].map(([, name]) => name));
  for (const word of words) {
    const option = /^(--?[a-z][\w-]*)/.exec(word)?.[1];
    if (option && !options.has(option)) return `${path.join(" ")} has no ${option}`;
  }
  return "";
}

describe("what the pages tell to type", () => {
  test("are commands and options that there are", async () => {
    const wrong = [];
    let checked = 0;
    for (const page of pages) {
      const typed = [];
      for (const { line, number, kind } of lines(read(page))) {
        if (kind === "code" && /^\s*(?:sudo |[A-Z_]+=\S+ )*oms-jira(?: |$)/.test(line)) typed.push({ line: line.slice(line.indexOf("oms-jira")), number });
        if (kind === "code" || kind === "fence") continue;
        for (const [, code] of line.matchAll(/`(oms-jira [^`]+)`/g)) typed.push({ line: code, number });
      }
      for (const { line, number } of typed) {
        checked += 1;
        const fault = await faultOf(line);
        if (fault) wrong.push(`${page}:${number}: ${line}: ${fault}`);
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(checked > 100, `${checked} checked`);
  });

  test("does in the order of docs/install.md, up to the first order", async () => {
    const folder = mkdtempSync(join(tmpdir(), "oms-install-"));
    const [market, jira, own] = [await freePort(), await freePort(), await freePort()];
    const put = [["9001", String(market)], ["9002", String(jira)], [":9000", `:${own}`]];
    const page = new Page("docs/install.md", folder, { OMS_HTTP_PORT: String(own) }, put);
    const answers = (port, path) => until(`port ${port}`, () => call(`http://127.0.0.1:${port}${path}`).then((answer) => answer.status === 200));
    const trial = { cwd: join(folder, "oms-trial") };
    try {
      page.leave("simulators");
      await answers(market, "/sim/state");
      await answers(jira, "/sim/state");
      await page.type("setup");
      assert.match(await page.type("check", trial), /OMS_JIRA_FIELD_SO_1=customfield_/);
      assert.doesNotMatch(await page.type("fields", trial), /OMS_JIRA_FIELD_SO_1=/);
      page.leave("serve", trial);
      await answers(own, "/readyz");
      await page.type("order");
      const told = await until("the order to be carried", async () => {
        const child = page.start("oms-jira explain 1/3", trial);
        await child.ended;
        return /set the order to registered/.test(child.out) && child.out;
      });
      for (const wanted of [/create the issue/, /add a comment/]) assert.match(told, wanted);
    } finally {
      await page.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** From an opening brace to the one that closes it. */
function braced(text, from) {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    if (text[at] === "}" && --depth === 0) return text.slice(from, at + 1);
  }
  return text.slice(from);
}

/** The kinds of failure that a person must see: those that `react` does not return for. */
function causesOfFailures() {
  const react = read("src/jobs/reaction.cpp");
  const last = /((?:\s*case ErrorKind::\w+:)+)\s*break;/.exec(react)[1];
  const words = read("src/base/result.cpp");
  return [...last.matchAll(/ErrorKind::(\w+)/g)].map(([, kind]) => new RegExp(`ErrorKind::${kind}: return "([^"]+)"`).exec(words)[1]);
}

/** Each cause with which the source raises attention. */
function causes() {
  const found = new Set();
  for (const file of files("src", (name) => name.endsWith(".cpp") && !name.startsWith("src/sim"))) {
    const text = read(file);
    for (const raised of text.matchAll(/\bRaiseAttention\{|\bstore::Attention\{|\braise_attention\(\s*\w+,\s*\{/g)) {
      const given = braced(text, raised.index + raised[0].length - 1);
      const cause = /\.cause = ([^,\n]+)/.exec(given)?.[1];
      if (cause === undefined) continue;
      const literal = /^"(\w+)"$/.exec(cause);
      if (literal) found.add(literal[1]);
      else if (cause === "to_string(error.kind)") for (const kind of causesOfFailures()) found.add(kind);
      else assert.match(cause, /->cause$/, `${file}: a cause that this test cannot read: ${cause}`);
    }
  }
  return found;
}

describe("what needs a person", () => {
  test("has a section for each cause, and none for others", () => {
    const told = headings(read("docs/attention.md")).slice(1);
    assert.deepEqual([...told].sort(), [...causes()].sort());
    assert.ok(told.length >= 10);
  });

  test("is told in each section: what one sees, what it means, where to look, what to do", () => {
    for (const section of read("docs/attention.md").split(/^## /m).slice(1)) {
      const name = section.split("\n")[0];
      for (const part of ["**You see**", "**It means**", "**Look**", "**Do**"]) assert.ok(section.includes(part), `${name} has no ${part}`);
    }
  });

  const rules = files("deploy", (name) => /\.ya?ml$/.test(name) && !/test/.test(name)).filter((name) => /^\s*- alert:/m.test(read(name)));
  test("has a section of the runbook for each alert, and none for others", { skip: rules.length === 0 ? "there are no alert rules" : false }, () => {
    const alerts = rules.flatMap((name) => [...read(name).matchAll(/^\s*- alert:\s*(\w+)/gm)].map(([, alert]) => alert));
    const told = headings(read("docs/runbook.md")).filter((heading) => /^OmsJira\w+$/.test(heading));
    assert.deepEqual([...told].sort(), [...new Set(alerts)].sort());
  });
});

describe("the reference", () => {
  test("promises one time for a takeover, everywhere", async () => {
    const promised = /within (\d+) s\s+where it dies/.exec(read("docs/many.md"))[1];
    assert.match(read("docs/runbook.md"), new RegExp(`take over its work within ${promised} s`));
    assert.match((await run(["worker", "--help"])).out, new RegExp(`within ${promised} s where it dies`));
  });

  test("of the configuration is what the program prints", async () => {
    const { code, out } = await run(["settings", "--markdown"]);
    assert.equal(code, 0);
    assert.equal(read("docs/configuration.md"), out, "`oms-jira settings --markdown >docs/configuration.md` makes it anew");
  });
});

describe("the generations of Jira", () => {
  test("have the sizes that docs/jira.md says", () => {
    const said = [...read("docs/jira.md").matchAll(/^\| `(\w+\.cpp)` \| (\d+) \|/gm)];
    assert.ok(said.length >= 5);
    for (const [, name, count] of said) assert.equal(Number(count), read(`src/jira/${name}`).trimEnd().split("\n").length, name);
  });

  test("are asked for by name in no room but jira and its simulator", () => {
    // Prose for people may name them; a comparison or a call may not.
    const asks = /(?:[=!]=\s*|starts_with\(|\bcase\s+|lower\([^)]*\)\s*==\s*)"(?:cloud|server|data ?center)[^"]*"|(?:_dialect\(|Deployment::\w+\s*[?:&|)])|[=!]=\s*(?:jira::)?Deployment::/i;
    const asking = files("src", (name) => /\.[ch]pp$/.test(name) && !/^src\/(?:jira|sim)\//.test(name)).filter((name) => read(name).split("\n").some((line) => asks.test(line) && !/^\s*if \(deployment == "\w+"\) settings\.deployment =/.test(line)));
    assert.deepEqual(asking, []);
  });
});
