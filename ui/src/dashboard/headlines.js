// One sentence that answers the first question of a page. Pure: what the service said goes in, words
// and their tone come out.
import { now, relative, span, took } from "./time.js";
import { capital, count, nameOf, number, remoteName, stop } from "./words.js";

const day_ms = 86_400_000;

const good = (says) => ({ says, tone: "good" });
const plain = (says) => ({ says, tone: "plain" });
const warn = (says) => ({ says, tone: "warn" });
const bad = (says) => ({ says, tone: "bad" });

function remotesSay(remotes) {
  const away = remotes.filter((one) => one.state !== "working");
  // One that answers, but whose feed cannot be read.
  const unread = remotes.filter((one) => one.state === "working" && one.says && one.says !== "not asked yet");
  if (away.length === 0 && unread.length > 0) return { tone: "warn", says: unread.map((one) => `${remoteName(one.name)} answers, but ${one.says}`).join(", ") };
  if (away.length === 0) return { tone: "good", says: "Both remotes work" };
  const says = away.map((one) => `${remoteName(one.name)} is ${one.state === "waiting" ? "away" : one.state}${one.says ? ` (${one.says})` : ""}`).join(", ");
  return { tone: away.some((one) => one.state === "paused") ? "bad" : "warn", says };
}

export function ofNow({ remotes, queue, oldest, attention, uncertain, shadow }) {
  const parts = [];
  const remote = remotesSay(remotes);
  const waiting = queue.due + queue.leased;
  if (waiting === 0) parts.push("nothing waits");
  else if (oldest) parts.push(`${count(waiting, "order")} ${waiting === 1 ? "waits" : "wait"}, the oldest for ${span((now() - Date.parse(oldest.since)) / 1000)}`);
  else parts.push(`${count(waiting, "order")} ${waiting === 1 ? "is" : "are"} under way`);
  if (attention > 0) parts.push(`${number(attention)} ${attention === 1 ? "needs" : "need"} a person`);
  if (uncertain > 0) parts.push(`${count(uncertain, "write")} ${uncertain === 1 ? "is" : "are"} being settled`);
  const tone = remote.tone === "good" && attention > 0 ? "warn" : remote.tone;
  return { tone, says: `${remote.says}; ${parts.join(", ")}.${shadow ? " Shadow mode: nothing is written." : ""}` };
}

