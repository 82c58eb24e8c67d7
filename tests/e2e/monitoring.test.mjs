// Metrics as they are documented, what the dashboard asks for, and a real Prometheus whose alerts fire
// in faults that are made for real.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { Prometheus, monitoring, noPrometheus, quickAlerts, readMetrics } from "./lib/prometheus.mjs";
import { noPostgres, noRedis } from "./lib/servers.mjs";
import { Site } from "./lib/site.mjs";
import { call, freePort, until } from "./lib/world.mjs";

const execute = promisify(execFile);
const root = new URL("../../", import.meta.url).pathname;
const rules = readFileSync(join(monitoring, "alerts.yml"), "utf8");
const names = [...rules.matchAll(/- alert: (\w+)/g)].map((match) => match[1]);

/** The table of docs/metrics.md. */
function documented() {
  const families = new Map();
  for (const line of readFileSync(join(root, "docs/metrics.md"), "utf8").split("\n")) {
    const row = /^\| `([a-z_]+)` \| (\w+) \| ([^|]*) \| ([^|]*) \|$/.exec(line);
    if (row) families.set(row[1], { type: row[2], labels: [...row[3].matchAll(/`(\w+)`/g)].map((match) => match[1]).sort(), help: row[4].trim() });
  }
  return families;
}

/** Whatever looks like a metric of ours in an expression. */
const metricsIn = (expression) => [...expression.matchAll(/\b((?:oms_jira|process)_[a-z_]+)\b/g)].map((match) => match[1].replace(/_(bucket|sum|count)$/, (end, _, at, all) => (documented().has(all) ? end : "")));

describe("what is shipped for monitoring", () => {
  test("promtool finds nothing wrong, and each alert fires and does not fire in its unit tests", { skip: noPrometheus }, async () => {
    await execute("promtool", ["check", "rules", join(monitoring, "alerts.yml")]);
    await execute("promtool", ["check", "config", join(monitoring, "prometheus.yml")], { cwd: monitoring });
    await execute("promtool", ["test", "rules", join(monitoring, "alerts.test.yml")], { cwd: monitoring });
    const tests = readFileSync(join(monitoring, "alerts.test.yml"), "utf8");
    for (const name of names) {
      assert.match(tests, new RegExp(`name: ${name} fires`), name);
      assert.match(tests, new RegExp(`name: '${name} does not fire`), name);
    }
  });

  test("each alert says what to do, and its page is there with all its parts", () => {
    const runbook = readFileSync(join(root, "docs/runbook.md"), "utf8");
    for (const one of rules.split("- alert: ").slice(1)) {
      const [name] = one.split("\n");
      assert.match(one, /severity: (page|ticket)/, name);
      assert.match(one, /summary: '.+'/, name);
      assert.match(one, /description: '.+'/, name);
      assert.match(one, new RegExp(`runbook: docs/runbook\\.md#${name.toLowerCase()}\n`), name);
      const page = runbook.split(`\n## ${name}\n`)[1]?.split("\n## ")[0] ?? "";
      for (const part of ["Symptom", "What it means", "Look at", "Do"]) assert.ok(page.includes(`**${part}**`), `${name}: ${part}`);
    }
  });

  test("alerts and panels ask only for what is documented; panels have units and descriptions", () => {
    const known = documented();
    for (const name of metricsIn(rules)) assert.ok(known.has(name), name);
    const dashboard = JSON.parse(readFileSync(join(monitoring, "grafana-dashboard.json"), "utf8"));
    assert.equal(dashboard.templating.list[0].type, "datasource");
    const rows = dashboard.panels.filter((one) => one.type === "row").map((one) => one.title);
    for (const row of ["Traffic", "Lag", "Remotes", "Attention", "Database", "Process"]) assert.ok(rows.includes(row), row);
    for (const panel of dashboard.panels.filter((one) => one.type !== "row")) {
      assert.ok(panel.description.length > 10, panel.title);
      assert.ok(panel.fieldConfig.defaults.unit, panel.title);
      assert.equal(panel.datasource.uid, "${datasource}", panel.title);
      for (const target of panel.targets) {
        assert.ok(metricsIn(target.expr).length > 0, target.expr);
        for (const name of metricsIn(target.expr)) assert.ok(known.has(name), `${panel.title}: ${name}`);
      }
    }
  });

  test("every cause of attention that the program raises is counted by name and has its remedy", () => {
    const counted = [...readFileSync(join(root, "src/web/store_figures.cpp"), "utf8").split("causes{")[1].split("}")[0].matchAll(/"(\w+)"/g)].map((match) => match[1]);
    const runbook = readFileSync(join(root, "docs/runbook.md"), "utf8");
    for (const cause of counted) assert.match(runbook, new RegExp("^\\|.*`" + cause + "`.*\\|", "m"), cause);
    for (const folder of ["plan", "sync"]) {
      for (const file of readdirSync(join(root, "src", folder)).filter((one) => one.endsWith(".cpp"))) {
        const text = readFileSync(join(root, "src", folder, file), "utf8");
        // Hints have causes too: those are sentences.
        for (const [, cause] of text.matchAll(/\.cause = "([a-z_]*_[a-z_]*|orphaned)"/g)) assert.ok(counted.includes(cause), `${file}: ${cause}`);
      }
    }
  });
});

