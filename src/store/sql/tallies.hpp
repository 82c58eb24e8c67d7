#pragma once

#include "store/connection.hpp"

/// What keeps the table `tally` small and right; triggers add to it.
namespace oms::store::sql {

/// $1 count: what the processes of a server have counted in rows of their own
inline constexpr Statement tally_of_processes{"tally_of_processes", R"sql(
    SELECT what, name, process, number
      FROM tally
     WHERE process <> 0
     LIMIT $1
     /*pg FOR UPDATE SKIP LOCKED */
)sql"};

/// $1 what, $2 name, $3 number
inline constexpr Statement tally_add{"tally_add", R"sql(
    INSERT INTO tally (what, name, process, number) VALUES ($1, $2, 0, $3)
    ON CONFLICT (what, name, process) DO UPDATE SET number = tally.number + excluded.number
)sql"};

/// $1 what, $2 name, $3 process
inline constexpr Statement tally_remove{"tally_remove", R"sql(
    DELETE FROM tally WHERE what = $1 AND name = $2 AND process = $3
)sql"};

/// Steps that nobody would take any more.
inline constexpr Statement tally_prune{"tally_prune", R"sql(
    DELETE FROM tally WHERE what = 'steps' AND process = 0 AND number = 0
)sql"};

/// By how much each is less than what is there. Goes through whole tables.
inline constexpr Statement tally_differences{"tally_differences", R"sql(
    SELECT what, name, CAST(sum(number) AS bigint)
      FROM (SELECT 'link' /*pg COLLATE "C" */ AS what, state /*pg COLLATE "C" */ AS name,
                   count(*) AS number
              FROM link
             GROUP BY state
            UNION ALL
            SELECT 'sight', '', count(*) FROM sight
            UNION ALL
            SELECT 'would', '', count(*) FROM sight WHERE would_count > 0
            UNION ALL
            SELECT 'steps', would_kind /*pg COLLATE "C" */, count(*)
              FROM sight
             WHERE would_count > 0
             GROUP BY would_kind
            UNION ALL
            SELECT 'owed', '', count(*) FROM shadow_look
            UNION ALL
            SELECT what, name, -number FROM tally) AS counted
     GROUP BY what, name
    HAVING sum(number) <> 0
)sql"};

}  // namespace oms::store::sql
