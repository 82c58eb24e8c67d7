#include "app/check.hpp"

#include <memory>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"

namespace oms::cli {

void add_check(CLI::App& cli, Chosen& chosen) {
    auto options = std::make_shared<app::CheckOptions>();
    auto json = std::make_shared<bool>(false);
    CLI::App* command =
        cli.add_subcommand("check", "Test configuration, database, marketplace and Jira");
    command->add_flag(
        "--offline", options->offline, "Configuration, files, database and Redis only"
    );
    command->add_flag("--write", options->write, "Also make, move and delete a test issue");
    CLI::Option* webhook =
        command->add_flag("--webhook", options->webhook, "Of Jira only its webhook");
    command->add_flag("--apply", options->apply, "Make or repair the webhook, never a second one")
        ->needs(webhook);
    command->add_flag("--json", *json, "For programs");
    command->footer(
        "Writes nothing without --write or --apply. For each fault it says what it comes from and "
        "what "
        "to set or where to click, ready to paste. --write leaves nothing behind where our account "
        "may "
        "delete.\n\n"
        "Exit codes: 0 all is well, 1 faults were found, 2 unusable configuration."
    );
    command->callback([&chosen, options, json] {
        chosen = [options, json] {
            const auto environment = app::read_environment(".");
            const auto loaded =
                app::load_settings(environment, app::Needs::remotes, SystemClock{}.now());
            return app::check(loaded.settings, loaded.faults, *options, {.json = *json});
        };
    });
}

}  // namespace oms::cli
