// A PostgreSQL of its own in a folder, thrown away at the end.
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { freePort } from "../../e2e/lib/world.mjs";
import { at, isRoot, tool } from "./checkout.mjs";

const bin = ["17", "16", "15"].map((one) => `/usr/lib/postgresql/${one}/bin`).find((one) => existsSync(`${one}/initdb`));
/** Why there can be none; "" where there can. */
export const missing = bin ? "" : "there is no PostgreSQL here";
// It refuses to be root's.
const as = isRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];

export class Postgres {
  static async make() {
    const server = new Postgres();
    server.folder = mkdtempSync(join(tmpdir(), "oms-postgres-"));
    if (isRoot) tool("chown", ["postgres:", server.folder]);
    server.port = await freePort();
    const data = join(server.folder, "data");
    server.must(["initdb", "-D", data, "-U", "postgres", "--auth-host=scram-sha-256", "--no-sync", "--no-instructions"]);
    server.must(["pg_ctl", "-D", data, "-w", "-l", join(server.folder, "log"),
      "-o", `-p ${server.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${server.folder} -c fsync=off`, "start"]);
    return server;
  }

  run(args, env = {}) {
    const [first, ...rest] = [...as, ...args];
    return tool(first, rest, { cwd: "/", env: { PATH: `${bin}:${process.env.PATH}`, LC_ALL: "C.UTF-8", ...env } });
  }

  must(args, env) {
    const done = this.run(args, env);
    if (done.code !== 0) throw new Error(`${args.join(" ")}: ${done.all ?? done.missing}`);
    return done.out;
  }

  /** A copy of a file of ours that the server's user may read: a checkout may be its owner's alone. */
  lent(file) {
    const copy = join(this.folder, basename(file));
    copyFileSync(at(file), copy);
    chmodSync(copy, 0o755);
    return copy;
  }

  /** As a superuser. */
  admin(...args) { return this.must(["psql", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-Atq", "-h", this.folder, "-p", String(this.port), "-U", "postgres", ...args]); }

  /** Makes the roles as the image does at its first start. */
  makeRoles(passwords) {
    const files = {};
    for (const [role, password] of Object.entries(passwords)) {
      files[role] = join(this.folder, `${role}_password`);
      writeFileSync(files[role], password);
      chmodSync(files[role], 0o444);
    }
    this.must([this.lent("deploy/postgresql/first-start.sh")], {
      PGHOST: this.folder, PGPORT: String(this.port), POSTGRES_USER: "postgres", ROLES_SQL: this.lent("deploy/postgresql/roles.sql"),
      OWNER_PASSWORD_FILE: files.owner, SERVICE_PASSWORD_FILE: files.service,
    });
  }

  end() {
    this.run(["pg_ctl", "-D", join(this.folder, "data"), "-m", "immediate", "stop"]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
