#pragma once

#include <string_view>

namespace oms::store::migrations {

/// Who leads (polls, sweeps, keeps house), and which processes there are.
inline constexpr std::string_view many_processes_up = R"sql(
CREATE TABLE leader (
    name  text /*pg COLLATE "C" */ NOT NULL PRIMARY KEY,
    owner text   NOT NULL,
    until bigint NOT NULL,
    fence bigint NOT NULL
);

CREATE TABLE process (
    owner      text /*pg COLLATE "C" */ NOT NULL PRIMARY KEY,
    role       text   NOT NULL CHECK (role IN ('serve', 'web', 'worker')),
    version    text   NOT NULL,
    workers    bigint NOT NULL,
    started_at bigint NOT NULL,
    seen_at    bigint NOT NULL,
    says       text   NOT NULL
);
)sql";

inline constexpr std::string_view many_processes_down = R"sql(
DROP TABLE process;
DROP TABLE leader;
)sql";

}  // namespace oms::store::migrations
