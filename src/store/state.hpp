#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/connection.hpp"

/// The small tables: cursors, remotes, facts of this instance, sweeps.
namespace oms::store {

/// How far a feed was read, and what of its overlap has been seen.
struct Cursor {
    Instant at = {};
    std::string memory = {};
};
std::optional<Cursor> find_cursor(Connection& connection, const std::string& name);
void put_cursor(Connection& connection, const std::string& name, const Cursor& cursor);

/// How a remote is doing, for people and for the next process.
struct RemoteState {
    std::string name = {};
    std::string state = "working";  ///< working, waiting, throttled, paused
    Instant until = {};
    std::string says = {};  ///< also of a working one, whose feed cannot be read
    Instant last_success = {};
};
/// `working` does not shorten what the remote has asked another process to wait.
void put_remote(Connection& connection, const RemoteState& remote, Instant now);
std::vector<RemoteState> remotes(Connection& connection);

/// A feed, by the name of its cursor, that has not been read to its end since then.
struct FeedTrouble {
    Instant since = {};
    std::string says = {};
};
/// None: it can be read.
void put_feed_trouble(
    Connection& connection,
    const std::string& feed,
    const std::optional<FeedTrouble>& trouble
);
std::optional<FeedTrouble> find_feed_trouble(Connection& connection, const std::string& feed);

std::optional<std::string> find_setting(Connection& connection, const std::string& name);
/// When a delivery of Jira's webhook was last taken: the name of a setting.
inline constexpr std::string_view webhook_received = "webhook_received";
void put_setting(Connection& connection, const std::string& name, const std::string& value);

/// Which Jira was met last, for people.
struct JiraSite {
    std::string version = {};
    std::string dialect = {};
};
void put_jira_site(Connection& connection, const JiraSite& site);
std::optional<JiraSite> find_jira_site(Connection& connection);

/// The webhook that we registered at Jira for ourselves, which has to be renewed.
struct OwnWebhook {
    std::string id = {};
    Instant expires = {};
    std::string says = {};  ///< what is wrong with it
};
void put_own_webhook(Connection& connection, const OwnWebhook& webhook);
std::optional<OwnWebhook> find_own_webhook(Connection& connection);

/// One comparison of everything, from beginning to end; it goes on where a restart left it.
struct Sweep {
    std::int64_t id = 0;
    Instant started_at = {};
    std::optional<Instant> ended_at = std::nullopt;
    std::string phase = "marketplace";  ///< marketplace, jira, done
    std::string position = {};
    std::int64_t compared = 0;
    std::int64_t differed = 0;
    std::string says = {};
};
void start_sweep(Connection& connection, Instant now);
std::optional<Sweep> last_sweep(Connection& connection);
/// When one last came to its end.
std::optional<Instant> last_sweep_end(Connection& connection);
void put_sweep(Connection& connection, const Sweep& sweep);

}  // namespace oms::store
