#pragma once

#include <string>
#include <vector>

#include "store/connection.hpp"

namespace oms::store {

/// A process that works on this database, as it last said itself.
struct Process {
    std::string owner = {};      ///< names its leases: host:pid:start:namespace
    std::string role = "serve";  ///< serve, web, worker
    std::string version = {};
    int workers = 0;
    Instant started_at = {};
    Instant seen_at = {};
    std::string says = {};  ///< what it has to complain of: Redis away…
};

/// Adds it, or says that it is still there; `started_at` and what does not change are kept.
void put_process(Connection& connection, const Process& process, Instant now);
void remove_process(Connection& connection, const std::string& owner);
/// Forgets those that have not been seen since.
void prune_processes(Connection& connection, Instant not_seen_since);
std::vector<Process> processes(Connection& connection);
/// Those that said so since then that they are there.
std::vector<Process> processes_since(Connection& connection, Instant seen);

}  // namespace oms::store
