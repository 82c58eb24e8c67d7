// The image: what the Dockerfile names is there, its scripts do what it needs of them, and the
// program runs as the image runs it. OMS_TEST_IMAGE=1 carries the whole Dockerfile out, on plain Debians in folders.
import assert from "node:assert/strict";
import { accessSync, chownSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { World, call, until } from "../e2e/lib/world.mjs";
import { at, isRoot, program, read, tool, version } from "./lib/checkout.mjs";
import { build, contextFiles, flagsOf, pairsOf, stagesOf } from "./lib/image.mjs";
import { missing } from "./lib/machine.mjs";

const stages = stagesOf(read("deploy/Dockerfile"));
const final = stages.at(-1);
const step = (word) => final.steps.filter((one) => one.word === word).at(-1)?.text;
const user = "10001:10001";

describe("the Dockerfile", () => {
  test("copies what there is, and what .dockerignore lets in", () => {
    const context = contextFiles();
    let copied = 0;
    for (const stage of stages) {
      for (const { word, text } of stage.steps) {
        if (word !== "COPY") continue;
        const { flags, words } = flagsOf(text);
        if (flags.from) { assert.ok(stages.some((one) => one.name === flags.from)); continue; }
        for (const source of words.slice(0, -1)) {
          assert.ok(existsSync(at(source)), source);
          assert.ok(source === "." || context.some((file) => file === source || file.startsWith(`${source}/`)), source);
          copied += 1;
        }
      }
    }
    assert.ok(copied >= 3);
  });

  test("is given what building needs, and no settings, secrets or history", () => {
    const context = contextFiles();
    for (const wanted of ["CMakeLists.txt", "CMakePresets.json", "cmake/rooms.cmake", "src/cli/main.cpp", "ui/package-lock.json", "ui/.npmrc", "docs/README.md", "docs/pictures/outage.svg", "tools/install.sh"]) assert.ok(context.includes(wanted), wanted);
    for (const file of context) assert.doesNotMatch(file, /^(\.git|build|tests)\/|\.env|secrets|\.db$/);
  });

  test("runs scripts of ours that are there and can be run", () => {
    const commands = stages.flatMap((stage) => stage.steps).filter((one) => one.word === "RUN").map((one) => flagsOf(one.text).words);
    assert.ok(commands.length >= 3);
    for (const [command] of commands) {
      // The second stage sees what the first one built: build.sh lays prepare.sh there.
      const script = command.replace(/^\/built\//, "deploy/container/");
      assert.match(script, /^deploy\/container\/\w+\.sh$/);
      accessSync(at(script), constants.X_OK);
    }
  });

  test("ends as a user with a number of its own, and says how to run it", () => {
    assert.equal(final.base, "debian:bookworm-slim");
    assert.equal(step("USER"), user);
    assert.ok(read("deploy/container/prepare.sh").includes("--uid 10001"));
    assert.equal(final.steps.filter((one) => one.word === "RUN" || one.word === "COPY").at(-1), final.steps.filter((one) => one.word !== "LABEL")[1], "nothing is done after the user is set");
    assert.equal(step("STOPSIGNAL"), "SIGTERM");
    assert.deepEqual(JSON.parse(step("ENTRYPOINT")), ["oms-jira"]);
    assert.deepEqual(JSON.parse(step("CMD")), ["serve"]);
    assert.equal(step("EXPOSE"), "9000");
    const labels = pairsOf(step("LABEL"));
    assert.equal(labels["org.opencontainers.image.version"], version);
    assert.equal(labels["org.opencontainers.image.licenses"], "MIT");
  });

  test("asks for health with a command that the program has", () => {
    const [command, ...words] = JSON.parse(/CMD (\[.*\])/.exec(step("HEALTHCHECK"))[1]);
    assert.equal(command, "oms-jira");
    assert.equal(tool(program, [...words, "--help"], { cwd: "/", env: {} }).code, 0);
  });

  test("is the same in the manifests: user and port", () => {
    for (const name of ["web", "worker", "upgrade"]) assert.match(read(`deploy/kubernetes/${name}.yaml`), /runAsUser: 10001\n\s+runAsGroup: 10001\n/);
    assert.match(read("deploy/kubernetes/web.yaml"), /containerPort: 9000/);
  });
});

describe("the scripts of the image", () => {
  test("name a package for each library that the program is linked with", (t) => {
    const found = tool(at("deploy/container/libraries.sh"), [program]);
    if (tool("dpkg-query", ["--version"]).missing) return t.skip("this is no Debian");
    assert.equal(found.code, 0, found.err);
    const packages = found.out.trim().split("\n");
    const needed = [...tool("readelf", ["-d", program]).out.matchAll(/NEEDED.*\[(.*)\]/g)].map((match) => match[1]);
    assert.ok(packages.includes("libc6") && packages.includes("libcurl4") && packages.includes("libsqlite3-0"), found.out);
    assert.deepEqual(packages, [...new Set(packages)].sort());
    const held = packages.map((one) => tool("dpkg-query", ["-L", one]).out).join("\n");
    for (const library of needed) assert.match(held, new RegExp(`/${library.replace(/[.+]/g, "\\$&")}$`, "m"));
    for (const one of packages) assert.doesNotMatch(one, /-dev$/);
  });

  test("fail with words on what is no program", () => {
    assert.notEqual(tool(at("deploy/container/libraries.sh"), ["/nonexistent"]).code, 0);
    const asked = tool(at("deploy/container/build.sh"), []);
    assert.equal(asked.code, 2);
    assert.match(asked.err, /build\.sh program FOLDER/);
  });

  test("leave a stripped program, the names of packages, and the script of the second half", (t) => {
    const folder = dirname(program);
    if (!existsSync(join(folder, "build.ninja"))) return t.skip("the program was not built in a folder of cmake's");
    const out = mkdtempSync(join(tmpdir(), "oms-built-"));
    try {
      const done = tool(at("deploy/container/build.sh"), ["program", out], { env: { ...process.env, BUILD: folder } });
      assert.equal(done.code, 0, done.all);
      assert.ok(statSync(join(out, "oms-jira")).size < statSync(program).size);
      assert.equal(tool(join(out, "oms-jira"), ["--version"]).out, `oms-jira ${version}\n`);
      assert.match(readFileSync(join(out, "packages"), "utf8"), /^libc6$/m);
      accessSync(join(out, "prepare.sh"), constants.X_OK);
    } finally {
      rmSync(out, { recursive: true });
    }
  });
});

/** Does an order become an issue? And how does it end? */
async function works(world, adapter, healthcheck) {
  await until("the adapter", () => call(`${world.url}/readyz`).then((answer) => answer.status === 200), 20).catch((error) => { throw new Error(`${error.message}\n${adapter.out}`); });
  const { id: project } = await world.market("projects", { name: "contained" });
  await world.market("orders", { project, offer: 1 });
  await world.linkedOrder(project, 1);
  const asked = healthcheck();
  assert.equal(asked.code, 0, asked.all);
}

describe("the program with a file system that it can only read", () => {
  test("works as a user without rights who may write one folder", async (t) => {
    if (!isRoot) return t.skip("this needs root (mounts)");
    const world = await World.make({ adapter: false });
    const data = join(world.folder, "data");
    mkdirSync(data);
    chownSync(data, 10001, 10001);
    // The world's folder is closed to others, and all but `data` will be read-only.
    const shell = `
      mount --make-rprivate / && mkdir -p /run/oms-jira-test && mount -t tmpfs tmpfs /run/oms-jira-test && mkdir /run/oms-jira-test/data &&
      mount --bind '${data}' /run/oms-jira-test/data && cp '${program}' /run/oms-jira-test/oms-jira && mount -o remount,ro /run/oms-jira-test && mount -o remount,bind,ro / &&
      cd /run/oms-jira-test/data && exec setpriv --reuid 10001 --regid 10001 --clear-groups --bounding-set=-all --no-new-privs "$@"`;
    const wrapped = (...args) => ["--mount", "sh", "-c", shell, "_", "env", "-i", ...Object.entries({ ...world.env, OMS_DB_HOST: "sqlite:///oms-jira.db" }).map(([name, value]) => `${name}=${value}`), "/run/oms-jira-test/oms-jira", ...args];
    const { spawn } = await import("node:child_process");
    const probe = tool("unshare", ["--mount", "sh", "-c", "mount --make-rprivate / && mount -o remount,bind,ro /"]);
    if (probe.code !== 0) { await world.end(); return t.skip("nothing can be mounted here"); }
    const adapter = spawn("unshare", wrapped("serve"), { stdio: ["ignore", "pipe", "pipe"] });
    adapter.out = "";
    adapter.stdout.on("data", (part) => (adapter.out += part));
    adapter.stderr.on("data", (part) => (adapter.out += part));
    const ended = new Promise((done) => adapter.on("exit", (code, signal) => done({ code, signal })));
    try {
      await works(world, adapter, () => tool("unshare", wrapped("healthcheck")));
      const touched = tool("unshare", ["--mount", "sh", "-c", shell, "_", "touch", "/tmp/oms-jira-was-here"]);
      assert.notEqual(touched.code, 0, "nothing else can be written");
    } finally {
      adapter.kill("SIGTERM");
      assert.deepEqual(await ended, { code: 0, signal: null }, adapter.out);
      await world.end();
    }
  });
});

const asked = process.env.OMS_TEST_IMAGE ? missing() : "it takes minutes; OMS_TEST_IMAGE=1 asks for it";
describe("the image, carried out without an engine", { skip: asked || false }, () => {
  let machine, image;
  before(() => {
    // Only to be quicker: what was compiled before need not be again.
    const cache = process.env.CCACHE_DIR;
    ({ machine, image } = build("deploy/Dockerfile", { mounts: cache ? [[cache, "/root/.cache/ccache"]] : [] }));
  });
  after(() => machine?.end());

  test("has the program and what it needs, and nothing to build or fetch with", (t) => {
    assert.equal(machine.must("oms-jira --version"), `oms-jira ${version}\n`);
    for (const name of ["gcc", "cmake", "node", "npm", "curl", "git"]) assert.notEqual(machine.run(["sh", "-c", `command -v ${name}`]).code, 0, name);
    for (const place of ["/oms-jira", "/built/oms-jira", "/var/lib/apt/lists/lock"]) assert.ok(!existsSync(machine.at(place)), place);
    t.diagnostic(`${machine.must("du -sm --exclude=/proc --exclude=/dev / | cut -f1").trim()} MB in all`);
  });

  test("has its user, whose only folder is the data's", () => {
    assert.match(machine.must("id oms-jira"), /uid=10001\(oms-jira\) gid=10001\(oms-jira\)/);
    assert.equal(machine.must("stat -c '%a %U %G' /var/lib/oms-jira").trim(), "750 oms-jira oms-jira");
    assert.equal(machine.must("find / -xdev -user oms-jira -not -path '/proc/*' -not -path '/dev/*'").trim(), "/var/lib/oms-jira");
  });

  test("works as it is run: no rights, a file system to read, one folder to write", async () => {
    const world = await World.make({ adapter: false });
    const [uid, gid] = image.user.split(":");
    const options = {
      cwd: image.cwd, readOnly: true, mounts: [[world.folder, image.cwd]],
      as: ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--bounding-set=-all", "--no-new-privs"],
      env: { ...world.env, ...image.env, OMS_HTTP_PORT: String(world.port), PATH: "/usr/local/bin:/usr/bin:/bin", HOME: image.cwd },
    };
    chownSync(world.folder, Number(uid), Number(gid));
    const adapter = machine.start([...image.entrypoint, ...image.cmd], options);
    try {
      await works(world, adapter, () => machine.run(image.healthcheck, options));
      assert.ok(existsSync(join(world.folder, "oms-jira.db")));
      assert.notEqual(machine.run(["touch", "/etc/oms-jira-was-here"], options).code, 0);
      assert.equal(machine.run(["oms-jira", "healthcheck", "--database"], options).code, 0);
    } finally {
      // The engine's signal goes to the program itself.
      tool("pkill", ["--signal", image.stopsignal.replace("SIG", ""), "--parent", String(adapter.pid)]);
      const { code } = await adapter.ended;
      assert.equal(code, 0, adapter.out);
      await world.end();
    }
  });
});
