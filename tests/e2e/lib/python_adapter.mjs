// A database as the Python adapter leaves it: its tables at alembic 81e0a4381b6c, in our own words
// from what they hold.
export const head = "81e0a4381b6c";

const tables = `
CREATE TABLE alembic_version (version_num varchar(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
CREATE TABLE bookkeeping (id serial NOT NULL, last_event_timestamp timestamp without time zone, last_event_id integer, PRIMARY KEY (id));
CREATE TYPE commenttype AS ENUM ('Project', 'ProjectItem');
CREATE TABLE project (id serial NOT NULL, mp_id integer NOT NULL, jira_id integer NOT NULL, PRIMARY KEY (id), UNIQUE (jira_id));
CREATE TABLE project_item (id serial NOT NULL, mp_id integer NOT NULL, jira_id integer NOT NULL, project_id integer NOT NULL, PRIMARY KEY (id), UNIQUE (jira_id));
CREATE TABLE comment (id serial NOT NULL, mp_id integer NOT NULL, jira_id integer NOT NULL, parent_type commenttype, parent_id integer NOT NULL, PRIMARY KEY (id), UNIQUE (jira_id));
`;

/** Rows as arrays in the order of their columns; \`timestamp\`: naive, in UTC. */
export async function makePythonDatabase(postgres, name, { version = head, timestamp = "2026-05-04 10:00:00", projects = [], items = [], comments = [] } = {}) {
  const url = await postgres.createDatabase(name);
  const rows = (table, columns, all) => {
    let text = "";
    for (let i = 0; i < all.length; i += 1000) {
      const values = all.slice(i, i + 1000).map((row) => `(${row.map((one) => (one === null ? "NULL" : typeof one === "string" ? `'${one}'` : one)).join(",")})`);
      text += `INSERT INTO ${table} (${columns}) VALUES ${values.join(",")};\n`;
    }
    return text;
  };
  await postgres.script(
    tables +
      (version === null ? "" : `INSERT INTO alembic_version VALUES ('${version}');\n`) +
      `INSERT INTO bookkeeping (last_event_timestamp) VALUES (${timestamp === null ? "NULL" : `'${timestamp}'`});\n` +
      rows("project", "mp_id, jira_id", projects) +
      rows("project_item", "mp_id, jira_id, project_id", items) +
      rows("comment", "mp_id, jira_id, parent_type, parent_id", comments),
    name);
  return url;
}

/** As many as a large site has: each project with ten orders, each order with three messages. */
export function many(orders) {
  const [projects, items, comments] = [[], [], []];
  let jira = 10_000;
  for (let project = 1; project <= orders / 10; project++) {
    projects.push([project, jira++]);
    for (let item = 1; item <= 10; item++) {
      items.push([item, jira++, project]);
      // An item's number alone does not tell the order: half are told by it, as the adapter meant.
      for (let k = 0; k < 3; k++) comments.push([comments.length + 1, 500_000 + comments.length, project % 2 ? "ProjectItem" : "Project", project % 2 ? item : project]);
    }
  }
  return { projects, items, comments };
}
