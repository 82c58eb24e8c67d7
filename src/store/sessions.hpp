#pragma once

#include <optional>
#include <string>

#include "store/connection.hpp"

namespace oms::store {

/// Somebody who signed in at the dashboard.
struct Session {
    std::string key = {};   ///< a digest of what the browser bears
    std::string role = {};  ///< viewer, operator
    std::string who = {};   ///< as they named themselves
    Instant started_at = {};
    Instant seen_at = {};
    Instant ends_at = {};
};

void add_session(Connection& connection, const Session& session);
/// One that lasts still.
std::optional<Session> find_session(Connection& connection, const std::string& key, Instant now);
/// Somebody is there: it lasts until then.
void see_session(Connection& connection, const std::string& key, Instant now, Instant ends_at);
void end_session(Connection& connection, const std::string& key);
void prune_sessions(Connection& connection, Instant now);

}  // namespace oms::store
