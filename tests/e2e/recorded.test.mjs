// What the real remotes were recorded to say and send, where the recordings are there.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { World, call } from "./lib/world.mjs";

const fixtures = process.env.OMS_FIXTURES ?? resolve("../shared/fixtures");
const replay = join(fixtures, "marketplace/replay.mjs");
const webhooks = join(fixtures, "jira/webhooks");

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : entry.name.endsWith(".json") ? [join(folder, entry.name)] : []);
}

describe("recordings", () => {
  test("the simulated marketplace gives every recorded answer", { skip: existsSync(replay) ? false : "the recordings are not here" }, async () => {
    const world = await World.make({ seed: "recorded", adapter: false, webhook: false, trigger: false });
    try {
      const child = spawn(process.execPath, [replay, world.mp]);
      let out = "";
      child.stdout.on("data", (part) => (out += part));
      const [code] = await once(child, "close");
      assert.equal(code, 0, out);
      assert.match(out, /119 passed, 0 failed/);
    } finally {
      await world.end();
    }
  });

  test("every recorded webhook is accepted, and counted", { skip: existsSync(webhooks) ? false : "the recordings are not here" }, async () => {
    const world = await World.make();
    try {
      const files = filesBelow(webhooks);
      assert.equal(files.length, 66);
      for (const file of files) {
        const answer = await call(`${world.url}/api/webhooks/jira?issue_id=1&secret=s3cret`, { method: "POST", body: readFileSync(file, "utf8") });
        assert.equal(answer.status, 204, file);
      }
      const metrics = (await call(`${world.url}/metrics`)).text;
      const counted = [...metrics.matchAll(/^oms_jira_webhooks_total\{result="([a-z_]+)"\} (\d+)/gm)].map((m) => Number(m[2]));
      assert.equal(counted.reduce((a, b) => a + b, 0), 66, metrics);
    } finally {
      await world.end();
    }
  });
});
