// node tools/with-servers.mjs COMMAND…: runs it with a PostgreSQL and a PgBouncer of its own, told by
// OMS_TEST_POSTGRES and OMS_TEST_PGBOUNCER (URLs without a database's name), and stops them afterwards.
// `--postgres database` among its words becomes `--postgres URL` of a database that is made for it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { noPgBouncer, noPostgres, PgBouncer, Postgres } from "../tests/e2e/lib/servers.mjs";

const [command, ...args] = process.argv.slice(2);
if (!command) {
  console.error("usage: node tools/with-servers.mjs COMMAND…");
  process.exit(2);
}
const env = { ...process.env };
const servers = [];
if (!noPostgres) {
  // What is durable in tests is not asked of the disk.
  const postgres = await Postgres.start(["fsync = off", "full_page_writes = off"]);
  servers.push(postgres);
  env.OMS_TEST_POSTGRES = postgres.url("");
  if (!noPgBouncer) {
    const pooler = await PgBouncer.start(postgres);
    servers.push(pooler);
    env.OMS_TEST_PGBOUNCER = pooler.url("");
  }
}
const at = args.indexOf("--postgres");
if (at >= 0 && args[at + 1] === "database") {
  if (noPostgres) throw new Error(noPostgres);
  args[at + 1] = await servers[0].createDatabase("asked_for");
}
const child = spawn(command, args, { stdio: "inherit", env });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
const [code] = await once(child, "exit");
for (const server of servers.reverse()) await server.end();
process.exit(code ?? 1);
