#include "store/migrations.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "store/migrations/0001_initial.hpp"

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

constexpr Statement list{"schema_migration_list", R"sql(
    SELECT number, name, checksum, applied_at FROM schema_migration ORDER BY number
)sql"};

/// $1 number, $2 name, $3 checksum, $4 now
constexpr Statement add{"schema_migration_add", R"sql(
    INSERT INTO schema_migration (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)
)sql"};

/// $1 number
constexpr Statement remove{"schema_migration_remove", R"sql(
    DELETE FROM schema_migration WHERE number = $1
)sql"};

std::string checksum_of(const Migration& migration) {
    return sha256_hex(std::string{migration.up} + "\n--\n" + std::string{migration.down});
}

}  // namespace

const std::vector<Migration>& known_migrations() {
    static const std::vector<Migration> known{
        {1, "initial", migrations::initial_up, migrations::initial_down},
    };
    return known;
}

std::vector<AppliedMigration> applied_migrations(Database& database) {
    std::vector<AppliedMigration> applied;
    try {
        database.read([&](Connection& connection) {
            for (const Row& row : connection.run(list, {})) {
                applied.push_back(
                    {.number = static_cast<int>(row[0].integer()),
                     .name = row[1].text(),
                     .checksum = row[2].text(),
                     .applied_at = row[3].instant()}
                );
            }
        });
    } catch (const DatabaseError& error) {
        // A new database has no such table yet.
        if (error.kind() != DatabaseError::Kind::programming) throw;
    }
    return applied;
}

Schema schema_of(Database& database) {
    const auto applied = applied_migrations(database);
    const auto& known = known_migrations();
    if (applied.size() > known.size()) {
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
    for (std::size_t i = 0; i < applied.size(); ++i) {
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
    if (applied.size() < known.size()) {
        return {
            SchemaState::behind,
            fmt::format(
                "the database's schema is at {} of {}: run `oms-jira db upgrade`",
                applied.size(),
                known.size()
            )};
    }
    return {SchemaState::current, ""};
}

std::vector<std::string> upgrade(Database& database, Instant now) {
    const Schema schema = schema_of(database);
    if (schema.state == SchemaState::newer || schema.state == SchemaState::changed) {
        throw DatabaseError{DatabaseError::Kind::unusable, schema.says};
    }
    std::vector<std::string> names;
    for (std::size_t i = applied_migrations(database).size(); i < known_migrations().size(); ++i) {
        const Migration& migration = known_migrations()[i];
        database.write([&](Connection& connection) {
            connection.run(create_table, {});
            connection.run_script(migration.up);
            connection.run(add, {migration.number, migration.name, checksum_of(migration), now});
        });
        names.emplace_back(migration.name);
    }
    return names;
}

std::optional<std::string> downgrade(Database& database) {
    const Schema schema = schema_of(database);
    if (schema.state == SchemaState::newer || schema.state == SchemaState::changed) {
        throw DatabaseError{DatabaseError::Kind::unusable, schema.says};
    }
    const std::size_t applied = applied_migrations(database).size();
    if (applied == 0) return std::nullopt;
    const Migration& migration = known_migrations()[applied - 1];
    database.write([&](Connection& connection) {
        connection.run_script(migration.down);
        connection.run(remove, {migration.number});
    });
    return std::string{migration.name};
}

}  // namespace oms::store
