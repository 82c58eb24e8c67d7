// Each generation of Jira: what it is is found out, its webhook is administered in its way, and the
// same things happen on it. The rest of the suite runs on any of them: OMS_E2E_JIRA=cloud.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { World, call, until } from "./lib/world.mjs";

const generations = {
  "server-8.4": { name: "Server 8", variable: "${issue.id}", signs: false },
  "dc-9.12": { name: "Data Center 9", variable: "${issue.id}", signs: false },
  "dc-10.3": { name: "Data Center 10", variable: "{issue.id}", signs: true },
  cloud: { name: "Cloud", variable: "${issue.id}", signs: true },
};
const rarely = { OMS_POLL_INTERVAL: "1h", OMS_JIRA_POLL_INTERVAL: "1h" };

for (const [profile, generation] of Object.entries(generations)) {
  describe(`Jira ${profile}`, () => {
    let world, project, item;
    before(async () => {
      world = await World.make({ jira: profile, webhook: false, settings: rarely });
      await world.jira("settings", { users: { oms: { administrator: true } } });
    });
    after(() => world.end());

    const hooks = async () => (await call(`${world.jiraUrl}/sim/webhooks`)).json;
    const check = async (...args) => {
      const { code, out } = await world.run("check", "--webhook", "--json", ...args);
      const { findings } = JSON.parse(out);
      return { code, text: findings.map((one) => `${one.severity} ${one.about}: ${one.found} → ${one.remedy}`).join("\n"), findings };
    };

    test("is told by check and status", async () => {
      const { findings } = await check();
      assert.match(findings.find((one) => one.code === "jira.version").found, new RegExp(`spoken to as ${generation.name}$`));
      await until("status", async () => JSON.parse((await world.run("status", "--json")).out).remotes.jira?.generation === generation.name);
    });

    test("check finds no fault in what the simulator has", async () => {
      const { out } = await world.run("check", "--json");
      const { findings } = JSON.parse(out);
      assert.deepEqual(findings.filter((one) => one.severity === "fault"), []);
    });

    test("a webhook that lacks is missed, and made once", async () => {
      assert.match((await check()).text, /note webhook in Jira: none leads here/);
      const made = await check("--apply");
      assert.equal(made.code, 0, made.text);
      assert.match(made.text, /ok webhook in Jira: it was made/);
      const again = await check("--apply");
      assert.equal(again.code, 0, again.text);
      const all = await hooks();
      assert.equal(all.length, 1);
      assert.ok(all[0].url.startsWith(`${world.url}/api/webhooks/jira?issue_id=${generation.variable}`), all[0].url);
      assert.equal(all[0].url.includes("secret="), !generation.signs);
    });

    test("what is made carries", async () => {
      ({ id: project } = await world.market("projects", { name: "Generations", owner: { first_name: "Zofia", last_name: "Żak", name: "Zofia Żak", email: "z@example.org", uid: "z@aai" } }));
      ({ id: item } = await world.market("orders", { project, offer: 1 }));
      const issue = await world.linkedOrder(project, item);
      await world.jira(`issues/${issue.key}/transition`, { status: "2" });
      await until("the status, by the webhook alone", async () => (await world.order(project, item)).status === "in_progress");
    });

    test("texts go both ways as they were typed", async () => {
      const typed = "Is *this* {code}x{code} for [~accountid:5b10] and [~anna]? h1. <b>ż😀</b> {{x}}\n\n# one\n!http://x.example/y.png!";
      await world.market("messages", { project, item, content: typed });
      const seen = await until("the comment", async () => (await world.issue(project, item)).comments.find((one) => (one.text ?? one.body).includes("Is ")));
      // As a reader sees it, which is without empty lines.
      const shown = (text) => text.replaceAll("\u200b", "").replaceAll(/\n+/g, "\n");
      assert.ok(shown(seen.text).includes(shown(typed)), seen.text);
      assert.deepEqual(seen.effects ?? [], []);
      const issue = await world.issue(project, item);
      await world.jira(`issues/${issue.key}/comments`, { body: "Take *care* of [the manual|https://x.example]" });
      await until("the message", async () => (await world.order(project, item)).messages.some((one) => one.content === "Take care of the manual (https://x.example)"));
    });

    test("a webhook that differs is named, and repaired in place", async () => {
      const [hook] = await hooks();
      await world.jira(`webhooks/${hook.id}/delete`, {});
      await world.jira("webhooks", { name: "by hand", url: `${world.url}/api/webhooks/jira?issue_id=7&secret=other`, events: ["jira:issue_created"], jql: "project = HELP" });
      const found = await check();
      assert.equal(found.code, 1);
      for (const part of [/needs issue_id=/, /another secret/, /does not send jira:issue_updated/, /leaves out project/])
        assert.match(found.text, part);
      assert.doesNotMatch(found.text, /s3cret/);
      const repaired = await check("--apply");
      assert.equal(repaired.code, 0, repaired.text);
      assert.match(repaired.text, /'by hand' was repaired/);
      assert.equal((await hooks()).length, 1);
      assert.equal((await check()).code, 0);
    });

    test("who may not is told where, and what to paste", async () => {
      await world.jira("settings", { users: { oms: { administrator: false } } });
      const { text } = await check();
      assert.match(text, /needs Administer Jira/);
      assert.ok(text.includes(`${world.jiraUrl}/plugins/servlet/webhooks`), text);
      assert.ok(text.includes(`/api/webhooks/jira?issue_id=${generation.variable}`), text);
    });
  });
}

