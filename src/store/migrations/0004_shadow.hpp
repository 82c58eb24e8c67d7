#pragma once

#include <string_view>

namespace oms::store::migrations {

/// Shadow mode: of whom something was learnt that was not carried.
inline constexpr std::string_view shadow_up = R"sql(
CREATE TABLE shadow_look (
    subject text /*pg COLLATE "C" */ NOT NULL PRIMARY KEY
);
)sql";

inline constexpr std::string_view shadow_down = R"sql(
DROP TABLE shadow_look;
)sql";

}  // namespace oms::store::migrations
