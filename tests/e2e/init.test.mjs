// oms-jira init: asks its way to a complete .env, on a pipe and on a terminal, and check finds no fault in
// what it wrote.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { World, program, run, until } from "./lib/world.mjs";

const mode = (file) => (statSync(file).mode & 0o777).toString(8);

/** A folder of its own, and the program in it. */
function place() {
  const folder = mkdtempSync(join(tmpdir(), "oms-init-"));
  return {
    folder,
    file: join(folder, ".env"),
    env: () => readFileSync(join(folder, ".env"), "utf8"),
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** `lines` are typed ahead; null: the input stays open. */
async function init(folder, args, lines, env = {}, wrap = (command) => command) {
  const [command, ...all] = wrap([program, "init", ...args]);
  const child = spawn(command, all, { cwd: folder, env: { PATH: process.env.PATH, ...env }, stdio: ["pipe", "pipe", "pipe"] });
  let out = "";
  child.stdout.on("data", (part) => (out += part));
  child.stderr.on("data", (part) => (out += part));
  child.stdin.on("error", () => undefined);
  child.stdin.end(lines.map((line) => `${line}\n`).join(""));
  const [code] = await once(child, "close");
  return { code, out };
}

const checked = (folder, ...args) => run(["check", "--json", ...args], {}, folder).then(({ code, out }) => ({ code, ...JSON.parse(out) }));

describe("init", () => {
  let world;
  before(async () => { world = await World.make({ adapter: false, webhook: false, jira: "dc-9.12" }); });
  after(() => world.end());

  const secrets = () => ({ OMS_MP_TOKEN: world.env.OMS_MP_TOKEN, OMS_JIRA_PASSWORD: world.env.OMS_JIRA_PASSWORD });
  const answers = () => [world.mp, world.env.OMS_MP_TOKEN, "", world.jiraUrl, "oms", "", world.env.OMS_JIRA_PASSWORD, "", "Staff", "", ""];

  test("asks its way to a file in which check finds no fault", async () => {
    const { folder, file, env, end } = place();
    try {
      const { code, out } = await init(folder, [], answers());
      assert.equal(code, 0, out);
      assert.equal(mode(file), "600");
      for (const [name, value] of Object.entries(world.env)) {
        if (!name.startsWith("OMS_JIRA_FIELD_") || /Supervisor|ReasonForAccess|ProjectInformation/.test(name)) continue;
        assert.ok(env().includes(`\n${name}=${value}\n`), name);
      }
      assert.match(env(), /\nOMS_JIRA_WF_READY=7\n/);
      assert.match(env(), /\nOMS_JIRA_INTERNAL_ROLE=Staff\n/);
      assert.match(env(), /\nOMS_JIRA_WEBHOOK_SECRET=[0-9a-f]{48}\n/);
      assert.ok(env().includes(`\nOMS_PUBLIC_URL=${world.url}\n`), "the trigger's place is proposed");
      assert.match(out, /oms-jira check +# tests all of it[^]*oms-jira serve/);
      for (const secret of Object.values(secrets())) assert.ok(!out.includes(secret));
      const { code: right, findings } = await checked(folder);
      assert.deepEqual(findings.filter((one) => one.severity === "fault"), []);
      assert.equal(right, 0);
      assert.deepEqual(readdirSync(folder), [".env"]);
    } finally { end(); }
  });

  test("asks nothing with --yes, and takes what is given", async () => {
    const { folder, env, end } = place();
    try {
      const { code, out } = await init(folder, ["--yes", "--mp-url", world.mp, "--jira-url", world.jiraUrl, "--jira-username", "oms", "--public-url", "https://oms.example.org"], [], secrets());
      assert.equal(code, 0, out);
      assert.match(env(), /\nOMS_PUBLIC_URL=https:\/\/oms.example.org\n/);
      assert.match(env(), /\nOMS_JIRA_PROJECT=EOSC\n/);
      // The address is nobody's here: all else is right.
      const { findings } = await checked(folder);
      assert.deepEqual(findings.filter((one) => one.severity === "fault").map((one) => one.code), ["trigger.elsewhere"]);
    } finally { end(); }
  });

  test("puts nothing in the place of an argument: one that is not there is refused, with what there is", async () => {
    const { folder, end } = place();
    try {
      for (const [args, says] of [
        [["--oms-id", "7"], /the OMS: '7' was given, which is not there; there are: 1 \(/],
        [["--oms-id", "abc"], /'abc' was given/],
        [["--oms-id", "0"], /'0' was given/],
        [["--jira-project", "NOPE"], /Jira's project: 'NOPE' was given, which is not there; there are: .*EOSC/],
        [["--order-type", "99999"], /Issue type of orders: '99999' was given.*10204 \(/],
        [["--project-type", "99999"], /Issue type of projects: '99999' was given/],
        [["--project-type", "10204"], /'10204' is the issue type of orders and of projects/],
        [["--internal-role", "Nobody"], /the role in Jira: 'Nobody' was given, which is not there; there are: .*Staff/],
        [["--mp-url", `${world.mp}/api/v1`], /was given for OMS_MP_URL, and does not work as it stands/],
        [["--database", "mysql://x"], /this is no database URL/],
      ]) {
        const given = ["--yes", "--mp-url", world.mp, "--jira-url", world.jiraUrl, "--jira-username", "oms"].filter((_, index, all) => !args.includes(all[index]) && !args.includes(all[index - 1]));
        const { code, out } = await init(folder, [...given, ...args], [], secrets());
        assert.equal(code, 1, `${args}: ${out}`);
        assert.match(out, says);
        assert.match(out, /nothing was written/);
        assert.doesNotMatch(out, /ok +database/);
        assert.deepEqual(readdirSync(folder), []);
      }
    } finally { end(); }
  });

  test("says how another file than .env is read", async () => {
    const { folder, end } = place();
    try {
      const { code, out } = await init(folder, ["--yes", "--file", "x.env", "--mp-url", world.mp, "--jira-url", world.jiraUrl, "--jira-username", "oms", "--order-type", "10204", "--internal-role", "Staff"], [], secrets());
      assert.equal(code, 0, out);
      assert.match(out, /oms-jira reads \.env in the working directory.*\n.*EnvironmentFile=.*x\.env/);
      assert.match(readFileSync(join(folder, "x.env"), "utf8"), /\nOMS_JIRA_INTERNAL_ROLE=Staff\n/);
    } finally { end(); }
  });

  test("takes an address that works in place of one that does not", async () => {
    const { folder, env, end } = place();
    try {
      const { code, out } = await init(folder, [], [`${world.mp}/api/v1`, "", "wrong-token", world.env.OMS_MP_TOKEN, "1", "ftp://nowhere", `${world.jiraUrl}`, "oms", "", "wrong-password", "oms", "", world.env.OMS_JIRA_PASSWORD, "EOSC", "-", "", ""]);
      assert.equal(code, 0, out);
      assert.ok(env().includes(`\nOMS_MP_URL=${world.mp}\n`));
      assert.ok(!env().includes("wrong"));
      for (const word of [/marketplace.wrong-path/, /no http or https URL/, /jira.credentials-refused/]) assert.match(out, word);
    } finally { end(); }
  });

  test("writes nothing where it cannot know, and says what", async () => {
    const { folder, end } = place();
    try {
      for (const [args, lines, env, says] of [
        [["--yes", "--mp-url", world.mp], [], { OMS_MP_TOKEN: "wrong" }, /does not let us in/],
        [["--yes", "--mp-url", world.mp], [], secrets(), /OMS_JIRA_URL/],
        [["--yes"], [], {}, /OMS_MP_URL: nothing was found/],
        [["--yes", "--mp-url", world.mp, "--jira-url", world.jiraUrl, "--jira-username", "oms"], [], { ...secrets(), OMS_JIRA_PASSWORD: "wrong" }, /does not let us in/],
        [[], [world.mp], {}, /no more answers/],
      ]) {
        const { code, out } = await init(folder, args, lines, env);
        assert.equal(code, 1, out);
        assert.match(out, says);
        assert.deepEqual(readdirSync(folder), []);
      }
    } finally { end(); }
  });

  test("replaces a file only by --force, and keeps what it was, and what it does not ask for", async () => {
    const { folder, file, env, end } = place();
    try {
      const before = "OMS_WORKERS=3\nOMS_JIRA_WEBHOOK_SECRET='one that # was'\n";
      writeFileSync(file, before, { mode: 0o644 });
      const args = ["--yes", "--mp-url", world.mp, "--jira-url", world.jiraUrl, "--jira-username", "oms"];
      const refused = await init(folder, args, [], secrets());
      assert.equal(refused.code, 2);
      assert.equal(env(), before);
      const { code, out } = await init(folder, [...args, "--force"], [], secrets());
      assert.equal(code, 0, out);
      assert.match(env(), /\nOMS_WORKERS=3\n/);
      assert.match(env(), /\nOMS_JIRA_WEBHOOK_SECRET='one that # was'\n/);
      assert.equal(mode(file), "600");
      const [kept] = readdirSync(folder).filter((name) => name !== ".env");
      assert.equal(readFileSync(join(folder, kept), "utf8"), before);
      assert.equal(mode(join(folder, kept)), "600");
      assert.ok(out.includes(kept));
    } finally { end(); }
  });

  test("leaves a secret in the file that holds it", async () => {
    const { folder, env, end } = place();
    try {
      const held = join(folder, "token");
      writeFileSync(held, `${world.env.OMS_MP_TOKEN}\n`, { mode: 0o600 });
      const { code, out } = await init(folder, ["--yes", "--mp-url", world.mp, "--jira-url", world.jiraUrl, "--jira-username", "oms"], [], { OMS_MP_TOKEN_FILE: held, OMS_JIRA_PASSWORD: world.env.OMS_JIRA_PASSWORD });
      assert.equal(code, 0, out);
      assert.ok(env().includes(`\nOMS_MP_TOKEN_FILE=${held}\n`));
      assert.ok(!env().includes(world.env.OMS_MP_TOKEN));
      assert.equal((await checked(folder)).faults, 0);
    } finally { end(); }
  });

  describe("on a terminal", () => {
    const terminal = (command) => ["script", "-qec", command.join(" "), "/dev/null"];
    /** Types each line once what asks for it has appeared. */
    async function typed(folder, talk) {
      const [command, ...all] = terminal([program, "init"]);
      const child = spawn(command, all, { cwd: folder, env: { PATH: process.env.PATH, TERM: "xterm" }, stdio: ["pipe", "pipe", "inherit"] });
      let out = "";
      child.stdout.on("data", (part) => (out += part));
      let seen = 0;
      for (const [asked, line] of talk) {
        await until(`${asked} in ${out}`, () => out.slice(seen).match(asked));
        seen = out.length;
        child.stdin.write(line);
      }
      const [code] = await once(child, "close");
      return { code, out };
    }

    test("does not show what is secret", async () => {
      const { folder, env, end } = place();
      try {
        const { code, out } = await typed(folder, [
          [/Its address.*: /, `${world.mp}\n`], [/token of the OMS's user: /, `${world.env.OMS_MP_TOKEN}\n`], [/Which OMS.*: /, "\n"],
          [/Its address.*: /, `${world.jiraUrl}\n`], [/account's name.*: /, "oms\n"], [/Its token.*: /, "\n"], [/Its password.*: /, `${world.env.OMS_JIRA_PASSWORD}\n`],
          [/Which project.*: /, "\n"], [/internal messages.*: /, "\n"], [/reach it.*: /, "\n"], [/Its database.*: /, "\n"]]);
        assert.equal(code, 0, out);
        for (const secret of Object.values(secrets())) assert.ok(!out.includes(secret), out);
        assert.ok(env().includes(`\nOMS_MP_TOKEN=${world.env.OMS_MP_TOKEN}\n`));
      } finally { end(); }
    });

    test("ends at once by Ctrl-C, also where nothing is shown, and writes nothing", async () => {
      const { folder, end } = place();
      try {
        const { code, out } = await typed(folder, [[/Its address.*: /, `${world.mp}\n`], [/token of the OMS's user: /, "\x03"]]);
        assert.notEqual(code, 0);
        assert.match(out, /asked to end: nothing was written/);
        assert.ok(!existsSync(join(folder, ".env")));
      } finally { end(); }
    });
  });
});

describe("init on Cloud", () => {
  test("wants a token and its owner's address, and finds the rest by name", async () => {
    const world = await World.make({ adapter: false, webhook: false, jira: "cloud" });
    const { folder, env, end } = place();
    try {
      const { code, out } = await init(folder, ["--yes", "--mp-url", world.mp, "--jira-url", world.jiraUrl, "--jira-username", world.env.OMS_JIRA_USERNAME], [], { OMS_MP_TOKEN: world.env.OMS_MP_TOKEN, OMS_JIRA_TOKEN: world.env.OMS_JIRA_TOKEN });
      assert.equal(code, 0, out);
      assert.doesNotMatch(env(), /OMS_JIRA_FIELD_Epic/);
      const { findings } = await checked(folder);
      assert.deepEqual(findings.filter((one) => one.severity === "fault"), []);
    } finally {
      end();
      await world.end();
    }
  });
});

describe("the commands' help", () => {
  test("has init and check, and no argument for a secret", async () => {
    for (const name of ["init", "check"]) {
      const { out } = await run([name, "--help"]);
      assert.doesNotMatch(out, /--[a-z-]*(password|token|secret)/);
      assert.ok((await run(["--help"])).out.includes(`\n  ${name} `));
    }
    const { out } = await run(["completion", "bash"]);
    for (const word of ["--jira-url", "--public-url", "--write", "words='server-8.4 dc-9.12 dc-10.3 cloud'"]) assert.ok(out.includes(word), word);
  });
});
