// Real servers for tests: PostgreSQL, PgBouncer in front of it, Redis; each on a free port, in a folder
// of its own, gone afterwards. PostgreSQL refuses to run as root: it is then run as `postgres`.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort, until } from "./world.mjs";

const execute = promisify(execFile);
const root = process.getuid() === 0;

function newest() {
  const folder = "/usr/lib/postgresql";
  if (!existsSync(folder)) return undefined;
  const versions = readdirSync(folder).map(Number).filter((version) => version >= 15 && existsSync(`${folder}/${version}/bin/initdb`));
  return versions.length === 0 ? undefined : `${folder}/${Math.max(...versions)}/bin`;
}

/** Why a test that needs it must be skipped; false where it is there. */
export const noPostgres = newest() ? false : "needs PostgreSQL 15 or newer (Debian: postgresql-15)";
export const noPgBouncer = noPostgres || (existsSync("/usr/sbin/pgbouncer") ? false : "needs PgBouncer (Debian: pgbouncer)");
export const noRedis = existsSync("/usr/bin/redis-server") ? false : "needs Redis (Debian: redis-server)";

/** A command as the user `postgres` where we are root. */
function asPostgres(command, args) {
  return root ? ["runuser", ["-u", "postgres", "--", command, ...args]] : [command, args];
}

async function own(folder) {
  if (root) await execute("chown", ["-R", "postgres", folder]);
}

/** Anything of ours whose end is waited for. */
class Server {
  start(command, args, env = {}) {
    this.child = spawn(command, args, { env: { PATH: process.env.PATH, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    this.said = "";
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on("data", (part) => (this.said = (this.said + part).slice(-20000)));
    this.ended = once(this.child, "exit");
  }
}

export class Postgres extends Server {
  /** `settings`: lines of postgresql.conf. */
  static async start(settings = []) {
    const server = new Postgres();
    server.folder = mkdtempSync(join(tmpdir(), "oms-pg-"));
    server.port = await freePort();
    server.data = join(server.folder, "data");
    await own(server.folder);
    const [command, args] = asPostgres(`${newest()}/initdb`, ["-D", server.data, "-U", "oms", "--auth=trust", "--no-sync", "--locale=C.UTF-8", "-E", "UTF8"]);
    await execute(command, args, { cwd: "/" });
    await execute(...asPostgres("sh", ["-c", `cat >> '${server.data}/postgresql.conf' <<'END'
listen_addresses = '127.0.0.1'
port = ${server.port}
unix_socket_directories = '${server.folder}'
shared_buffers = 32MB
max_connections = 200
log_min_messages = warning
${settings.join("\n")}
END`]));
    await server.begin();
    return server;
  }

  async begin() {
    const [command, args] = asPostgres(`${newest()}/postgres`, ["-D", this.data]);
    this.start(command, args);
    await until("PostgreSQL", () => this.query("SELECT 1"), 30);
  }

  /** `fast` breaks connections, `immediate` is a crash. */
  async stop(mode = "fast") {
    await execute(...asPostgres(`${newest()}/pg_ctl`, ["stop", "-D", this.data, "-m", mode, "-w"]));
    await this.ended;
  }

  /** The number of the server's first process. */
  pid() { return Number(readFileSync(join(this.data, "postmaster.pid"), "utf8").split("\n")[0]); }

  url(name = "oms", user = "oms") { return `postgresql://${user}@127.0.0.1:${this.port}/${name}`; }

  /** Rows as arrays of texts. */
  async query(sql, name = "postgres") {
    const { stdout } = await execute(`${newest()}/psql`, ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-F", "\t", "-d", this.url(name), "-c", sql], { maxBuffer: 1 << 28 });
    return stdout.split("\n").filter((line) => line !== "").map((line) => line.split("\t"));
  }

  async script(sql, name = "oms") {
    const file = join(this.folder, `script-${Math.random().toString(36).slice(2)}.sql`);
    writeFileSync(file, sql);
    await execute(`${newest()}/psql`, ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", this.url(name), "-f", file], { maxBuffer: 1 << 28 });
    rmSync(file);
  }

  async createDatabase(name) {
    await this.query(`CREATE DATABASE ${name}`);
    return this.url(name);
  }

  /** All but our own are ended, as an administrator or a pooler's restart would. */
  async killConnections() {
    await this.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
  }

  async end() {
    await this.stop("immediate").catch(() => this.child.kill("SIGKILL"));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class PgBouncer extends Server {
  static async start(postgres) {
    const pooler = new PgBouncer();
    pooler.folder = mkdtempSync(join(tmpdir(), "oms-pgbouncer-"));
    pooler.port = await freePort();
    const file = join(pooler.folder, "pgbouncer.ini");
    writeFileSync(file, `[databases]
* = host=127.0.0.1 port=${postgres.port} user=oms
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${pooler.port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
max_client_conn = 500
default_pool_size = 20
`);
    chmodSync(pooler.folder, 0o755);
    await own(pooler.folder);
    pooler.start(...asPostgres("/usr/sbin/pgbouncer", [file]));
    pooler.postgres = postgres;
    await until("PgBouncer", () => execute(`${newest()}/psql`, ["-X", "-d", pooler.url("postgres"), "-c", "SELECT 1"]).then(() => true), 15);
    return pooler;
  }

  url(name = "oms") { return `postgresql://oms@127.0.0.1:${this.port}/${name}`; }

  async end() {
    this.child.kill("SIGTERM");
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class Redis extends Server {
  static async start(args = []) {
    const server = new Redis();
    server.folder = mkdtempSync(join(tmpdir(), "oms-redis-"));
    server.port = await freePort();
    server.args = args;
    await server.begin();
    return server;
  }

  async begin() {
    this.start("/usr/bin/redis-server", ["--port", String(this.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", this.folder, ...this.args]);
    await until("Redis", () => this.command("PING").then((said) => said === "PONG"), 15);
  }

  get address() { return `127.0.0.1:${this.port}`; }

  async command(...words) {
    const { stdout } = await execute("/usr/bin/redis-cli", ["-p", String(this.port), ...words]);
    return stdout.trim();
  }

  async kill(signal = "SIGKILL") {
    this.child.kill(signal);
    await this.ended;
  }

  async end() {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
