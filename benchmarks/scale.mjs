// How throughput grows with workers, on one PostgreSQL, between simulated remotes that take 100 ms an
// answer; and that a remote's own limit ends the growth.
import { Site } from "../tests/e2e/lib/site.mjs";
import { call, until } from "../tests/e2e/lib/world.mjs";
import { bar, figure } from "./lib/figures.mjs";

export const about = "throughput as workers and processes are added, on one PostgreSQL";

const latency = 0.1;

async function carried(orders, processes, workers, rate) {
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

export async function measure({ quick, orders = quick ? 20 : 200 }) {
  const sizes = quick ? [[1, 2]] : [[1, 1], [1, 4], [1, 8], [2, 8], [4, 8]];
  const figures = [];
  const bars = [];
  for (const [processes, workers] of sizes) {
    const { calls, perSecond } = await carried(orders, processes, workers);
    const label = `${processes} process${processes > 1 ? "es" : ""}, ${processes * workers} worker${processes * workers > 1 ? "s" : ""}`;
    figures.push({ ...figure(`${label}: calls`, "a second", perSecond), series: "calls a second", at: processes * workers, of: "scale" });
    figures.push(figure(`${label}: calls an order`, "", calls / orders));
    bars.push(bar(`${label}: calls a second over workers ÷ latency`, { atLeast: 0.95 }, [perSecond / ((processes * workers) / latency)]));
  }
  if (!quick) figures.push(figure("with OMS_JIRA_RATE=20 and 32 workers: calls to both remotes together", "a second", (await carried(orders, 4, 8, 20)).perSecond));
  return { about, figures, bars };
}
