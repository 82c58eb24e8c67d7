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

inline constexpr Statement shadow_counts{"shadow_counts", R"sql(
    SELECT (SELECT count(*) FROM shadow_look), (SELECT count(*) FROM sight WHERE would_count > 0)
)sql"};

}  // namespace oms::store::sql
