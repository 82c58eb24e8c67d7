// The snippets for nginx and Apache, in the real ones, in front of the real program.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { World, call, freePort, until } from "../e2e/lib/world.mjs";
import { isRoot, read, tool } from "./lib/checkout.mjs";

const secret = "s3cret";
const webhook = (port, query = `secret=${secret}`) => `http://127.0.0.1:${port}/api/webhooks/jira?issue_id=1&${query}`;

/** A request from another address of this machine, and its status. */
function from(address, url) {
  return new Promise((done, fail) => {
    http.get(url, { localAddress: address }, (answer) => { answer.resume(); done(answer.statusCode); }).on("error", fail);
  });
}

const kinds = {
  nginx: {
    command: "/usr/sbin/nginx",
    closed: 404,
    lay(folder, port, listen) {
      const laid = (name) => {
        const text = read("deploy/nginx", name).replaceAll("127.0.0.1:9000", `127.0.0.1:${port}`).replaceAll("/var/log/nginx", folder);
        writeFileSync(join(folder, name), text);
      };
      laid("oms-jira-http.conf");
      laid("oms-jira.conf");
      // The site's own, as Debian has it: errors with the line of the request, and a log of whole lines.
      writeFileSync(join(folder, "site.conf"), `
${isRoot ? "user root;" : ""}
daemon off;
pid ${folder}/pid;
error_log ${folder}/error.log;
events {}
http {
  access_log ${folder}/access.log;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((one) => `${one}_temp_path ${folder}/${one};`).join("\n  ")}
  include ${folder}/oms-jira-http.conf;
  server {
    listen 127.0.0.1:${listen};
    server_name oms-jira.example.org;
    include ${folder}/oms-jira.conf;
  }
}
`);
    },
    check: (folder) => ["-t", "-p", folder, "-c", join(folder, "site.conf")],
    start: (folder) => ["-p", folder, "-c", join(folder, "site.conf")],
  },
  apache2: {
    command: "/usr/sbin/apache2",
    closed: 403,
    lay(folder, port, listen) {
      writeFileSync(join(folder, "oms-jira.conf"), read("deploy/apache/oms-jira.conf").replaceAll("127.0.0.1:9000", `127.0.0.1:${port}`));
      const modules = ["mpm_event", "authz_core", "authz_host", "proxy", "proxy_http", "reqtimeout"];
      mkdirSync(join(folder, "run"));
      writeFileSync(join(folder, "site.conf"), `
ServerRoot ${folder}
ServerName oms-jira.example.org
PidFile ${folder}/pid
DefaultRuntimeDir ${folder}/run
Define APACHE_LOG_DIR ${folder}
ErrorLog ${folder}/error.log
LogLevel info
${modules.map((one) => `LoadModule ${one}_module /usr/lib/apache2/modules/mod_${one}.so`).join("\n")}
${isRoot ? "User daemon\nGroup daemon" : ""}
Listen 127.0.0.1:${listen}
<VirtualHost 127.0.0.1:${listen}>
  Include ${folder}/oms-jira.conf
</VirtualHost>
`);
    },
    check: (folder) => ["-t", "-f", join(folder, "site.conf")],
    start: (folder) => ["-DFOREGROUND", "-f", join(folder, "site.conf")],
  },
};

for (const [name, kind] of Object.entries(kinds)) {
  describe(`${name} in front`, { skip: existsSync(kind.command) ? false : `there is no ${name} here` }, () => {
    let world, folder, port, child;
    before(async () => {
      folder = mkdtempSync(join(tmpdir(), `oms-${name}-`));
      world = await World.make({ settings: { OMS_AUTHORIZATION_PASSWORD: "" } });
      port = await freePort();
      kind.lay(folder, world.port, port);
      child = spawn(kind.command, kind.start(folder), { stdio: "ignore" });
      await until(name, () => call(`http://127.0.0.1:${port}/`).then((answer) => answer.status === kind.closed));
    });
    after(async () => {
      child?.kill("SIGTERM");
      await world?.end();
      if (folder) rmSync(folder, { recursive: true });
    });

    const logs = () => Object.fromEntries(readdirSync(folder).filter((file) => file.endsWith(".log")).map((file) => [file, readFileSync(join(folder, file), "utf8")]));

    test("is content with its snippet", () => {
      const checked = tool(kind.command, kind.check(folder));
      assert.equal(checked.code, 0, checked.all);
      assert.doesNotMatch(checked.all, /warn/i);
    });

    test("lets the webhook through, and its credential decides", async () => {
      const body = { webhookEvent: "jira:issue_updated", issue: { id: "1" } };
      assert.equal((await call(webhook(port), { method: "POST", body })).status, 204);
      assert.equal((await call(webhook(port, "secret=wrong"), { method: "POST", body })).status, 401);
      assert.equal((await call(webhook(port))).status, 403);
    });

    test("lets the trigger through, and an order becomes an issue", async () => {
      const { id: project } = await world.market("projects", { name: "behind a proxy" });
      await world.market("orders", { project, offer: 1 });
      for (const method of ["GET", "POST", "PUT"]) assert.equal((await call(`http://127.0.0.1:${port}/mp/trigger`, { method })).status, 204, method);
      assert.equal((await call(`http://127.0.0.1:${port}/mp/trigger`, { method: "DELETE" })).status, 403);
      await world.linkedOrder(project, 1);
    });

    test("takes a webhook of 25 MiB, and none that is larger", async () => {
      const body = (bytes) => `{"webhookEvent":"jira:issue_updated","issue":{"id":"1"},"padding":"${"x".repeat(bytes - 69)}"}`;
      assert.equal(body(1000).length, 1000);
      assert.equal((await call(webhook(port), { method: "POST", body: body(25 << 20) })).status, 204);
      // The answer may come while the body is still being sent.
      const refused = await call(webhook(port), { method: "POST", body: body((25 << 20) + 1) }).then((answer) => answer.status, () => 413);
      assert.equal(refused, 413);
    });

    test("shows nothing else to anyone, and what operators look at to those it names", async () => {
      for (const path of ["/", "/metrics", "/readyz", "/healthz", "/openapi.json", "/sim/state"]) assert.equal((await call(`http://127.0.0.1:${port}${path}`)).status, kind.closed, path);
      for (const path of ["/ui/", "/api/v1/status"]) {
        const direct = await call(`${world.url}${path}`);
        assert.equal((await call(`http://127.0.0.1:${port}${path}`)).status, direct.status, path);
        if (name === "nginx") assert.equal(await from("127.0.0.2", `http://127.0.0.1:${port}${path}`), 403, path);
      }
    });

    test("logs what was asked and answered, and no query: not of a request that failed either", async () => {
      await world.killAdapter("SIGTERM");
      assert.ok([502, 503].includes((await call(webhook(port), { method: "POST", body: "{}" })).status));
      // A line is written after its answer.
      await until("the log", () => /jira 50[23] /.test(logs()["oms-jira.log"]));
      const all = logs();
      assert.match(all["oms-jira.log"], /POST \/api\/webhooks\/jira 204/);
      assert.match(all["oms-jira.log"], /POST \/api\/webhooks\/jira 50[23]/);
      for (const [file, text] of Object.entries(all)) {
        assert.doesNotMatch(text, /secret|s3cret/, file);
        assert.doesNotMatch(text, /issue_id/, file);
      }
    });
  });
}
