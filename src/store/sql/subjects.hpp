#pragma once

#include "store/connection.hpp"

/// Every statement on the table `subject`, the dirty set.
namespace oms::store::sql {

/// $1 key
inline constexpr Statement subject_find{"subject_find", R"sql(
    SELECT key, state, dirty, claims, working, working_claims, generation, done_generation, lane,
           due_at, hinted_at, attempts, refusals, lease_owner, lease_until, fence, failure,
           failure_says
      FROM subject
     WHERE key = $1
)sql"};

/// $1 key: the same, and nobody else may change it until the transaction ends
inline constexpr Statement subject_hold{"subject_hold", R"sql(
    SELECT key, state, dirty, claims, working, working_claims, generation, done_generation, lane,
           due_at, hinted_at, attempts, refusals, lease_owner, lease_until, fence, failure,
           failure_says
      FROM subject
     WHERE key = $1
     /*pg FOR UPDATE */
)sql"};

/// $1 key. It stays as it is until the transaction ends, and what changed it before is seen.
inline constexpr Statement subject_share{"subject_share", R"sql(
    SELECT 1 FROM subject WHERE key = $1 /*pg FOR SHARE */
)sql"};

/// $1 key, $2 project, $3 dirty, $4 claims, $5 lane, $6 now. Changes nothing where it is there.
inline constexpr Statement subject_add{"subject_add", R"sql(
    INSERT INTO subject (key, project_id, state, dirty, claims, working, working_claims, generation,
                         done_generation, lane, due_at, hinted_at, attempts, refusals, lease_owner,
                         lease_until, fence, failure, failure_says)
    VALUES ($1, $2, 'due', $3, $4, 0, '', 1, 0, $5, $6, $6, 0, 0, '', 0, 0, '', '')
    ON CONFLICT (key) DO NOTHING
)sql"};

/// $1 key, $2 dirty, $3 claims, $4 lane, $5 state, $6 due, $7 hinted
inline constexpr Statement subject_hint{"subject_hint", R"sql(
    UPDATE subject
       SET dirty = $2, claims = $3, lane = $4, state = $5, due_at = $6, hinted_at = $7,
           generation = generation + 1
     WHERE key = $1
)sql"};

/// $1 key, $2 dirty, $3 claims: one more for what is due already. No index has any of these columns.
inline constexpr Statement subject_hint_more{"subject_hint_more", R"sql(
    UPDATE subject SET dirty = $2, claims = $3, generation = generation + 1 WHERE key = $1
)sql"};

/// $1 now. What a dead or late worker held is due again, with all that it had taken.
inline constexpr Statement subject_release_expired{"subject_release_expired", R"sql(
    UPDATE subject
       SET state = 'due', dirty = dirty | working, claims = working_claims || claims, working = 0,
           working_claims = '', lease_owner = '', due_at = $1
     WHERE key IN (SELECT key FROM subject
                    WHERE state = 'leased' AND lease_until <= $1
                    /*pg FOR UPDATE SKIP LOCKED */)
)sql"};

/// $1 how the owner begins, $2 now: the same for those who hold nothing any more.
inline constexpr Statement subject_release_owner{"subject_release_owner", R"sql(
    UPDATE subject
       SET state = 'due', dirty = dirty | working, claims = working_claims || claims, working = 0,
           working_claims = '', lease_owner = '', due_at = $2
     WHERE state = 'leased' AND substr(lease_owner, 1, length($1)) = $1
)sql"};

/// $1 key, $2 fence, $3 now: the same for one lease
inline constexpr Statement subject_give_back{"subject_give_back", R"sql(
    UPDATE subject
       SET state = 'due', dirty = dirty | working, claims = working_claims || claims, working = 0,
           working_claims = '', lease_owner = '', due_at = $3
     WHERE key = $1 AND fence = $2 AND state = 'leased'
)sql"};

inline constexpr Statement subject_owners{"subject_owners", R"sql(
    SELECT DISTINCT lease_owner FROM subject WHERE state = 'leased'
)sql"};

/// $1 lane, $2 now
inline constexpr Statement subject_next_in_lane{"subject_next_in_lane", R"sql(
    SELECT key FROM subject
     WHERE state IN ('due', 'waiting', 'attention') AND lane = $1 AND due_at <= $2
     ORDER BY due_at
     LIMIT 1
     /*pg FOR UPDATE SKIP LOCKED */
)sql"};

/// $1 lane, $2 now, $3 how many. Whether it is plain: due, never failed, with no write that is not
/// settled and nothing that a success would solve.
inline constexpr Statement subject_next_few_in_lane{"subject_next_few_in_lane", R"sql(
    SELECT key, dirty, working, working_claims, claims, lane, hinted_at,
           CASE WHEN state = 'due' AND attempts = 0 AND refusals = 0
                     AND NOT EXISTS (SELECT 1 FROM remote_write w
                                      WHERE w.subject = key AND w.state IN ('sent', 'uncertain'))
                     AND NOT EXISTS (SELECT 1 FROM attention a
                                      WHERE a.subject = key AND a.blocking = 1
                                        AND a.ended_at IS NULL)
                THEN 1 ELSE 0 END
      FROM subject
     WHERE state IN ('due', 'waiting', 'attention') AND lane = $1 AND due_at <= $2
     ORDER BY due_at
     LIMIT $3
     /*pg FOR UPDATE OF subject SKIP LOCKED */
)sql"};

/// $1 key, $2 owner, $3 until
inline constexpr Statement subject_lease{"subject_lease", R"sql(
    UPDATE subject
       SET state = 'leased', working = dirty, working_claims = claims, dirty = 0, claims = '',
           lease_owner = $2, lease_until = $3, fence = fence + 1
     WHERE key = $1 AND state IN ('due', 'waiting', 'attention')
)sql"};

/// $1 key, $2 fence, $3 until
inline constexpr Statement subject_renew{"subject_renew", R"sql(
    UPDATE subject SET lease_until = $3 WHERE key = $1 AND fence = $2 AND state = 'leased'
)sql"};

/// $1 how the owner begins, $2 leases that end before, $3 until. One that is being recorded renews itself.
inline constexpr Statement subject_renew_owner{"subject_renew_owner", R"sql(
    UPDATE subject SET lease_until = $3
     WHERE key IN (SELECT key FROM subject
                    WHERE state = 'leased' AND substr(lease_owner, 1, length($1)) = $1
                      AND lease_until < $2
                    /*pg FOR UPDATE SKIP LOCKED */)
)sql"};

/// $1 how the owner begins, $2 leases that end before
inline constexpr Statement subject_owner_expires{"subject_owner_expires", R"sql(
    SELECT 1 FROM subject
     WHERE state = 'leased' AND substr(lease_owner, 1, length($1)) = $1 AND lease_until < $2
     LIMIT 1
)sql"};

/// $1 key, $2 fence. Says nothing new: proves that the lease is still ours.
inline constexpr Statement subject_fence{"subject_fence", R"sql(
    SELECT 1 FROM subject WHERE key = $1 AND fence = $2 AND state = 'leased' /*pg FOR UPDATE */
)sql"};

/// $1 key, $2 fence, $3 now. Due again where a hint came meanwhile.
inline constexpr Statement subject_done{"subject_done", R"sql(
    UPDATE subject
       SET state = CASE WHEN dirty = 0 AND claims = '' THEN 'idle' ELSE 'due' END,
           done_generation = CASE WHEN dirty = 0 AND claims = '' THEN generation
                                  ELSE done_generation END,
           working = 0, working_claims = '', lease_owner = '', due_at = $3, attempts = 0,
           refusals = 0, failure = '', failure_says = '',
           hinted_at = CASE WHEN dirty = 0 AND claims = '' THEN 0 ELSE hinted_at END
     WHERE key = $1 AND fence = $2 AND state = 'leased'
)sql"};

/// $1 key, $2 fence, $3 state, $4 due, $5 attempts, $6 refusals, $7 failure, $8 says, $9 dirty.
/// A hint that came meanwhile wakes it from attention, as one does that comes a moment later.
inline constexpr Statement subject_again{"subject_again", R"sql(
    UPDATE subject
       SET state = CASE WHEN $3 = 'attention' AND (dirty <> 0 OR claims <> '') THEN 'due'
                        ELSE $3 END,
           due_at = CASE WHEN $3 = 'attention' AND (dirty <> 0 OR claims <> '') THEN due_at
                         ELSE $4 END,
           attempts = $5, refusals = $6, failure = $7, failure_says = $8,
           dirty = dirty | $9, claims = working_claims || claims, working = 0,
           working_claims = '', lease_owner = ''
     WHERE key = $1 AND fence = $2 AND state = 'leased'
)sql"};

/// $1 key, $2 now. Done without a lease: nothing was to be done.
inline constexpr Statement subject_settled{"subject_settled", R"sql(
    UPDATE subject
       SET state = 'idle', done_generation = generation, dirty = 0, claims = '', due_at = $2,
           hinted_at = 0
     WHERE key = $1 AND state = 'due'
)sql"};

/// $1 project, $2 now. Its orders that wait for it.
inline constexpr Statement subject_wake_project{"subject_wake_project", R"sql(
    UPDATE subject SET state = 'due', due_at = $2 WHERE project_id = $1 AND state = 'waiting'
)sql"};

/// $1 latest, $2 now
inline constexpr Statement subject_wake_later_than{"subject_wake_later_than", R"sql(
    UPDATE subject SET due_at = $2 WHERE state IN ('due', 'waiting') AND due_at > $1
)sql"};

/// $1 key, $2 now
inline constexpr Statement subject_wake{"subject_wake", R"sql(
    UPDATE subject SET state = 'due', due_at = $2, refusals = 0, lane = 0
     WHERE key = $1 AND state IN ('attention', 'waiting', 'due')
)sql"};

/// $1 now
inline constexpr Statement subject_wake_attention{"subject_wake_attention", R"sql(
    UPDATE subject SET state = 'due', due_at = $1, refusals = 0 WHERE state = 'attention'
)sql"};

/// $1 at most so many: issues that turned out to be somebody's, or nobody's. What begins with `issue/`,
/// as a range of the key: a pattern would go through all subjects.
inline constexpr Statement subject_prune_issues{"subject_prune_issues", R"sql(
    DELETE FROM subject
     WHERE key IN (SELECT key FROM subject
                    WHERE state = 'idle' AND key >= 'issue/' AND key < 'issue0'
                    LIMIT $1)
)sql"};

/// When there is something to take next, an expired lease too. By lane, so that each is the first row
/// of an index, however many are due.
inline constexpr Statement subject_next_due{"subject_next_due", R"sql(
    SELECT min(at) FROM (
        SELECT min(due_at) AS at FROM subject
         WHERE state IN ('due', 'waiting', 'attention') AND lane = 0
        UNION ALL
        SELECT min(due_at) AS at FROM subject
         WHERE state IN ('due', 'waiting', 'attention') AND lane = 1
        UNION ALL
        SELECT min(due_at) AS at FROM subject
         WHERE state IN ('due', 'waiting', 'attention') AND lane = 2
        UNION ALL
        SELECT min(due_at) AS at FROM subject
         WHERE state IN ('due', 'waiting', 'attention') AND lane = 3
        UNION ALL
        SELECT min(lease_until) AS at FROM subject WHERE state = 'leased'
    ) AS next
)sql"};

/// Both are asked often. In the words of the indexes subject_due and subject_leased, so that neither
/// reads what is idle: almost all.
inline constexpr Statement subject_counts{"subject_counts", R"sql(
    SELECT state, lane, count(*) FROM subject
     WHERE state IN ('due', 'waiting', 'attention')
     GROUP BY state, lane
    UNION ALL
    SELECT state, lane, count(*) FROM subject WHERE state = 'leased' GROUP BY state, lane
)sql"};

inline constexpr Statement subject_oldest_hint{"subject_oldest_hint", R"sql(
    SELECT min(hinted_at)
      FROM (SELECT hinted_at FROM subject
             WHERE state IN ('due', 'waiting', 'attention') AND state <> 'attention'
            UNION ALL
            SELECT hinted_at FROM subject WHERE state = 'leased') AS waiting
)sql"};

/// $1 lane
inline constexpr Statement subject_busy_in_lane{"subject_busy_in_lane", R"sql(
    SELECT count(*) FROM subject WHERE lane = $1 AND state IN ('due', 'leased', 'waiting')
)sql"};

/// $1 how many
inline constexpr Statement subject_list_busy{"subject_list_busy", R"sql(
    SELECT key, state, lane, due_at, attempts, failure, failure_says FROM subject
     WHERE state <> 'idle'
     ORDER BY lane, due_at
     LIMIT $1
)sql"};

}  // namespace oms::store::sql
