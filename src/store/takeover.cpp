#include "store/takeover.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "store/migrations.hpp"
#include "store/processes.hpp"
#include "store/sql/give_back.hpp"
#include "store/sql/takeover.hpp"
#include "store/state.hpp"

namespace oms::store {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view known_version = "81e0a4381b6c";
constexpr std::array older_versions{
    std::string_view{"6d2e561845c6"},
    std::string_view{"2b2f4d1fe7ea"},
    std::string_view{""}};

/// As long as it may take; but nobody is waited for longer than this.
constexpr std::string_view patiently =
    "/*pg SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '10s' */";

constexpr Statement count_open_writes{"count_open_writes", R"sql(
    SELECT count(*) FROM remote_write WHERE state IN ('sent', 'uncertain')
)sql"};

/// Ends a rehearsal: nothing of it stays.
struct Rehearsed : std::exception {};

[[noreturn]] void refuse(const std::string& says) {
    throw DatabaseError{DatabaseError::Kind::unusable, says};
}

bool is_there(Connection& connection, const Statement& statement) {
    return connection.run(statement, {})[0][0].integer() != 0;
}

/// One sentence a row.
void refuse_obstacles(Connection& connection, const Statement& statement, const std::string& what) {
    std::vector<std::string> all;
    for (const Row& row : connection.run(statement, {}))
        all.push_back(row[0].text());
    if (!all.empty()) refuse(what + join(all, "\n  "));
}

Takeover told(Connection& connection) {
    Takeover takeover;
    for (const Row& row : connection.run(sql::python_counts, {})) {
        takeover.counts.push_back(
            {.what = row[0].text(),
             .verdict = row[1].text(),
             .reason = row[2].text(),
             .count = row[3].integer()}
        );
    }
    for (const Row& row : connection.run(sql::python_not_linked, {})) {
        takeover.not_linked.push_back(
            {.what = row[0].text(),
             .row = row[1].integer(),
             .subject = row[2].text(),
             .remote_id = row[3].integer(),
             .jira_id = row[4].integer(),
             .verdict = row[5].text(),
             .reason = row[6].text(),
             .beside = row[7].text()}
        );
    }
    return takeover;
}

/// All but putting its tables aside.
Takeover take(Connection& connection, Instant now) {
    refuse_obstacles(
        connection, sql::python_obstacles, "the Python adapter's database cannot be taken over: "
    );
    connection.run_script(sql::python_make_room);
    for (const Statement& judge :
         {sql::python_judge_projects, sql::python_judge_orders, sql::python_judge_comments}) {
        connection.run(judge, {});
    }
    apply_all(connection, now);
    connection.run(sql::python_take_links, {now});
    connection.run(sql::python_take_comments, {});
    connection.run(sql::python_take_journal, {now});
    Takeover takeover = told(connection);
    const auto last = connection.run(sql::python_cursor, {})[0][0].instant_if();
    if (last) {
        // From a time to come nothing would be read until then.
        takeover.events_from = std::min(*last, now);
        if (*last > now) takeover.events_to_come = *last;
        connection.run(sql::python_take_cursor, {*takeover.events_from});
    }
    put_setting(connection, "taken_over_at", to_rfc3339(now));
    return takeover;
}

/// Whoever began at the same time was faster.
DatabaseError taken_meanwhile() {
    return {
        DatabaseError::Kind::conflict,
        "another `oms-jira db upgrade` took this database over meanwhile: nothing is left to do"};
}

void refuse_others(Database& database) {
    const auto version = python_adapter_version(database);
    if (!version && !applied_migrations(database).empty()) throw taken_meanwhile();
    if (!version)
        refuse("this is no database of the Python adapter: there is nothing to take over");
    if (*version != known_version) refuse(describe_python_adapter(*version));
}

std::string describe_processes(const std::vector<Process>& processes) {
    std::vector<std::string> names;
    names.reserve(processes.size());
    for (const Process& process : processes)
        names.push_back(process.owner);
    return join(names, ", ");
}

}  // namespace

