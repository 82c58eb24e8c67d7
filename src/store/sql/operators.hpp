#pragma once

#include "store/connection.hpp"

/// Every statement on `sight`, `remote_call`, `task` and `session`.
namespace oms::store::sql {

/// $1 subject, $2 project, $3 title, $4 customer, $5 e-mail, $6 rows, $7 would, $8 how many, $9 seen,
/// $10 how many rows differ
inline constexpr Statement sight_put{"sight_put", R"sql(
    INSERT INTO sight (subject, project_id, title, customer, email, rows, would, would_count, seen_at,
                       differs)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (subject) DO UPDATE
       SET title = CASE excluded.title WHEN '' THEN sight.title ELSE excluded.title END,
           customer = CASE excluded.customer WHEN '' THEN sight.customer ELSE excluded.customer END,
           email = CASE excluded.email WHEN '' THEN sight.email ELSE excluded.email END,
           rows = excluded.rows, would = excluded.would, would_count = excluded.would_count,
           seen_at = excluded.seen_at, differs = excluded.differs
)sql"};

/// $1 subject, $2 would, as it is counted. What it is found and counted by, cut: an index takes no long
/// text. Mostly it is as it was: then no index is touched.
inline constexpr Statement sight_index{"sight_index", R"sql(
    UPDATE sight
       SET found = lower(substr(title || ' ' || customer || ' ' || email, 1, 400)),
           would_kind = substr($2, 1, 400)
     WHERE subject = $1
       AND (found <> lower(substr(title || ' ' || customer || ' ' || email, 1, 400))
            OR would_kind <> substr($2, 1, 400))
)sql"};

/// $1 subject
inline constexpr Statement sight_find{"sight_find", R"sql(
    SELECT title, customer, email, rows, would, seen_at FROM sight WHERE subject = $1
)sql"};

/// $1 at, $2 remote, $3 method, $4 path, $5 status, $6 took, $7 sent, $8 received, $9 subject, $10 says
inline constexpr Statement call_add{"call_add", R"sql(
    INSERT INTO remote_call (at, remote, method, path, status, took, sent, received, subject, says)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
)sql"};

/// $1 remote or '', $2 id or 0, $3 count
inline constexpr Statement calls_before{"calls_before", R"sql(
    SELECT id, at, remote, method, path, status, took, sent, received, subject, says
      FROM remote_call
     WHERE (remote = $1 OR $1 = '') AND (id < $2 OR $2 = 0)
     ORDER BY id DESC
     LIMIT $3
)sql"};

/// $1 subject, $2 count
inline constexpr Statement calls_of{"calls_of", R"sql(
    SELECT id, at, remote, method, path, status, took, sent, received, subject, says
      FROM remote_call
     WHERE subject = $1
     ORDER BY id DESC
     LIMIT $2
)sql"};

/// $1 count
inline constexpr Statement calls_prune{"calls_prune", R"sql(
    DELETE FROM remote_call WHERE id <= (SELECT max(id) FROM remote_call) - $1
)sql"};

/// $1 kind, $2 input, $3 who, $4 now, $5 repeat
inline constexpr Statement task_add{"task_add", R"sql(
    INSERT INTO task (kind, input, asked_by, asked_at, repeat, state, owner, until, progress, result,
                      ended_at)
    VALUES ($1, $2, $3, $4, $5, 'waiting', '', 0, '', '', NULL)
    ON CONFLICT (repeat) DO NOTHING
)sql"};

/// $1 repeat
inline constexpr Statement task_by_repeat{"task_by_repeat", R"sql(
    SELECT id FROM task WHERE repeat = $1
)sql"};

/// $1 id
inline constexpr Statement task_find{"task_find", R"sql(
    SELECT id, kind, input, asked_by, asked_at, repeat, state, progress, result, ended_at
      FROM task
     WHERE id = $1
)sql"};

/// $1 count
inline constexpr Statement task_list{"task_list", R"sql(
    SELECT id, kind, input, asked_by, asked_at, repeat, state, progress, result, ended_at
      FROM task
     ORDER BY id DESC
     LIMIT $1
)sql"};

/// $1 now
inline constexpr Statement task_next{"task_next", R"sql(
    SELECT id
      FROM task
     WHERE state IN ('waiting', 'running') AND (state = 'waiting' OR until < $1)
     ORDER BY id
     LIMIT 1
)sql"};

/// $1 id, $2 owner, $3 until, $4 now
inline constexpr Statement task_take{"task_take", R"sql(
    UPDATE task
       SET state = 'running', owner = $2, until = $3
     WHERE id = $1 AND state IN ('waiting', 'running') AND (state = 'waiting' OR until < $4)
)sql"};

/// $1 id, $2 owner, $3 progress, $4 until
inline constexpr Statement task_progress{"task_progress", R"sql(
    UPDATE task SET progress = $3, until = $4 WHERE id = $1 AND owner = $2 AND state = 'running'
)sql"};

/// $1 id, $2 owner, $3 state, $4 result, $5 now
inline constexpr Statement task_end{"task_end", R"sql(
    UPDATE task
       SET state = $3, result = $4, ended_at = $5
     WHERE id = $1 AND owner = $2 AND state = 'running'
)sql"};

/// $1 before
inline constexpr Statement task_prune{"task_prune", R"sql(
    DELETE FROM task WHERE ended_at < $1
)sql"};

/// $1 key, $2 role, $3 who, $4 started, $5 seen, $6 ends
inline constexpr Statement session_add{"session_add", R"sql(
    INSERT INTO session (key, role, who, started_at, seen_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6)
)sql"};

/// $1 key, $2 now
inline constexpr Statement session_find{"session_find", R"sql(
    SELECT role, who, started_at, seen_at, ends_at FROM session WHERE key = $1 AND ends_at > $2
)sql"};

/// $1 key, $2 now, $3 ends
inline constexpr Statement session_see{"session_see", R"sql(
    UPDATE session SET seen_at = $2, ends_at = $3 WHERE key = $1
)sql"};

/// $1 key
inline constexpr Statement session_end{"session_end", R"sql(
    DELETE FROM session WHERE key = $1
)sql"};

/// $1 now
inline constexpr Statement session_prune{"session_prune", R"sql(
    DELETE FROM session WHERE ends_at <= $1
)sql"};

}  // namespace oms::store::sql
