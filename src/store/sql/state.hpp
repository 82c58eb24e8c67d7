#pragma once

#include "store/connection.hpp"

/// Every statement on the small tables: `cursor`, `remote`, `setting`, `sweep`.
namespace oms::store::sql {

/// $1 name
inline constexpr Statement cursor_find{"cursor_find", R"sql(
    SELECT at, memory FROM cursor WHERE name = $1
)sql"};

/// $1 name, $2 at, $3 memory
inline constexpr Statement cursor_put{"cursor_put", R"sql(
    INSERT INTO cursor (name, at, memory) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO UPDATE SET at = excluded.at, memory = excluded.memory
)sql"};

/// $1 name, $2 state, $3 until, $4 says, $5 last success, $6 now. A throttling that still lasts is not
/// overwritten by one who was served meanwhile.
inline constexpr Statement remote_put{"remote_put", R"sql(
    INSERT INTO remote (name, state, until, says, last_success) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (name) DO UPDATE
       SET state = excluded.state, until = excluded.until, says = excluded.says,
           last_success = excluded.last_success
     WHERE NOT (excluded.state = 'working' AND remote.state = 'throttled' AND remote.until > $6)
)sql"};

inline constexpr Statement remote_list{"remote_list", R"sql(
    SELECT name, state, until, says, last_success FROM remote ORDER BY name
)sql"};

/// $1 name
inline constexpr Statement setting_find{"setting_find", R"sql(
    SELECT value FROM setting WHERE name = $1
)sql"};

/// $1 name, $2 value
inline constexpr Statement setting_put{"setting_put", R"sql(
    INSERT INTO setting (name, value) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
)sql"};

/// $1 now
inline constexpr Statement sweep_start{"sweep_start", R"sql(
    INSERT INTO sweep (started_at, ended_at, phase, position, compared, differed, says)
    VALUES ($1, NULL, 'marketplace', '', 0, 0, '')
)sql"};

inline constexpr Statement sweep_last{"sweep_last", R"sql(
    SELECT id, started_at, ended_at, phase, position, compared, differed, says
      FROM sweep
     ORDER BY id DESC
     LIMIT 1
)sql"};

inline constexpr Statement sweep_last_end{"sweep_last_end", R"sql(
    SELECT max(ended_at) FROM sweep
)sql"};

/// $1 id, $2 ended, $3 phase, $4 position, $5 compared, $6 differed, $7 says
inline constexpr Statement sweep_put{"sweep_put", R"sql(
    UPDATE sweep
       SET ended_at = $2, phase = $3, position = $4, compared = $5, differed = $6, says = $7
     WHERE id = $1
)sql"};

}  // namespace oms::store::sql
