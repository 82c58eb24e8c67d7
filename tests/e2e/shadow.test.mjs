// Shadow mode beside an older integration, the switch to us, and back. The older one is imitated: it
// makes issues with its fields and no label of ours, carries some things, and forgets others.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { noSql, sql } from "./lib/store.mjs";
import { World, until } from "./lib/world.mjs";

async function inWorld(options, play) {
  const world = await World.make(options);
  try {
    await play(world);
  } finally {
    await world.end();
  }
}

const older = {
  async project(world, project, name) {
    const epic = world.env.OMS_JIRA_FIELD_Epic_Name ? { customfield_10009: name } : {};
    return world.jira("issues", { user: "oms", fields: { project: { key: "EOSC" }, issuetype: { id: "10000" }, summary: `Project, ${name}`, ...epic, customfield_10115: `${name} (${project})` } });
  },
  async order(world, project, item) {
    return world.jira("issues", { user: "oms", fields: { project: { key: "EOSC" }, issuetype: { id: "10204" }, summary: "Service order", customfield_10100: `${world.mp}/projects/${project}/services/${item}` } });
  },
  comment: (world, key, body) => world.jira(`issues/${key}/comments`, { user: "oms", body }),
};

const shadow = { OMS_DRY_RUN: "1", OMS_JIRA_POLL_INTERVAL: "300ms", OMS_POLL_INTERVAL: "300ms" };
const real = { OMS_JIRA_POLL_INTERVAL: "300ms", OMS_POLL_INTERVAL: "300ms" };

const story = async (world, subject) => {
  const { code, out, err } = await world.run("explain", subject, "--json");
  return out ? JSON.parse(out) : assert.fail(`explain ended with ${code}: ${err}`);
};
/** What would be done about it, as one text. */
const would = async (world, subject) => (await story(world, subject)).would.join("\n");
const untilWould = (world, subject, pattern) =>
  until(`${subject} to say ${pattern}`, async () => pattern.test(await would(world, subject)) && would(world, subject));

/** Until nobody is looked at, nor to be. The polls go on. */
const idle = (world) =>
  until("nobody to be looked at", async () => {
    const { queue } = JSON.parse((await world.run("status", "--json")).out);
    return queue.due + queue.leased + queue.waiting === 0;
  });
const wrote = async (world) => {
  const counts = await world.counts();
  return [...counts.marketWrites, ...counts.jiraWrites];
};
const commentsWith = async (world, key, text) => (await world.issues()).find((one) => one.key === key).comments.filter((one) => one.body.includes(text));