describe("a real Prometheus", { skip: noPrometheus || noPostgres || noRedis }, () => {
  let site, world, prometheus, web, worker, workerPort, project;
  const metrics = async (port) => (await call(`http://127.0.0.1:${port}/metrics`)).text;
  const hook = (secret, issue = "1") => call(`${world.url}/api/webhooks/jira?issue_id=${issue}&secret=${secret}`, { method: "POST", body: "" });

  before(async () => {
    site = await Site.make({ webs: 1, workers: 1, pooled: false, settings: { OMS_POLL_INTERVAL: "1s", OMS_JIRA_POLL_INTERVAL: "1s", OMS_RECONCILE_INTERVAL: "5s", OMS_UNCERTAIN_GRACE: "10m", OMS_JIRA_WEBHOOK_SECRET: "s3cret" } });
    ({ world } = site);
    [web] = site.webs;
    [worker] = site.workers;
    workerPort = await freePort();
    worker.args = ["worker", "--http-port", String(workerPort)];
    // So generous that nobody is kept waiting, and told with each answer.
    await world.jira("settings", { rate_limit: { capacity: 1000000, fill_rate: 1000000 } });
    await site.begin();
    prometheus = await Prometheus.start(quickAlerts(), [`127.0.0.1:${web.port}`, `127.0.0.1:${workerPort}`]);
    ({ id: project } = await world.market("projects", { name: "Watched" }));
    await world.issue(project);
  });
  after(async () => {
    await prometheus?.end();
    await site?.end();
  });

  test("scrapes both processes, and no alert fires while all is well", async () => {
    const { id } = await world.market("orders", { project, offer: 1 });
    await until("the order", async () => (await world.order(project, id)).status === "registered");
    await until("both to be scraped", async () => (await prometheus.query('up{job="oms-jira"} == 1')).length === 2);
    await until("what was carried to be counted", async () => Number((await prometheus.query('sum(oms_jira_changes_carried_total{kind="create_issue"})'))[0]?.value[1]) >= 2);
    await until("quiet", async () => (await prometheus.alerts()).length === 0, 30);
  });

  test("each metric is as docs/metrics.md has it, and none is missing there", async () => {
    // Known once Jira's app has registered a webhook for itself.
    await site.postgres.query(`INSERT INTO setting VALUES ('jira_own_webhook', '7'), ('jira_own_webhook_expires', '${new Date(Date.now() + 25 * 86400_000).toISOString()}')`, "oms");
    const found = new Map();
    for (const port of [web.port, workerPort]) {
      for (const [name, family] of readMetrics(await metrics(port))) {
        const all = found.get(name) ?? { ...family, labels: new Set() };
        for (const label of family.labels) all.labels.add(label);
        found.set(name, all);
      }
    }
    const as = (families) => Object.fromEntries([...families].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => [name, { type: one.type, labels: [...one.labels].sort(), help: one.help }]));
    assert.deepEqual(as(found), as(documented()));
    assert.ok([...found.keys()].filter((one) => one.startsWith("oms_jira_")).length >= 25);
    const counters = [...found].filter(([, one]) => one.type === "counter").map(([name]) => name);
    assert.deepEqual(counters.filter((name) => !name.endsWith("_total")), []);
  });

  test("promtool finds nothing wrong with them; no name or id is a label", async () => {
    for (const port of [web.port, workerPort]) {
      const text = await metrics(port);
      const lint = execute("promtool", ["check", "metrics"]);
      lint.child.stdin.end(text);
      await lint;
      assert.ok(text.split("\n").length < 600, "so many lines a scrape, whatever happens");
      assert.doesNotMatch(text, /(project|order)\/\d|demo-token|s3cret/);
    }
  });

  test("counters are not set back by being read", async () => {
    const counters = async () => [...readMetrics(await metrics(workerPort)).values()].filter((one) => one.type === "counter").flatMap((one) => one.values);
    const first = await counters();
    const second = await counters();
    for (const { name, labels, value } of first) {
      const then = second.find((one) => one.name === name && JSON.stringify(one.labels) === JSON.stringify(labels));
      assert.ok(then && then.value >= value, `${name} ${JSON.stringify(labels)}`);
    }
  });

  test("each panel of the dashboard is answered", async () => {
    const dashboard = JSON.parse(readFileSync(join(monitoring, "grafana-dashboard.json"), "utf8"));
    const silent = async () => {
      const found = [];
      for (const { title, targets } of dashboard.panels.filter((one) => one.targets)) {
        for (const { expr } of targets) {
          const asked = expr.replaceAll("$job", "oms-jira").replaceAll("$instance", ".*").replaceAll("$__rate_interval", "10s").replaceAll("[1h]", "[10s]");
          if ((await prometheus.query(asked)).length === 0) found.push(title);
        }
      }
      return found;
    };
    // But the one that shows only what is amiss.
    await until("all panels to have figures", async () => JSON.stringify(await silent()) === '["Needs a person"]', 30);
  });

  describe("its alerts", () => {
    const fired = new Set();
    const fires = async (name, labels, seconds) => {
      const alert = await prometheus.fires(name, labels, seconds);
      assert.doesNotMatch(Object.values(alert.annotations).join(), /\{\{|error expanding/, name);
      fired.add(name);
    };

    test("wrong secrets at the webhook, an issue deleted, a write without an answer, a webhook that ends", async () => {
      for (let i = 0; i < 30; i++) await hook("guess");
      const { id } = await world.market("orders", { project, offer: 1 });
      const issue = await world.issue(project, id);
      await until("the order", async () => (await world.order(project, id)).status === "registered");
      await world.jira(`issues/${issue.key}/delete`);
      await world.jira("faults", { kind: "close_before", method: "POST", path: "/rest/api/*/issue", count: 1 });
      await world.market("orders", { project, offer: 1 });
      await site.postgres.query(`UPDATE setting SET value = '${new Date(Date.now() + 86400_000).toISOString()}' WHERE name = 'jira_own_webhook_expires'`, "oms");
      await Promise.all([
        fires("OmsJiraCredentialFailures", { door: "webhook" }),
        fires("OmsJiraAttention", { cause: "orphaned" }),
        fires("OmsJiraWriteUncertain"),
        fires("OmsJiraWebhookExpires"),
      ]);
    });

    test("Jira is away; nothing is wrong with us", async () => {
      await world.jira("faults", { kind: "fail_before", status: 503, count: -1 });
      await fires("OmsJiraRemoteAway", { remote: "jira" });
      await world.jira("faults/clear");
      await prometheus.ends("OmsJiraRemoteAway");
    });

    test("the marketplace's token is wrong", async () => {
      worker.settings = { OMS_MP_TOKEN: "wrong" };
      worker.kill("SIGTERM");
      await fires("OmsJiraRemoteRefusesUs", { remote: "marketplace" });
      worker.settings = {};
      worker.kill("SIGTERM");
      await prometheus.ends("OmsJiraRemoteRefusesUs");
    });

    test("the sweep does not end", async () => {
      await world.market("faults", { kind: "fail_before", status: 500, method: "GET", path: "/api/v1/oms/1/projects", count: -1 });
      await fires("OmsJiraSweepOverdue");
      await world.market("faults/clear");
      await prometheus.ends("OmsJiraSweepOverdue");
    });

    test("the database commits slowly", async () => {
      const locked = site.postgres.query("BEGIN; LOCK TABLE subject IN EXCLUSIVE MODE; SELECT pg_sleep(3); COMMIT", "oms");
      await until("the lock", async () => (await site.postgres.query("SELECT 1 FROM pg_locks WHERE mode = 'ExclusiveLock' AND relation = 'subject'::regclass AND granted", "oms")).length > 0);
      await Promise.all([...Array(8).keys()].map((i) => hook("s3cret", String(90000 + i))));
      await locked;
      await fires("OmsJiraDatabaseSlow");
    });

    test("no worker is there: work waits, nobody polls, a process is away", async () => {
      await prometheus.ends("OmsJiraRemoteAway");
      worker.kept = false;
      worker.kill("SIGKILL");
      await hook("s3cret", (await world.issue(project)).id);
      await Promise.all([
        fires("OmsJiraDown", { instance: `127.0.0.1:${workerPort}` }),
        fires("OmsJiraLagging"),
        fires("OmsJiraPollsStopped"),
      ]);
      await worker.begin();
      await Promise.all([prometheus.ends("OmsJiraDown"), prometheus.ends("OmsJiraPollsStopped")]);
    });

    test("the database is away; counters are told all the same", async () => {
      await site.postgres.stop();
      await fires("OmsJiraDatabaseDown", { instance: `127.0.0.1:${web.port}` });
      const text = await metrics(web.port);
      assert.match(text, /^oms_jira_database_up 0$/m);
      assert.match(text, /^oms_jira_credential_failures_total\{door="webhook"\} \d+$/m);
      await site.postgres.begin();
      await prometheus.ends("OmsJiraDatabaseDown");
    });

    test("were all seen", () => assert.deepEqual([...fired].sort(), [...names].sort()));
  });
});
