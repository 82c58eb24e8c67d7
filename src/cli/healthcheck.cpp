#include "app/healthcheck.hpp"

#include <memory>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"

namespace oms::cli {

void add_healthcheck(CLI::App& cli, Chosen& chosen) {
    auto ready = std::make_shared<bool>(false);
    auto database = std::make_shared<bool>(false);
    CLI::App* command = cli.add_subcommand(
        "healthcheck", "Ask the `oms-jira serve` of this machine whether it lives"
    );
    CLI::Option* of_server = command->add_flag(
        "--ready", *ready, "Whether it can work: its database usable, not ending"
    );
    command
        ->add_flag(
            "--database",
            *database,
            "Instead, whether the database can be worked with: for `oms-jira worker`"
        )
        ->excludes(of_server);
    command->footer(
        "For containers: it finds the server by OMS_HTTP_HOST and OMS_HTTP_PORT, and waits 3 s at "
        "most.\n\nExit codes: 0 yes, 1 no, or nobody answered, 2 "
        "OMS_DB_HOST is no address of a database."
    );
    command->callback([&chosen, ready, database] {
        chosen = [ready, database] {
            // Whatever else is wrong with the settings is the server's to tell.
            const auto environment = app::read_environment(".");
            const auto loaded =
                app::load_settings(environment, app::Needs::database, SystemClock{}.now());
            if (!*database) return app::healthcheck(loaded.settings, *ready, {});
            for (const app::Fault& fault : loaded.faults) {
                if (!fault.variable.starts_with("OMS_DB")) continue;
                std::cerr << app::describe({fault});
                return app::exit_usage;
            }
            return app::healthcheck_database(loaded.settings, {});
        };
    });
}

}  // namespace oms::cli
