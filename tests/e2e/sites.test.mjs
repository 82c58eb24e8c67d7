// Sites that differ: no webhook, a service desk, an older integration, a shadow, a misconfigured screen.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { World, call, until } from "./lib/world.mjs";

async function inWorld(options, play) {
  const world = await World.make(options);
  try {
    await play(world);
  } finally {
    await world.end();
  }
}

async function linked(world, name = "P") {
  const { id: project } = await world.market("projects", { name });
  const { id } = await world.market("orders", { project, offer: 1 });
  return { project, id, issue: await world.linkedOrder(project, id) };
}

describe("sites", () => {
  test("without webhook and trigger both sides are still followed, by polling", () =>
    inWorld({ webhook: false, trigger: false, settings: { OMS_POLL_INTERVAL: "500ms", OMS_JIRA_POLL_INTERVAL: "500ms" } }, async (world) => {
      const { project, id, issue } = await linked(world);
      await world.jira(`issues/${issue.key}/transition`, { status: "2" });
      await world.jira(`issues/${issue.key}/comments`, { body: "polled" });
      await until("the status", async () => (await world.order(project, id)).status === "in_progress");
      await until("the message", async () => (await world.order(project, id)).messages.some((one) => one.content === "polled"));
      await world.market("messages", { project, item: id, content: "asked" });
      await until("the comment", async () => (await world.issue(project, id)).comments.some((one) => one.body.includes("asked")));
      await world.clearCounts();
      const polled = async (side, path) => (await call(`${side}/sim/requests`)).json.requests.filter((one) => (one.target ?? one.path).includes(path)).length;
      await until("three polls of each side", async () => (await polled(world.mp, "/events?")) >= 3 && (await polled(world.jiraUrl, "/search")) >= 3);
      const counts = await world.counts();
      assert.deepEqual([...counts.marketWrites, ...counts.jiraWrites], []);
      assert.equal(counts.marketReads.length, 0, JSON.stringify(counts.marketReads));
      assert.ok(counts.jiraReads.every((one) => (one.target ?? one.path).includes("/search")), JSON.stringify(counts.jiraReads));
    }));

  test("internal notes of a service desk never reach the customer", () =>
    inWorld({}, async (world) => {
      await world.jira("settings", { service_desk: true });
      const { project, id, issue } = await linked(world);
      await world.jira(`issues/${issue.key}/comments`, { body: "internal note", internal: true });
      await world.jira(`issues/${issue.key}/comments`, { body: "for the customer" });
      await until("the message", async () => (await world.order(project, id)).messages.some((one) => one.content === "for the customer"));
      await world.quiet();
      assert.ok(!(await world.order(project, id)).messages.some((one) => one.content.includes("note")));
    }));

  test("a comment restricted to the public role goes to the customer", () =>
    inWorld({}, async (world) => {
      const { project, id, issue } = await linked(world);
      await world.jira(`issues/${issue.key}/comments`, { body: "for users", role: "User" });
      await until("the message", async () => (await world.order(project, id)).messages.some((one) => one.content === "for users"));
    }));

  test("an issue of an older integration is adopted, with its texts", () =>
    inWorld({ adapter: false, settings: { OMS_POLL_INTERVAL: "500ms" } }, async (world) => {
      const { id: project } = await world.market("projects", { name: "Old" });
      const { id } = await world.market("orders", { project, offer: 1, comment: "from before" });
      const { key: epic } = await world.jira("issues", { user: "admin", fields: { project: { key: "EOSC" }, issuetype: { id: "10000" }, summary: "Old epic", ...(world.env.OMS_JIRA_FIELD_Epic_Name ? { customfield_10009: "Old" } : {}), customfield_10115: `Old (${project})` } });
      const { key } = await world.jira("issues", { user: "admin", fields: { project: { key: "EOSC" }, issuetype: { id: "10204" }, summary: "Old order", customfield_10100: `${world.mp}/projects/${project}/services/${id}` } });
      await world.jira(`issues/${key}/comments`, { user: "admin", body: "from before" });
      await world.jira(`issues/${key}/transition`, { user: "admin", status: "2" });
      await world.startAdapter();
      await until("the order to take Jira's status", async () => (await world.order(project, id)).status === "in_progress");
      await world.quiet();
      const issues = await world.issues();
      assert.equal(issues.length, 2, `${epic} and ${key} only`);
      assert.equal(issues.find((one) => one.key === key).comments.length, 1);
      assert.equal((await world.order(project, id)).messages.length, 1);
    }));

  test("a shadow writes nothing to either side", () =>
    inWorld({ settings: { OMS_DRY_RUN: "1" } }, async (world) => {
      const { id: project } = await world.market("projects", { name: "Shadow" });
      await world.market("orders", { project, offer: 1 });
      await until("a decision", async () => (await world.run("explain", `${project}`)).out.includes("would create the issue"));
      await world.quiet();
      const counts = await world.counts();
      assert.deepEqual([...counts.marketWrites, ...counts.jiraWrites], []);
    }));

  test("a refusal needs a person, names the field, and is retried", () =>
    inWorld({}, async (world) => {
      await world.jira("settings", { screens: { 10204: { remove: ["SO-1"] } } });
      const { id: project } = await world.market("projects", { name: "Screen" });
      const { id } = await world.market("orders", { project, offer: 1 });
      const list = await until("attention", async () => {
        const { out } = await world.run("attention", "list");
        return out.includes("refused") && out;
      });
      assert.match(list, /customfield_10120/);
      await world.jira("settings", { screens: { 10204: { add: ["SO-1"] } } });
      assert.equal((await world.run("attention", "retry", "--all")).code, 0);
      await until("the issue", async () => (await world.issuesOf(project, id)).length === 1);
      await until("nothing to do", async () => (await world.run("attention", "list")).out.includes("Nothing needs a person"));
    }));

  test("where no transition leads there the order needs a person, and talk goes on", () =>
    inWorld({ any: false }, async (world) => {
      await world.jira("settings", { any_transitions: false });
      const { project, id, issue } = await linked(world);
      await world.market(`orders/${project}/${id}/status`, { type: "closed" });
      await until("attention", async () => (await world.run("attention", "list")).out.includes("no transition leads from"));
      await world.jira(`issues/${issue.key}/comments`, { body: "we talk" });
      await until("the message", async () => (await world.order(project, id)).messages.some((one) => one.content === "we talk"));
    }));

  test("both sides at once: Jira wins, and it is recorded", () =>
    inWorld({ trigger: false, webhook: false, settings: { OMS_POLL_INTERVAL: "500ms", OMS_JIRA_POLL_INTERVAL: "500ms" } }, async (world) => {
      const { project, id, issue } = await linked(world);
      await world.killAdapter("SIGTERM");
      await world.jira(`issues/${issue.key}/transition`, { status: "6" });
      await world.market(`orders/${project}/${id}/status`, { type: "ready" });
      await world.startAdapter();
      await until("Jira's word", async () => (await world.order(project, id)).status === "closed");
      await world.quiet();
      assert.equal((await world.issue(project, id)).status, "6");
      assert.match((await world.run("explain", `${project}/${id}`)).out, /conflict/);
    }));

  test("reconcile --dry-run tells, and reconcile heals, what was lost", () =>
    inWorld({ trigger: false, webhook: false }, async (world) => {
      await world.market("settings", { drop_events: 1000 });
      const { id: project } = await world.market("projects", { name: "Lost" });
      await world.market("orders", { project, offer: 1, comment: "anybody?" });
      const dry = await world.run("reconcile", "--dry-run");
      assert.match(dry.out, /would create the issue/);
      assert.match(dry.out, /2 compared, 2 differed, 0 healed/);
      assert.equal((await world.issuesOf(project)).length, 0);
      await world.run("reconcile");
      await world.run("reconcile");
      await until("the comment", async () => (await world.issuesOf(project, 1))[0]?.comments.length === 1);
      assert.match((await world.run("reconcile")).out, /2 compared, 0 differed, 0 healed/);
    }));
});
