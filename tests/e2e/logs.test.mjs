// What the program says of its work: lines in which an order's whole way is found by one id, a level
// that changes while it runs, and traces that both remotes and a collector are told of.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { readMetrics } from "./lib/prometheus.mjs";
import { World, call, until } from "./lib/world.mjs";

const hex = (digits) => new RegExp(`^[0-9a-f]{${digits}}$`);
const randomHex = (digits) => [...Array(digits).keys()].map((i) => (i === 0 ? "1" : Math.floor(Math.random() * 16).toString(16))).join("");

/** Passes requests on, and keeps their headers. */
class Recorder {
  static async make(target) {
    const recorder = new Recorder();
    recorder.requests = [];
    recorder.server = http.createServer((request, response) => {
      recorder.requests.push({ method: request.method, path: request.url.split("?")[0], traceparent: request.headers.traceparent });
      const onward = http.request(`${target}${request.url}`, { method: request.method, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      request.pipe(onward);
    }).listen(0, "127.0.0.1");
    await once(recorder.server, "listening");
    recorder.url = `http://127.0.0.1:${recorder.server.address().port}`;
    return recorder;
  }

  end() { this.server.close(); this.server.closeAllConnections(); }
}

/** A collector of traces that takes nothing but what OTLP's JSON is to look like. */
class Collector {
  static async make() {
    const collector = new Collector();
    Object.assign(collector, { spans: [], faults: [], bodies: "", status: 200 });
    collector.server = http.createServer(async (request, response) => {
      let body = "";
      for await (const part of request) body += part;
      if (collector.status === 200) collector.take(request, body);
      response.writeHead(collector.status, { "Content-Type": "application/json" }).end("{}");
    }).listen(0, "127.0.0.1");
    await once(collector.server, "listening");
    collector.url = `http://127.0.0.1:${collector.server.address().port}`;
    return collector;
  }

  take(request, body) {
    this.bodies += body;
    try {
      assert.equal(request.method, "POST");
      assert.equal(request.url, "/v1/traces");
      assert.equal(request.headers["content-type"], "application/json");
      const { resourceSpans, ...more } = JSON.parse(body);
      assert.deepEqual(more, {});
      for (const { resource, scopeSpans } of resourceSpans) {
        const named = attributes(resource);
        assert.equal(named["service.name"], "oms-jira");
        assert.ok(named["service.version"] && named["service.instance.id"]);
        for (const { scope, spans } of scopeSpans) {
          assert.equal(scope.name, "oms-jira");
          for (const span of spans) this.takeSpan(span);
        }
      }
    } catch (error) {
      this.faults.push(error);
    }
  }

  takeSpan(span) {
    assert.match(span.traceId, hex(32));
    assert.match(span.spanId, hex(16));
    if (span.parentSpanId !== undefined) assert.match(span.parentSpanId, hex(16));
    assert.ok([1, 3].includes(span.kind));
    for (const time of [span.startTimeUnixNano, span.endTimeUnixNano]) assert.match(time, /^\d{19}$/);
    assert.ok(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano));
    assert.ok(span.status.code === undefined || span.status.code === 2);
    this.spans.push({ ...span, named: attributes(span) });
  }

  end() { this.server.close(); this.server.closeAllConnections(); }
}

function attributes({ attributes: list }) {
  for (const { key, value } of list) {
    assert.equal(typeof key, "string");
    assert.ok(typeof value.stringValue === "string" || /^-?\d+$/.test(value.intValue), key);
  }
  return Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]));
}

const lines = (world) => world.adapter.out.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));

