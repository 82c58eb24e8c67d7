#include "app/schema.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "app/takeover.hpp"
#include "base/text.hpp"
#include "store/migrations.hpp"
#include "store/open.hpp"
#include "store/search.hpp"

namespace oms::app {
namespace {

constexpr int sorted_at_once = 2000;

std::unique_ptr<store::Database> open(const Settings& settings, store::OpenMode mode) {
    return store::open(settings.database, mode, false);
}

/// What an upgrade would do.
int tell_steps(store::Database& database, const Console& console) {
    const std::size_t applied = store::applied_migrations(database).size();
    const auto& known = store::known_migrations();
    for (std::size_t i = applied; i < known.size(); ++i)
        console.out << "would apply " << known[i].name << "\n";
    if (applied >= known.size()) console.out << "the schema is current\n";
    return exit_ok;
}

}  // namespace

int db_upgrade(const Settings& settings, bool rehearse, const Console& console) {
    const bool missing =
        !settings.database.shared() && !std::filesystem::exists(settings.database.file);
    if (rehearse && missing) {
        console.out << "would make " << settings.database.file.string() << "\n";
        return exit_ok;
    }
    const auto database = open(settings, store::OpenMode::create_if_missing);
    const store::Schema schema = store::schema_of(*database);
    if (schema.state == store::SchemaState::python_adapter) {
        return take_over(*database, rehearse, console);
    }
    if (rehearse && store::knows_all_of(schema.state)) return tell_steps(*database, console);
    const auto steps = store::upgrade(*database, time_of(*database));
    while (store::write(*database, [](store::Connection& connection) {
        return store::sort_in(connection, sorted_at_once) > 0;
    })) {
        // The service does so beside its work; here nothing else is to be done.
    }
    for (const std::string& step : steps)
        console.out << "applied " << step << "\n";
    if (steps.empty()) console.out << "the schema is current\n";
    return exit_ok;
}

int db_downgrade(const Settings& settings, const Console& console) {
    const auto database = open(settings, store::OpenMode::existing_only);
    const auto step = store::downgrade(*database);
    console.out << (step ? "took back " + *step + "\n" : "there is nothing to take back\n");
    return exit_ok;
}

int db_current(const Settings& settings, const Console& console) {
    const auto database = open(settings, store::OpenMode::existing_only);
    const auto applied = store::applied_migrations(*database);
    const auto schema = store::schema_of(*database);
    const std::string at =
        applied.empty() ? "0" : fmt::format("{} {}", applied.back().number, applied.back().name);
    console.out << at << (schema.says.empty() ? " (current)" : ": " + schema.says) << "\n";
    return schema.state == store::SchemaState::current ? exit_ok : exit_faults;
}

int db_history(const Settings& settings, const Console& console) {
    const auto database = open(settings, store::OpenMode::existing_only);
    const auto applied = store::applied_migrations(*database);
    for (const auto& known : store::known_migrations()) {
        const auto found =
            std::ranges::find(applied, known.number, &store::AppliedMigration::number);
        const std::string when =
            found == applied.end() ? "not applied" : "applied " + shown_time(found->applied_at);
        console.out << fmt::format("{:>4}  {:<24} {}\n", known.number, known.name, when);
    }
    return exit_ok;
}

int db_migrate(const std::string& name, const Console& console) {
    const std::filesystem::path folder = "src/store/migrations";
    const bool shaped = !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!shaped) {
        console.error << in_quotes(name)
                      << " is no name for a migration: use lower-case letters, digits and _, like "
                         "add_retention\n";
        return exit_usage;
    }
    if (!std::filesystem::is_directory(folder)) {
        console.error << "there is no " << folder.string()
                      << " here: run this at the root of a checkout of oms-jira\n";
        return exit_usage;
    }
    const auto number = store::known_migrations().size() + 1;
    const auto file = folder / fmt::format("{:04}_{}.hpp", number, name);
    if (std::filesystem::exists(file)) {
        console.error << file.string() << " is there already\n";
        return exit_usage;
    }
    std::ofstream out{file};
    out << "#pragma once\n\n#include <string_view>\n\nnamespace oms::store::migrations {\n\n"
        << "inline constexpr std::string_view " << name << "_up = R\"sql(\n)sql\";\n\n"
        << "inline constexpr std::string_view " << name << "_down = R\"sql(\n)sql\";\n\n"
        << "}  // namespace oms::store::migrations\n";
    console.out
        << "wrote " << file.string() << "; fill in both steps and add {" << number << ", \"" << name
        << "\", migrations::" << name << "_up, migrations::" << name
        << "_down} to known_migrations(), with the least step that a program must know to work "
           "with it, and whether this program can work without it (docs/upgrade.md)\n";
    return exit_ok;
}

}  // namespace oms::app
