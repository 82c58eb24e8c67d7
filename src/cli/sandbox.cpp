#include "app/sandbox.hpp"

#include <memory>

#include <CLI/CLI.hpp>

#include "app/service.hpp"
#include "cli/command.hpp"

namespace oms::cli {

void add_sandbox(CLI::App& cli, Chosen& chosen) {
    auto options = std::make_shared<app::SandboxOptions>();
    CLI::App* command = cli.add_subcommand(
        "sandbox",
        "A simulated marketplace and Jira with the adapter between them, and a page to play both "
        "roles"
    );
    command->add_option("--port", options->port, "Port of the adapter and the page")
        ->capture_default_str();
    command->add_option(
        "--marketplace-port", options->marketplace_port, "Port of the marketplace; 0: a free one"
    );
    command->add_option("--jira-port", options->jira_port, "Port of Jira; 0: a free one");
    command->add_option("--seed", options->seed, "What the marketplace begins with")
        ->check(CLI::IsMember({"demo", "recorded", "empty"}))
        ->capture_default_str();
    command->add_option("--jira", options->jira_profile, "Which Jira it is")
        ->check(CLI::IsMember({"server-8.4", "dc-9.12", "dc-10.3", "cloud"}))
        ->capture_default_str();
    command
        ->add_option(
            "--only", options->only, "Simulators alone, for trying another adapter against them"
        )
        ->check(CLI::IsMember({"marketplace", "jira", "both"}));
    command->add_option("--database", options->database, "Keep the adapter's database in this file")
        ->type_name("FILE");
    command->footer("Nothing needs to be installed or configured; nothing stays when it ends.");
    command->callback([&chosen, options] {
        chosen = [options] {
            app::block_signals();
            return app::sandbox(*options, app::read_environment("."), {});
        };
    });
}

}  // namespace oms::cli
