// The moves of docs/from-marketplace-integration.md and docs/from-python-adapter.md, as they are typed
// there: looked at without a write, switched over with nothing doubled, and back.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Page } from "./lib/page.mjs";
import { makePythonDatabase } from "./lib/python_adapter.mjs";
import { Postgres, noPostgres } from "./lib/servers.mjs";
import { World, call, freePort, until } from "./lib/world.mjs";

const customersWords = "We start on the first of the month. Would that be possible?";

/** An issue or a comment by the account of the older integration, by Jira's own API. */
async function written(world, path, body) {
  const answer = await call(`${world.jiraUrl}/rest/api/2/${path}`, { method: "POST", headers: world.jiraAuthorization(), body });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}

/** What an older integration left of order 1/1, with its first message. */
async function olderIssues(world, { reference }) {
  const field = (name) => world.env[`OMS_JIRA_FIELD_${name}`];
  const issue = (type, fields) => written(world, "issue", { fields: { project: { key: "EOSC" }, issuetype: { id: type }, ...fields } });
  const epic = await issue(world.env.OMS_JIRA_PROJECT_ISSUE_TYPE_ID, { summary: "Project, Jane Doe, Glacier survey", [field("Epic_Name")]: "Glacier survey", [field("SO_ProjectName")]: "Glacier survey (1)" });
  const order = await issue(world.env.OMS_JIRA_ISSUE_TYPE_ID, {
    summary: "Service order, Jane Doe, Cloud Compute", [field("Epic_Link")]: epic.key,
    ...(reference ? { [field("Order_reference")]: `${world.mp}/projects/1/services/1` } : {}),
  });
  const comment = await written(world, `issue/${order.key}/comment`, { body: customersWords });
  return { epic, order, comment };
}

const writesOf = async (world) => {
  const { marketWrites, jiraWrites } = await world.counts();
  return [...marketWrites, ...jiraWrites];
};

/** A shadow that runs, until nothing is due any more by its own metrics; then it is stopped. */
async function looks(page, port) {
  try {
    await until("the shadow to have looked at everything", async () => {
      const metrics = (await call(`http://127.0.0.1:${port}/metrics`)).text;
      const busy = [...metrics.matchAll(/oms_jira_subjects\{[^}]*state="(due|leased)"[^}]*\} ([0-9.]+)/g)].some((found) => Number(found[2]) > 0);
      const asked = [...metrics.matchAll(/^oms_jira_remote_requests_total\{[^}]*\} ([0-9.]+)/gm)].reduce((sum, found) => sum + Number(found[1]), 0);
      return !busy && asked > 4;
    }, 30);
  } finally {
    await page.stop();
  }
}

/** As the pages have it: once more until nothing differs. */
async function compared(page) {
  await until("both sides to be alike", async () => {
    const child = page.start(page.block("compare"));
    return (await child.ended) === 0 && / 0 differed/.test(child.out);
  }, 30);
}

describe("moving from the marketplace's own integration", () => {
  let world, page, folder, made;
  before(async () => {
    world = await World.make({ adapter: false, seed: "demo", jira: "dc-9.12", webhook: false, trigger: false });
    made = await olderIssues(world, { reference: true });
    // What staff wrote went to the customer already, from nobody.
    await world.jira(`issues/${made.order.key}/comments`, { user: "anna", body: "Yes, it is." });
    await world.market("messages", { project: 1, item: 1, scope: "public", role: "provider", content: "Yes, it is." });
    folder = mkdtempSync(join(tmpdir(), "oms-move-"));
    const theirs = [...Object.entries(await world.jiraEnvironment()), ["OMS_JIRA_WEBHOOK_SECRET", "theirs"]].map(([name, value]) => `export ${name.replace(/^OMS_/, "MP_")}=${value}\n`);
    writeFileSync(join(folder, "marketplace.env"), theirs.join(""));
    writeFileSync(join(folder, ".env"), `OMS_MP_URL=${world.mp}\nOMS_MP_TOKEN=${world.env.OMS_MP_TOKEN}\nOMS_POLL_INTERVAL=1s\nOMS_JIRA_POLL_INTERVAL=1s\n`, { mode: 0o600 });
    page = new Page("docs/from-marketplace-integration.md", folder, { OMS_HTTP_PORT: String(world.port) });
    await world.clearCounts();
  });
  after(async () => {
    await page?.stop();
    rmSync(folder, { recursive: true, force: true });
    await world.end();
  });

  test("its settings are taken over, but for the webhook's secret", async () => {
    await page.type("settings");
    const lines = readFileSync(join(folder, ".env"), "utf8");
    assert.match(lines, /^OMS_JIRA_FIELD_Order_reference=customfield_\d+$/m);
    assert.doesNotMatch(lines, /SECRET|export/);
  });

  test("shows what it finds, and writes nothing, at once and in the shadow", async () => {
    assert.match(await page.type("find"), new RegExp(`^1 +would adopt ${made.epic.key}`, "m"));
    page.leave("shadow");
    await looks(page, world.port);
    assert.deepEqual(await writesOf(world), []);
  });

  test("adopts its issues, and carries no text again", async () => {
    page.leave("serve");
    await until("it", () => call(`${world.url}/readyz`).then((answer) => answer.status === 200));
    await compared(page);
    await until("order 1/1 to be registered", async () => (await world.order(1, 1)).status === "registered");
    await world.quiet();
    const issues = (await world.issues()).filter((one) => one.fields?.summary === "Service order, Jane Doe, Cloud Compute" || one.key === made.order.key);
    assert.deepEqual(issues.map((one) => one.key), [made.order.key]);
    assert.equal(issues[0].comments.length, 2);
    assert.deepEqual((await world.order(1, 1)).messages.map((one) => one.content), [customersWords, "Yes, it is."]);
  });

  test("goes on with both sides", async () => {
    await world.jira(`issues/${made.order.key}/comments`, { user: "anna", body: "It is ready for you." });
    await world.market("messages", { project: 1, item: 1, scope: "public", content: "Thank you!" });
    await until("the comment", async () => (await world.order(1, 1)).messages.some((one) => one.content === "It is ready for you."));
    await until("the message", async () => (await world.issues()).find((one) => one.key === made.order.key).comments.some((one) => one.body.includes("Thank you!")));
  });
});

