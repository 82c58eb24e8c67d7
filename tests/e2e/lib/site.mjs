// A site with many processes: web servers behind a balancer, workers, one PostgreSQL, between the two
// simulators of a World. Each process is looked after as a service manager would: ended, it is begun
// anew. Each reaches the database over a line of its own, which can be cut.
import { spawn } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import { endOf } from "./process.mjs";
import { PgBouncer, Postgres, Redis, noPgBouncer, noRedis } from "./servers.mjs";
import { World, call, freePort, program, until } from "./world.mjs";

/** A TCP line to `target()`; while it is cut, nothing passes and nothing is refused. */
export class Line {
  static async make(target) {
    const line = new Line();
    Object.assign(line, { target, cut: false, pairs: new Set() });
    line.server = net.createServer((client) => line.join(client)).listen(0, "127.0.0.1");
    await once(line.server, "listening");
    line.port = line.server.address().port;
    return line;
  }

  join(client) {
    const server = net.connect(this.target(), "127.0.0.1");
    const pair = { client, server };
    this.pairs.add(pair);
    const pass = (from, to) => from.on("data", (bytes) => (this.cut ? undefined : to.write(bytes)));
    pass(client, server);
    pass(server, client);
    const end = () => { client.destroy(); server.destroy(); this.pairs.delete(pair); };
    for (const one of [client, server]) one.on("error", end).on("close", end);
  }

  /** What was under way when it was cut is gone for good. */
  mend() {
    this.cut = false;
    for (const { client, server } of [...this.pairs]) { client.destroy(); server.destroy(); }
  }

  end() {
    for (const { client, server } of [...this.pairs]) { client.destroy(); server.destroy(); }
    this.server.close();
  }
}

class Member {
  constructor(site, name, args, port) {
    Object.assign(this, { site, name, args, port, log: "" });
  }

  async begin() {
    this.line ??= await Line.make(() => (this.pooled ? this.site.pooler.port : this.site.postgres.port));
    const env = { ...this.site.env, OMS_DB_HOST: `postgresql://oms@127.0.0.1:${this.line.port}/oms` };
    if (this.port) env.OMS_HTTP_PORT = String(this.port);
    Object.assign(env, this.settings ?? {});
    this.kept = true;
    this.child = spawn(program, this.args, { env, cwd: this.site.world.folder, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on("data", (part) => (this.log = (this.log + part).slice(-200_000)));
    const child = this.child;
    this.ended = once(child, "exit").then(([code, signal]) => {
      // A service manager's pause before it begins one anew.
      if (this.kept && this.child === child) this.again = setTimeout(() => this.begin(), 200);
      return { code, signal };
    });
  }

  kill(signal) { return this.child.kill(signal); }

  async end() {
    this.kept = false;
    clearTimeout(this.again);
    this.kill("SIGCONT");
    this.kill("SIGTERM");
    const ended = await endOf(this.child, this.ended, () => this.log);
    this.line?.end();
    return ended;
  }
}

export class Site {
  /** `pooled`: the web servers reach PostgreSQL through PgBouncer. */
  static async make({ webs = 2, workers = 4, settings = {}, redis = !noRedis, pooled = !noPgBouncer, postgres } = {}) {
    const site = new Site();
    site.balanced = 0;
    site.postgres = postgres ?? (await Postgres.start());
    await site.postgres.createDatabase("oms");
    if (pooled) site.pooler = await PgBouncer.start(site.postgres);
    if (redis) site.redis = await Redis.start();
    site.world = await World.make({ adapter: false, webhook: false, trigger: false, settings: { OMS_POLL_INTERVAL: "2s", OMS_JIRA_POLL_INTERVAL: "2s", ...settings } });
    site.env = { ...site.world.env, OMS_HTTP_PORT: "0", OMS_WORKERS: "4" };
    if (site.redis) site.env.OMS_REDIS_HOST = site.redis.address;
    site.members = [];
    for (let i = 1; i <= webs; i++) site.members.push(new Member(site, `web ${i}`, ["serve", "--no-worker"], await freePort()));
    for (let i = 1; i <= workers; i++) site.members.push(new Member(site, `worker ${i}`, ["worker"]));
    if (pooled) for (const member of site.webs) member.pooled = true;
    // The balancer takes the next that answers.
    site.balancer = net.createServer((client) => site.pass(client, site.webs.length)).listen(site.world.port, "127.0.0.1");
    await once(site.balancer, "listening");
    await site.world.jira("webhooks", { name: "oms", url: await site.world.webhookUrl() });
    await site.world.market("oms/1/trigger", { url: `${site.world.url}/mp/trigger` });
    // What commands see.
    site.world.database = site.postgres.url("oms");
    site.world.env.OMS_DB_HOST = site.world.database;
    return site;
  }

  get webs() { return this.members.filter((one) => one.port); }
  get workers() { return this.members.filter((one) => !one.port); }

  pass(client, tries) {
    const web = this.webs[this.balanced++ % this.webs.length];
    if (!web) return client.destroy();
    const server = net.connect(web.port, "127.0.0.1");
    server.on("connect", () => { client.pipe(server); server.pipe(client); });
    client.on("error", () => server.destroy());
    server.on("error", () => (tries > 1 && !server.bytesRead ? this.pass(client, tries - 1) : client.destroy()));
    server.on("close", () => server.bytesRead && client.destroy());
  }

  async begin() {
    for (const member of this.members) await member.begin();
    for (const web of this.webs) await until(`${web.name} to be ready`, () => call(`http://127.0.0.1:${web.port}/readyz`).then((a) => a.status === 200), 30);
    await until("the workers to say that they are there", async () => Number((await this.postgres.query("SELECT count(*) FROM process WHERE workers > 0", "oms"))[0][0]) >= this.workers.length, 30);
  }

  /** The member whose process leads. */
  async leader() {
    const [row] = await this.postgres.query("SELECT owner FROM leader WHERE until > extract(epoch FROM clock_timestamp()) * 1000000", "oms");
    return row && this.members.find((one) => row[0].split(":")[1] === String(one.child.pid));
  }

  /** Nothing is left to do: as the database says. */
  async idle() {
    const [[busy]] = await this.postgres.query("SELECT count(*) FROM subject WHERE state IN ('due', 'leased', 'waiting')", "oms");
    return busy === "0";
  }

  logs() { return this.members.map((one) => `--- ${one.name}\n${one.log.split("\n").filter((line) => /warning|error|critical/i.test(line)).slice(-15).join("\n")}`).join("\n"); }

  async end() {
    for (const member of this.members) if (member.child) await member.end();
    this.balancer.close();
    await this.world.end();
    if (this.pooler) await this.pooler.end();
    if (this.redis) await this.redis.end().catch(() => undefined);
    await this.postgres.end();
  }
}
