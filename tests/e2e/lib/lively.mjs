// A world in which something of each kind happened: for the dashboard's tests and pictures.
import { until } from "./world.mjs";

export const lively = { OMS_UNCERTAIN_GRACE: "1h", OMS_RETRY_MAX: "300ms" };

/** Orders that are in step, moved by staff, answered, refused, and one whose outcome is unknown. */
export async function livelyWorld(world, { refused = 3 } = {}) {
  const made = { refused: [] };
  const { id: project } = await world.market("projects", { name: "Solar wind models", customer_typology: "research", organization: "Institute of Physics", country: "Norway" });
  made.project = project;
  const order = async (offer, comment) => (await world.market("orders", { project, offer, comment })).id;
  made.moved = await order(1, "We start on the first of the month.");
  made.plain = await order(2, "Ten terabytes would do.");
  const issue = await world.linkedOrder(project, made.moved);
  made.key = issue.key;
  await world.jira(`issues/${issue.key}/transition`, { status: "2" });
  await world.jira(`issues/${issue.key}/comments`, { body: "We prepare the machines." });
  await until("the order to be moved", async () => (await world.order(project, made.moved)).status === "in_progress");
  await world.linkedOrder(project, made.plain);
  made.byHand = (await world.jira("issues", { fields: { project: { key: "EOSC" }, issuetype: { id: "10204" }, summary: "Made by hand" } })).key;
  if (refused > 0) await world.jira("settings", { screens: { 10204: { require: ["CI-Department"] } } });
  for (let count = 0; count < refused; ++count) made.refused.push(await order(1 + (count % 4)));
  await until("them to need a person", async () => JSON.parse((await world.run("status", "--json")).out).attention >= refused);
  return made;
}