std::int64_t Takeover::count(std::string_view what, std::string_view verdict) const {
    std::int64_t sum = 0;
    for (const TakenRows& rows : counts)
        if (rows.what == what && rows.verdict == verdict) sum += rows.count;
    return sum;
}

std::optional<std::string> python_adapter_version(Database& database) {
    if (!applied_migrations(database).empty()) return std::nullopt;
    try {
        return store::read(database, [](Connection& connection) -> std::optional<std::string> {
            if (!is_there(connection, sql::python_found)) return std::nullopt;
            refuse_obstacles(connection, sql::python_unread, "");
            return connection.run(sql::python_version, {})[0][0].text();
        });
    } catch (const DatabaseError& error) {
        // Taken over between two of these statements.
        const bool missed = error.kind() == DatabaseError::Kind::programming;
        if (!missed || applied_migrations(database).empty()) throw;
        return std::nullopt;
    }
}

std::string describe_python_adapter(const std::string& version) {
    if (version == known_version) {
        return "this is a database of the Python adapter: `oms-jira db upgrade --rehearse` tells "
               "what "
               "taking it over would do, and changes nothing; `oms-jira db upgrade` takes it over";
    }
    if (std::ranges::find(older_versions, version) != older_versions.end()) {
        return fmt::format(
            "this is a database of the Python adapter with an older schema ({}): upgrade that "
            "first, "
            "with the Python adapter's `flask db upgrade`, which leads to {}",
            version.empty() ? "none" : version,
            known_version
        );
    }
    return fmt::format(
        "the schema {} that alembic_version names is none that this program knows: it takes over a "
        "database of the Python adapter at {}, where its `flask db upgrade` leads; a database of "
        "another program it leaves alone (name one of its own in OMS_DB_HOST)",
        in_quotes(version),
        known_version
    );
}

Takeover take_over(Database& database, Instant now) {
    refuse_others(database);
    try {
        return store::write(database, [&](Connection& connection) {
            connection.run_script(patiently);
            connection.run_script(sql::python_lock);
            Takeover takeover = take(connection, now);
            connection.run_script(sql::python_put_aside);
            return takeover;
        });
    } catch (const DatabaseError& error) {
        const bool missed = error.kind() == DatabaseError::Kind::programming;
        if (!missed || applied_migrations(database).empty()) throw;
        throw taken_meanwhile();
    }
}

Takeover rehearse_takeover(Database& database, Instant now) {
    refuse_others(database);
    std::optional<Takeover> takeover;
    try {
        database.write([&](Connection& connection) {
            connection.run_script(patiently);
            takeover = take(connection, now);
            throw Rehearsed{};
        });
    } catch (const Rehearsed&) {
        // As meant: it was undone.
    }
    return std::move(*takeover);
}

GivenBack give_back(Database& database, Instant now) {
    const Schema schema = schema_of(database);
    if (!knows_all_of(schema.state)) refuse(schema.says);
    return store::write(database, [&](Connection& connection) {
        if (!is_there(connection, sql::python_is_aside)) {
            refuse(
                "there are no tables of the Python adapter in the schema python_adapter: this "
                "database was not taken over, or they were dropped"
            );
        }
        connection.run_script(patiently);
        const bool told_of = is_there(connection, sql::processes_are_told);
        const auto working =
            told_of ? processes_since(connection, now - 1min) : std::vector<Process>{};
        if (!working.empty()) {
            refuse(fmt::format(
                "these processes work on this database: {}; stop them first (one that died counts "
                "for a "
                "minute)",
                describe_processes(working)
            ));
        }
        refuse_obstacles(connection, sql::give_back_obstacles, "the tables cannot be given back: ");
        GivenBack given;
        given.open_writes = connection.run(count_open_writes, {})[0][0].integer();
        const auto tell = [&](const Statement& statement) {
            connection.run(statement, {});
            return connection.changed();
        };
        given.projects = tell(sql::give_back_projects);
        given.orders = tell(sql::give_back_orders);
        given.comments = tell(sql::give_back_comments);
        tell(sql::give_back_cursor);
        take_back_all(connection);
        connection.run_script(sql::give_back_tables);
        return given;
    });
}

}  // namespace oms::store
