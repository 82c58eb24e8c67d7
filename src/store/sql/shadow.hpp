#pragma once

#include "store/connection.hpp"

/// Every statement on `shadow_look`.
namespace oms::store::sql {

/// $1 subject
inline constexpr Statement shadow_add{"shadow_add", R"sql(
    INSERT INTO shadow_look (subject) VALUES ($1) ON CONFLICT (subject) DO NOTHING
)sql"};

/// $1 count
inline constexpr Statement shadow_next{"shadow_next", R"sql(
    SELECT subject FROM shadow_look ORDER BY subject LIMIT $1
)sql"};

/// $1 subject
inline constexpr Statement shadow_remove{"shadow_remove", R"sql(
    DELETE FROM shadow_look WHERE subject = $1
)sql"};

/// $1 all aspects, $2 seen before, $3 count, $4 now
inline constexpr Statement shadow_look_again{"shadow_look_again", R"sql(
    UPDATE subject
       SET state = 'due', dirty = $1, lane = 3, due_at = $4, hinted_at = $4,
           generation = generation + 1
     WHERE state = 'idle'
       AND key IN (SELECT subject FROM sight
                    WHERE would_count > 0 AND seen_at < $2
                    ORDER BY seen_at
                    LIMIT $3)
)sql"};

inline constexpr Statement shadow_counts{"shadow_counts", R"sql(
    SELECT CAST((SELECT sum(number) FROM tally WHERE what = 'owed') AS bigint),
           CAST((SELECT sum(number) FROM tally WHERE what = 'would') AS bigint)
)sql"};

inline constexpr Statement shadow_counts_counted{"shadow_counts_counted", R"sql(
    SELECT (SELECT count(*) FROM shadow_look), (SELECT count(*) FROM sight WHERE would_count > 0)
)sql"};

}  // namespace oms::store::sql
