#include "app/status.hpp"

#include <memory>

#include <CLI/CLI.hpp>

#include "app/reference.hpp"
#include "app/variables.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"

namespace oms::cli {

void add_status(CLI::App& cli, Chosen& chosen) {
    auto json = std::make_shared<bool>(false);
    CLI::App* command = cli.add_subcommand("status", "Queue, cursor, lag, remotes, sweep");
    command->add_flag("--json", *json, "For programs");
    auto watch = std::make_shared<bool>(false);
    auto every = std::make_shared<double>(2);
    CLI::Option* again = command->add_flag(
        "--watch", *watch, "Again and again, until Ctrl-C; with --json a line each time"
    );
    command->add_option("--every", *every, "With --watch: seconds between two looks")
        ->needs(again)
        ->check(CLI::Range(0.2, 3600.0))
        ->type_name("SECONDS")
        ->capture_default_str();
    command->footer(
        "From the database alone. --watch goes on while the database does not answer, and says "
        "so.\n\n"
        "Exit codes: 0 told, 1 the database does not answer, 2 it cannot be used; Ctrl-C ends "
        "--watch with\n130, as the shell tells it."
    );
    command->callback([&chosen, json, watch, every] {
        chosen = [json, watch, every] {
            return with_settings(app::Needs::database, [&](const app::Settings& settings) {
                app::StatusOptions options;
                if (*watch) {
                    const std::chrono::duration<double> pause{*every};
                    options.watch_every = std::chrono::round<std::chrono::milliseconds>(pause);
                }
                return app::status(settings, options, {.json = *json});
            });
        };
    });
}

namespace {

void print_value(const app::Variable& variable, const app::Environment& environment) {
    auto found = environment.all().find(variable.name);
    const bool by_old_name = !variable.old_name.empty() && !environment.find(variable.name);
    if (by_old_name) found = environment.all().find(variable.old_name);
    const bool set = found != environment.all().end() && !found->second.value.empty();
    std::string value = set ? found->second.value : variable.standard;
    if (set) value = app::shown_value(variable, value);
    std::cout << variable.name << "=" << visible(value) << "   ("
              << (set ? found->second.from : "default")
              << (set && by_old_name ? ", " + variable.old_name : "") << ") " << variable.what
              << "\n";
}

/// For a file of settings to begin with: /etc/oms-jira/oms-jira.env, .env.
int print_example() {
    std::cout << "# Settings of oms-jira: uncomment what you set. Any of them may be given as\n"
                 "# NAME_FILE, the name of a file that holds the value. `man oms-jira.env` and\n"
                 "# `oms-jira check` tell more.\n";
    for (const app::Variable& variable : app::variables()) {
        std::cout << "\n# " << variable.what;
        if (!variable.standard.empty()) std::cout << " (default: " << variable.standard << ")";
        std::cout << "\n#" << variable.name << "=\n";
    }
    return app::exit_ok;
}

int print_reference() {
    std::cout << app::configuration_page();
    return app::exit_ok;
}

int print_settings() {
    const auto environment = app::read_environment(".");
    for (const app::Variable& variable : app::variables())
        print_value(variable, environment);
    return app::exit_ok;
}

}  // namespace

void add_settings(CLI::App& cli, Chosen& chosen) {
    auto markdown = std::make_shared<bool>(false);
    CLI::App* command =
        cli.add_subcommand("settings", "Every variable, its value, and where that came from");
    command->add_flag(
        "--markdown", *markdown, "The page docs/configuration.md: meanings, defaults, examples"
    );
    auto example = std::make_shared<bool>(false);
    command->add_flag("--example", *example, "A file of settings to begin with, all commented out");
    command->callback([&chosen, markdown, example] {
        chosen = [markdown, example] {
            if (*markdown) return print_reference();
            return *example ? print_example() : print_settings();
        };
    });
}

}  // namespace oms::cli
