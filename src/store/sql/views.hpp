#pragma once

#include "store/connection.hpp"

/// What people look at: statements that read, each by an index or to a limit; and `answered`.
namespace oms::store::sql {

// Lists go from the newest project to the oldest, and in each from its last order to the first and to
// itself: of two keys of one project the longer has the higher number. A page begins below a project
// and key.

/// $1 project, $2 key, $3 count
inline constexpr Statement spots_of_subjects{"spots_of_subjects", R"sql(
    SELECT project_id, key
      FROM subject
     WHERE project_id <= $1 AND (project_id, length(key), key) < ($1, length($2), $2)
       AND project_id > 0
     ORDER BY project_id DESC, length(key) DESC, key DESC
     LIMIT $3
)sql"};

/// $1 project, $2 key, $3 count
inline constexpr Statement spots_of_links{"spots_of_links", R"sql(
    SELECT project_id, subject
      FROM link
     WHERE project_id <= $1 AND (project_id, length(subject), subject) < ($1, length($2), $2)
       AND project_id > 0
     ORDER BY project_id DESC, length(subject) DESC, subject DESC
     LIMIT $3
)sql"};

/// $1 project, $2 key, $3 count, $4 state
inline constexpr Statement spots_in_state{"spots_in_state", R"sql(
    SELECT project_id, key
      FROM subject
     WHERE state <> 'idle' AND state = $4 AND project_id <= $1
       AND (project_id, length(key), key) < ($1, length($2), $2)
     ORDER BY project_id DESC, length(key) DESC, key DESC
     LIMIT $3
)sql"};

/// $1 project, $2 key, $3 count: of which nothing is to be done, but by a person
inline constexpr Statement spots_in_attention{"spots_in_attention", R"sql(
    SELECT DISTINCT s.project_id, length(s.key), s.key
      FROM attention a
      JOIN subject s ON s.key = a.subject
     WHERE a.ended_at IS NULL AND s.state = 'idle' AND s.project_id <= $1
       AND (s.project_id, length(s.key), s.key) < ($1, length($2), $2)
     ORDER BY s.project_id DESC, length(s.key) DESC, s.key DESC
     LIMIT $3
)sql"};

/// $1 project, $2 key, $3 count
inline constexpr Statement spots_that_would{"spots_that_would", R"sql(
    SELECT project_id, subject
      FROM sight
     WHERE would_count > 0 AND project_id <= $1
       AND (project_id, length(subject), subject) < ($1, length($2), $2)
     ORDER BY project_id DESC, length(subject) DESC, subject DESC
     LIMIT $3
)sql"};

/// $1 project, $2 key, $3 count
inline constexpr Statement spots_that_differ{"spots_that_differ", R"sql(
    SELECT project_id, subject
      FROM sight
     WHERE differs > 0 AND project_id <= $1
       AND (project_id, length(subject), subject) < ($1, length($2), $2)
     ORDER BY project_id DESC, length(subject) DESC, subject DESC
     LIMIT $3
)sql"};

/// $1 number in the key, $2 key
inline constexpr Statement spots_of_issue{"spots_of_issue", R"sql(
    SELECT project_id, subject
      FROM link
     WHERE issue_number = $1 AND lower(issue_key) = lower($2)
     ORDER BY project_id DESC, length(subject) DESC, subject DESC
     LIMIT 50
)sql"};

/// $1 key
inline constexpr Statement subject_shown{"subject_shown", R"sql(
    SELECT s.state, s.due_at, s.failure_says, l.state, l.issue_key, v.title, v.customer, v.email,
           v.seen_at, v.would_count, v.differs, v.found,
           (SELECT count(*) FROM attention a WHERE a.subject = k.key AND a.ended_at IS NULL),
           (SELECT a.says FROM attention a
             WHERE a.subject = k.key AND a.ended_at IS NULL
             ORDER BY a.id LIMIT 1)
      FROM (SELECT CAST($1 AS text) AS key) AS k
      LEFT JOIN subject s ON s.key = k.key
      LEFT JOIN link l ON l.subject = k.key
      LEFT JOIN sight v ON v.subject = k.key
)sql"};

/// $1 lane, $2 count
inline constexpr Statement subject_next_few{"subject_next_few", R"sql(
    SELECT key, state, due_at, lane, failure_says
      FROM subject
     WHERE state IN ('due', 'waiting', 'attention') AND lane = $1
     ORDER BY due_at
     LIMIT $2
)sql"};

/// $1 count. With what was heard of each last.
inline constexpr Statement subject_in_flight{"subject_in_flight", R"sql(
    SELECT s.key, s.hinted_at,
           (SELECT j.says FROM journal j
             WHERE j.subject = s.key AND j.kind = 'hint'
             ORDER BY j.id DESC LIMIT 1)
      FROM subject s
     WHERE s.state = 'leased'
     ORDER BY s.lease_until
     LIMIT $1
)sql"};

inline constexpr Statement subject_oldest{"subject_oldest", R"sql(
    SELECT key, hinted_at
      FROM subject
     WHERE state IN ('due', 'leased', 'waiting')
     ORDER BY hinted_at
     LIMIT 1
)sql"};

/// $1 from, $2 to: changes that were carried, by kind
inline constexpr Statement write_carried{"write_carried", R"sql(
    SELECT kind, count(*)
      FROM remote_write
     WHERE ended_at >= $1 AND ended_at < $2 AND state IN ('done', 'settled')
     GROUP BY kind
)sql"};

/// $1 id, $2 count. The plus keeps SQLite to the index of those that are open.
inline constexpr Statement write_open_after{"write_open_after", R"sql(
    SELECT w.id, w.subject, w.kind, w.marker, w.cause, w.state, w.target, w.floor, w.result, w.says,
           w.answered, w.sent_at, w.ended_at, s.due_at, s.state
      FROM remote_write w
      LEFT JOIN subject s ON s.key = w.subject
     WHERE w.state IN ('sent', 'uncertain') AND +w.id > $1
     ORDER BY +w.id
     LIMIT $2
)sql"};

/// $1 subject, $2 id or 0, $3 count: newest first
inline constexpr Statement journal_before{"journal_before", R"sql(
    SELECT id, subject, at, kind, says
      FROM journal
     WHERE subject = $1 AND (id < $2 OR $2 = 0)
     ORDER BY id DESC
     LIMIT $3
)sql"};

/// $1 cause, $2 fingerprint, $3 count: the groups behind those
inline constexpr Statement attention_groups{"attention_groups", R"sql(
    SELECT g.cause, g.fingerprint, g.number, g.since, g.last_at, g.blocking, a.says, a.remedy
      FROM (SELECT cause, fingerprint, count(*) AS number, min(since) AS since,
                   max(last_at) AS last_at, max(blocking) AS blocking, min(id) AS first
              FROM attention
             WHERE ended_at IS NULL AND (cause, fingerprint) > ($1, $2)
             GROUP BY cause, fingerprint
             ORDER BY cause, fingerprint
             LIMIT $3) AS g
      JOIN attention a ON a.id = g.first
     ORDER BY g.cause, g.fingerprint
)sql"};

/// $1 cause, $2 fingerprint, $3 id, $4 count
inline constexpr Statement attention_in_group{"attention_in_group", R"sql(
    SELECT a.id, a.subject, v.title, v.customer, l.issue_key, a.since, a.last_at, a.times, a.says
      FROM attention a
      LEFT JOIN sight v ON v.subject = a.subject
      LEFT JOIN link l ON l.subject = a.subject
     WHERE a.ended_at IS NULL AND a.cause = $1 AND a.fingerprint = $2 AND a.id > $3
     ORDER BY a.id
     LIMIT $4
)sql"};

/// $1 count
inline constexpr Statement attention_last_ended{"attention_last_ended", R"sql(
    SELECT id, subject, cause, says, ended_at, ended_by
      FROM attention
     WHERE ended_at IS NOT NULL
     ORDER BY ended_at DESC
     LIMIT $1
)sql"};

/// $1 id or 0, $2 count: newest first
inline constexpr Statement sweep_before{"sweep_before", R"sql(
    SELECT id, started_at, ended_at, phase, position, compared, differed, says
      FROM sweep
     WHERE id < $1 OR $1 = 0
     ORDER BY id DESC
     LIMIT $2
)sql"};

/// $1 id or 0, $2 count: newest first
inline constexpr Statement task_before{"task_before", R"sql(
    SELECT id, kind, input, asked_by, asked_at, repeat, state, progress, result, ended_at
      FROM task
     WHERE id < $1 OR $1 = 0
     ORDER BY id DESC
     LIMIT $2
)sql"};

/// $1 since, $2 of so many of the latest
inline constexpr Statement calls_since{"calls_since", R"sql(
    SELECT c.remote, c.status, c.took
      FROM (SELECT id, at, remote, status, took FROM remote_call ORDER BY id DESC LIMIT $2) AS c
     WHERE c.at >= $1
)sql"};

/// $1 remote or '', $2 id or 0, $3 count, $4 of so many at most
inline constexpr Statement calls_failed{"calls_failed", R"sql(
    SELECT c.id, c.at, c.remote, c.method, c.path, c.status, c.took, c.sent, c.received, c.subject,
           c.says
      FROM (SELECT id, at, remote, method, path, status, took, sent, received, subject, says
              FROM remote_call
             WHERE id < $2 OR $2 = 0
             ORDER BY id DESC LIMIT $4) AS c
     WHERE (c.remote = $1 OR $1 = '') AND (c.status = 0 OR c.status >= 400)
     ORDER BY c.id DESC
     LIMIT $3
)sql"};

/// $1 count: what would be done in shadow mode, and how often
inline constexpr Statement would_counts{"would_counts", R"sql(
    SELECT name, CAST(sum(number) AS bigint)
      FROM tally
     WHERE what = 'steps'
     GROUP BY name
    HAVING sum(number) > 0
     ORDER BY sum(number) DESC
     LIMIT $1
)sql"};

inline constexpr Statement would_counts_counted{"would_counts_counted", R"sql(
    SELECT would_kind, count(*)
      FROM sight
     WHERE would_count > 0
     GROUP BY would_kind
     ORDER BY count(*) DESC
     LIMIT $1
)sql"};

inline constexpr Statement would_subjects{"would_subjects", R"sql(
    SELECT CAST(sum(number) AS bigint) FROM tally WHERE what = 'would'
)sql"};

inline constexpr Statement would_subjects_counted{"would_subjects_counted", R"sql(
    SELECT count(*) FROM sight WHERE would_count > 0
)sql"};

inline constexpr Statement sight_count{"sight_count", R"sql(
    SELECT CAST(sum(number) AS bigint) FROM tally WHERE what = 'sight'
)sql"};

inline constexpr Statement sight_count_counted{"sight_count_counted", R"sql(
    SELECT count(*) FROM sight
)sql"};

/// $1 key
inline constexpr Statement answered_find{"answered_find", R"sql(
    SELECT asked, status, body FROM answered WHERE key = $1
)sql"};

/// $1 key, $2 asked, $3 status, $4 body, $5 now
inline constexpr Statement answered_add{"answered_add", R"sql(
    INSERT INTO answered (key, asked, status, body, at) VALUES ($1, $2, $3, $4, $5)
)sql"};

/// $1 before
inline constexpr Statement answered_prune{"answered_prune", R"sql(
    DELETE FROM answered WHERE at < $1
)sql"};

}  // namespace oms::store::sql