describe("the log", () => {
  let world, project, item;
  before(async () => {
    world = await World.make({ settings: { OMS_LOG_FORMAT: "json", OMS_LOG_LEVEL: "debug" } });
    ({ id: project } = await world.market("projects", { name: "Logged" }));
    ({ id: item } = await world.market("orders", { project, offer: 1 }));
    const issue = await world.linkedOrder(project, item);
    await world.market("messages", { project, item, content: "what nobody else may read" });
    await world.jira(`issues/${issue.key}/comments`, { body: "neither this" });
    await until("both texts", async () => (await world.order(project, item)).messages.length >= 2 && (await world.issue(project, item)).comments.length >= 2);
    await world.quiet();
  });
  after(() => world.end());

  test("is one event a line, and each line is an object", () => {
    const all = world.adapter.out.split("\n").filter((line) => line !== "");
    for (const line of all.slice(1)) assert.equal(typeof JSON.parse(line).event, "string", line);
  });

  test("has an order's whole way under its subject, each turn under one trace", async () => {
    const subject = `order/${project}/${item}`;
    const own = lines(world).filter((one) => one.subject === subject);
    const events = own.map((one) => one.event);
    for (const event of ["hint", "remote called", "carried", "turn ended"]) assert.ok(events.includes(event), event);
    // All that was written to either side is among the calls.
    const writes = own.filter((one) => one.event === "remote called" && ["PATCH", "PUT"].includes(one.method));
    assert.ok(writes.some((one) => one.remote === "marketplace"));
    for (const cause of [/^event project_item/, /^webhook jira:issue/]) assert.ok(own.some((one) => one.event === "hint" && cause.test(one.cause)), String(cause));
    for (const one of own.filter((line) => line.event !== "hint")) assert.match(one.trace, hex(32), JSON.stringify(one));
    const turns = own.filter((one) => one.event === "turn ended");
    assert.equal(new Set(turns.map((one) => one.trace)).size, turns.length);
    // No call is made for nobody, but those of the polls.
    for (const one of lines(world).filter((line) => line.event === "remote called" && !line.subject))
      assert.match(one.path, /\/events$|\/search$|\/serverInfo$|\/search\/jql$/, JSON.stringify(one));
  });

  test("has no text of anybody, no secret and no query", () => {
    assert.doesNotMatch(world.adapter.out, /nobody else|neither this|demo-token|s3cret|\?/);
  });
});

describe("the log's level", () => {
  const set = (world, level) => writeFileSync(join(world.folder, ".env"), `OMS_LOG_LEVEL=${level}\n`);
  const count = (world, event) => lines(world).filter((one) => one.event === event).length;

  test("changes at SIGHUP, and nothing else does", async () => {
    const world = await World.make({ settings: { OMS_LOG_FORMAT: "json" } });
    try {
      await world.market("projects", { name: "Quiet" });
      await world.quiet();
      assert.equal(count(world, "remote called"), 0);
      set(world, "DEBUG");
      world.adapter.kill("SIGHUP");
      await until("the change", () => lines(world).find((one) => one.event === "log level" && one.before === "info" && one.now === "debug"));
      await world.market("projects", { name: "Loud" });
      await until("calls to be seen", () => count(world, "remote called") > 0);
      await world.quiet();

      set(world, "shout");
      world.adapter.kill("SIGHUP");
      await until("the fault", () => lines(world).find((one) => one.event === "log level not changed" && one.given === "shout"));

      set(world, "error");
      world.adapter.kill("SIGHUP");
      await until("the change back", () => lines(world).find((one) => one.event === "log level" && one.now === "error"));
      const before = count(world, "remote called");
      const { id } = await world.market("projects", { name: "Quiet again" });
      await world.issue(id);
      await world.quiet();
      assert.equal(count(world, "remote called"), before);
      // Counted all the same.
      const counted = readMetrics((await call(`${world.url}/metrics`)).text).get("oms_jira_log_lines_total").values;
      assert.ok(counted.find((one) => one.labels.level === "debug").value > before);
    } finally {
      await world.end();
    }
  });

  test("changes at `systemctl reload`, as the units do it: the environment of a process cannot change", async () => {
    const world = await World.make({ adapter: false, settings: { OMS_LOG_FORMAT: "json", OMS_LOG_LEVEL: "warning" } });
    try {
      const file = join(world.folder, "reload.env");
      await world.startAdapter({ OMS_RELOAD_FROM: file });
      for (const name of ["oms-jira.service", "oms-jira-web.service", "oms-jira-worker@.service"]) {
        const unit = readFileSync(new URL(`../../deploy/systemd/${name}`, import.meta.url), "utf8");
        assert.match(unit, /^Environment=OMS_RELOAD_FROM=\/var\/lib\/oms-jira\/reload\.env$/m);
        const script = /^ExecReload=\/bin\/sh -c '(.*)'$/m.exec(unit)[1].replaceAll("$$", "$").replaceAll("/var/lib/oms-jira/reload.env", file);
        for (const [level, now] of [["debug", "debug"], [undefined, "info"]]) {
          const before = lines(world).filter((one) => one.event === "log level").length;
          execFileSync("/bin/sh", ["-c", script], { env: { MAINPID: String(world.adapter.pid), ...(level && { OMS_LOG_LEVEL: level }) } });
          await until(`${name}: ${now}`, () => lines(world).filter((one) => one.event === "log level")[before]?.now === now);
        }
      }
    } finally {
      await world.end();
    }
  });
});

