// What the compose files run, run: their commands with their settings and secrets, over a real
// PostgreSQL and Redis, between both simulated remotes. Only the engine is missing.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { World, call, freePort, run, until } from "../e2e/lib/world.mjs";
import { at, documents, environmentFile, program, tool } from "./lib/checkout.mjs";
import { Postgres, missing } from "./lib/postgres.mjs";

const skip = missing || false;

for (const name of ["production.yaml", "development.yaml"]) {
  describe(`the services of ${name}`, { skip }, () => {
    const [{ services }] = documents("deploy/compose", name);
    const children = {};
    let world, server, redis, redisPort, secrets;

    /** The environment that a service has in its container, its names and files in this machine's place. */
    const environmentOf = (service) => {
      const files = [service.env_file ?? []].flat().map((file) => environmentFile("deploy/compose", file === ".env" ? ".env.example" : file));
      const given = Object.assign({}, ...files, environmentFile("deploy/compose/simulated.env"), service.environment);
      for (const one of ["IMAGE", "WORKERS", "LISTEN"]) delete given[one];
      // Production has its secrets from files.
      for (const one of Object.keys(given)) if (`${one}_FILE` in given) delete given[one];
      const here = (value) => String(value).replace("postgres:5432", `127.0.0.1:${server.port}`).replace("redis:6379", `127.0.0.1:${redisPort}`).replace("/run/secrets", secrets);
      return {
        ...Object.fromEntries(Object.entries(given).map(([variable, value]) => [variable, here(value)])),
        PATH: process.env.PATH, OMS_MP_URL: world.mp, OMS_JIRA_URL: world.jiraUrl, OMS_HTTP_HOST: "0.0.0.0", OMS_HTTP_PORT: String(world.port),
        OMS_POLL_INTERVAL: "1s", OMS_JIRA_POLL_INTERVAL: "1s",
      };
    };
    const start = (called, count = "") => {
      const child = spawn(program, services[called].command, { env: environmentOf(services[called]), cwd: world.folder, stdio: ["ignore", "pipe", "pipe"] });
      child.out = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (child.out += part));
      child.ended = new Promise((done) => child.on("exit", (code, signal) => done({ code, signal })));
      children[called + count] = child;
    };
    const said = () => Object.entries(children).map(([called, child]) => `${called}:\n${child.out}`).join("\n");

    before(async () => {
      world = await World.make({ adapter: false, seed: "empty" });
      server = await Postgres.make();
      redisPort = await freePort();
      redis = spawn("redis-server", [...services.redis.command.slice(1), "--port", String(redisPort), "--bind", "127.0.0.1", "--dir", world.folder], { stdio: "ignore" });
      redis.on("error", () => {});
      secrets = mkdtempSync(join(tmpdir(), "oms-secrets-"));
      assert.equal(tool(at("deploy/compose/secrets.sh"), [secrets]).code, 0);
      const held = (file) => readFileSync(join(secrets, file), "utf8");
      const { OMS_MP_TOKEN, OMS_JIRA_PASSWORD } = environmentFile("deploy/compose/simulated.env");
      writeFileSync(join(secrets, "marketplace_token"), OMS_MP_TOKEN);
      writeFileSync(join(secrets, "jira_password"), OMS_JIRA_PASSWORD);
      for (const file of ["owner_url", "service_url"]) writeFileSync(join(secrets, file), held(file).replace("postgres:5432", `127.0.0.1:${server.port}`));
      if (name === "production.yaml") {
        server.makeRoles({ owner: held("owner_password"), service: held("service_password") });
      } else {
        const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = services.postgres.environment;
        server.admin("-c", `CREATE ROLE ${POSTGRES_USER} SUPERUSER LOGIN PASSWORD '${POSTGRES_PASSWORD}'`, "-c", `CREATE DATABASE ${POSTGRES_DB} OWNER ${POSTGRES_USER}`);
      }
    });
    after(async () => {
      for (const child of Object.values(children)) child.kill("SIGKILL");
      redis?.kill("SIGKILL");
      await world?.end();
      server?.end();
      if (secrets) rmSync(secrets, { recursive: true, force: true });
    });

    test("begin with the upgrade, which ends well, also a second time", async () => {
      for (let i = 0; i < 2; ++i) {
        const done = await run(services.upgrade.command, environmentOf(services.upgrade), world.folder);
        assert.equal(done.code, 0, done.err);
      }
    });

    test("are found healthy by their own checks", async () => {
      start("web");
      start("worker", "1");
      start("worker", "2");
      for (const called of ["web", "worker"]) {
        const [, , ...words] = services[called].healthcheck.test;
        let last;
        await until(called, async () => (last = await run(words, environmentOf(services[called]), world.folder)).code === 0, 20)
          .catch((error) => { throw new Error(`${error.message}\n${last.err}\n${said()}`); });
      }
    });

    test("make an issue of an order, and a message of a comment", async () => {
      const { id: project } = await world.market("projects", { name: "many processes" });
      await world.market("orders", { project, offer: 1 });
      const trigger = await call(`${world.url}/mp/trigger?`, { method: "POST", headers: name === "production.yaml" ? { Authorization: `Basic ${Buffer.from(`oms:${readFileSync(join(secrets, "trigger_password"), "utf8")}`).toString("base64")}` } : {} });
      assert.equal(trigger.status, 204);
      const issue = await world.issue(project, 1).catch((error) => { throw new Error(`${error.message}\n${said()}`); });
      await world.jira(`issues/${issue.key}/comments`, { body: "from staff" });
      const secret = name === "production.yaml" ? readFileSync(join(secrets, "jira_webhook_secret"), "utf8") : environmentFile("deploy/compose/simulated.env").OMS_JIRA_WEBHOOK_SECRET;
      const hinted = await call(`${world.url}/api/webhooks/jira?issue_id=${issue.id}&secret=${secret}`, { method: "POST", body: { webhookEvent: "comment_created", issue: { id: String(issue.id) } } });
      assert.equal(hinted.status, 204);
      await until("the message", async () => (await world.order(project, 1)).messages.some((one) => one.content.includes("from staff")), 20)
        .catch((error) => { throw new Error(`${error.message}\n${said()}`); });
    });

    test("end when they are asked to", async () => {
      for (const child of Object.values(children)) child.kill("SIGTERM");
      for (const [called, child] of Object.entries(children)) assert.deepEqual(await child.ended, { code: 0, signal: null }, `${called}: ${child.out}`);
    });
  });
}
