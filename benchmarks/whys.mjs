// Why a bar is missed, shown on the page beside those that are; what was looked at to know it is in
// docs/profiling.md.
export const whys = [
  { about: /^rate over (the Python path's|nginx's 204)/, because: "*Rates*: both processors are used up, by the load (8 µs a webhook), the thread that answers (13 µs, most of it the system's for receiving 4 to 20 KB and sending the answer) and the one that commits (4 µs with 64 connections, 9 with 16). With 16 connections each waits for its commit before it sends again: the disk's time is a third of the round." },
  { about: /^rate over the same server that stores nothing/, because: "*Storing nothing*: with 16 connections, who has sent a webhook waits for its commit most of the time, however it is shared: one of one page takes this disk 0.08 to 0.1 ms, half of what a whole round takes where nothing is stored, and 40 µs of the processor that it shares with the load. What was tried, and what other runs came to: docs/profiling.md." },
  { about: /^p99 /, because: "*The slowest hundredth* waits for a checkpoint, in which SQLite copies its log into the database in the committing thread. It comes every 16 MB of log, and nobody is answered meanwhile." },
  { about: /^rate over a commit each/, because: "*One connection*: nothing is shared, and the hand-over to the committing thread and back is two wake-ups of a thread, beside a commit of a fraction of a millisecond." },
  { about: /^single change beyond its calls/, because: "*Beyond its calls*: before a write leaves, three commits are made one after another, each on the disk: the hint, the lease, and that the write is about to be sent (without which it could be done twice). What stands between Jira and the adapter to take the time is part of it too." },
  { about: /^calls beyond the needed ones/, because: "*Needless calls*: none was seen when this was written; a poll of Jira is no needless one, and looks like a search." },
  { about: /^due subjects with nothing new/, because: "*Subjects with nothing new*: each is still a row that is compared and ended by itself, two statements; a hundred are found by one, and share a commit." },
  { about: /^cost of a /, because: "*Growth*: see the table; what grows is the depth of the indexes and what the system's cache holds of them." },
  { about: /^page |^explain/, because: "*Pages*: see the table below for what it comes to." },
  { about: /workers?: calls a second over workers/, because: "*Workers on PostgreSQL*: PostgreSQL, Redis, both simulators and all processes share the two cores, and each call is between two commits." },
];
