#include "store/sessions.hpp"

#include "store/sql/operators.hpp"

namespace oms::store {

void add_session(Connection& connection, const Session& session) {
    connection.run(
        sql::session_add,
        {session.key,
         session.role,
         session.who,
         session.started_at,
         session.seen_at,
         session.ends_at}
    );
}

std::optional<Session> find_session(Connection& connection, const std::string& key, Instant now) {
    const Rows rows = connection.run(sql::session_find, {key, now});
    if (rows.empty()) return std::nullopt;
    const Row& row = rows[0];
    return Session{
        .key = key,
        .role = row[0].text(),
        .who = row[1].text(),
        .started_at = row[2].instant(),
        .seen_at = row[3].instant(),
        .ends_at = row[4].instant()};
}

void see_session(Connection& connection, const std::string& key, Instant now, Instant ends_at) {
    connection.run(sql::session_see, {key, now, ends_at});
}

void end_session(Connection& connection, const std::string& key) {
    connection.run(sql::session_end, {key});
}

void prune_sessions(Connection& connection, Instant now) {
    connection.run(sql::session_prune, {now});
}

}  // namespace oms::store
