// Rows that a test puts into the adapter's own database, for what takes days or bad luck to come about.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { sqliteOnly } from "./world.mjs";

const execute = promisify(execFile);

/** Why there is no such thing here; false where there is. */
export const noSql = sqliteOnly || existsSync("/usr/bin/sqlite3") ? false : "needs sqlite3 (Debian: sqlite3)";

export async function sql(world, text) {
  const file = world.database.replace("sqlite:///", "");
  const [command, args] = world.database.startsWith("sqlite:")
    ? ["sqlite3", ["-bail", "-cmd", ".timeout 10000", file, text]]
    : ["psql", ["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-d", world.database, "-c", text]];
  return (await execute(command, args, { maxBuffer: 1 << 28 })).stdout.trim();
}

/** Microseconds since 1970, as times stand there. */
export const instant = (date = new Date()) => date.getTime() * 1000;
export const quoted = (text) => `'${String(text).replaceAll("'", "''")}'`;

export const addAttention = (world, key, { cause = "refused", fingerprint = "f1", says = "Jira refused it", remedy = "mend it" } = {}) =>
  sql(world, `INSERT INTO attention (subject, cause, fingerprint, says, remedy, blocking, since, last_at, times, ended_at, ended_by)
    VALUES (${[key, cause, fingerprint, says, remedy].map(quoted)}, 0, ${instant()}, ${instant()}, 1, NULL, '') RETURNING id`).then(Number);

export const addTask = (world, { kind = "dry_sweep", state = "done", result = {} } = {}) =>
  sql(world, `INSERT INTO task (kind, input, asked_by, asked_at, repeat, state, owner, until, progress, result, ended_at)
    VALUES (${quoted(kind)}, '{}', 'Ada', ${instant()}, ${quoted(Math.random())}, ${quoted(state)}, '', 0, '', ${quoted(JSON.stringify(result))}, ${instant()}) RETURNING id`).then(Number);

export const addUncertain = (world, key) =>
  sql(world, `INSERT INTO remote_write (subject, kind, marker, cause, state, target, floor, result, says, answered, sent_at, ended_at)
    VALUES (${quoted(key)}, 'transition', '', 'the order is ready', 'uncertain', 'ready=7', 0, '', 'no answer came', 0, ${instant()}, NULL) RETURNING id`).then(Number);

export const addCall = (world, { remote = "jira", status = 200, key = "", says = "" } = {}) =>
  sql(world, `INSERT INTO remote_call (at, remote, method, path, status, took, sent, received, subject, says)
    VALUES (${instant()}, ${quoted(remote)}, 'GET', '/rest/api/2/issue/10021', ${status}, 12000, 0, 512, ${quoted(key)}, ${quoted(says)}) RETURNING id`).then(Number);

export const addSight = (world, key, { title = "EGI Cloud", customer = "Ada Byron", email = "ada@example.org", rows = [], would = [] } = {}) =>
  sql(world, `INSERT INTO sight (subject, project_id, title, customer, email, rows, would, would_count, seen_at, found, would_kind, differs)
    VALUES (${quoted(key)}, ${Number(key.split("/")[1])}, ${[title, customer, email, JSON.stringify(rows), JSON.stringify(would)].map(quoted)}, ${would.length}, ${instant()},
      ${quoted(`${title} ${customer} ${email}`.toLowerCase())}, ${quoted(JSON.stringify(would).slice(0, 400))}, ${rows.filter((row) => row.differs).length})
    ON CONFLICT (subject) DO UPDATE SET title = excluded.title, customer = excluded.customer, email = excluded.email, rows = excluded.rows, would = excluded.would,
      would_count = excluded.would_count, found = excluded.found, would_kind = excluded.would_kind, differs = excluded.differs`);