describe("an app on Cloud", () => {
  test("registers a webhook for itself, once, and renews it before it ends", async () => {
    const world = await World.make({ jira: "cloud", webhook: false, settings: rarely });
    try {
      await world.jira("settings", { account_is_app: true });
      const check = (...args) => world.run("check", "--webhook", ...args);
      const own = async () => (await call(`${world.jiraUrl}/sim/webhooks`)).json;
      assert.match((await check("--apply")).out, /our own was made, lives until/);
      assert.match((await check("--apply")).out, /our own, \d+, lives until/);
      assert.equal((await own()).length, 1);
      const { id: project } = await world.market("projects", { name: "App", owner: { first_name: "A", last_name: "B", name: "A B", email: "a@example.org", uid: "a@aai" } });
      const { id: item } = await world.market("orders", { project, offer: 1 });
      const issue = await world.linkedOrder(project, item);
      await world.jira(`issues/${issue.key}/transition`, { status: "2" });
      await until("the status, by the webhook alone", async () => (await world.order(project, item)).status === "in_progress");
      const status = async () => JSON.parse((await world.run("status", "--json")).out).own_webhook;
      assert.equal((await status()).says, "");
    } finally {
      await world.end();
    }
  });
});

// What hangs orders under epics differs from project to project on Cloud; the create screen says what.
const projectsOfCloud = {
  "a team-managed project": {
    jiraSettings: { project_style: "next-gen" },
    under: { parent: true, link: false },
  },
  "a company-managed project": {
    under: { parent: true, link: false },
  },
  "a company-managed project with Epic Link beside parent": {
    jiraSettings: { epic_link: true },
    under: { parent: true, link: false },
  },
  "a company-managed project with Epic Link alone": {
    jiraSettings: { epic_link: true, screens: { 10204: { remove: ["parent"] } } },
    under: { parent: false, link: true },
  },
};