describe("traces", () => {
  let world, collector, market, jira, project, item, issue;
  before(async () => {
    collector = await Collector.make();
    world = await World.make({ adapter: false, webhook: false, trigger: false, settings: { OMS_OTLP_ENDPOINT: `${collector.url}/` } });
    [market, jira] = [await Recorder.make(world.mp), await Recorder.make(world.jiraUrl)];
    await world.startAdapter({ OMS_MP_URL: market.url, OMS_JIRA_URL: jira.url });
    ({ id: project } = await world.market("projects", { name: "Traced" }));
    ({ id: item } = await world.market("orders", { project, offer: 1 }));
    await call(`${world.url}/mp/trigger`);
    issue = await world.linkedOrder(project, item);
    await world.market("messages", { project, item, content: "what nobody else may read" });
  });
  after(async () => {
    await world.end();
    for (const one of [collector, market, jira]) one.end();
  });

  const spansOf = (trace) => collector.spans.filter((one) => one.traceId === trace);

  test("are told to both remotes with each call of a turn", () => {
    for (const { requests } of [market, jira]) {
      assert.ok(requests.length > 0);
      for (const { method, path, traceparent } of requests) {
        // Before the first turn, Jira is asked who it is.
        if (path.endsWith("/serverInfo")) continue;
        assert.match(traceparent ?? "", /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/, `${method} ${path}`);
      }
    }
    const traces = (recorder) => new Set(recorder.requests.map((one) => one.traceparent?.split("-")[1]));
    assert.ok([...traces(market)].some((one) => one && traces(jira).has(one)), "a turn goes to both");
  });

  for (const [name, cause] of [
    ["webhook", (traceparent) => call(`${world.url}/api/webhooks/jira?issue_id=${issue.id}&secret=s3cret`, { method: "POST", body: "", headers: { traceparent } })],
    ["trigger", async (traceparent) => {
      await world.market(`orders/${project}/${item}/status`, { type: "approved" });
      return call(`${world.url}/mp/trigger`, { headers: { traceparent } });
    }],
  ]) {
    test(`belong to that of the ${name} which caused them`, async () => {
      const [trace, parent] = [randomHex(32), randomHex(16)];
      assert.equal((await cause(`00-${trace}-${parent}-01`)).status, 204);
      await until("a turn, a look and calls of this trace", () => {
        const spans = spansOf(trace);
        return spans.some((one) => one.name === "turn") && spans.some((one) => one.name === "look") && spans.some((one) => one.kind === 3 && one.named["peer.service"] === "jira");
      });
      const spans = spansOf(trace);
      const above = (span) => spans.find((one) => one.spanId === span.parentSpanId);
      const outermost = spans.filter((one) => !above(one));
      assert.deepEqual(outermost.map((one) => [one.name, one.parentSpanId]), [[name === "webhook" ? "turn" : "poll events", parent]]);
      const turn = spans.find((one) => one.name === "turn");
      assert.equal(turn.named["oms.subject"], `order/${project}/${item}`);
      assert.equal(turn.named["oms.end"], "done");
      assert.equal(above(spans.find((one) => one.name === "look")).name, "turn");
      for (const one of spans.filter((span) => span.kind === 3)) {
        assert.match(one.named["http.request.method"], /^[A-Z]+$/);
        assert.match(one.named["url.path"], /^\/[^?#]*$/);
        assert.ok(one.named["http.response.status_code"] >= 200);
        const told = [...market.requests, ...jira.requests].find((request) => request.traceparent === `00-${trace}-${one.spanId}-01`);
        assert.equal(told?.path, one.named["url.path"]);
      }
    });
  }

  test("are what OTLP asks for, without a secret or a text of anybody", () => {
    assert.deepEqual(collector.faults, []);
    assert.doesNotMatch(collector.bodies, /nobody else|demo-token|s3cret|\?/);
  });

  test("are sent, and dropped and counted where the collector does not take them; work goes on", async () => {
    const figures = async () => {
      const all = readMetrics((await call(`${world.url}/metrics`)).text);
      return ["sent", "dropped"].map((name) => all.get(`oms_jira_spans_${name}_total`).values[0].value);
    };
    const [sent, before] = await figures();
    assert.ok(sent > 0);
    assert.equal(before, 0);
    collector.status = 503;
    const { id } = await world.market("orders", { project, offer: 1 });
    await call(`${world.url}/mp/trigger`);
    await world.linkedOrder(project, id);
    await until("dropped spans to be counted", async () => (await figures())[1] > 0);
  });

  test("a traceparent that is none is no harm", async () => {
    for (const traceparent of ["", "x", "00-0-0-00", `ff-${randomHex(32)}-${randomHex(16)}-01`, `00-${"0".repeat(32)}-${randomHex(16)}-01`, `00-${randomHex(32)}-${"0".repeat(16)}-01`, "00-" + "a".repeat(9000)])
      assert.equal((await call(`${world.url}/mp/trigger`, { headers: { traceparent } })).status, 204, traceparent.slice(0, 60));
  });
});
