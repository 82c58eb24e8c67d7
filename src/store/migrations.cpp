#include "store/migrations.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "store/migrations/0001_initial.hpp"
#include "store/migrations/0002_many_processes.hpp"
#include "store/migrations/0003_operators.hpp"
#include "store/migrations/0004_shadow.hpp"
#include "store/migrations/0005_views.hpp"
#include "store/migrations/0006_tallies_and_words.hpp"
#include "store/migrations/0007_webhook_inbox.hpp"
#include "store/state.hpp"
#include "store/takeover.hpp"

namespace oms::store {
namespace {

constexpr Statement create_table{"schema_migration_create", R"sql(
    CREATE TABLE IF NOT EXISTS schema_migration (
        number     bigint NOT NULL PRIMARY KEY,
        name       text   NOT NULL,
        checksum   text   NOT NULL,
        applied_at bigint NOT NULL
    )
)sql"};

constexpr Statement migration_list{"schema_migration_list", R"sql(
    SELECT number, name, checksum, applied_at FROM schema_migration ORDER BY number
)sql"};

/// $1 number
constexpr Statement find{"schema_migration_find", R"sql(
    SELECT number FROM schema_migration WHERE number = $1
)sql"};

/// $1 number, $2 name, $3 checksum, $4 now
constexpr Statement add{"schema_migration_add", R"sql(
    INSERT INTO schema_migration (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)
)sql"};

/// One process at a time changes the schema, for as long as it takes.
constexpr std::string_view alone =
    "/*pg SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '1min';"
    "SELECT pg_advisory_xact_lock(1330467658) */";

/// The lowest number of a program's schema that may still work with this one.
const std::string least_setting = "schema_least";

/// $1 number
constexpr Statement remove{"schema_migration_remove", R"sql(
    DELETE FROM schema_migration WHERE number = $1
)sql"};

/// Of what every engine runs: what one of them needs beside it may be added.
std::string without_remarks(std::string_view sql) {
    std::string text;
    while (true) {
        const auto begin = sql.find("/*pg");
        text += sql.substr(0, begin);
        const auto end = sql.find("*/");
        if (begin == std::string_view::npos || end == std::string_view::npos) return text;
        sql.remove_prefix(end + 2);
        if (text.ends_with(' ') && sql.starts_with(' ')) sql.remove_prefix(1);
    }
}

std::string checksum_of(const Migration& migration) {
    return sha256_hex(without_remarks(migration.up) + "\n--\n" + without_remarks(migration.down));
}

}  // namespace

const std::vector<Migration>& known_migrations() {
    static const std::vector<Migration> known{
        {1, "initial", 1, false, migrations::initial_up, migrations::initial_down},
        {2,
         "many_processes",
         1,
         false,
         migrations::many_processes_up,
         migrations::many_processes_down},
        {3, "operators", 1, false, migrations::operators_up, migrations::operators_down},
        {4, "shadow", 1, false, migrations::shadow_up, migrations::shadow_down},
        {5, "views", 1, false, migrations::views_up, migrations::views_down},
        {6,
         "tallies_and_words",
         1,
         true,
         migrations::tallies_and_words_up,
         migrations::tallies_and_words_down},
        {7, "webhook_inbox", 1, true, migrations::webhook_inbox_up, migrations::webhook_inbox_down},
    };
    return known;
}

namespace {

std::vector<AppliedMigration> applied_in(Connection& connection) {
    std::vector<AppliedMigration> applied;
    for (const Row& row : connection.run(migration_list, {})) {
        applied.push_back(
            {.number = static_cast<int>(row[0].integer()),
             .name = row[1].text(),
             .checksum = row[2].text(),
             .applied_at = row[3].instant()}
        );
    }
    return applied;
}

/// True where a program that knows only `known` migrations may work with what a later one left.
bool serves_older(Database& database, std::size_t known) {
    return store::read(database, [&](Connection& connection) {
        const auto least = find_setting(connection, least_setting);
        const auto number = parse_int(least.value_or(""));
        return number && *number <= static_cast<std::int64_t>(known);
    });
}

/// Where a copy into this database has begun, and not ended.
std::optional<std::string> copied_from(Database& database) {
    return store::read(database, [](Connection& connection) {
        return find_setting(connection, copying_setting);
    });
}

void apply(Connection& connection, const Migration& migration, Instant now) {
    connection.run_script(migration.up);
    connection.run(add, {migration.number, migration.name, checksum_of(migration), now});
    put_setting(connection, least_setting, std::to_string(migration.least));
}

}  // namespace

void apply_all(Connection& connection, Instant now) {
    connection.run_script(alone);
    connection.run(create_table, {});
    for (const Migration& migration : known_migrations())
        apply(connection, migration, now);
}

void take_back_all(Connection& connection) {
    const auto applied = applied_in(connection);
    for (std::size_t i = applied.size(); i-- > 0;) {
        connection.run_script(known_migrations()[i].down);
        connection.run(remove, {applied[i].number});
    }
}

std::vector<AppliedMigration> applied_migrations(Database& database) {
    try {
        return store::read(database, applied_in);
    } catch (const DatabaseError& error) {
        // A new database has no such table yet.
        if (error.kind() != DatabaseError::Kind::programming) throw;
        return {};
    }
}

bool is_usable(SchemaState state) {
    return state == SchemaState::current || state == SchemaState::ahead ||
           state == SchemaState::one_behind;
}

bool knows_all_of(SchemaState state) {
    return state == SchemaState::current || state == SchemaState::one_behind ||
           state == SchemaState::behind;
}

bool has_applied(Connection& connection, int number) {
    return !connection.run(find, {number}).empty();
}

Schema schema_of(Database& database) {
    const auto applied = applied_migrations(database);
    const auto& known = known_migrations();
    if (applied.empty()) {
        const auto version = python_adapter_version(database);
        if (version) return {SchemaState::python_adapter, describe_python_adapter(*version)};
    } else if (const auto from = copied_from(database)) {
        return {
            SchemaState::half_copied,
            fmt::format(
                "a copy from {} into this database was cut short: run `oms-jira db copy` again, "
                "which "
                "goes on where it stopped",
                *from
            )};
    }
    const bool newer = applied.size() > known.size();
    if (newer && !serves_older(database, known.size())) {
        return {
            SchemaState::newer,
            fmt::format(
                "the database's schema is at {} '{}', this program knows {}: it was used by a "
                "newer oms-jira; start that one, or let it `db downgrade`",
                applied.back().number,
                applied.back().name,
                known.size()
            )};
    }
    for (std::size_t i = 0; i < std::min(applied.size(), known.size()); ++i) {
        if (applied[i].checksum == checksum_of(known[i])) continue;
        return {
            SchemaState::changed,
            fmt::format(
                "migration {} '{}' was applied in another form than this program has it: use the "
                "program that made the database",
                applied[i].number,
                applied[i].name
            )};
    }
    const auto missing = std::span{known}.subspan(std::min(applied.size(), known.size()));
    if (!applied.empty() && !missing.empty() &&
        std::ranges::all_of(missing, &Migration::may_wait)) {
        return {
            SchemaState::one_behind,
            fmt::format(
                "the database's schema is at {} of {}: this program can work with it, but some "
                "pages take longer; run `oms-jira db upgrade`",
                applied.size(),
                known.size()
            )};
    }
    if (applied.size() < known.size()) {
        return {
            SchemaState::behind,
            fmt::format(
                "the database's schema is at {} of {}: run `oms-jira db upgrade`",
                applied.size(),
                known.size()
            )};
    }
    if (newer) {
        return {
            SchemaState::ahead,
            fmt::format(
                "the database's schema is at {} '{}', which this program, that knows {}, can work "
                "with: start the newer one when you can",
                applied.back().number,
                applied.back().name,
                known.size()
            )};
    }
    return {SchemaState::current, ""};
}

namespace {

/// Each step in a transaction of its own, `beside` in the same.
std::vector<std::string> apply_missing(Database& database, Instant now, const Work& beside) {
    std::vector<std::string> names;
    for (std::size_t i = applied_migrations(database).size(); i < known_migrations().size(); ++i) {
        const Migration& migration = known_migrations()[i];
        const bool applied = store::write(database, [&](Connection& connection) {
            connection.run_script(alone);
            connection.run(create_table, {});
            // Another process may have been faster.
            if (applied_in(connection).size() > i) return false;
            apply(connection, migration, now);
            beside(connection);
            return true;
        });
        if (applied) names.emplace_back(migration.name);
    }
    return names;
}

}  // namespace

std::vector<std::string> upgrade(Database& database, Instant now) {
    const Schema schema = schema_of(database);
    if (!is_usable(schema.state) && schema.state != SchemaState::behind) {
        throw DatabaseError{DatabaseError::Kind::unusable, schema.says};
    }
    try {
        return apply_missing(database, now, [](Connection& /*connection*/) {});
    } catch (const DatabaseError& error) {
        if (error.kind() != DatabaseError::Kind::unusable) throw;
        throw DatabaseError{
            error.kind(),
            fmt::format(
                "{} as the role that owns its tables (docs/upgrade.md): {}",
                schema.says,
                error.what()
            )};
    }
}

void upgrade_to_copy_into(Database& database, const std::string& source, Instant now) {
    const Schema schema = schema_of(database);
    if (schema.state != SchemaState::behind && schema.state != SchemaState::half_copied)
        throw DatabaseError{DatabaseError::Kind::unusable, schema.says};
    apply_missing(database, now, [&](Connection& connection) {
        put_setting(connection, copying_setting, source);
    });
}

std::optional<std::string> downgrade(Database& database) {
    const Schema schema = schema_of(database);
    if (!knows_all_of(schema.state))
        throw DatabaseError{DatabaseError::Kind::unusable, schema.says};
    const std::size_t applied = applied_migrations(database).size();
    if (applied == 0) return std::nullopt;
    const Migration& migration = known_migrations()[applied - 1];
    database.write([&](Connection& connection) {
        connection.run_script(alone);
        if (applied == 1 && find_setting(connection, "taken_over_at")) {
            throw DatabaseError{
                DatabaseError::Kind::unusable,
                "this database was taken over from the Python adapter: `oms-jira db give-back` "
                "takes "
                "back this step, and puts its tables back"};
        }
        if (applied > 1) {
            const int least = known_migrations()[applied - 2].least;
            put_setting(connection, least_setting, std::to_string(least));
        }
        connection.run_script(migration.down);
        connection.run(remove, {migration.number});
    });
    return std::string{migration.name};
}

}  // namespace oms::store
