#pragma once

#include <string>

#include "store/database.hpp"

namespace oms::app {

/// Names this process's leases: `host:pid:start`.
std::string lease_owner();

/// Hands back the leases of processes of this machine that are no more, so that a restart need not
/// wait for them to expire.
void release_dead_owners(store::Database& database, Instant now);

}  // namespace oms::app
