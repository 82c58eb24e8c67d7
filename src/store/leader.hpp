#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/connection.hpp"

/// Who does what only one process of all may do. A row with a time, not a session's lock: it holds
/// through a pooler, and falls to somebody else when its owner is dead, stopped or cut off.
namespace oms::store {

/// Who has it polls, sweeps and keeps house.
inline constexpr std::string_view leader_of_pollers = "pollers";

/// Takes the lead, or renews it: the fence that proves it from now on; nothing where another owner
/// has it. `until` is at most twice as far from `now` as any lease may last.
std::optional<std::int64_t> take_lead(
    Connection& connection,
    const std::string& name,
    const std::string& owner,
    Instant now,
    Instant until
);

/// Throws LeaseLost where somebody else leads by now; holds the lead until the transaction ends.
void prove_lead(
    Connection& connection,
    const std::string& name,
    const std::string& owner,
    std::int64_t fence
);

/// The next who asks has it.
void give_up_lead(Connection& connection, const std::string& name, const std::string& owner);

struct Leader {
    std::string owner = {};
    Instant until = {};
    std::int64_t fence = 0;
};
std::optional<Leader> find_leader(Connection& connection, const std::string& name);

}  // namespace oms::store
