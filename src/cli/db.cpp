#include <memory>

#include <CLI/CLI.hpp>

#include "app/schema.hpp"
#include "cli/command.hpp"

namespace oms::cli {

namespace {

using Run = int (*)(const app::Settings&, const app::Console&);

void add_one(CLI::App& db, Chosen& chosen, const char* name, const char* what, Run run) {
    CLI::App* command = db.add_subcommand(name, what);
    command->callback([&chosen, run] {
        chosen = [run] {
            return with_settings(app::Needs::database, [run](const app::Settings& settings) {
                return run(settings, {});
            });
        };
    });
}

}  // namespace

void add_db(CLI::App& cli, Chosen& chosen) {
    CLI::App* db = cli.add_subcommand("db", "Look after the database's schema");
    db->require_subcommand(1);
    add_one(
        *db,
        chosen,
        "upgrade",
        "Make the schema current; makes the database where there is none",
        app::db_upgrade
    );
    add_one(
        *db,
        chosen,
        "downgrade",
        "Take back the last step (what its tables hold is lost)",
        app::db_downgrade
    );
    add_one(*db, chosen, "current", "Show where the schema is", app::db_current);
    add_one(*db, chosen, "history", "List all steps", app::db_history);
    CLI::App* migrate =
        db->add_subcommand("migrate", "For developers: begin a new step in a checkout");
    auto name = std::make_shared<std::string>();
    migrate->add_option("-m,--message", *name, "Its name, such as add_retention")->required();
    migrate->callback([&chosen, name] { chosen = [name] { return app::db_migrate(*name, {}); }; });
}

}  // namespace oms::cli
