#pragma once

#include <string>

#include "store/database.hpp"

namespace oms::app {

/// As many open files as this process may have without anybody's leave; gives their number. The
/// usual 1024 is a compromise with programs that use select, which nothing here does.
std::size_t raise_descriptor_limit();

/// Names this process's leases: `host:pid:start:numbering`, the last for containers of one host.
std::string lease_owner();

/// Hands back the leases, and the lead, of processes of this machine that are no more, so that a
/// restart need not wait for them to expire.
void release_dead_owners(store::Database& database, Instant now);

}  // namespace oms::app
