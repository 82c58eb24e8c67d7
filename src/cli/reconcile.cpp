#include "app/reconcile.hpp"

#include <memory>

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "cli/command.hpp"

namespace oms::cli {

void add_reconcile(CLI::App& cli, Chosen& chosen) {
    auto dry_run = std::make_shared<bool>(false);
    auto project = std::make_shared<std::int64_t>(0);
    auto json = std::make_shared<bool>(false);
    CLI::App* command =
        cli.add_subcommand("reconcile", "Compare both sides now, and heal what differs");
    command->add_flag(
        "--dry-run", *dry_run, "Only tell what would be done; nothing is written anywhere"
    );
    command->add_option("--project", *project, "Only this project and its orders")
        ->check(CLI::Validator{
            [](const std::string& given) {
                const auto number = parse_int(given);
                return number && *number > 0 ? std::string{}
                                             : in_quotes(given) +
                                                   " is no project of the marketplace: write its "
                                                   "number, like 12";
            },
            ""});
    command->add_flag("--json", *json, "For programs");
    command->footer(
        "May run beside `oms-jira serve`. Ends with: N compared, N differed, N healed. Ctrl-C ends "
        "it at\n"
        "once; what it had begun, the running service ends.\n\n"
        "Exit codes: 0 compared, 1 some could not be compared or healed, 2 unusable configuration."
    );
    command->callback([&chosen, dry_run, project, json] {
        chosen = [dry_run, project, json] {
            return with_settings(app::Needs::remotes, [&](const app::Settings& settings) {
                app::ReconcileOptions options{.dry_run = *dry_run};
                if (*project > 0) options.project = ProjectId{*project};
                return app::reconcile(settings, options, {.json = *json});
            });
        };
    });
}

}  // namespace oms::cli
