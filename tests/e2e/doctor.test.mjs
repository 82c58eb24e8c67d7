// oms-jira check: every planted misconfiguration is named in one run of the real program, and mended by
// doing what it printed. The table is docs/check-trials.md; OMS_UPDATE_TRIALS=1 writes it.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { cases } from "./lib/doctor_cases.mjs";
import { World, call, program, run, until } from "./lib/world.mjs";

const secret = "canary-0f1e2d3c4b5a6978";
const table = new URL("../../docs/check-trials.md", import.meta.url);
const codes = new URL("../../docs/check.md", import.meta.url);

let world;
const servers = [];

async function serve(handle, make = (handler) => http.createServer(handler)) {
  const server = make(handle).listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return `127.0.0.1:${server.address().port}`;
}

/** Passes on to `to`, below another path or with another clock. */
const passing = (to, { prefix = "", late = 0 } = {}) => (request, response) => {
  if (!request.url.startsWith(prefix)) return response.writeHead(404, { "Content-Type": "text/html" }).end("<h1>Not Found</h1>");
  const passed = http.request(`${to}${request.url.slice(prefix.length)}`, { method: request.method, headers: request.headers }, (answer) => {
    const headers = { ...answer.headers, ...(late ? { date: new Date(Date.now() - late).toUTCString() } : {}) };
    response.writeHead(answer.statusCode, headers);
    answer.pipe(response);
  });
  passed.on("error", () => response.destroy());
  request.pipe(passed);
};

async function others(world) {
  const days = 3 * 24 * 3600 * 1000 + 5000;
  world.page = `http://${await serve((request, response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<h1>Please sign in</h1>"))}`;
  world.below = `http://${await serve(passing(world.jiraUrl, { prefix: "/jira" }))}`;
  world.late = `http://${await serve(passing(world.mp, { late: days }))}`;
  world.lateJira = `http://${await serve(passing(world.jiraUrl, { late: days }))}`;
  const moving = {};
  for (const to of [world.mp, world.jiraUrl])
    moving[to] = `http://${await serve((request, response) => response.writeHead(301, { Location: to + request.url }).end())}`;
  world.moved = (to) => moving[to];
  world.certificate = join(world.folder, "ca.pem");
  const key = join(world.folder, "key.pem");
  const made = spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", world.certificate]);
  assert.equal(made.status, 0, String(made.stderr));
  world.tls = `https://${await serve(passing(world.mp), (handler) => https.createServer({ key: readFileSync(key), cert: readFileSync(world.certificate) }, handler))}`;
}

/** Both simulators and what is needed to work upon them; an account that may administer Jira. */
async function place(jira) {
  const world = await World.make({ seed: "recorded", adapter: false, webhook: false, jira, settings: { OMS_JIRA_WEBHOOK_SECRET: secret } });
  world.env.OMS_PUBLIC_URL = world.url;
  await world.jira("settings", { users: { oms: { administrator: true } } });
  const { issue_variable: issue } = (await call(`${world.jiraUrl}/sim/profile`)).json;
  const signed = jira !== "server-8.4" && jira !== "dc-9.12";
  world.rightHook = async () => ({ name: "oms", url: `${world.url}/api/webhooks/jira?issue_id=${issue}${signed ? "" : `&secret=${secret}`}`, ...(signed ? { secret } : {}) });
  world.dropHooks = async () => {
    for (const { id } of (await call(`${world.jiraUrl}/sim/webhooks`)).json) await world.jira(`webhooks/${id}/delete`);
  };
  world.shell = async (line) => {
    const child = spawn("sh", ["-c", line.replace(/^oms-jira/, program)], { cwd: world.folder, env: { ...world.env, ...world.planted }, stdio: ["ignore", "pipe", "inherit"] });
    let out = "";
    child.stdout.on("data", (part) => (out += part));
    const [code] = await once(child, "close");
    assert.equal(code, 0, line);
    return out;
  };
  await world.jira("webhooks", await world.rightHook());
  await world.startAdapter();
  // Issues in the project, so that transitions can be seen.
  await until("the orders", async () => (await world.issues()).filter((one) => one.labels.some((label) => label.includes("-order-"))).length >= 3);
  await world.quiet();
  return world;
}