describe("moving from the Python adapter", { skip: noPostgres }, () => {
  let postgres, world, page, folder, made, shadowPort;
  const tables = async () => (await postgres.query("SELECT mp_id, jira_id, project_id FROM project_item ORDER BY id", "python")).map((row) => row.join(" "));
  before(async () => {
    postgres = await Postgres.start(["fsync = off"]);
    world = await World.make({ adapter: false, seed: "demo", jira: "dc-9.12", webhook: false, trigger: false });
    made = await olderIssues(world, { reference: false });
    const url = await makePythonDatabase(postgres, "python", {
      projects: [[1, Number(made.epic.id)]], items: [[1, Number(made.order.id), 1]],
      comments: [[1, Number(made.comment.id), "ProjectItem", 1]], timestamp: "2026-01-01 00:00:00",
    });
    folder = mkdtempSync(join(tmpdir(), "oms-move-"));
    shadowPort = String(await freePort());
    const server = { PGHOST: "127.0.0.1", PGPORT: String(postgres.port), PGUSER: "oms" };
    const env = { ...world.env, ...server, OMS_DB_HOST: url, OMS_POLL_INTERVAL: "1s", OMS_JIRA_POLL_INTERVAL: "1s" };
    page = new Page("docs/from-python-adapter.md", folder, env, [["OMS_HTTP_PORT=9001", `OMS_HTTP_PORT=${shadowPort}`]]);
    await world.clearCounts();
  });
  after(async () => {
    await page?.stop();
    rmSync(folder, { recursive: true, force: true });
    await world?.end();
    await postgres.end();
  });

  test("is rehearsed on a copy, and leaves the real one alone", async () => {
    const told = await page.type(["copy", "rehearse"]);
    assert.match(told, /^orders +1 +0 +0 +0$/m);
    assert.match(told, /compared/);
    assert.deepEqual(await tables(), [`1 ${made.order.id} 1`]);
    assert.deepEqual(await writesOf(world), []);
  });

  test("runs in the shadow of it, and writes nothing", async () => {
    page.leave("shadow", { env: { OMS_DB_HOST: "postgresql:///rehearsal" } });
    await looks(page, shadowPort);
    assert.deepEqual(await writesOf(world), []);
  });

  test("is switched over: known orders go on, new ones are carried, nothing is doubled", async () => {
    await page.type(["back-up", "take-over", "look"]);
    page.leave("serve");
    await until("it", () => call(`${world.url}/readyz`).then((answer) => answer.status === 200));
    await compared(page);
    await until("order 1/1 to be registered", async () => (await world.order(1, 1)).status === "registered");
    const { id } = await world.market("orders", { project: 1, offer: 1 });
    await world.linkedOrder(1, id);
    const known = (await world.issues()).find((one) => one.id === made.order.id);
    assert.deepEqual(known.comments.map((one) => one.body), [customersWords]);
    assert.deepEqual(await world.issuesOf(1, 1), [], "no second issue");
    assert.deepEqual((await world.order(1, 1)).messages.map((one) => one.content), [customersWords]);
  });

  test("is given back with what was linked since", async () => {
    await page.stop();
    await page.type("give-back");
    const rows = await tables();
    assert.equal(rows[0], `1 ${made.order.id} 1`);
    assert.ok(rows.length > 1, rows.join());
  });
});
