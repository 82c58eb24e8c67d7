#pragma once

#include <string>
#include <vector>

#include "domain/ids.hpp"
#include "store/connection.hpp"

namespace oms::store {

/// One request to a remote, for people. Neither headers nor bodies nor the values of a query.
struct RemoteCall {
    std::int64_t id = 0;
    Instant at = {};
    std::string remote = {};  ///< marketplace, jira
    std::string method = {};
    std::string path = {};  ///< without its query
    int status = 0;         ///< 0: no answer
    Duration took = {};
    std::int64_t sent = 0;      ///< bytes of the body
    std::int64_t received = 0;  ///< bytes of the body
    std::string subject = {};   ///< for whose sake, as key_of() gives it; "": nobody's
    std::string says = {};      ///< what was wrong, where there was no answer
};

void add_calls(Connection& connection, const std::vector<RemoteCall>& calls);
/// Those before `id` (0: the latest), newest first; of one remote, where it is named.
std::vector<RemoteCall>
calls_before(Connection& connection, const std::string& remote, std::int64_t id, int count);
/// The latest for the sake of one subject, newest first.
std::vector<RemoteCall> calls_of(Connection& connection, const Subject& subject, int count);
/// Keeps the latest `count` of all.
void prune_calls(Connection& connection, std::int64_t count);

}  // namespace oms::store
