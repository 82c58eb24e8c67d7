// The opponent: the Python adapter's path (benchmarks/python), as it is run by its README: a web server,
// Celery, Redis, and a database.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Redis } from "../../tests/e2e/lib/servers.mjs";
import { call, freePort, until } from "../../tests/e2e/lib/world.mjs";
import { Nginx } from "./nginx.mjs";
import { end, start } from "./process.mjs";

const sources = resolve("benchmarks/python");

export class Python {
  /** `env`: of the simulated remotes; `database`: a SQLAlchemy URL, SQLite in its folder where none. */
  static async make({ port, env = {}, database } = {}) {
    const stack = new Python();
    stack.folder = mkdtempSync(join(tmpdir(), "oms-python-"));
    cpSync(sources, stack.folder, { recursive: true });
    stack.port = port ?? (await freePort());
    stack.redis = await Redis.start();
    stack.env = { ...env, HOME: stack.folder, OMS_REDIS_HOST: `redis://${stack.redis.address}/0`, OMS_DB: database ?? `sqlite:///${stack.folder}/oms.db`, OMS_JIRA_WEBHOOK_SECRET: env.OMS_JIRA_WEBHOOK_SECRET ?? "s3cret" };
    return stack;
  }

  get url() { return `http://127.0.0.1:${this.port}`; }

  /** gunicorn with threads keeps connections open: of its ways and uWSGI's the fastest here. */
  async startWeb({ workers = 5, threads = 4 } = {}) {
    this.web = start("gunicorn", ["--chdir", this.folder, "--bind", `127.0.0.1:${this.port}`, "--workers", workers, "--worker-class", "gthread", "--threads", threads, "--keep-alive", 75, "--log-level", "warning", "web:app"], { env: this.env, cwd: this.folder });
    await until("gunicorn", () => call(`${this.url}/healthz`).then((answer) => answer.status === 200), 60);
  }

  /** As the adapter's image does it: nginx before uWSGI. */
  async startWebOfTheImage({ workers = 5 } = {}) {
    const socket = join(this.folder, "uwsgi.sock");
    this.web = start("uwsgi", ["--plugins", "python3", "--chdir", this.folder, "--socket", socket, "--master", "--processes", workers, "--listen", "1024", "--die-on-term", "--disable-logging", "--need-app", "--module", "web:app"], { env: this.env, cwd: this.folder });
    this.nginx = await Nginx.make(`include /etc/nginx/uwsgi_params; uwsgi_pass unix:${socket}; client_body_buffer_size 64k;`);
    this.port = this.nginx.port;
  }

  async startWorker({ processes = 8 } = {}) {
    this.worker = start("/usr/bin/python3", ["-m", "celery", "-A", "worker:app", "worker", "--loglevel=INFO", `--concurrency=${processes}`, "--without-gossip", "--without-mingle"], { env: this.env, cwd: this.folder });
    await until("Celery", () => / ready\./.test(this.worker.said), 60);
  }

  get pids() { return [this.web, this.worker, this.nginx?.child, this.redis.child].filter(Boolean).map((one) => one.pid); }

  async end() {
    await this.nginx?.end();
    await end(this.web);
    await end(this.worker);
    await this.redis.end().catch(() => undefined);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
