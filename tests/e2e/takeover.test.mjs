// The database of a Python adapter, taken over in place: rehearsed, for real, back again.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { head, makePythonDatabase, many } from "./lib/python_adapter.mjs";
import { Postgres, noPostgres } from "./lib/servers.mjs";
import { World, call, run, until } from "./lib/world.mjs";

const execute = promisify(execFile);

describe("a Python adapter's database", { skip: noPostgres }, () => {
  let postgres;
  let number = 0;

  const make = async (content = {}) => {
    const name = `py${++number}`;
    return { name, url: await makePythonDatabase(postgres, name, content) };
  };
  const db = (url, ...args) => run(["db", ...args], { OMS_DB_HOST: url });
  const dump = async (url) =>
    (await execute("pg_dump", ["--no-owner", "-d", url], { maxBuffer: 1 << 28 })).stdout.replace(/^\\(un)?restrict .*$/gm, "");
  const query = (sql, name) => postgres.query(sql, name);
  const one = async (sql, name) => (await query(sql, name))[0]?.[0];

  before(async () => (postgres = await Postgres.start(["fsync = off", "full_page_writes = off"])));
  after(() => postgres.end());

  const awkward = {
    projects: [[12, 10001], [13, 10002], [12, 10003]],
    items: [[1, 10011, 12], [2, 10012, 12], [1, 10013, 13], [1, 10014, 12], [5, 10015, 99], [6, 10016, 2], [7, 10001, 12]],
    comments: [
      [601, 20001, "Project", 12], [602, 20002, "ProjectItem", 2], [603, 20003, "ProjectItem", 1], [604, 20004, null, 12],
      [601, 20005, "Project", 12], [605, 20006, "Project", 77], [606, 20007, "ProjectItem", 44], [0, 20008, "Project", 12],
    ],
    timestamp: null,
  };

  test("a rehearsal tells what would be linked and what not, and changes nothing", async () => {
    const { url } = await make(awkward);
    const before = await dump(url);
    const told = await db(url, "upgrade", "--rehearse", "--json");
    assert.equal(told.code, 1, told.err);
    const { counts, not_linked, events_from, rehearsal } = JSON.parse(told.out);
    assert.equal(rehearsal, true);
    assert.equal(events_from, null);
    assert.deepEqual(counts.project, { linked: 2, later: 0, aside: 0, left: 1 });
    assert.deepEqual(counts.order, { linked: 3, later: 0, aside: 0, left: 4 });
    assert.deepEqual(counts.message, { linked: 2, later: 4, aside: 1, left: 1 });
    const reasons = Object.fromEntries(not_linked.map((row) => [`${row.what} ${row.row}`, `${row.reason}|${row.beside}`]));
    assert.deepEqual(reasons, {
      "project 3": "another row is that project's, and older|row 1",
      "order 4": "another row is that order's, and older|row 1",
      "order 5": "its project_id is no project's mp_id|",
      "order 6": "its project_id is no project's mp_id|row 2 is that of project 13",
      "order 7": "its issue stands for a project, too|project/12",
      "message 3": "orders of several projects have the number that is its parent_id|ProjectItem 1",
      "message 4": "its parent_type is null|null 12",
      "message 5": "another row is that message's, and older: this comment is not followed|row 1",
      "message 6": "its parent_id is no linked project|Project 77",
      "message 7": "its parent_id is no linked order's number|ProjectItem 44",
      "message 8": "an id of it is none|",
    });
    const text = await db(url, "upgrade", "--rehearse");
    assert.equal(text.code, 1);
    assert.match(text.out, /^orders +3 +0 +0 +4$/m);
    assert.match(text.out, /1 project not linked: another row is that project's, and older\n {4}row 3 +mp_id 12 +jira_id 10003 +\(row 1\)/);
    assert.match(text.out, /no time of a last event/);
    assert.match(text.out, /nothing was changed/);
    assert.equal(await dump(url), before);
  });

  test("a rehearsal does not wait for the Python adapter, and the takeover says who is in the way", async () => {
    const { name, url } = await make(awkward);
    // A session of it that is in the middle of something.
    const session = spawn("psql", ["-X", "-q", "-d", url], { stdio: ["pipe", "pipe", "inherit"] });
    session.stdin.write("BEGIN; SELECT count(*) FROM project;\n");
    await until("its lock", async () => (await one("SELECT count(*) FROM pg_locks WHERE relation = 'project'::regclass", name)) !== "0");
    assert.equal((await db(url, "upgrade", "--rehearse")).code, 1);
    const refused = await db(url, "upgrade");
    assert.equal(refused.code, 1);
    assert.match(refused.err, /somebody works with the Python adapter's tables; stop it/);
    session.stdin.end("ROLLBACK;\n");
    await new Promise((done) => session.on("exit", done));
    const taken = await db(url, "upgrade");
    assert.equal(taken.code, 0, taken.err);
    // It fails loudly from now on.
    await assert.rejects(query("SELECT jira_id FROM project_item", name), /relation "project_item" does not exist/);
    assert.equal(await one("SELECT count(*) FROM python_adapter.project_item", name), "7");
    assert.equal(await one("SELECT string_agg(subject || '=' || issue_id, ' ' ORDER BY subject) FROM link", name),
      "order/12/1=10011 order/12/2=10012 order/13/1=10013 project/12=10001 project/13=10002");
    assert.equal(await one("SELECT count(*) FROM link WHERE base_status IS NULL AND synced_at = 0 AND fields_written = '' AND issue_key = ''", name), "5");
    assert.equal((await db(url, "current")).code, 0);
    assert.match((await db(url, "upgrade")).out, /the schema is current/);
  });

  test("is not taken over by serve, which says what does it", async () => {
    const { url } = await make(awkward);
    const before = await dump(url);
    const world = await World.make({ adapter: false });
    try {
      for (const args of [["serve"], ["worker"]]) {
        const refused = await run(args, { ...world.env, OMS_DB_HOST: url });
        assert.equal(refused.code, 2, refused.out + refused.err);
        assert.match(refused.err, /`oms-jira db upgrade --rehearse`.*`oms-jira db upgrade`/);
      }
      const checked = await run(["check", "--offline"], { ...world.env, OMS_DB_HOST: url });
      assert.match(checked.out + checked.err, /db upgrade --rehearse/);
    } finally {
      await world.end();
    }
    assert.equal(await dump(url), before);
  });

  test("with another schema is refused, and told what to do", async () => {
    const cases = [["6d2e561845c6", /flask db upgrade/], ["2b2f4d1fe7ea", /flask db upgrade/], [null, /flask db upgrade/], ["deadbeef0000", /'deadbeef0000'|"deadbeef0000"/]];
    for (const [version, says] of cases) {
      const { url } = await make({ ...awkward, version });
      const before = await dump(url);
      for (const args of [["upgrade"], ["upgrade", "--rehearse"], ["current"]]) {
        const refused = await db(url, ...args);
        assert.equal(refused.code, args[0] === "current" ? 1 : 2, `${args}: ${refused.out}${refused.err}`);
        assert.match(refused.err + refused.out, says);
      }
      assert.equal(await dump(url), before);
    }
  });

  test("three takeovers at once: one takes it over, the others say so or that it is current", async () => {
    const { url } = await make(awkward);
    const done = await Promise.all([1, 2, 3].map(() => db(url, "upgrade")));
    for (const { code, out, err } of done) {
      if (code === 0) assert.match(out, /taken over in|the schema is current/);
      else assert.match(err, /took this database over meanwhile: nothing is left to do/);
    }
    assert.equal(done.filter((one) => /taken over in/.test(one.out)).length, 1);
    assert.equal((await db(url, "current")).code, 0);
  });

  test("a last event that is yet to come is taken as now, and said so", async () => {
    const { name, url } = await make({ projects: [[12, 10001]], items: [], comments: [], timestamp: "9999-12-31 23:59:59" });
    for (const args of [["upgrade", "--rehearse"], ["upgrade"]]) {
      const told = await db(url, ...args);
      assert.equal(told.code, 0, told.err);
      assert.match(told.out, /its last event is of 9999-12-31T23:59:59Z, which is yet to come: events are read from 20\d\d-.* on/);
    }
    const late = await one("SELECT at <= extract(epoch FROM clock_timestamp()) * 1000000 FROM cursor WHERE name = 'events'", name);
    assert.equal(late, "t");
  });

  test("a role that may not make schemas, or does not own the tables, is told what to grant", async () => {
    const { name, url } = await make(awkward);
    await query(`CREATE ROLE least${number} LOGIN`);
    const role = `least${number}`;
    const ours = postgres.url(name, role);
    let refused = await db(ours, "upgrade", "--rehearse");
    assert.equal(refused.code, 2, refused.out + refused.err);
    assert.match(refused.err, /may not read the table alembic_version.*: let an administrator run {2}ALTER TABLE alembic_version OWNER TO least/);
    await query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`, name);
    refused = await db(ours, "upgrade", "--rehearse");
    assert.equal(refused.code, 2);
    assert.doesNotMatch(refused.err, /GRANT oms TO/, "nobody is made a superuser");
    for (const grant of [`ALTER TABLE bookkeeping OWNER TO ${role};`, `ALTER TABLE comment OWNER TO ${role};`, `ALTER TYPE commenttype OWNER TO ${role};`, `GRANT CREATE ON SCHEMA public TO ${role};`, `GRANT CREATE ON DATABASE ${name} TO ${role};`])
      assert.ok(refused.err.includes(grant), refused.err);
    await query(`CREATE ROLE former${number}`);
    await query(`ALTER TABLE project OWNER TO former${number}`, name);
    refused = await db(ours, "upgrade", "--rehearse");
    assert.ok(refused.err.includes(`GRANT former${number} TO ${role};`), refused.err);
    for (const table of ["bookkeeping", "project", "project_item", "comment", "alembic_version"]) await query(`ALTER TABLE ${table} OWNER TO ${role}`, name);
    await query(`ALTER TYPE commenttype OWNER TO ${role}`, name);
    await query(`GRANT CREATE ON SCHEMA public TO ${role}`, name);
    await query(`CREATE SCHEMA python_adapter AUTHORIZATION ${role}`, name);
    const taken = await db(ours, "upgrade");
    assert.equal(taken.code, 0, taken.err);
    assert.equal((await db(ours, "give-back")).code, 0);
    assert.equal((await db(ours, "upgrade")).code, 0);
    void url;
  });

  test("10,000 orders and 30,000 comments are taken over in well under a minute, and can be given back", async (t) => {
    const { name, url } = await make(many(10_000));
    const before = await dump(url);
    const taken = await db(url, "upgrade", "--json");
    assert.equal(taken.code, 0, taken.err);
    const { counts, seconds } = JSON.parse(taken.out);
    t.diagnostic(`taken over in ${seconds} s`);
    assert.ok(seconds < 30, `${seconds} s`);
    assert.equal(counts.order.linked, 10_000);
    assert.equal(counts.message.linked + counts.message.later, 30_000);
    assert.equal(await one("SELECT at FROM cursor WHERE name = 'events'", name), String(Date.UTC(2026, 4, 4, 10) * 1000));
    // Step by step, down to the one that took it over.
    let last = await db(url, "downgrade");
    assert.equal(last.code, 0, last.err);
    while (last.code === 0) last = await db(url, "downgrade");
    assert.equal(last.code, 2);
    assert.match(last.err, /`oms-jira db give-back`/);
    const given = await db(url, "give-back");
    assert.equal(given.code, 0, given.err);
    assert.equal(await dump(url), before);
    assert.equal((await db(url, "give-back")).code, 2);
    assert.equal(JSON.parse((await db(url, "upgrade", "--json")).out).counts.order.linked, 10_000);
  });
});

describe("what a Python adapter carried", { skip: noPostgres }, () => {
  const orders_each = 10;
  const projects_count = Number(process.env.OMS_TAKEOVER_PROJECTS ?? 20);
  let postgres, world, projects, before_marks;

  const texts = async () => {
    const issues = await world.issues();
    const all = await world.projects();
    return {
      issues: issues.map((one) => [one.key, one.status?.id ?? one.status, one.comments.map((c) => c.body)]),
      orders: all.map((project) => [project.id, (project.messages ?? []).map((m) => m.content), project.orders.map((o) => [o.id, o.status, o.messages.map((m) => m.content)])]),
    };
  };
  const rest = (path, body) =>
    call(`${world.jiraUrl}/rest/api/2/${path}`, { method: "POST", body, headers: world.jiraAuthorization() })
      .then((answer) => { assert.equal(answer.status, 201, answer.text); return answer.json; });

  before(async () => {
    postgres = await Postgres.start(["fsync = off", "full_page_writes = off"]);
    world = await World.make({ adapter: false, trigger: false, webhook: false });
    const [rows, items, comments] = [[], [], []];
    const epicName = world.env.OMS_JIRA_FIELD_Epic_Name; // none on Cloud
    const fields = (summary, type) => ({ fields: { project: { key: "EOSC" }, issuetype: { id: type }, summary, ...(type === world.env.OMS_JIRA_PROJECT_ISSUE_TYPE_ID && epicName ? { [epicName]: summary } : {}) } });
    const comment = async (issue, body) => Number((await rest(`issue/${issue}/comment`, { body })).id);
    projects = [];
    for (let p = 0; p < projects_count; p++) {
      const { id: project } = await world.market("projects", { name: `Old ${p}` });
      const epic = Number((await rest("issue", fields(`Old ${p}`, world.env.OMS_JIRA_PROJECT_ISSUE_TYPE_ID))).id);
      rows.push([project, epic]);
      const { id: asked } = await world.market("messages", { project, content: `asked of project ${project}` });
      comments.push([asked, await comment(epic, `asked of project ${project}`), "Project", project]);
      projects.push({ project, epic, items: [] });
      for (let i = 0; i < orders_each; i++) {
        const { id: item } = await world.market("orders", { project, offer: 1 });
        const issue = Number((await rest("issue", fields(`Order ${item}`, world.env.OMS_JIRA_ISSUE_TYPE_ID))).id);
        items.push([item, issue, project]);
        const { id: message } = await world.market("messages", { project, item, content: `please, ${project}/${item}` });
        // Edited since on one side, so that no comparison of texts would find them.
        comments.push([message, await comment(issue, `please, ${project}/${item}${i % 2 ? "" : " (as it was at first)"}`), "ProjectItem", item]);
        // As its bug 17 has it: an order's message on the project's issue.
        if (i === 3) {
          const { id: astray } = await world.market("messages", { project, item, content: `astray ${project}/${item}` });
          comments.push([astray, await comment(epic, `it went astray, ${project}/${item}`), "Project", project]);
        }
        // Staff's answer, carried by a mended one: the comment is not our account's.
        if (i === 4) {
          const key = (await world.issues()).find((one) => String(one.id) === String(issue)).key;
          const { id: answer } = await world.jira(`issues/${key}/comments`, { body: `answered in *Jira* ${project}/${item}` });
          const posted = await call(`${world.mp}/api/v1/oms/1/messages`, { method: "POST", headers: { "X-User-Token": "demo-token" },
            body: { project_id: project, project_item_id: item, content: `answered by staff ${project}/${item}`, scope: "public", author: { role: "mediator", name: "Staff", email: "staff@example.org" } } })
          assert.equal(posted.status, 201, posted.text);
          comments.push([posted.json.id, Number(answer), null, item]);
        }
        projects.at(-1).items.push({ item, issue });
      }
    }
    const now = new Date().toISOString().replace("T", " ").replace("Z", "");
    world.env.OMS_DB_HOST = world.database = await makePythonDatabase(postgres, "py", { projects: rows, items, comments, timestamp: now });
    before_marks = await texts();
  });
  after(async () => {
    await world.end();
    await postgres.end();
  });

  const settled = async () => {
    const swept = await world.run("reconcile");
    assert.equal(swept.code, 0, swept.out + swept.err);
    await world.quiet(60);
  };

  test("is neither doubled nor echoed by the sweep that follows", async () => {
    const rehearsed = await world.run("db", "upgrade", "--rehearse");
    assert.ok(rehearsed.code <= 1, rehearsed.err);
    const taken = await world.run("db", "upgrade");
    assert.equal(taken.code, 0, taken.err);
    const dry = await world.run("reconcile", "--dry-run");
    assert.equal(dry.code, 0, dry.err);
    const would = dry.out.split("\n").filter((line) => / would /.test(line) && !line.endsWith(" would set the order to registered: Jira is at 'To Do'"));
    assert.deepEqual(would, [], dry.out);
    await world.clearCounts();
    await world.startAdapter();
    await settled();
    const now = await texts();
    assert.deepEqual(now.issues.map(([key, , said]) => [key, said]), before_marks.issues.map(([key, , said]) => [key, said]));
    assert.deepEqual(now.orders.map(([id, told, of]) => [id, told, of.map(([item, , said]) => [item, said])]),
      before_marks.orders.map(([id, told, of]) => [id, told, of.map(([item, , said]) => [item, said])]));
    // But for the first status, which Jira has the word of, nobody was written to.
    const counts = await world.counts();
    assert.deepEqual(counts.jiraWrites, []);
    assert.ok(counts.marketWrites.every((one) => one.method === "PATCH" && !(one.target ?? one.path).includes("/messages")), JSON.stringify(counts.marketWrites[0]));
    // A second sweep finds nothing to do.
    await world.clearCounts();
    await settled();
    const again = await world.counts();
    assert.deepEqual([...again.jiraWrites, ...again.marketWrites], []);
  });

  test("goes on to be carried: edits both ways, statuses, new texts, new orders under the old epic", async () => {
    const { project, epic, items } = projects[0];
    const [first] = items;
    const issues = await world.issues();
    const key = (id) => issues.find((one) => String(one.id) === String(id)).key;
    const of = async (id) => (await world.issues()).find((one) => String(one.id) === String(id));
    const message = (await world.order(project, first.item)).messages[0];
    await world.market(`messages/${message.id}/edit`, { content: "please, edited" });
    await world.market("messages", { project, item: first.item, content: "and one more" });
    const answered = items[4];
    const staff = (await of(answered.issue)).comments.at(-1);
    await world.jira(`issues/${key(answered.issue)}/comments/${staff.id}`, { body: "answered, and corrected" });
    const { id: fresh } = await world.market("orders", { project, offer: 1 });
    await settled();
    const said = (await of(first.issue)).comments.map((one) => one.body);
    assert.equal(said.length, 2, said.join(" | "));
    assert.match(said[0], /please, edited/);
    assert.match(said[1], /and one more/);
    const told = (await world.order(project, answered.item)).messages.map((one) => one.content);
    assert.ok(told.includes("answered, and corrected"), told.join(" | "));
    assert.equal(told.length, 2);
    const made = await world.issuesOf(project, fresh);
    assert.equal(made.length, 1);
    assert.ok(JSON.stringify(made[0]).includes(key(epic)), JSON.stringify(made[0]));
  });

  test("is given back with what was linked since, and taken over again", async () => {
    const working = await world.run("db", "give-back");
    assert.equal(working.code, 2);
    assert.match(working.err, /stop them first/);
    assert.equal((await world.killAdapter("SIGTERM")).code, 0);
    const given = await world.run("db", "give-back", "--json");
    assert.equal(given.code, 0, given.err);
    const { projects: p, orders, messages } = JSON.parse(given.out);
    assert.deepEqual([p, orders, messages], [0, 1, 1]);
    const [[count]] = await postgres.query("SELECT count(*) FROM project_item WHERE project_id > 0", "py");
    assert.equal(Number(count), projects_count * orders_each + 1);
    const again = await world.run("db", "upgrade");
    assert.equal(again.code, 0, again.err);
    const before = await texts();
    await world.startAdapter();
    await settled();
    assert.deepEqual(await texts(), before);
  });

  test("an order whose issue is gone is told by the issue's id, and is not healed by calling for a person", async () => {
    assert.equal((await world.killAdapter("SIGTERM")).code, 0);
    const { id: project } = await world.market("projects", { name: "With one that is gone" });
    const { id: item } = await world.market("orders", { project, offer: 1 });
    const { epic } = projects[0];
    const env = { ...world.env, OMS_DB_HOST: await makePythonDatabase(postgres, "gone", { projects: [[project, epic]], items: [[item, 55555, project]], timestamp: null }) };
    assert.equal((await run(["db", "upgrade"], env)).code, 0);
    const compared = await run(["reconcile", "--project", String(project), "--json"], env);
    const { differed, healed, attention, needs_a_person } = JSON.parse(compared.out);
    assert.equal(attention, 1, compared.out);
    assert.match(needs_a_person[0].says, /^issue with id 55555 was deleted/);
    assert.equal(healed, differed - 1, compared.out);
    const explained = await run(["explain", `${project}/${item}`], env);
    assert.match(explained.out, /issue +with id 55555 \(orphaned\)/);
    assert.doesNotMatch(explained.out, /browse|status id|1970/);
  });
});
