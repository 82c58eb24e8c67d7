#include "store/state.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "store/rows.hpp"
#include "store/sql/state.hpp"

namespace oms::store {

std::optional<Cursor> find_cursor(Connection& connection, const std::string& name) {
    const Rows rows = connection.run(sql::cursor_find, {name});
    if (rows.empty()) return std::nullopt;
    return Cursor{.at = rows[0][0].instant(), .memory = rows[0][1].text()};
}

void put_cursor(Connection& connection, const std::string& name, const Cursor& cursor) {
    connection.run(sql::cursor_put, {name, cursor.at, cursor.memory});
}

void put_remote(Connection& connection, const RemoteState& remote, Instant now) {
    connection.run(
        sql::remote_put,
        {remote.name, remote.state, remote.until, remote.says, remote.last_success, now}
    );
}

void put_feed_trouble(
    Connection& connection,
    const std::string& feed,
    const std::optional<FeedTrouble>& trouble
) {
    const FeedTrouble now = trouble.value_or(FeedTrouble{});
    put_setting(connection, "feed_trouble_" + feed, now.says);
    put_setting(
        connection, "feed_trouble_since_" + feed, trouble ? to_rfc3339(now.since) : std::string{}
    );
}

std::optional<FeedTrouble> find_feed_trouble(Connection& connection, const std::string& feed) {
    const auto since =
        parse_time(find_setting(connection, "feed_trouble_since_" + feed).value_or(""));
    if (!since) return std::nullopt;
    return FeedTrouble{
        .since = *since, .says = find_setting(connection, "feed_trouble_" + feed).value_or("")};
}

namespace {

/// Of a remote that answers, but whose feed cannot be read.
std::string feed_says(Connection& connection, const std::string& remote) {
    const bool jira = remote == "jira";
    const auto trouble = find_feed_trouble(connection, jira ? "jira" : "events");
    if (!trouble) return {};
    return fmt::format(
        "{} not been read since {}: {}",
        jira ? "its updated issues have" : "its events have",
        in_utc(trouble->since),
        trouble->says
    );
}

}  // namespace

std::vector<RemoteState> remotes(Connection& connection) {
    std::vector<RemoteState> list;
    for (const Row& row : connection.run(sql::remote_list, {})) {
        list.push_back(
            {.name = row[0].text(),
             .state = row[1].text(),
             .until = row[2].instant(),
             .says = row[3].text(),
             .last_success = row[4].instant()}
        );
    }
    for (const char* name : {"jira", "marketplace"}) {
        const std::string says = feed_says(connection, name);
        if (says.empty()) continue;
        auto remote = std::ranges::find(list, name, &RemoteState::name);
        // One that refuses its feed from the first has served nothing yet.
        if (remote == list.end()) remote = list.insert(list.end(), RemoteState{.name = name});
        if (remote->state == "working" && remote->says.empty()) remote->says = says;
    }
    return list;
}

std::optional<std::string> find_setting(Connection& connection, const std::string& name) {
    const Rows rows = connection.run(sql::setting_find, {name});
    if (rows.empty()) return std::nullopt;
    return rows[0][0].text();
}

void put_setting(Connection& connection, const std::string& name, const std::string& value) {
    connection.run(sql::setting_put, {name, value});
}

void put_jira_site(Connection& connection, const JiraSite& site) {
    put_setting(connection, "jira_version", site.version);
    put_setting(connection, "jira_dialect", site.dialect);
}

std::optional<JiraSite> find_jira_site(Connection& connection) {
    auto version = find_setting(connection, "jira_version");
    auto dialect = find_setting(connection, "jira_dialect");
    if (!version || !dialect) return std::nullopt;
    return JiraSite{.version = std::move(*version), .dialect = std::move(*dialect)};
}

void put_own_webhook(Connection& connection, const OwnWebhook& webhook) {
    put_setting(connection, "jira_own_webhook", webhook.id);
    put_setting(connection, "jira_own_webhook_expires", to_rfc3339(webhook.expires));
    put_setting(connection, "jira_own_webhook_says", webhook.says);
}

std::optional<OwnWebhook> find_own_webhook(Connection& connection) {
    auto id = find_setting(connection, "jira_own_webhook");
    if (!id || id->empty()) return std::nullopt;
    const auto expires = find_setting(connection, "jira_own_webhook_expires");
    return OwnWebhook{
        .id = std::move(*id),
        .expires = parse_time(expires.value_or("")).value_or(Instant{}),
        .says = find_setting(connection, "jira_own_webhook_says").value_or("")};
}

void start_sweep(Connection& connection, Instant now) { connection.run(sql::sweep_start, {now}); }

std::optional<Sweep> last_sweep(Connection& connection) {
    const Rows rows = connection.run(sql::sweep_last, {});
    if (rows.empty()) return std::nullopt;
    return sweep_in(rows[0]);
}

Sweep sweep_in(const Row& row) {
    return Sweep{
        .id = row[0].integer(),
        .started_at = row[1].instant(),
        .ended_at = row[2].instant_if(),
        .phase = row[3].text(),
        .position = row[4].text(),
        .compared = row[5].integer(),
        .differed = row[6].integer(),
        .says = row[7].text()};
}

std::optional<Instant> last_sweep_end(Connection& connection) {
    return connection.run(sql::sweep_last_end, {})[0][0].instant_if();
}

void put_sweep(Connection& connection, const Sweep& sweep) {
    connection.run(
        sql::sweep_put,
        {sweep.id,
         sweep.ended_at,
         sweep.phase,
         sweep.position,
         sweep.compared,
         sweep.differed,
         sweep.says}
    );
}

}  // namespace oms::store