describe("shadow mode", () => {
  test("it tells what it would do beside an older integration, then takes over, and goes back", () =>
    inWorld({ adapter: false, trigger: true }, async (world) => {
      // The older one carried the first order, but neither its second message nor its status.
      const { id: project } = await world.market("projects", { name: "Old" });
      await older.project(world, project, "Old");
      const { id: first } = await world.market("orders", { project, offer: 1 });
      const { key } = await older.order(world, project, first);
      await world.market("messages", { project, item: first, content: "carried long ago" });
      await older.comment(world, key, "carried long ago");
      await world.market("messages", { project, item: first, content: "never carried" });
      await world.jira(`issues/${key}/transition`, { user: "admin", status: "2" });
      // And it missed the second one.
      const { id: second } = await world.market("orders", { project, offer: 2 });

      await world.startAdapter(shadow);
      const [one, two] = [`${project}/${first}`, `${project}/${second}`];
      const said = await untilWould(world, one, /add a comment for message/);
      assert.match(said, new RegExp(`adopt ${key}`));
      assert.match(said, /set the order to in_progress/);
      assert.equal(said.match(/add a comment/g).length, 1, said);
      await untilWould(world, two, /create the issue/);
      assert.match((await story(world, two)).next, /shadow mode/);

      // While it watches, both sides and the older one go on.
      const { id: third } = await world.market("orders", { project, offer: 1 });
      const three = `${project}/${third}`;
      await untilWould(world, three, /create the issue/);
      const { key: its } = await older.order(world, project, third);
      await untilWould(world, three, new RegExp(`adopt ${its}`));
      // Counted together with the adoptions of other issues.
      if (!noSql) assert.match(await sql(world, `SELECT would_kind FROM sight WHERE subject = 'order/${three}'`), /"adopt an issue: /);
      // The same finding again adds nothing to the story.
      await world.market("messages", { project, item: second, content: "where is my order?" });
      await idle(world);
      const journal = (await story(world, two)).journal.filter((entry) => entry.says.startsWith("would create the issue"));
      assert.equal(journal.length, 1, JSON.stringify(journal));
      const status = JSON.parse((await world.run("status", "--json")).out);
      assert.equal(status.shadow.on, false, "this command line has no OMS_DRY_RUN");
      assert.ok(status.shadow.would >= 3, JSON.stringify(status.shadow));
      assert.deepEqual(await wrote(world), []);

      // The switch: without the variable, and that is all.
      await world.killAdapter("SIGTERM");
      const before = (await world.issues()).length;
      await world.startAdapter(real);
      await until("the second order's issue", async () => (await world.issuesOf(project, second)).length === 1);
      await until("the status", async () => (await world.order(project, first)).status === "in_progress");
      await until("the forgotten message", async () => (await commentsWith(world, key, "never carried")).length === 1);
      const missed = (await world.issuesOf(project, second))[0].key;
      await until("the message from meanwhile", async () => (await commentsWith(world, missed, "where is my order?")).length === 1);
      await idle(world);
      assert.equal((await world.issues()).length, before + 1, "only what was missing is made");
      assert.equal((await commentsWith(world, key, "carried long ago")).length, 1);
      assert.deepEqual((await story(world, one)).would, []);

      // And back: what happens now is only told.
      await world.killAdapter("SIGTERM");
      await world.clearCounts();
      await world.startAdapter(shadow);
      await world.market("messages", { project, item: first, content: "in the second shadow" });
      await world.jira(`issues/${its}/transition`, { user: "admin", status: "3" });
      await untilWould(world, one, /add a comment for message/);
      await untilWould(world, three, /set the order to waiting_for_response/);
      await idle(world);
      assert.deepEqual(await wrote(world), []);
      await world.killAdapter("SIGTERM");
      await world.startAdapter(real);
      await until("the message", async () => (await commentsWith(world, key, "in the second shadow")).length === 1);
      await until("the status", async () => (await world.order(project, third)).status === "waiting_for_response");
      await idle(world);
      assert.equal((await commentsWith(world, key, "in the second shadow")).length, 1);
    }));

  test("status, explain and a dry run of everything say that it is a shadow, and what it would do", () =>
    inWorld({ settings: { OMS_DRY_RUN: "1" } }, async (world) => {
      const { id: project } = await world.market("projects", { name: "Shadow" });
      const { id } = await world.market("orders", { project, offer: 1 });
      await untilWould(world, `${project}/${id}`, /create the issue/);
      await until("both to be looked at", async () => JSON.parse((await world.run("status", "--json")).out).shadow.looked_at === 2);
      const { out: status } = await world.run("status");
      assert.match(status, /mode +shadow: nothing is written to either side; 2 looked at, 2 would be changed/);
      const { out: explained } = await world.run("explain", `${project}/${id}`);
      assert.match(explained, /Shadow mode: it would\n {2}create the issue/);
      const { code, out } = await world.run("reconcile", "--dry-run");
      assert.equal(code, 0);
      assert.match(out, /2 compared, 2 differed, 0 healed/);
      assert.deepEqual(await wrote(world), []);
    }));

  test("what the older integration does later is seen without any hint of it", () =>
    inWorld({ webhook: false, settings: { ...shadow, OMS_POLL_INTERVAL: "24h" } }, async (world) => {
      const { id: project } = await world.market("projects", { name: "Quiet" });
      await untilWould(world, `${project}`, /create the issue/);
      const { key } = await older.project(world, project, "Quiet");
      await untilWould(world, `${project}`, new RegExp(`adopt ${key}`));
      assert.deepEqual(await wrote(world), []);
    }));

  test("what needed a person before still does", () =>
    inWorld({}, async (world) => {
      await world.jira("settings", { screens: { 10204: { remove: ["SO-1"] } } });
      const { id: project } = await world.market("projects", { name: "Screen" });
      const { id } = await world.market("orders", { project, offer: 1 });
      await until("attention", async () => (await world.run("attention", "list")).out.includes("refused"));
      await world.killAdapter("SIGTERM");
      await world.startAdapter({ OMS_DRY_RUN: "1" });
      await world.run("attention", "retry", "--all");
      await untilWould(world, `${project}/${id}`, /create the issue/);
      assert.match((await world.run("attention", "list")).out, /refused/);
      await world.jira("settings", { screens: { 10204: { add: ["SO-1"] } } });
      await world.killAdapter("SIGTERM");
      await world.startAdapter();
      await until("the issue", async () => (await world.issuesOf(project, id)).length === 1);
      await until("nothing to do", async () => (await world.run("attention", "list")).out.includes("Nothing needs a person"));
    }));
});
