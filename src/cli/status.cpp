#include "app/status.hpp"

#include <memory>

#include <CLI/CLI.hpp>

#include "app/variables.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"

namespace oms::cli {

void add_status(CLI::App& cli, Chosen& chosen) {
    auto json = std::make_shared<bool>(false);
    CLI::App* command = cli.add_subcommand("status", "Queue, cursor, lag, remotes, sweep");
    command->add_flag("--json", *json, "For programs");
    command->callback([&chosen, json] {
        chosen = [json] {
            return with_settings(app::Needs::database, [&](const app::Settings& settings) {
                return app::status(settings, {.json = *json});
            });
        };
    });
}

void add_settings(CLI::App& cli, Chosen& chosen) {
    auto markdown = std::make_shared<bool>(false);
    CLI::App* command =
        cli.add_subcommand("settings", "Every variable, its value, and where that came from");
    command->add_flag("--markdown", *markdown, "The table of the README: names, defaults, meaning");
    command->callback([&chosen, markdown] {
        chosen = [markdown] {
            const auto environment = app::read_environment(".");
            if (*markdown) std::cout << "| variable | default | what |\n| --- | --- | --- |\n";
            for (const app::Variable& variable : app::variables()) {
                if (*markdown) {
                    const std::string old =
                        variable.old_name.empty() ? "" : " (formerly `" + variable.old_name + "`)";
                    std::cout << "| `" << variable.name << "`" << old << " | " << variable.standard
                              << " | " << variable.what << " |\n";
                    continue;
                }
                const auto found = environment.all().find(variable.name);
                const bool set = found != environment.all().end() && !found->second.value.empty();
                const std::string value = !set              ? variable.standard
                                          : variable.secret ? "***"
                                                            : found->second.value;
                std::cout << variable.name << "=" << value << "   ("
                          << (set ? found->second.from : "default") << ") " << variable.what
                          << "\n";
            }
            return app::exit_ok;
        };
    });
}

}  // namespace oms::cli