before(async () => {
  world = await place("dc-9.12");
  await others(world);
});
after(async () => {
  for (const server of servers) server.close();
  await world.end();
});

async function check(env, ...args) {
  return checkIn(world, env, ...args);
}

async function checkIn(world, env, ...args) {
  const { code, out, err } = await run(["check", "--json", ...args], env, world.folder);
  assert.equal(err, "");
  return { code, ...JSON.parse(out) };
}

/** What is the same wherever it runs. */
const everywhere = (text) => text
  .replaceAll(world.folder, "/var/lib/oms-jira").replaceAll(world.url, "https://oms.example.org")
  .replaceAll(world.mp, "http://marketplace.example.org").replaceAll(world.jiraUrl, "http://jira.example.org")
  .replaceAll(world.mp.replace("http:", "https:"), "https://marketplace.example.org").replaceAll(world.jiraUrl.replace("http:", "https:"), "https://jira.example.org")
  .replaceAll(/127\.0\.0\.1:\d\d+/g, "host.example.org").replaceAll(/EOSC-\d+/g, "EOSC-1");
const cell = (text) => everywhere(text).replaceAll("|", "\\|").replaceAll("\n", "<br>");

async function applied(world, trial, finding, all, env) {
  const { mend } = trial;
  if (mend === "paste") {
    const lines = all.filter((one) => one.code === trial.code).flatMap((one) => one.set);
    assert.ok(lines.length > 0, "nothing to paste");
    for (const { name, value } of lines) env[name] = value;
    return "the lines are pasted";
  }
  if (mend === "choose") {
    const line = finding.choices.find((one) => [one.value, one.means].includes(trial.choice));
    assert.ok(line, JSON.stringify(finding.choices));
    env[line.name] = line.value;
    return "one of the lines is pasted";
  }
  if (mend === "shell") {
    world.planted = env;
    await world.shell(finding.remedy.split("\n").at(-1));
    return "the command is run";
  }
  if (mend === "apply") {
    assert.match(finding.remedy, /oms-jira check --webhook --apply/);
    await run(["check", "--webhook", "--apply"], env, world.folder);
    return "`oms-jira check --webhook --apply`";
  }
  await mend.by(finding, env, world);
  return mend.does;
}

/** Plants it, looks, does what is printed, and looks again; what was found, and how it was mended. */
async function tried(world, trial) {
  try {
    const env = { ...world.env };
    await trial.plant?.(world);
    trial.settings?.(env, world);
    const planted = await checkIn(world, env);
    const is = (one) => one.code === trial.code && (!trial.about || one.about === trial.about) && one.severity !== "ok";
    const finding = planted.findings.find(is);
    assert.ok(finding, JSON.stringify(planted.findings.filter((one) => one.severity !== "ok"), null, 1));
    assert.equal(planted.code, trial.code === "settings.unusable" ? 2 : planted.faults > 0 ? 1 : 0);
    assert.ok(finding.remedy || finding.set.length > 0, "it has no remedy");
    const how = await applied(world, trial, finding, planted.findings, env);
    const mended = await checkIn(world, env);
    const left = mended.findings.filter((one) => (trial.others ? is(one) : one.severity === "fault" || is(one)));
    assert.deepEqual(left, []);
    return { finding, how };
  } finally {
    await trial.undo?.(world);
  }
}

const unlike = (findings) => findings.filter((one) => one.severity !== "ok");

