#include <memory>

#include <CLI/CLI.hpp>

#include "app/db_copy.hpp"
#include "app/schema.hpp"
#include "app/takeover.hpp"
#include "cli/command.hpp"

namespace oms::cli {

namespace {

using Run = int (*)(const app::Settings&, const app::Console&);

CLI::App* add_one(CLI::App& db, Chosen& chosen, const char* name, const char* what, const Run run) {
    CLI::App* command = db.add_subcommand(name, what);
    command->callback([&chosen, run] {
        chosen = [run] {
            return with_settings(app::Needs::database, [run](const app::Settings& settings) {
                return run(settings, {});
            });
        };
    });
    return command;
}

void add_upgrade(CLI::App& db, Chosen& chosen) {
    auto rehearse = std::make_shared<bool>(false);
    auto json = std::make_shared<bool>(false);
    CLI::App* command = db.add_subcommand(
        "upgrade", "Make the schema current; makes the database, or takes over the Python adapter's"
    );
    command->add_flag("--rehearse", *rehearse, "Only tell what would be done; nothing of it stays");
    command->add_flag("--json", *json, "What is told of a takeover as one JSON object");
    command->footer(
        "A PostgreSQL database of the Python adapter (alembic 81e0a4381b6c) is taken over in "
        "place, in\n"
        "one transaction: see docs/takeover.md. Its tables are kept aside in the schema "
        "python_adapter;\n"
        "`oms-jira db give-back` puts them back.\n\n"
        "Example:\n  oms-jira db upgrade --rehearse\n\n"
        "Exit codes: 0 done, 1 could not, or the rehearsal found rows that would not be linked,\n"
        "2 the database cannot be used."
    );
    command->callback([&chosen, rehearse, json] {
        chosen = [rehearse, json] {
            return with_settings(app::Needs::database, [&](const app::Settings& settings) {
                return app::db_upgrade(settings, *rehearse, {.json = *json});
            });
        };
    });
}

void add_give_back(CLI::App& db, Chosen& chosen) {
    auto json = std::make_shared<bool>(false);
    CLI::App* command = db.add_subcommand(
        "give-back", "Put the Python adapter's tables back (what only ours hold is lost)"
    );
    command->add_flag("--json", *json, "The counts as one JSON object");
    command->footer(
        "For a database that `db upgrade` took over. Stop every process first. Links made since "
        "are told\n"
        "to its tables; `db upgrade` can take it over again.\n\n"
        "Exit codes: 0 given back, 1 could not, 2 the database was not taken over, or is worked "
        "with."
    );
    command->callback([&chosen, json] {
        chosen = [json] {
            return with_settings(app::Needs::database, [&](const app::Settings& settings) {
                return app::db_give_back(settings, {.json = *json});
            });
        };
    });
}

void add_copy(CLI::App& db, Chosen& chosen) {
    struct Given {
        std::string from = {};
        std::string to = {};
        bool json = false;
    };
    auto given = std::make_shared<Given>();
    CLI::App* command = db.add_subcommand(
        "copy", "Copy a whole database into an empty one, of whichever engine, and compare both"
    );
    command->add_option("FROM", given->from, "Its URL, or a variable that holds it")->required();
    command->add_option("TO", given->to, "The same of the empty one")->required();
    command->add_flag("--json", given->json, "No progress, and the counts as one JSON object");
    command->footer(
        "Stop every process on FROM first; the schema there must be current. A copy that was cut "
        "short\n"
        "goes on where it stopped; until it has ended, nobody starts on TO. A URL that holds a "
        "password\n"
        "is given by the name of a variable.\n\n"
        "Example:\n  oms-jira db copy sqlite:///oms-jira.db postgresql://oms@db.example.org/oms\n\n"
        "Exit codes: 0 copied and alike, 1 could not, or not alike, 2 one of them cannot be used."
    );
    command->callback([&chosen, given] {
        chosen = [given] { return app::db_copy(given->from, given->to, {.json = given->json}); };
    });
}

void add_backup(CLI::App& db, Chosen& chosen) {
    struct Given {
        std::string file = {};
        bool json = false;
    };
    auto given = std::make_shared<Given>();
    CLI::App* command = db.add_subcommand(
        "backup", "Write a copy of the SQLite database, also while it is worked with"
    );
    command->add_option("FILE", given->file, "Where to; never overwritten")->required();
    command->add_flag("--json", given->json, "File, bytes and seconds as one JSON object");
    command->footer(
        "The copy is as the database was at one moment, readable by its owner alone, and checked "
        "whole.\n"
        "docs/restore.md tells how to put it back, and what follows. PostgreSQL: pg_dump.\n\n"
        "Example:\n  oms-jira db backup /var/backups/oms-jira-$(date +%F).db\n\n"
        "Exit codes: 0 written, 1 could not, 2 the file is there already, or cannot be made."
    );
    command->callback([&chosen, given] {
        chosen = [given] {
            return with_settings(app::Needs::database, [&](const app::Settings& settings) {
                return app::db_backup(settings, given->file, {.json = given->json});
            });
        };
    });
}

void add_migrate(CLI::App& db, Chosen& chosen) {
    auto name = std::make_shared<std::string>();
    CLI::App* command =
        db.add_subcommand("migrate", "For developers: begin a new step in a checkout");
    command->add_option("-m,--message", *name, "Its name, such as add_retention")->required();
    command->callback([&chosen, name] { chosen = [name] { return app::db_migrate(*name, {}); }; });
}

}  // namespace

void add_db(CLI::App& cli, Chosen& chosen) {
    CLI::App* db =
        cli.add_subcommand("db", "Look after the database: schema, takeover, copy, backup");
    db->require_subcommand(1);
    add_upgrade(*db, chosen);
    add_one(
        *db,
        chosen,
        "downgrade",
        "Take back the last step (what its tables hold is lost)",
        app::db_downgrade
    );
    add_one(*db, chosen, "current", "Show where the schema is", app::db_current);
    add_one(*db, chosen, "history", "List all steps", app::db_history);
    add_backup(*db, chosen);
    add_copy(*db, chosen);
    add_give_back(*db, chosen);
    add_migrate(*db, chosen);
}

}  // namespace oms::cli
