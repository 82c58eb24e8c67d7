#pragma once

#include "store/connection.hpp"

/// Every statement on the tables `link` and `comment_link`.
namespace oms::store::sql {

/// $1 subject
inline constexpr Statement link_find{"link_find", R"sql(
    SELECT subject, state, issue_id, issue_key, base_status, base_issue_status, base_voucher,
           fields_written, not_ours, gone_at, linked_at, synced_at
      FROM link
     WHERE subject = $1
)sql"};

/// $1 issue id
inline constexpr Statement link_by_issue{"link_by_issue", R"sql(
    SELECT subject, state, issue_id, issue_key, base_status, base_issue_status, base_voucher,
           fields_written, not_ours, gone_at, linked_at, synced_at
      FROM link
     WHERE issue_id = $1
)sql"};

/// $1 subject to start after, $2 how many
inline constexpr Statement link_page{"link_page", R"sql(
    SELECT subject, state, issue_id, issue_key, base_status, base_issue_status, base_voucher,
           fields_written, not_ours, gone_at, linked_at, synced_at
      FROM link
     WHERE subject > $1
     ORDER BY subject
     LIMIT $2
)sql"};

/// $1 subject, $2 project, $3 state, $4 issue id, $5 key, $6 number in the key, $7 base status,
/// $8 base issue status, $9 base voucher, $10 fields written, $11 not ours, $12 gone, $13 linked,
/// $14 synced
inline constexpr Statement link_put{"link_put", R"sql(
    INSERT INTO link (subject, project_id, state, issue_id, issue_key, issue_number, base_status,
                      base_issue_status, base_voucher, fields_written, not_ours, gone_at, linked_at,
                      synced_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
    ON CONFLICT (subject) DO UPDATE
       SET state = excluded.state, issue_id = excluded.issue_id, issue_key = excluded.issue_key,
           issue_number = excluded.issue_number, base_status = excluded.base_status,
           base_issue_status = excluded.base_issue_status, base_voucher = excluded.base_voucher,
           fields_written = excluded.fields_written, not_ours = excluded.not_ours,
           gone_at = excluded.gone_at, synced_at = excluded.synced_at
)sql"};

/// $1 beginning of the key, as a pattern: an issue that moved to another Jira project does not count
inline constexpr Statement link_highest_number{"link_highest_number", R"sql(
    SELECT issue_number FROM link WHERE issue_key LIKE $1 ORDER BY issue_number DESC LIMIT 1
)sql"};

/// $1 first project, $2 last project
inline constexpr Statement link_of_projects{"link_of_projects", R"sql(
    SELECT subject, state, issue_id, issue_key, base_status, base_issue_status, base_voucher,
           fields_written, not_ours, gone_at, linked_at, synced_at
      FROM link
     WHERE project_id BETWEEN $1 AND $2
)sql"};

inline constexpr Statement link_counts{"link_counts", R"sql(
    SELECT name, CAST(sum(number) AS bigint) FROM tally WHERE what = 'link' GROUP BY name
)sql"};

inline constexpr Statement link_counts_counted{"link_counts_counted", R"sql(
    SELECT state, count(*) FROM link GROUP BY state
)sql"};

/// $1 subject
inline constexpr Statement comment_link_of{"comment_link_of", R"sql(
    SELECT subject, message_id, part, comment_id, origin, state, message_hash, comment_hash
      FROM comment_link
     WHERE subject = $1
)sql"};

/// $1 message
inline constexpr Statement comment_link_by_message{"comment_link_by_message", R"sql(
    SELECT subject, message_id, part, comment_id, origin, state, message_hash, comment_hash
      FROM comment_link
     WHERE message_id = $1
     ORDER BY part
)sql"};

/// $1 comment
inline constexpr Statement comment_link_by_comment{"comment_link_by_comment", R"sql(
    SELECT subject, message_id, part, comment_id, origin, state, message_hash, comment_hash
      FROM comment_link
     WHERE comment_id = $1
)sql"};

/// $1 message, $2 part, $3 comment
inline constexpr Statement comment_link_remove{"comment_link_remove", R"sql(
    DELETE FROM comment_link
     WHERE (message_id = $1 AND part = $2) OR comment_id = $3
)sql"};

/// $1 subject, $2 message, $3 part, $4 comment, $5 origin, $6 state, $7 message hash, $8 comment hash
inline constexpr Statement comment_link_add{"comment_link_add", R"sql(
    INSERT INTO comment_link (subject, message_id, part, comment_id, origin, state, message_hash,
                              comment_hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
)sql"};

}  // namespace oms::store::sql