describe("check", () => {
  const rows = [];

  test("finds nothing to say of a world that is right", async () => {
    const { code, findings } = await check(world.env);
    assert.deepEqual(unlike(findings), []);
    assert.equal(code, 0);
  });

  for (const trial of cases) {
    test(`names ${trial.name}, and its remedy mends it`, async () => {
      const { finding, how } = await tried(world, trial);
      const lines = finding.set.map(({ name, value }) => `\n\`${name}=${value}\``).join("");
      rows.push(`| ${rows.length + 1} | ${trial.name} | \`${finding.code}\` | ${cell(finding.found).replace(/schema is at \d+ of \d+/, "schema is at 3 of 4")} | ${cell(finding.remedy + lines)} | ${how} |`);
    });
  }

  test("leaves the world as it was after all of them", async () => {
    const { findings } = await check(world.env);
    assert.deepEqual(unlike(findings), []);
  });

  test("has them in the table of docs/check-trials.md, as they are", () => {
    assert.ok(rows.length >= 40 && rows.length === cases.length, `${rows.length} of ${cases.length}`);
    const text = `# What \`oms-jira check\` was tried with

Made by \`tests/e2e/doctor.test.mjs\`, which fails where it is not current: \`OMS_UPDATE_TRIALS=1\` makes it anew. Each row is one
misconfiguration, planted by itself between both simulators; what one run of \`oms-jira check\` said of it; and how that was carried
out, after which another run found no fault. Addresses are replaced.

${rows.length} of ${cases.length} are named and mended.

| | planted | code | found | remedy | carried out |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
    if (process.env.OMS_UPDATE_TRIALS) writeFileSync(table, text);
    assert.equal(readFileSync(table, "utf8"), text);
  });
});

// What differs between the generations: how they list screens, statuses, options and webhooks.
for (const jira of ["server-8.4", "dc-10.3", "cloud"]) {
  describe(`check of Jira ${jira}`, () => {
    const groups = /^(project|permissions|types|statuses|fields|screens|options|workflow|comments|webhook)\./;
    const notHere = /epic's link|archived|fields that are not configured/;
    let there;
    before(async () => { there = await place(jira); });
    after(() => there.end());

    test("finds nothing to say of a world that is right", async () => {
      assert.deepEqual(unlike((await checkIn(there, there.env)).findings), []);
    });
    for (const trial of cases.filter((one) => groups.test(one.code) && !notHere.test(one.name))) {
      // Where deliveries are signed, the address bears no secret, and which one is set is not shown.
      if (trial.code === "webhook.secret" && jira !== "server-8.4") continue;
      test(`names ${trial.name}, and its remedy mends it`, () => tried(there, trial));
    }
  });
}

describe("what check prints", () => {
  const bad = () => ({ ...world.env, OMS_JIRA_WF_READY: "77", OMS_JIRA_FIELD_SO_1: "customfield_99999" });

  test("is grouped, aligned and without colours where nobody looks, and ends with one line of counts", async () => {
    const { code, out } = await run(["check"], bad(), world.folder);
    assert.equal(code, 1);
    assert.doesNotMatch(out, /\x1b/);
    assert.match(out, /^Fields\n {2}FAULT {2}OMS_JIRA_FIELD_SO_1 +Jira has no field customfield_99999\n {9}why +/m);
    assert.match(out, /^ {16}OMS_JIRA_FIELD_SO_1=customfield_\d+$/m);
    assert.match(out, /\n\n2 faults, 0 notes\n$/);
  });

  test("has for programs the members that docs/check.md tells of", async () => {
    const { code, faults, notes, findings } = await check(bad());
    assert.equal(code, 1);
    assert.deepEqual([faults, notes], [2, 0]);
    const members = [...readFileSync(codes, "utf8").split("## For programs")[1].split("## Codes")[0].matchAll(/^\| (`[a-z`, ]+`) \|/gm)].flatMap(([, names]) => names.replaceAll("`", "").split(", "));
    for (const finding of findings) assert.deepEqual(Object.keys(finding).sort(), members.sort());
    const { set, variables, group } = findings.find((one) => one.code === "fields.unknown");
    assert.deepEqual([set, variables, group], [[{ name: "OMS_JIRA_FIELD_SO_1", value: world.env.OMS_JIRA_FIELD_SO_1, means: "" }], ["OMS_JIRA_FIELD_SO_1"], "fields"]);
  });

  test("ends at once where it is interrupted, while a remote keeps it waiting", async () => {
    await world.jira("faults", { kind: "hang_before", path: "/rest/api/2/myself", count: -1 });
    const child = spawn(program, ["check"], { env: world.env, cwd: world.folder, stdio: ["ignore", "pipe", "inherit"] });
    let out = "";
    child.stdout.on("data", (part) => (out += part));
    await until("the wait", () => out.includes("spoken to as"));
    child.kill("SIGINT");
    const [, signal] = await once(child, "exit");
    await world.jira("faults/clear");
    assert.equal(signal, "SIGINT");
  });

  test("is coloured on a terminal, unless NO_COLOR is set", async () => {
    const on = async (env) => {
      const child = spawn("script", ["-qec", `${program} check --offline`, "/dev/null"], { env: { ...bad(), TERM: "xterm", ...env }, cwd: world.folder, stdio: ["ignore", "pipe", "inherit"] });
      let out = "";
      child.stdout.on("data", (part) => (out += part));
      await once(child, "close");
      return out;
    };
    assert.match(await on({}), /\x1b\[32mok/);
    assert.doesNotMatch(await on({ NO_COLOR: "1" }), /\x1b\[3/);
  });

  test("shows no secret, whatever is wrong with it", async () => {
    const canaries = { OMS_MP_TOKEN: "canary-mp-0123456789", OMS_JIRA_PASSWORD: "canary-jira-0123456789", OMS_JIRA_TOKEN: "", OMS_JIRA_WEBHOOK_SECRET: "canary-hook-0123456789",
      OMS_JIRA_WEBHOOK_SECRET_PREVIOUS: "canary-old-0123456789", OMS_AUTHORIZATION_PASSWORD: "canary-door-0123456789", OMS_REDIS_HOST: "redis://:canary-redis@127.0.0.1:1", SENTRY_DSN: "https://canarysentry@127.0.0.1/1" };
    const refused = [canaries, { ...canaries, OMS_JIRA_TOKEN: "canary-token-0123456789" }, { ...canaries, SENTRY_DSN: "canary-no-dsn" }, { ...canaries, OMS_DB_HOST: "postgresql://oms:canary-db@127.0.0.1:1/oms" },
      { ...canaries, OMS_MP_TOKEN: world.env.OMS_MP_TOKEN, OMS_JIRA_PASSWORD: world.env.OMS_JIRA_PASSWORD }];
    for (const lines of refused) {
      for (const args of [[], ["--json"], ["--write"]]) {
        const { out, err } = await run(["check", ...args], { ...world.env, ...lines }, world.folder);
        const shown = out + err;
        assert.doesNotMatch(shown, /canary/);
        for (const [user, password] of [["oms", canaries.OMS_JIRA_PASSWORD]]) assert.ok(!shown.includes(Buffer.from(`${user}:${password}`).toString("base64")));
      }
    }
    await world.jira("settings", { log_in: "oms" });
  });

  test("has a code that docs/check.md explains, and no code there is made up", () => {
    const listed = new Set([...readFileSync(codes, "utf8").matchAll(/^\| `([a-z]+\.[a-z-]+)` \|/gm)].map(([, code]) => code));
    const source = new URL("../../src/app/", import.meta.url);
    const text = readdirSync(source).filter((name) => /^(check|reach|settings).*\.cpp$/.test(name)).map((name) => readFileSync(new URL(name, source), "utf8")).join("");
    const groups = "settings|files|database|redis|marketplace|trigger|jira|project|permissions|types|statuses|fields|screens|options|workflow|comments|webhook|door|write";
    const written = [...text.matchAll(new RegExp(`"((?:${groups})\\.[a-z-]+)"`, "g"))].map(([, code]) => code);
    assert.ok(written.length > 80);
    for (const code of [...written, ...cases.map((one) => one.code)]) assert.ok(listed.has(code), `${code} is not in docs/check.md`);
    // Those that are put together: the end of each is in the source.
    for (const code of listed) assert.ok(written.includes(code) || text.includes(`"${code.split(".")[1]}"`) || text.includes(`".${code.split(".")[1]}"`), `${code} is nowhere said`);
  });
});