const named = 3;
/** The first of them by name. */
function namesOf(fields) {
  const more = fields.length > named ? [count(fields.length - named, "other field")] : [];
  const names = [...fields.slice(0, named).map((one) => one.name), ...more];
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Did it reach Jira, and if not, why not? */
export function ofSubject({ subject, link, attention = [], next, fields = [], would = [] }) {
  const name = nameOf(subject.key);
  const there = subject.issue_key ? `${name} is in Jira as ${subject.issue_key}` : `${name} is not in Jira yet`;
  if (link?.state === "orphaned") return bad(`${name} was in Jira as ${link.issue_key}, but that issue is gone or hidden from us.`);
  if (link?.gone_at) return warn(`The marketplace no longer has it; ${link.issue_key} is left alone.`);
  if (attention.length > 0) return bad(`${there}; it needs a person: ${stop(attention[0].says)}`);
  if (would.length > 0) return warn(`${there}. Shadow mode: ${count(would.length, "step")} would be taken.`);
  const differing = fields.filter((one) => one.differs);
  if (subject.state === "idle" && subject.issue_key) {
    // Nothing is left to carry: what people wrote in Jira, and what is written only once, stays.
    return differing.length > 0 ? good(`${there}, and all is carried; ${namesOf(differing)} ${differing.length === 1 ? "differs and is left as it is" : "differ and are left as they are"}.`) : good(`${there}, and both sides agree.`);
  }
  if (subject.state === "idle") return plain(`${there}: ${stop(next)}`);
  return plain(`${there}; ${stop(next)}`);
}

export function ofAttention({ groups, total }) {
  if (total === 0) return good("Nothing needs a person.");
  if (groups.length === 1) return warn(`${count(total, "entry", "entries")}, one cause, one remedy; since ${relative(groups[0].since)}.`);
  return warn(`${count(total, "entry", "entries")} with ${groups.length} causes; the oldest since ${relative(groups.map((one) => one.since).sort()[0])}.`);
}

export function ofUncertain(items) {
  if (items.length === 0) return good("The outcome of every write is known.");
  return warn(`The outcome of ${count(items.length, "write")} is not known yet; ${items.length === 1 ? "it is" : "each is"} looked for before anything is repeated.`);
}

export function ofSweeps({ running, items, next_at }, attention = 0) {
  const next = next_at ? ` The next begins ${relative(next_at)}.` : "";
  if (running) return plain(`A comparison is running: ${number(running.compared)} compared, ${number(running.differed)} differed so far.`);
  const last = items.find((one) => one.ended_at);
  if (!last) return plain(`Nothing has been compared yet.${next}`);
  const when = relative(last.ended_at);
  const day = items.filter((one) => one.ended_at && now() - Date.parse(one.ended_at) < day_ms);
  const found = day.reduce((sum, one) => sum + one.differed, 0);
  const lately = day.length > 1 && found > last.differed ? ` Since yesterday ${number(found)} differed in ${day.length} comparisons, and went to the queue to be mended.` : "";
  if (last.differed === 0 && attention > 0) return warn(`${capital(when)} all ${number(last.compared)} were compared, and none differed; but ${count(attention, "entry", "entries")} of attention ${attention === 1 ? "needs" : "need"} a person.${lately}${next}`);
  if (last.differed === 0) return good(`Nothing is lost: ${when} all ${number(last.compared)} were compared, and none differed.${lately}${next}`);
  return plain(`Of ${number(last.compared)} compared ${when}, ${number(last.differed)} differed and went to the queue to be mended.${lately}${next}`);
}

/** Who is slow: a remote, or we? */
export function ofRemotes({ items }, status) {
  const slow_s = 2;
  const away = items.filter((one) => one.state !== "working");
  if (away.length > 0) return { tone: away.some((one) => one.state === "paused") ? "bad" : "warn", says: stop(away.map((one) => `${remoteName(one.name)}: ${one.says || one.state}`).join("; ")) };
  const called = items.filter((one) => one.hour?.calls > 0);
  if (called.length === 0) return plain("Neither remote was called in the last hour.");
  const pace = called.map((one) => `${remoteName(one.name)} answers in ${took(one.hour.took_p50_seconds)}`).join(", ");
  const slowed = called.filter((one) => one.hour.took_p95_seconds > slow_s);
  const slow = slowed.map((one) => remoteName(one.name));
  const lag = status?.lag_seconds ?? 0;
  const ours = lag < 1 ? "we are up to date" : `our oldest work is ${span(lag)} old`;
  if (slow.length > 0) return warn(`${capital(slow.join(" and "))} ${slow.length > 1 ? "are" : "is"} slow: one call in twenty takes over ${took(Math.max(...slowed.map((one) => one.hour.took_p95_seconds)))}. ${pace}; ${ours}.`);
  return lag > 60 ? warn(`${pace}, so the wait is ours: ${ours}.`) : good(`${pace}; ${ours}.`);
}

/** `check`: the task of the last one, where there was one. */
export function ofSettings({ items, notes }, check) {
  const given = items.filter((one) => one.from !== "default").length;
  const found = check?.state === "done" ? check.result?.faults ?? 0 : 0;
  const noted = [...new Set(notes.map((one) => one.variable))];
  if (found > 0) return bad(`All ${number(items.length)} settings can be read, but the check found ${count(found, "fault")}: see below.`);
  if (noted.length > 0) return warn(`${count(noted.length, "setting")} ${noted.length === 1 ? "deserves" : "deserve"} a look: ${noted.join(", ")}.`);
  return good(`All ${number(items.length)} settings can be read; ${number(given)} ${given === 1 ? "is" : "are"} given, the rest are defaults.`);
}

export function ofShadow({ on, subjects, would }) {
  if (!on) return plain("Shadow mode is off: what is decided is done.");
  if (would === 0) return good(`Shadow mode: of ${count(subjects, "order and project", "orders and projects")} none would be changed.`);
  return plain(`Shadow mode: nothing is written; ${number(would)} of ${number(subjects)} would be changed.`);
}