for (const [name, { jiraSettings, under }] of Object.entries(projectsOfCloud)) {
  describe(`${name} on Cloud`, () => {
    let world, project, item, issue;
    const rest = async (path) => (await call(`${world.jiraUrl}/rest/api/3/${path}`, { headers: world.jiraAuthorization() })).json;
    before(async () => { world = await World.make({ jira: "cloud", jiraSettings, settings: { ...rarely, OMS_JIRA_FIELD_Epic_Link: "" } }); });
    after(() => world.end());

    test("is set up as the adapter needs it", async () => {
      const { out } = await world.run("check", "--json");
      assert.deepEqual(JSON.parse(out).findings.filter((one) => one.severity === "fault"), []);
    });

    test("takes a project and its order", async () => {
      ({ id: project } = await world.market("projects", { name: "Style", owner: { first_name: "A", last_name: "B", name: "A B", email: "a@example.org", uid: "a@aai" } }));
      ({ id: item } = await world.market("orders", { project, offer: 1 }));
      issue = await world.linkedOrder(project, item);
      const epic = await world.issue(project);
      assert.equal(epic.epic, true);
      assert.equal(issue.epic_link, epic.key);
      const [made] = (await call(`${world.jiraUrl}/sim/requests?method=POST&path=*/rest/api/3/issue`)).json.requests.slice(-1);
      assert.equal(made.status, 201);
      const { fields } = await rest(`issue/${issue.key}`);
      assert.equal(fields.summary, issue.fields.Summary);
      assert.equal(fields.parent?.key, epic.key);
      const screen = (await rest(`issue/createmeta/EOSC/issuetypes/${issue.type}?maxResults=200`)).fields.map((one) => one.fieldId);
      assert.equal(screen.includes("parent"), under.parent);
      assert.equal(screen.includes("customfield_10008"), jiraSettings?.epic_link === true);
      for (const field of ["Order reference", "SO-1", "SO-OfferType", "CP-INeedAVoucher"])
        assert.ok(issue.fields[field], field);
    });

    test("a status goes each way", async () => {
      await world.jira(`issues/${issue.key}/transition`, { status: "In Progress" });
      await until("the status here", async () => (await world.order(project, item)).status === "in_progress");
      await world.market(`orders/${project}/${item}/status`, { type: "ready" });
      await until("the status there", async () => (await world.issue(project, item)).status_name === "Ready");
    });

    test("a text goes each way, and a voucher", async () => {
      await world.market("messages", { project, item, content: "When?" });
      await until("the comment", async () => (await world.issue(project, item)).comments.some((one) => one.text.includes("When?")));
      await world.jira(`issues/${issue.key}/comments`, { body: "Tomorrow." });
      await until("the message", async () => (await world.order(project, item)).messages.some((one) => one.content === "Tomorrow."));
      await world.jira(`issues/${issue.key}/voucher`, { voucher: "V-1" });
      await until("the voucher", async () => (await world.order(project, item)).secrets.voucher_id === "V-1");
    });

    test("another order hangs under the same epic", async () => {
      const { id } = await world.market("orders", { project, offer: 1 });
      const second = await world.linkedOrder(project, id);
      assert.equal(second.epic_link, (await world.issue(project)).key);
      assert.equal((await world.issuesOf(project)).length, 1);
    });
  });
}

test("what only another project has is of no use, and check does not propose it", async () => {
  const world = await World.make({ jira: "cloud", jiraSettings: { project_style: "next-gen" }, adapter: false, webhook: false, trigger: false });
  try {
    const own = world.env.OMS_JIRA_WF_READY;
    const reference = world.env.OMS_JIRA_FIELD_Order_reference;
    Object.assign(world.env, { OMS_JIRA_WF_READY: "7", OMS_JIRA_FIELD_Order_reference: "" });
    const { out } = await world.run("check");
    assert.match(out, /FAULT +OMS_JIRA_WF_READY +7 is .*, which the project.s workflow does not have/);
    assert.ok(out.includes(`OMS_JIRA_WF_READY=${own} `), out);
    assert.doesNotMatch(out, /OMS_JIRA_WF_READY=7 /);
    assert.ok(out.includes(`OMS_JIRA_FIELD_Order_reference=${reference}\n`), out);
  } finally {
    await world.end();
  }
});

