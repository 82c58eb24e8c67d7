// node bench/scale.mjs [--orders 200]: how throughput grows with workers, on one PostgreSQL, between
// simulated remotes that take 100 ms an answer; and that a remote's own limit ends the growth. One run,
// all sizes after one another; prints remote calls a second and their ratio to workers ÷ latency.
import { Site } from "../tests/e2e/lib/site.mjs";
import { call, until } from "../tests/e2e/lib/world.mjs";

const latency = 0.1;
const given = process.argv.indexOf("--orders");
const orders = given > 0 ? Number(process.argv[given + 1]) : 200;
const sizes = [[1, 1], [1, 4], [1, 8], [2, 8], [4, 8]];

async function measure(processes, workers, rate) {
  const site = await Site.make({ webs: 0, workers: processes, pooled: false, redis: true, settings: {
    OMS_WORKERS: String(workers), OMS_POLL_INTERVAL: "24h", OMS_JIRA_POLL_INTERVAL: "24h", ...(rate ? { OMS_JIRA_RATE: String(rate) } : {}) } });
  try {
    site.env.OMS_WORKERS = String(workers);
    // Projects of ten orders each, as many customers' would be.
    const projects = [];
    for (let i = 0; i < orders / 10; i++) {
      const { id } = await site.world.market("projects", { name: `Scale ${i}` });
      projects.push(id);
      for (let k = 0; k < 10; k++) await site.world.market("orders", { project: id, offer: 1 });
    }
    for (const side of ["market", "jira"]) await site.world[side]("faults", { kind: "slow", path: "*", delay_ms: latency * 1000, count: -1 });
    await site.begin();
    const done = async () => (await site.world.projects()).filter((one) => projects.includes(one.id)).every((one) => one.orders.every((order) => order.status === "registered"));
    await until("all to be carried", done, 600);
    const times = [];
    for (const url of [site.world.mp, site.world.jiraUrl]) {
      const { json } = await call(`${url}/sim/requests`);
      times.push(...json.requests.filter((one) => !(one.target ?? one.path).includes("/sim/")).map((one) => Date.parse(one.at)));
    }
    times.sort((a, b) => a - b);
    // The first and the last tenth are the start and the tail, where not all workers have work.
    const middle = times.slice(Math.floor(times.length / 10), Math.ceil((times.length * 9) / 10));
    return { calls: times.length, perSecond: middle.length / ((middle.at(-1) - middle[0]) / 1000) };
  } finally {
    await site.end();
  }
}

console.log(`${orders} orders in ${orders / 10} projects; each answer of both remotes takes ${latency * 1000} ms`);
console.log("processes  workers  calls/s  of workers ÷ latency  calls an order");
for (const [processes, workers] of sizes) {
  const { calls, perSecond } = await measure(processes, workers);
  const ideal = (processes * workers) / latency;
  console.log(`${String(processes).padStart(9)}${String(processes * workers).padStart(9)}${perSecond.toFixed(0).padStart(9)}${(perSecond / ideal).toFixed(2).padStart(22)}${(calls / orders).toFixed(1).padStart(16)}`);
}
const limited = await measure(4, 8, 20);
console.log(`with OMS_JIRA_RATE=20 and 32 workers: ${limited.perSecond.toFixed(0)} calls/s to both remotes together`);
