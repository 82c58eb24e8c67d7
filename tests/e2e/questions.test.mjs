// The ten questions of docs/questions.md: each path there is gone, in at most two clicks, and the
// answer is asserted; the command beside it too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { Dashboard, openBrowser, passwords } from "./lib/dashboard.mjs";
import { lively, livelyWorld } from "./lib/lively.mjs";
import { World } from "./lib/world.mjs";

const listed = [...readFileSync(new URL("../../docs/questions.md", import.meta.url), "utf8").matchAll(/^\| ([^|]+\?) \| [^|]+ \| `oms-jira ([^`]+)` \|$/gm)]
  .map(([, question, command]) => ({ question, command }));

describe("ten questions", () => {
  let world, made, browser, board, clicks;
  before(async () => {
    world = await World.make({ settings: { ...lively, ...passwords } });
    made = await livelyWorld(world);
    browser = await openBrowser();
    board = await Dashboard.open(browser, world.url);
    await board.go("");
    await board.signIn();
  });
  after(async () => {
    await board?.close();
    await browser?.close();
    await world?.end();
  });

  const click = async (where) => {
    ++clicks;
    await where.click();
  };
  const page = (name) => click(board.page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: new RegExp(`^${name}`) }));
  const search = async (words) => {
    ++clicks;
    await board.press("/");
    await board.type(words);
    await board.press("Enter");
  };
  const moved = () => `${made.project}/${made.moved}`;
  const refused = () => `${made.project}/${made.refused[0]}`;
  const out = async (...args) => {
    const { out: text, err } = await world.run(...args);
    return text + err;
  };

  const answers = {
    "Did order 12/3 reach Jira?": async () => {
      await search(moved());
      await board.headline(`Order ${moved()} is in Jira as ${made.key}`);
      assert.match(await out("explain", moved()), new RegExp(made.key));
    },
    "Why not?": async () => {
      await search(refused());
      await board.headline(/is not in Jira yet; it needs a person: .*CI-Department/);
      await board.region("Needs a person").getByText("Remedy").waitFor();
      assert.match(await out("explain", refused()), /CI-Department/);
    },
    "Who moved it?": async () => {
      await search(moved());
      await click(board.button("Status"));
      await board.region("Time line").getByText(/Jira.*in_progress|in_progress.*Jira/).first().waitFor();
      assert.match(await out("explain", moved()), /in_progress/);
    },
    "What is stuck, and since when?": async () => {
      await page("Attention");
      const group = board.page.locator(".group").first();
      assert.match(await group.innerText(), /CI-Department/);
      assert.match(await group.innerText(), /since (now|\d+ (s|min) ago)/);
      assert.match(await out("attention", "list"), /CI-Department/);
    },
    "Is Jira slow or are we?": async () => {
      await page("Remotes");
      await board.headline(/Jira answers in (under )?\d+ ms.*(up to date|oldest work)/);
      assert.match(await out("status"), /lag/);
    },
    "What will a retry do?": async () => {
      await page("Attention");
      await click(board.button("What would a retry do?").first());
      await board.page.locator(".preview").getByText(/create the issue/i).first().waitFor();
      assert.match(await out("explain", refused()), /tried again|again/);
    },
    "Did we lose anything since yesterday?": async () => {
      await page("Sweep");
      await board.headline(/compared/);
      await click(board.button("Start a dry run"));
      await board.page.getByText(/compared (agree|differ)/).waitFor();
      assert.match(await out("reconcile", "--dry-run"), /compared/);
    },
    "Is the webhook working?": async () => {
      await page("Remotes");
      await board.region("Webhook of Jira").getByText(/Working: the last was received/).waitFor();
      assert.match(await out("check", "--webhook"), /webhook/i);
    },
    "Which setting is wrong?": async () => {
      await page("Settings");
      await board.headline(/setting/);
      await click(board.button("Check now"));
      await board.page.getByText(/checks? in order/).waitFor();
      await board.region("What check says").getByText(/CI-Department/).first().waitFor();
      assert.match(await out("check"), /CI-Department/);
    },
    "Can I stop it now?": async () => {
      await page("Now");
      const stopping = board.page.locator("article", { hasText: "Stopping" });
      assert.match(await stopping.innerText(), /Safe now/);
      assert.match(await out("status"), /being worked on/);
    },
  };

  test("the list has ten, each with a way here", () => {
    assert.deepEqual(listed.map((one) => one.question), Object.keys(answers));
  });

  for (const [question, answer] of Object.entries(answers)) {
    test(question, async () => {
      await board.visit("uncertain");
      clicks = 0;
      await answer();
      assert.ok(clicks <= 2, `${clicks} clicks`);
    });
  }
});
