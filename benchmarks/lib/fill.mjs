// A database of ours with so many orders that are linked and at rest, as if carried long ago.
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { run } from "../../tests/e2e/lib/world.mjs";

const execute = promisify(execFile);
const now = "(CAST(strftime('%s', 'now') AS integer) * 1000000)";
export const series = (count, from = 1) => `WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${from + count - 1})`;
/** Ten orders a project, in projects that the simulated marketplace never gets to. */
export const key = "'order/' || (5000000 + i / 10) || '/' || (1 + i % 10)";
export const firstIssue = 1_000_001;

const links = (count) => `
INSERT INTO subject ${series(count)} SELECT ${key}, 5000000 + i / 10, 'idle', 0, '', 0, '', 1, 1, 0, 0, ${now}, 0, 0, '', 0, 0, '', '' FROM n;
INSERT INTO link ${series(count)} SELECT ${key}, 5000000 + i / 10, 'linked', CAST(1000000 + i AS text), 'OLD-' || i, i, 'registered', '1', NULL, substr(hex(zeroblob(500)), 1, 800), 0, NULL, ${now}, ${now} FROM n;
INSERT INTO journal (subject, at, kind, says) ${series(count)} SELECT ${key}, ${now} - 1000000 * i, 'decision', 'something of usual length happened to it' FROM n;
INSERT INTO sight (subject, project_id, title, customer, email, rows, would, would_count, seen_at, found, would_kind, differs)
  ${series(count)} SELECT ${key}, 5000000 + i / 10, 'Service ' || (i % 50), 'Customer ' || i, 'customer' || i || '@example.org', '[]', '[]', 0, ${now}, 'service ' || (i % 50) || ' customer ' || i || ' customer' || i || '@example.org', '[]', 0 FROM n;`;

export async function sqlite(file, text) {
  const { stdout } = await execute("sqlite3", ["-bail", "-cmd", ".timeout 10000", file, text], { maxBuffer: 1 << 28 });
  return stdout.trim();
}

const anything = { OMS_MP_URL: "http://127.0.0.1:9", OMS_MP_TOKEN: "t", OMS_JIRA_URL: "http://127.0.0.1:9", OMS_JIRA_USERNAME: "oms", OMS_JIRA_PASSWORD: "p", OMS_JIRA_PROJECT: "EOSC" };

/** Has the tables, and the words of all that was put into it sorted in: else a service would do so while it is measured. */
export async function upgraded(file) {
  const done = await run(["db", "upgrade"], { ...anything, OMS_DB_HOST: `sqlite:///${file}` }, tmpdir());
  if (done.code !== 0) throw new Error(done.err);
}

/** `file` has the tables already. */
export async function addLinks(file, count, more = "") {
  await sqlite(file, `PRAGMA synchronous = OFF; BEGIN; ${links(count)} ${more} COMMIT;`);
  await upgraded(file);
  await sqlite(file, "ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);");
}

/** All orders due: with a claim that the link knows already (nothing to read), or with none. */
export const makeDirty = (file, claims) =>
  sqlite(file, `UPDATE subject SET state = 'due', dirty = ${claims ? 0 : 2}, claims = '${claims}', generation = generation + 1, due_at = ${now}, hinted_at = ${now}`);
