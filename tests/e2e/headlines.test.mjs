// The one sentence above each page: what the service says goes in, the answer comes out.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ofAttention, ofNow, ofRemotes, ofSettings, ofShadow, ofSubject, ofSweeps, ofUncertain } from "../../ui/src/dashboard/headlines.js";
import { bytes, count, folded, nameOf, subjectState } from "../../ui/src/dashboard/words.js";
import { ago, exact, localTimes, relative, setServerTime, span, took } from "../../ui/src/dashboard/time.js";

const at = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();
const working = [{ name: "marketplace", state: "working" }, { name: "jira", state: "working" }];
const calm = { remotes: working, queue: { due: 0, leased: 0 }, oldest: null, attention: 0, uncertain: 0, shadow: false };

describe("headlines", () => {
  test("Now", () => {
    assert.deepEqual(ofNow(calm), { tone: "good", says: "Both remotes work; nothing waits." });
    assert.deepEqual(ofNow({ ...calm, queue: { due: 1, leased: 0 }, oldest: { key: "order/1/2", since: at(-90) } }), { tone: "good", says: "Both remotes work; 1 order waits, the oldest for 1 min." });
    assert.deepEqual(ofNow({ ...calm, attention: 41, uncertain: 1 }), { tone: "warn", says: "Both remotes work; nothing waits, 41 need a person, 1 write is being settled." });
    assert.deepEqual(ofNow({ ...calm, remotes: [working[0], { name: "jira", state: "paused", says: "the password is refused" }] }), { tone: "bad", says: "Jira is paused (the password is refused); nothing waits." });
    assert.deepEqual(ofNow({ ...calm, remotes: [{ name: "marketplace", state: "working", last_success: at(-9), says: "its events have not been read since noon: it answered 403" }, working[1]] }), { tone: "warn", says: "Marketplace answers, but its events have not been read since noon: it answered 403; nothing waits." });
    assert.equal(ofNow({ ...calm, shadow: true }).says, "Both remotes work; nothing waits. Shadow mode: nothing is written.");
  });

  test("an order: did it reach Jira, and why not", () => {
    const subject = { key: "order/12/3", state: "idle", issue_key: "EOSC-7" };
    assert.deepEqual(ofSubject({ subject, next: "nothing" }), { tone: "good", says: "Order 12/3 is in Jira as EOSC-7, and both sides agree." });
    assert.deepEqual(ofSubject({ subject, fields: [{ name: "Summary", differs: true }], next: "" }), { tone: "good", says: "Order 12/3 is in Jira as EOSC-7, and all is carried; Summary differs and is left as it is." });
    assert.equal(ofSubject({ subject, fields: ["A", "B", "C", "D", "E"].map((name) => ({ name, differs: true })) }).says, "Order 12/3 is in Jira as EOSC-7, and all is carried; A, B, C and 2 other fields differ and are left as they are.");
    assert.equal(ofSubject({ subject: { ...subject, state: "due", issue_key: null }, next: "it is looked at as soon as a worker is free" }).says, "Order 12/3 is not in Jira yet; it is looked at as soon as a worker is free.");
    assert.deepEqual(ofSubject({ subject: { ...subject, state: "attention", issue_key: null }, attention: [{ says: "CI-Department is required" }] }), { tone: "bad", says: "Order 12/3 is not in Jira yet; it needs a person: CI-Department is required." });
    assert.equal(ofSubject({ subject, link: { state: "orphaned", issue_key: "EOSC-7" } }).tone, "bad");
    assert.equal(ofSubject({ subject, link: { state: "linked", issue_key: "EOSC-7", gone_at: at(-9) } }).says, "The marketplace no longer has it; EOSC-7 is left alone.");
    assert.equal(ofSubject({ subject: { ...subject, issue_key: null }, would: ["create the issue"] }).says, "Order 12/3 is not in Jira yet. Shadow mode: 1 step would be taken.");
  });

  test("Attention and Uncertain", () => {
    assert.equal(ofAttention({ groups: [], total: 0 }).says, "Nothing needs a person.");
    assert.equal(ofAttention({ total: 41, groups: [{ says: "CI-Department is required", since: at(-60) }] }).says, "41 entries, one cause, one remedy; since 1 min ago.");
    assert.equal(ofAttention({ total: 42, groups: [{ since: at(-60) }, { since: at(-7200) }] }).says, "42 entries with 2 causes; the oldest since 2 h ago.");
    assert.equal(ofUncertain([]).tone, "good");
    assert.match(ofUncertain([{}]).says, /^The outcome of 1 write is not known yet; it is looked for/);
  });

  test("Sweep: was anything lost since yesterday", () => {
    const ended = (hours, differed) => ({ ended_at: at(-3600 * hours), compared: 1204, differed });
    assert.equal(ofSweeps({ running: null, items: [], next_at: null }).says, "Nothing has been compared yet.");
    assert.equal(ofSweeps({ running: null, items: [ended(2, 0), ended(8, 0)], next_at: at(4 * 3600) }).says, "Nothing is lost: 2 h ago all 1,204 were compared, and none differed. The next begins in 4 h.");
    assert.deepEqual(ofSweeps({ running: null, items: [ended(2, 0)], next_at: null }, 2), { tone: "warn", says: "2 h ago all 1,204 were compared, and none differed; but 2 entries of attention need a person." });
    assert.match(ofSweeps({ running: null, items: [ended(2, 0), ended(8, 3), ended(30, 9)], next_at: null }).says, /Since yesterday 3 differed in 2 comparisons/);
    assert.equal(ofSweeps({ running: null, items: [ended(2, 1)], next_at: null }).says, "Of 1,204 compared 2 h ago, 1 differed and went to the queue to be mended.");
    assert.equal(ofSweeps({ running: { compared: 312, differed: 1 }, items: [] }).says, "A comparison is running: 312 compared, 1 differed so far.");
  });

  test("Remotes: who is slow", () => {
    const remote = (name, p50, p95) => ({ name, state: "working", hour: { calls: 9, took_p50_seconds: p50, took_p95_seconds: p95 } });
    assert.equal(ofRemotes({ items: [remote("marketplace", 0.1, 0.3), remote("jira", 0.2, 0.6)] }, { lag_seconds: 0 }).says, "Marketplace answers in 100 ms, Jira answers in 200 ms; we are up to date.");
    assert.equal(ofRemotes({ items: [remote("jira", 1.4, 6)] }, { lag_seconds: 90 }).says, "Jira is slow: one call in twenty takes over 6.0 s. Jira answers in 1.4 s; our oldest work is 1 min old.");
    assert.equal(ofRemotes({ items: [remote("jira", 0.2, 0.6)] }, { lag_seconds: 90 }).says, "Jira answers in 200 ms, so the wait is ours: our oldest work is 1 min old.");
    assert.equal(ofRemotes({ items: [{ name: "jira", state: "working", hour: { calls: 0, took_p50_seconds: null } }] }, null).says, "Neither remote was called in the last hour.");
    assert.equal(ofRemotes({ items: [{ name: "jira", state: "throttled", says: "429" }] }, null).says, "Jira: 429.");
  });

  test("Settings and Shadow", () => {
    const items = [{ from: "default" }, { from: ".env" }];
    assert.equal(ofSettings({ items, notes: [] }).says, "All 2 settings can be read; 1 is given, the rest are defaults.");
    const short = { items, notes: [{ variable: "OMS_UI_PASSWORD" }] };
    assert.deepEqual(ofSettings(short), { tone: "warn", says: "1 setting deserves a look: OMS_UI_PASSWORD." });
    assert.equal(ofSettings(short, { state: "done", result: { faults: 2 } }).tone, "bad");
    assert.equal(ofShadow({ on: true, subjects: 1, would: 0 }).says, "Shadow mode: of 1 order and project none would be changed.");
    assert.equal(ofShadow({ on: true, subjects: 1204, would: 41 }).says, "Shadow mode: nothing is written; 41 of 1,204 would be changed.");
  });

  test("a state tells also what the queue does not know", () => {
    assert.equal(subjectState({ state: "idle", attention: 0, link_state: "linked" }), "idle");
    assert.equal(subjectState({ state: "attention", attention: 1, link_state: "orphaned" }), "attention");
    assert.equal(subjectState({ state: "attention", attention: 0, link_state: null }), "dismissed");
    assert.equal(subjectState({ state: "idle", attention: 0, link_state: "orphaned" }), "gone");
  });

  test("the same failure each minute is told once, with how often", () => {
    const failure = (at) => ({ kind: "failure", says: "unauthorized: 401", at });
    const shown = folded([{ kind: "look", says: "well", at: 9 }, failure(3), failure(2), failure(1), { kind: "hint", says: "unauthorized: 401", at: 0 }]);
    assert.deepEqual(shown.map((one) => [one.kind, one.times, one.at, one.first]), [["look", 1, 9, 9], ["failure", 3, 3, 1], ["hint", 1, 0, 0]]);
  });

  test("times in the service's sentences are told in the reader's zone", () => {
    const here = exact("2026-05-04T12:00:01Z");
    assert.equal(localTimes("again at 2026-05-04 12:00:01 UTC (it was 2026-05-04T12:00:01Z)"), `again at ${here} (it was ${here})`);
    assert.equal(localTimes("order 2026-05-04"), "order 2026-05-04");
    assert.deepEqual([ago(at(-1)), ago(at(-60))], ["a moment ago", "1 min ago"]);
  });

  test("times by the service's clock, and figures", () => {
    assert.deepEqual([0.18, 1, 59.4, 61, 3600, 7500, 90_000, 400_000].map(span), ["0 s", "1 s", "59 s", "1 min", "1 h", "2 h 5 min", "1 d 1 h", "4 d"]);
    assert.deepEqual([0.0004, 0.18, 1.44, 61].map(took), ["under 1 ms", "180 ms", "1.4 s", "1 min"]);
    assert.equal(relative(at(-1)), "now");
    setServerTime(at(3600));
    assert.equal(relative(at(0)), "1 h ago");
    setServerTime(at(0));
    assert.deepEqual([bytes(12), bytes(4321), bytes(2_500_000), count(1, "entry", "entries"), count(1200, "order"), nameOf("order/12/3")], ["12 B", "4.3 kB", "2.5 MB", "1 entry", "1,200 orders", "Order 12/3"]);
  });
});
