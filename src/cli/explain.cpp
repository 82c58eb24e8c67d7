#include "app/explain.hpp"

#include <memory>

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "cli/command.hpp"

namespace oms::cli {

namespace {

int explain(const std::string& text, bool json) {
    const auto subject = parse_subject(text);
    if (!subject) {
        std::cerr
            << in_quotes(text)
            << " is no project or order: write it as PROJECT or PROJECT/ITEM, like 12 or 12/3\n";
        return app::exit_usage;
    }
    return with_settings(app::Needs::database, [&](const app::Settings& settings) {
        return app::explain(settings, *subject, {.json = json});
    });
}

}  // namespace

void add_explain(CLI::App& cli, Chosen& chosen) {
    auto text = std::make_shared<std::string>();
    auto json = std::make_shared<bool>(false);
    CLI::App* command = cli.add_subcommand(
        "explain", "What was done for an order, when and why, and what comes next"
    );
    command->add_option("PROJECT[/ITEM]", *text, "Like 12 for a project, 12/3 for an order")
        ->required();
    command->add_flag("--json", *json, "For programs");
    command->footer(
        "Reads the database only.\n\nExit codes: 0 known, 1 never heard of, 2 wrong arguments."
    );
    command->callback([&chosen, text, json] {
        chosen = [text, json] { return explain(*text, *json); };
    });
}

}  // namespace oms::cli
