#include "app/check_database.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "store/migrations.hpp"
#include "store/postgres.hpp"

namespace oms::app {
namespace {

constexpr int oldest_postgres = 15;

Finding finding(Grade grade, std::string says, std::string remedy = {}) {
    return {
        .what = "database", .grade = grade, .says = std::move(says), .remedy = std::move(remedy)};
}

Finding without_file(const std::filesystem::path& file) {
    const auto folder = std::filesystem::absolute(file).parent_path();
    if (std::filesystem::is_directory(folder)) {
        return finding(Grade::fine, "will be made at the first start");
    }
    return finding(
        Grade::fault,
        folder.string() + " does not exist",
        "make the folder, or name another file in OMS_DB_HOST"
    );
}

Finding by_schema(store::Database& database) {
    const auto schema = store::schema_of(database);
    switch (schema.state) {
    case store::SchemaState::current: return finding(Grade::fine, database.description());
    case store::SchemaState::ahead: return finding(Grade::warning, schema.says);
    case store::SchemaState::behind:
    case store::SchemaState::newer:
    case store::SchemaState::changed:
    case store::SchemaState::python_adapter:
    case store::SchemaState::half_copied: break;
    }
    return finding(Grade::fault, schema.says);
}

Finding by_server(store::Database& database) {
    const store::PostgresFacts facts = store::postgres_facts(database);
    if (facts.version < oldest_postgres) {
        return finding(
            Grade::fault,
            fmt::format("this is PostgreSQL {}", facts.version),
            fmt::format("use PostgreSQL {} or newer", oldest_postgres)
        );
    }
    if (facts.only_reads) {
        return finding(
            Grade::fault,
            "this server only reads, such as a standby",
            "name the one that writes in OMS_DB_HOST"
        );
    }
    const bool is_new = store::applied_migrations(database).empty() &&
                        store::schema_of(database).state == store::SchemaState::behind;
    if (!is_new) return by_schema(database);
    if (facts.may_create) {
        return finding(
            Grade::fine, database.description() + ": its tables are made at the first start"
        );
    }
    return finding(
        Grade::fault,
        fmt::format("the role {} may not make tables", facts.role),
        "let a role that may run `oms-jira db upgrade` once, or allow it:\n"
        "GRANT CREATE ON SCHEMA public TO " +
            facts.role + ";"
    );
}

}  // namespace

Finding check_database(const Settings& settings) {
    try {
        const store::Place& place = settings.database;
        if (!place.shared() && !std::filesystem::exists(place.file))
            return without_file(place.file);
        const auto database = store::open(place, store::OpenMode::existing_only, false);
        return place.shared() ? by_server(*database) : by_schema(*database);
    } catch (const std::exception& error) {
        return finding(Grade::fault, error.what());
    }
}

}  // namespace oms::app
