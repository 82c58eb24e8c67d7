#include <filesystem>

#include <fmt/format.h>

#include "app/check_own.hpp"
#include "app/exposed_files.hpp"
#include "store/migrations.hpp"
#include "store/postgres.hpp"

namespace oms::app {
namespace {

constexpr int oldest_postgres = 15;

Finding fault(std::string code, std::string found, std::string remedy = {}) {
    return {
        .code = std::move(code),
        .severity = Severity::fault,
        .about = "OMS_DB_HOST",
        .found = std::move(found),
        .cause = "nothing can be started without its database",
        .remedy = std::move(remedy),
        .variables = {"OMS_DB_HOST"}};
}

Finding fine(std::string found) {
    return {.code = "database.usable", .about = "database", .found = std::move(found)};
}

Finding without_file(const std::filesystem::path& file) {
    const auto folder = std::filesystem::absolute(file).parent_path();
    if (std::filesystem::is_directory(folder)) return fine("will be made at the first start");
    return fault(
        "database.no-folder",
        folder.string() + " does not exist",
        "make it, or name another file in OMS_DB_HOST:\nmkdir -p -m 700 " + shell_quoted(folder)
    );
}

Finding by_schema(store::Database& database) {
    const auto schema = store::schema_of(database);
    switch (schema.state) {
    case store::SchemaState::current: return fine(database.description());
    case store::SchemaState::ahead:
        return {
            .code = "database.ahead",
            .severity = Severity::note,
            .about = "OMS_DB_HOST",
            .found = schema.says};
    case store::SchemaState::one_behind:
        return {
            .code = "database.one-behind",
            .severity = Severity::note,
            .about = "OMS_DB_HOST",
            .found = schema.says,
            .remedy = "bring it up to date, which those who run do not mind:\noms-jira db upgrade"};
    case store::SchemaState::behind:
        return fault(
            "database.behind",
            schema.says,
            "make a backup and bring it up to date:\noms-jira db upgrade"
        );
    case store::SchemaState::python_adapter:
        return fault(
            "database.python-adapter",
            schema.says,
            "stop the Python adapter and take it over, first on trial:\noms-jira db upgrade "
            "--rehearse\noms-jira db upgrade"
        );
    case store::SchemaState::newer:
    case store::SchemaState::changed:
    case store::SchemaState::half_copied: break;
    }
    return fault("database.unusable", schema.says);
}

Finding by_server(store::Database& database) {
    const store::PostgresFacts facts = store::postgres_facts(database);
    if (facts.version < oldest_postgres) {
        return fault(
            "database.old-server",
            fmt::format("this is PostgreSQL {}", facts.version),
            fmt::format("use PostgreSQL {} or newer", oldest_postgres)
        );
    }
    if (facts.only_reads) {
        return fault(
            "database.only-reads",
            "this server only reads, such as a standby",
            "name the one that writes in OMS_DB_HOST"
        );
    }
    const bool is_new = store::applied_migrations(database).empty() &&
                        store::schema_of(database).state == store::SchemaState::behind;
    if (!is_new) return by_schema(database);
    if (facts.may_create)
        return fine(database.description() + ": its tables are made at the first start");
    return fault(
        "database.may-not-create",
        fmt::format("the role {} may not make tables", facts.role),
        "let a role that may run `oms-jira db upgrade` once, or allow it:\n"
        "GRANT CREATE ON SCHEMA public TO " +
            facts.role + ";"
    );
}

/// A file beside it that is not there yet.
Finding unusable_file(const std::filesystem::path& file, const std::string& says) {
    Finding finding = fault(
        "database.unusable",
        says,
        "name another file, which is made at the first start; or, where this one is ours and "
        "broken, "
        "see docs/restore.md:"
    );
    for (const char* name : {"oms-jira.db", "oms-jira-new.db"}) {
        const auto other = std::filesystem::absolute(file).parent_path() / name;
        if (std::filesystem::exists(other)) continue;
        finding.set = {{.name = "OMS_DB_HOST", .value = "sqlite:///" + other.string()}};
        break;
    }
    return finding;
}

Finding look_at_database(const store::Place& place) {
    try {
        if (!place.shared() && !std::filesystem::exists(place.file))
            return without_file(place.file);
        const auto database = store::open(place, store::OpenMode::existing_only, false);
        return place.shared() ? by_server(*database) : by_schema(*database);
    } catch (const std::exception& error) {
        if (!place.shared()) return unusable_file(place.file, error.what());
        return fault(
            "database.unreachable",
            error.what(),
            "start it, or correct OMS_DB_HOST, "
            "postgresql://user:password@host:5432/database; `psql` with the same URL says more"
        );
    }
}

}  // namespace

void check_database(const Settings& settings, Findings& findings) {
    findings.add(look_at_database(settings.database));
}

}  // namespace oms::app
