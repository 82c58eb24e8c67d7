#pragma once

#include "store/connection.hpp"

/// Every statement on the tables `leader` and `process`.
namespace oms::store::sql {

/// $1 name, $2 owner, $3 now, $4 until, $5 a time that no lease of now reaches: one that does was
/// reckoned by another clock. No row where somebody else leads.
inline constexpr Statement leader_take{"leader_take", R"sql(
    INSERT INTO leader (name, owner, until, fence) VALUES ($1, $2, $4, 1)
    ON CONFLICT (name) DO UPDATE
       SET owner = excluded.owner, until = excluded.until,
           fence = leader.fence + CASE WHEN leader.owner = excluded.owner THEN 0 ELSE 1 END
     WHERE leader.owner = excluded.owner OR leader.until <= $3 OR leader.until > $5
    RETURNING fence
)sql"};

/// $1 name, $2 owner, $3 fence. It stays so until the transaction ends.
inline constexpr Statement leader_prove{"leader_prove", R"sql(
    SELECT 1 FROM leader WHERE name = $1 AND owner = $2 AND fence = $3 /*pg FOR SHARE */
)sql"};

/// $1 name, $2 owner
inline constexpr Statement leader_give_up{"leader_give_up", R"sql(
    UPDATE leader SET until = 0 WHERE name = $1 AND owner = $2
)sql"};

/// $1 name
inline constexpr Statement leader_find{"leader_find", R"sql(
    SELECT owner, until, fence FROM leader WHERE name = $1
)sql"};

/// $1 owner, $2 role, $3 version, $4 workers, $5 now, $6 says
inline constexpr Statement process_put{"process_put", R"sql(
    INSERT INTO process (owner, role, version, workers, started_at, seen_at, says)
    VALUES ($1, $2, $3, $4, $5, $5, $6)
    ON CONFLICT (owner) DO UPDATE SET seen_at = excluded.seen_at, says = excluded.says
)sql"};

/// $1 owner
inline constexpr Statement process_remove{"process_remove", R"sql(
    DELETE FROM process WHERE owner = $1
)sql"};

/// $1 not seen since
inline constexpr Statement process_prune{"process_prune", R"sql(
    DELETE FROM process WHERE seen_at < $1
)sql"};

inline constexpr Statement process_list{"process_list", R"sql(
    SELECT owner, role, version, workers, started_at, seen_at, says FROM process ORDER BY owner
)sql"};

}  // namespace oms::store::sql
