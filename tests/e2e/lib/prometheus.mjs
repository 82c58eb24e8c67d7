// A real Prometheus that scrapes once a second, and what it says; and the text format, read.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { call, freePort, until } from "./world.mjs";

export const noPrometheus = existsSync("/usr/bin/prometheus") && existsSync("/usr/bin/promtool") ? false : "needs Prometheus (Debian: prometheus)";

export const monitoring = new URL("../../../deploy/monitoring/", import.meta.url).pathname;

/** The shipped alerts, so quick that a test can wait for them: no `for`, windows and waits of seconds. */
export function quickAlerts() {
  return readFileSync(join(monitoring, "alerts.yml"), "utf8")
    .replace(/^( +)for: .*$/gm, "$1for: 0s")
    .replace(/\[10m\]/g, "[15s]")
    .replace(/\b\d+ \* 60\b/g, "3");
}

export class Prometheus {
  /** `targets`: as host:port. */
  static async start(rules, targets) {
    const server = new Prometheus();
    server.folder = mkdtempSync(join(tmpdir(), "oms-prometheus-"));
    server.port = await freePort();
    writeFileSync(join(server.folder, "alerts.yml"), rules);
    writeFileSync(join(server.folder, "prometheus.yml"), `global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
rule_files: [alerts.yml]
scrape_configs:
  - job_name: oms-jira
    static_configs: [{targets: [${targets.map((one) => `"${one}"`).join(", ")}]}]
`);
    server.child = spawn("/usr/bin/prometheus", [`--config.file=${server.folder}/prometheus.yml`, `--storage.tsdb.path=${server.folder}/data`, `--web.listen-address=127.0.0.1:${server.port}`, "--log.level=warn"], { stdio: ["ignore", "pipe", "pipe"] });
    server.said = "";
    for (const stream of [server.child.stdout, server.child.stderr]) stream.on("data", (part) => (server.said += part));
    server.ended = once(server.child, "exit");
    await until("Prometheus", () => call(`http://127.0.0.1:${server.port}/-/ready`).then((answer) => answer.status === 200), 30);
    return server;
  }

  async query(expression) {
    const { json } = await call(`http://127.0.0.1:${this.port}/api/v1/query?query=${encodeURIComponent(expression)}`);
    if (json?.status !== "success") throw new Error(JSON.stringify(json));
    return json.data.result;
  }

  /** Those that fire, with their labels and annotations. */
  async alerts() {
    const { json } = await call(`http://127.0.0.1:${this.port}/api/v1/alerts`);
    return json.data.alerts.filter((one) => one.state === "firing");
  }

  /** Waits until it fires with these labels. */
  fires(name, labels = {}, seconds = 60) {
    const fits = (one) => one.labels.alertname === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value);
    return until(`the alert ${name} ${JSON.stringify(labels)}`, async () => (await this.alerts()).find(fits), seconds);
  }

  /** Waits until it does not. */
  ends(name, seconds = 60) {
    return until(`the alert ${name} to end`, async () => !(await this.alerts()).some((one) => one.labels.alertname === name), seconds);
  }

  async end() {
    this.child.kill("SIGTERM");
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Families by name: help, type, the names of their labels. */
export function readMetrics(text) {
  const families = new Map();
  const family = (name) => families.get(name) ?? families.set(name, { labels: new Set(), values: [] }).get(name);
  for (const line of text.split("\n")) {
    const told = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line);
    if (told) {
      family(told[2])[told[1].toLowerCase()] = told[3];
      continue;
    }
    const sample = /^([a-zA-Z0-9_:]+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (!sample) continue;
    const base = sample[1].replace(/_(bucket|sum|count)$/, "");
    const name = families.get(base)?.type === "histogram" ? base : sample[1];
    const labels = Object.fromEntries([...(sample[2] ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map((match) => [match[1], match[2]]));
    for (const label of Object.keys(labels)) if (label !== "le" || name !== base || families.get(name).type !== "histogram") family(name).labels.add(label);
    family(name).values.push({ name: sample[1], labels, value: Number(sample[3]) });
  }
  return families;
}
