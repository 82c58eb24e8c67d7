#include "app/seed.hpp"

#include <memory>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"

namespace oms::cli {

void add_seed(CLI::App& cli, Chosen& chosen) {
    auto file = std::make_shared<std::string>();
    CLI::App* command =
        cli.add_subcommand("seed", "Take over from the Python adapter: its JSON seed file");
    command->add_option("FILE", *file, "The file: projects, project_items, comments, timestamp")
        ->required();
    command->footer(
        "All or nothing: a fault names its line and field, and nothing is changed. The same file\n"
        "twice changes nothing.\n\nExit codes: 0 taken over, 1 could not, 2 the file has faults."
    );
    command->callback([&chosen, file] {
        chosen = [file] {
            return with_settings(app::Needs::database, [&](const app::Settings& settings) {
                return app::seed(settings, *file, {});
            });
        };
    });
}

}  // namespace oms::cli
