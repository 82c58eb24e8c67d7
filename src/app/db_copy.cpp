#include "app/db_copy.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "app/progress.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "store/backup.hpp"
#include "store/copy.hpp"

namespace oms::app {
namespace {

/// A place, or why there is none.
struct Named {
    store::Place place = {};
    std::string fault = {};
};

/// Who meant a URL may have written a password.
std::string shown(const std::string& given) {
    return given.find('@') == std::string::npos ? in_quotes(given) : "what was given";
}

Named named(const Environment& environment, const std::string& given) {
    std::string url = given;
    const bool is_url = given.find("://") != std::string::npos;
    if (!is_url) {
        const auto value = environment.find(given);
        if (!value) {
            return {
                .fault = shown(given) +
                         " is neither a database's URL, such as "
                         "postgresql://oms@db.example.org/oms or "
                         "sqlite:///oms-jira.db, nor a variable that holds one"};
        }
        url = *value;
    }
    std::vector<Fault> faults;
    Named found{.place = parse_database_url(url, faults)};
    if (!faults.empty()) {
        found.fault =
            fmt::format("{}: {}; {}", is_url ? "the URL" : given, faults[0].says, faults[0].fix);
        return found;
    }
    if (is_url && store::has_password(found.place)) {
        found.fault =
            "a password in an argument is seen by everybody on this machine: put it into ~/.pgpass "
            "or "
            "PGPASSWORD, or put the URL into a variable, such as OMS_DB_HOST, and name that";
    }
    if (!found.place.shared()) found.place.file = std::filesystem::absolute(found.place.file);
    return found;
}

}  // namespace

int db_copy(const std::string& from, const std::string& to, const Console& console) {
    const Environment environment = read_environment(".");
    const Named source = named(environment, from);
    const Named target = named(environment, to);
    for (const Named* one : {&source, &target}) {
        if (one->fault.empty()) continue;
        console.error << "oms-jira: " << one->fault << "\n";
        return exit_usage;
    }
    if (store::describe(source.place) == store::describe(target.place)) {
        console.error << "oms-jira: source and target are the same database\n";
        return exit_usage;
    }
    const auto begin = std::chrono::steady_clock::now();
    Progress progress{console};
    store::CopyResult copied;
    try {
        copied = store::copy_database(
            source.place,
            target.place,
            [&](const store::CopyProgress& now) {
                progress.tell(
                    {.what = now.verifying ? "rows compared" : "rows copied",
                     .done = now.rows,
                     .total = now.total,
                     .beside = "at " + now.table}
                );
            },
            SystemClock{}.now()
        );
    } catch (const store::CopyDiffers& differs) {
        progress.end();
        console.error
            << "oms-jira: not alike: " << visible(differs.what()) << "\n"
            << "Was one of them worked with meanwhile? Copy again into an empty database.\n";
        return exit_faults;
    }
    progress.end();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (console.json) {
        console.out << json::write(json::object{
                           {"tables", copied.tables},
                           {"rows", copied.rows},
                           {"there_already", copied.there_already},
                           {"seconds", took.count()}})
                    << "\n";
        return exit_ok;
    }
    console.out << visible(fmt::format(
        "{} in {} copied and compared in {:.1f} s, {} of them there already; start on "
        "{} now\n",
        counted(copied.rows, "row"),
        counted(copied.tables, "table"),
        took.count(),
        copied.there_already,
        store::describe(target.place)
    ));
    return exit_ok;
}

int db_backup(const Settings& settings, const std::string& file, const Console& console) {
    if (settings.database.shared()) {
        console.error << "oms-jira: PostgreSQL is backed up by its own tool:\n"
                         "  pg_dump --format=custom --no-owner --no-acl --file="
                      << file
                      << " URL\n"
                         "with the URL of OMS_DB_HOST; docs/restore.md tells how to put it back\n";
        return exit_usage;
    }
    const auto begin = std::chrono::steady_clock::now();
    const auto bytes = store::back_up_sqlite(settings.database.file, file);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (console.json) {
        console.out << json::write(json::object{
                           {"file", file}, {"bytes", bytes}, {"seconds", took.count()}})
                    << "\n";
        return exit_ok;
    }
    console.out << visible(fmt::format(
        "{}: {} in {:.1f} s, checked whole\n",
        file,
        counted(static_cast<std::int64_t>(bytes), "byte"),
        took.count()
    ));
    return exit_ok;
}

}  // namespace oms::app