describe("an index that overlooks every other issue, on Cloud", () => {
  const settings = { OMS_POLL_INTERVAL: "500ms", OMS_JIRA_POLL_INTERVAL: "500ms" };
  const idle = (world) => until("the work to be done", async () => {
    const { queue } = JSON.parse((await world.run("status", "--json")).out);
    return queue.due + queue.leased + queue.waiting === 0;
  }, 40);
  test("an older integration's issues are adopted, not made again", async () => {
    const world = await World.make({ jira: "cloud", adapter: false, settings });
    try {
      const { id: project } = await world.market("projects", { name: "Old" });
      await world.jira("issues", { user: "oms", fields: { project: { key: "EOSC" }, issuetype: { id: "10000" }, summary: "Project, Old", customfield_10115: `Old (${project})` } });
      const items = [];
      for (let i = 0; i < 8; ++i) {
        const { id: item } = await world.market("orders", { project, offer: 1 });
        items.push(item);
        await world.jira("issues", { user: "oms", fields: { project: { key: "EOSC" }, issuetype: { id: "10204" }, summary: "Service order", customfield_10100: `${world.mp}/projects/${project}/services/${item}` } });
      }
      await world.jira("settings", { index_flicker: 0.5 });
      await world.startAdapter();
      const { id: fresh } = await world.market("orders", { project, offer: 1 });
      await until("the new order", async () => (await world.order(project, fresh)).status !== "created", 40);
      for (const item of items) await until(`order ${item}`, async () => JSON.parse((await world.run("explain", `${project}/${item}`, "--json")).out).link?.state === "linked", 40);
      await idle(world);
      assert.equal((await world.issues()).length, 10, "a project, eight old orders, and the new one");
    } finally {
      await world.end();
    }
  });

  test("a lost database makes nothing again", async () => {
    const world = await World.make({ jira: "cloud", settings });
    try {
      const { id: project } = await world.market("projects", { name: "Lost" });
      const items = [];
      for (let i = 0; i < 6; ++i) items.push((await world.market("orders", { project, offer: 1 })).id);
      for (const item of items) await world.linkedOrder(project, item);
      await world.killAdapter();
      await world.jira("settings", { index_flicker: 0.5 });
      world.env.OMS_DB_HOST = world.env.OMS_DB_HOST.includes("sqlite") ? `sqlite:///${world.folder}/empty.db` : world.env.OMS_DB_HOST;
      await world.startAdapter();
      for (const item of items) await until(`order ${item}`, async () => JSON.parse((await world.run("explain", `${project}/${item}`, "--json")).out).link?.state === "linked", 40);
      await idle(world);
      assert.equal((await world.issues()).length, 7);
    } finally {
      await world.end();
    }
  });
});

describe("an upgrade of Jira under a running adapter", () => {
  test("is noticed when it is back, and the work goes on", async () => {
    const world = await World.make({ jira: "dc-9.12", settings: { OMS_POLL_INTERVAL: "500ms", OMS_JIRA_POLL_INTERVAL: "500ms" } });
    const spoken = async () => JSON.parse((await world.run("status", "--json")).out).remotes.jira?.generation;
    try {
      const { id: project } = await world.market("projects", { name: "Upgraded", owner: { first_name: "A", last_name: "B", name: "A B", email: "a@example.org", uid: "a@aai" } });
      await until("Data Center 9", async () => (await spoken()) === "Data Center 9");
      await world.jira("faults", { kind: "fail_before", status: 503, count: 100000 });
      await call(`${world.jiraUrl}/sim/profile`, { method: "PUT", body: { name: "dc-10.3" } });
      const { id } = await world.market("orders", { project, offer: 1 });
      await until("Jira to be away", async () => JSON.parse((await world.run("status", "--json")).out).remotes.jira.state !== "working");
      await world.jira("faults/clear", {});
      await until("Data Center 10", async () => (await spoken()) === "Data Center 10", 40);
      await world.linkedOrder(project, id);
    } finally {
      await world.end();
    }
  });
});