describe("check --write", () => {
  const tests = async () => (await world.issues()).filter((one) => one.labels.some((label) => label.startsWith("oms-jira-check-")));

  test("makes a test order, moves it, and leaves nothing; the running adapter takes it for nothing of its own", async () => {
    const before = await world.projects();
    const issues = (await world.issues()).length;
    const { code, findings } = await check({ ...world.env, OMS_JIRA_INTERNAL_ROLE: "User", OMS_JIRA_PUBLIC_ROLE: "Staff" }, "--write");
    assert.equal(code, 0, JSON.stringify(findings.filter((one) => one.severity !== "ok")));
    const written = findings.filter((one) => one.group === "write").map((one) => one.code);
    assert.deepEqual(written, ["write.created", "write.created", "write.commented", "write.commented", "write.edited", "write.edited", "write.moved", "write.deleted", "write.deleted"]);
    assert.match(findings.find((one) => one.code === "write.moved").found, /registered.*ready.*closed/);
    await world.quiet();
    assert.equal((await world.issues()).length, issues);
    assert.deepEqual(await world.projects(), before);
    assert.match((await world.run("attention", "list")).out, /^(?!.*oms-jira check).*$/s);
  });

  test("cleans up after a failure in the middle", async () => {
    await world.jira("faults", { kind: "fail_before", method: "POST", path: "/rest/api/2/issue/*/comment", status: 500, count: -1 });
    const { code, findings } = await check(world.env, "--write");
    await world.jira("faults/clear");
    assert.equal(code, 1);
    assert.ok(findings.some((one) => one.code === "write.comment" && one.severity === "fault"));
    assert.deepEqual(await tests(), []);
  });

  test("finds and deletes what was made though the answer was lost", async () => {
    for (const skip of [0, 1]) {
      await world.jira("faults", { kind: "close_after", method: "POST", path: "/rest/api/2/issue", skip, count: 1 });
      const { code, findings } = await check(world.env, "--write");
      await world.jira("faults/clear");
      assert.equal(code, 1);
      assert.ok(findings.some((one) => one.code === "write.create"));
      // Found by its label, it serves as well as if it had been told.
      assert.equal(findings.filter((one) => one.code === "write.deleted").length, 2);
      assert.deepEqual(await tests(), []);
    }
  });

  test("cleans up where it is asked to end", async () => {
    await world.jira("faults", { kind: "slow", method: "POST", path: "/rest/api/2/issue", delay_ms: 1500, count: 1 });
    const child = spawn(program, ["check", "--write", "--json"], { env: world.env, cwd: world.folder, stdio: ["ignore", "pipe", "inherit"] });
    let out = "";
    child.stdout.on("data", (part) => (out += part));
    await until("the first issue", async () => (await tests()).length === 1);
    child.kill("SIGINT");
    await once(child, "close");
    assert.ok(JSON.parse(out).findings.some((one) => one.code === "write.interrupted"), out);
    assert.deepEqual(await tests(), []);
  });

  test("names what is to be deleted by hand, where it may not", async () => {
    await world.jira("settings", { users: { oms: { lacks: ["DELETE_ISSUES"] } } });
    const { code, findings } = await check(world.env, "--write");
    await world.jira("settings", { users: { oms: { lacks: [] } } });
    const left = await tests();
    assert.equal(left.length, 2);
    assert.equal(code, 0);
    assert.ok(findings.some((one) => one.code === "permissions.delete"));
    for (const issue of left) {
      assert.ok(findings.some((one) => one.code === "write.left-behind" && one.remedy.includes(`delete ${issue.key} by hand`)));
      await world.jira(`issues/${issue.key}/delete`, { user: "admin" });
    }
  });
});
