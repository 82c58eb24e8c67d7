#pragma once

#include "store/connection.hpp"

/// Every statement on the table `webhook_inbox`.
namespace oms::store::sql {

/// $1 now, $2 how many hints, $3 text
inline constexpr Statement inbox_put{"inbox_put", R"sql(
    INSERT INTO webhook_inbox (at, hints, text) VALUES ($1, $2, $3)
)sql"};

/// The oldest that nobody else has in hand.
inline constexpr Statement inbox_first{"inbox_first", R"sql(
    SELECT id, at, hints, text FROM webhook_inbox ORDER BY id LIMIT 1 /*pg FOR UPDATE SKIP LOCKED */
)sql"};

/// $1 id
inline constexpr Statement inbox_remove{"inbox_remove", R"sql(
    DELETE FROM webhook_inbox WHERE id = $1
)sql"};

inline constexpr Statement inbox_counts{"inbox_counts", R"sql(
    SELECT coalesce(CAST(sum(hints) AS bigint), 0), min(at) FROM webhook_inbox
)sql"};

}  // namespace oms::store::sql
