// The words for what the service names by one word.

/** Of a subject: what people call its state, and its tone. */
export const subjectStates = {
  idle: { says: "In step", tone: "good" },
  due: { says: "Due", tone: "plain" },
  leased: { says: "At work", tone: "accent" },
  waiting: { says: "Waiting", tone: "warn" },
  attention: { says: "Needs a person", tone: "bad" },
  dismissed: { says: "Dismissed", tone: "plain" },
  gone: { says: "Issue gone", tone: "warn" },
};

/** Also what the queue does not know: that a person dismissed it. */
export function subjectState({ state, attention, link_state: link }) {
  if (state === "attention" && attention === 0) return "dismissed";
  return state === "idle" && link === "orphaned" ? "gone" : state;
}

export const remoteStates = {
  working: { says: "Working", tone: "good" },
  waiting: { says: "Away", tone: "warn" },
  throttled: { says: "Throttled", tone: "warn" },
  paused: { says: "Paused", tone: "bad" },
};

export const writeStates = {
  sent: { says: "Sent", tone: "accent" },
  uncertain: { says: "Uncertain", tone: "warn" },
  done: { says: "Done", tone: "good" },
  settled: { says: "Settled", tone: "good" },
  refused: { says: "Refused", tone: "bad" },
  not_sent: { says: "Not sent", tone: "plain" },
};

export const writeKinds = {
  create_issue: "Create the issue", edit_issue: "Edit the issue", transition: "Move the issue", add_comment: "Add a comment",
  edit_comment: "Edit a comment", patch_order: "Set the order", post_message: "Post a message", edit_message: "Edit a message",
};

export const taskStates = {
  waiting: { says: "Waits", tone: "plain" },
  running: { says: "Running", tone: "accent" },
  done: { says: "Done", tone: "good" },
  failed: { says: "Failed", tone: "bad" },
};

export const severities = {
  fault: { says: "Fault", tone: "bad" },
  note: { says: "Note", tone: "warn" },
  ok: { says: "In order", tone: "good" },
};

export const lanes = { live: "triggers, webhooks, people", poll: "found by the polls", sweep: "found by the sweep", backfill: "from before the first start" };

export const timelineKinds = {
  hint: { says: "Hint", icon: "bell" },
  look: { says: "Look", icon: "eye" },
  decision: { says: "Decision", icon: "fork" },
  write: { says: "Write", icon: "pen" },
  failure: { says: "Failure", icon: "alert" },
  person: { says: "Person", icon: "person" },
  call: { says: "Call", icon: "call" },
};

const remoteNames = { jira: "Jira", marketplace: "Marketplace" };
export const remoteName = (name) => remoteNames[name] ?? name;

/** attention `field_missing` → "Field missing" */
export function sentence(word) {
  const words = String(word).replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const figures = new Intl.NumberFormat("en-GB");
export const number = (value) => figures.format(value);
export const count = (value, one, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`;

export function bytes(value) {
  if (value < 1000) return `${value} B`;
  return value < 1_000_000 ? `${(value / 1000).toFixed(1)} kB` : `${(value / 1_000_000).toFixed(1)} MB`;
}

/** order/12/3 → Order 12/3 */
export function nameOf(key) {
  const [kind, ...ids] = key.split("/");
  return `${sentence(kind)} ${ids.join("/")}`;
}

/** Newest first: the same again and again is one, with how often and since when. */
export function folded(entries) {
  const list = [];
  for (const one of entries) {
    const before = list.at(-1);
    const same = before && one.kind !== "call" && before.kind === one.kind && before.says === one.says;
    if (same) Object.assign(before, { times: before.times + 1, first: one.at });
    else list.push({ ...one, times: 1, first: one.at });
  }
  return list;
}

/** The end of a sentence that a server's words make. */
export const stop = (text) => (/[.!?…]$/.test(text) ? text : `${text}.`);
/** An address stays as it is. */
export const capital = (text) => (/^[a-z]+:\/\//.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1));
