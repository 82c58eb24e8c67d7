#pragma once

#include "store/connection.hpp"

/// Every statement on `journal`, `remote_write` and `attention`.
namespace oms::store::sql {

/// $1 subject, $2 now, $3 kind, $4 says
inline constexpr Statement journal_add{"journal_add", R"sql(
    INSERT INTO journal (subject, at, kind, says) VALUES ($1, $2, $3, $4)
)sql"};

/// $1 subject, $2 how many: the latest, newest first
inline constexpr Statement journal_of{"journal_of", R"sql(
    SELECT id, subject, at, kind, says FROM journal WHERE subject = $1 ORDER BY id DESC LIMIT $2
)sql"};

/// $1 id, $2 how many: of all subjects, from after id on
inline constexpr Statement journal_after{"journal_after", R"sql(
    SELECT id, subject, at, kind, says FROM journal WHERE id > $1 ORDER BY id LIMIT $2
)sql"};

inline constexpr Statement journal_last{"journal_last", R"sql(
    SELECT coalesce(max(id), 0) FROM journal
)sql"};

inline constexpr Statement journal_last_time{"journal_last_time", R"sql(
    SELECT coalesce(max(at), 0) FROM journal
)sql"};

/// $1 older than, $2 at most so many
inline constexpr Statement journal_prune{"journal_prune", R"sql(
    DELETE FROM journal WHERE id IN (SELECT id FROM journal WHERE at < $1 ORDER BY at LIMIT $2)
)sql"};

/// $1 subject, $2 kind, $3 marker, $4 cause, $5 target, $6 floor, $7 now
inline constexpr Statement write_sent{"write_sent", R"sql(
    INSERT INTO remote_write (subject, kind, marker, cause, state, target, floor, result, says,
                              answered, sent_at, ended_at)
    VALUES ($1, $2, $3, $4, 'sent', $5, $6, '', '', 0, $7, NULL)
    RETURNING id
)sql"};

/// $1 id, $2 state, $3 result, $4 says, $5 answered, $6 now or null while it is open
inline constexpr Statement write_ended{"write_ended", R"sql(
    UPDATE remote_write
       SET state = $2, result = $3, says = $4, answered = $5, ended_at = $6
     WHERE id = $1
)sql"};

/// $1 subject
inline constexpr Statement write_open_of{"write_open_of", R"sql(
    SELECT id, subject, kind, marker, cause, state, target, floor, result, says, answered, sent_at,
           ended_at
      FROM remote_write
     WHERE subject = $1 AND state IN ('sent', 'uncertain')
     ORDER BY id
)sql"};

/// $1 subject, $2 how many: the latest, newest first
inline constexpr Statement write_of{"write_of", R"sql(
    SELECT id, subject, kind, marker, cause, state, target, floor, result, says, answered, sent_at,
           ended_at
      FROM remote_write
     WHERE subject = $1
     ORDER BY id DESC
     LIMIT $2
)sql"};

/// $1 how many. The plus keeps SQLite to the index of those that are open.
inline constexpr Statement write_uncertain{"write_uncertain", R"sql(
    SELECT id, subject, kind, marker, cause, state, target, floor, result, says, answered, sent_at,
           ended_at
      FROM remote_write
     WHERE state IN ('sent', 'uncertain')
     ORDER BY +id
     LIMIT $1
)sql"};

inline constexpr Statement write_counts{"write_counts", R"sql(
    SELECT state, count(*) FROM remote_write GROUP BY state
)sql"};

inline constexpr Statement write_open_counts{"write_open_counts", R"sql(
    SELECT state, count(*) FROM remote_write WHERE state IN ('sent', 'uncertain') GROUP BY state
)sql"};

/// $1 older than, $2 at most so many
inline constexpr Statement write_prune{"write_prune", R"sql(
    DELETE FROM remote_write
     WHERE id IN (SELECT id FROM remote_write WHERE ended_at < $1 ORDER BY id LIMIT $2)
)sql"};

/// $1 subject, $2 cause, $3 fingerprint, $4 says, $5 remedy, $6 blocking, $7 now
inline constexpr Statement attention_raise{"attention_raise", R"sql(
    INSERT INTO attention (subject, cause, fingerprint, says, remedy, blocking, since, last_at,
                           times, ended_at, ended_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 1, NULL, '')
    ON CONFLICT (subject, cause) WHERE ended_at IS NULL DO UPDATE
       SET fingerprint = excluded.fingerprint, says = excluded.says, remedy = excluded.remedy,
           last_at = excluded.last_at, times = attention.times + 1
)sql"};

/// $1 subject, $2 now: what blocked it is over
inline constexpr Statement attention_unblock{"attention_unblock", R"sql(
    UPDATE attention SET ended_at = $2, ended_by = 'solved'
     WHERE subject = $1 AND blocking = 1 AND ended_at IS NULL
)sql"};

/// $1 subject, $2 cause, $3 now
inline constexpr Statement attention_solved{"attention_solved", R"sql(
    UPDATE attention SET ended_at = $3, ended_by = 'solved'
     WHERE subject = $1 AND cause = $2 AND ended_at IS NULL
)sql"};

/// $1 id, $2 now, $3 by whom
inline constexpr Statement attention_end{"attention_end", R"sql(
    UPDATE attention SET ended_at = $2, ended_by = $3 WHERE id = $1 AND ended_at IS NULL
)sql"};

inline constexpr Statement attention_open_list{"attention_open_list", R"sql(
    SELECT id, subject, cause, fingerprint, says, remedy, blocking, since, last_at, times
      FROM attention
     WHERE ended_at IS NULL
     ORDER BY cause, fingerprint, id
)sql"};

/// $1 subject
inline constexpr Statement attention_of{"attention_of", R"sql(
    SELECT id, subject, cause, fingerprint, says, remedy, blocking, since, last_at, times
      FROM attention
     WHERE subject = $1 AND ended_at IS NULL
     ORDER BY id
)sql"};

/// $1 id
inline constexpr Statement attention_find{"attention_find", R"sql(
    SELECT id, subject, cause, fingerprint, says, remedy, blocking, since, last_at, times
      FROM attention
     WHERE id = $1 AND ended_at IS NULL
)sql"};

/// $1 subject, $2 fingerprint: open or ended
inline constexpr Statement attention_seen{"attention_seen", R"sql(
    SELECT 1 FROM attention WHERE subject = $1 AND fingerprint = $2 LIMIT 1
)sql"};

/// $1 subject, $2 cause, $3 fingerprint: dismissed, and since then nothing was carried, nor
/// heard but by comparing everything
inline constexpr Statement attention_dismissed{"attention_dismissed", R"sql(
    SELECT 1
      FROM journal d
     WHERE d.subject = $1 AND d.kind = 'person' AND d.says LIKE $2 || ' dismissed%'
       AND NOT EXISTS (SELECT 1 FROM journal n
                        WHERE n.subject = d.subject AND n.id > d.id
                          AND (n.kind = 'write' OR
                               n.kind = 'hint' AND n.says NOT LIKE 'sweep%'
                                 AND n.says <> 'reconcile'))
       AND EXISTS (SELECT 1 FROM attention a
                    WHERE a.ended_at = d.at AND a.subject = d.subject AND a.cause = $2
                      AND a.fingerprint = $3)
     LIMIT 1
)sql"};

inline constexpr Statement attention_count{"attention_count", R"sql(
    SELECT count(*) FROM attention WHERE ended_at IS NULL
)sql"};

inline constexpr Statement attention_causes{"attention_causes", R"sql(
    SELECT cause, count(*) FROM attention WHERE ended_at IS NULL GROUP BY cause
)sql"};

/// $1 older than, $2 at most so many
inline constexpr Statement attention_prune{"attention_prune", R"sql(
    DELETE FROM attention
     WHERE id IN (SELECT id FROM attention WHERE ended_at < $1 ORDER BY id LIMIT $2)
)sql"};

}  // namespace oms::store::sql
