#include "app/attention.hpp"

#include <memory>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"

namespace oms::cli {

void add_attention(CLI::App& cli, Chosen& chosen) {
    CLI::App* attention =
        cli.add_subcommand("attention", "What needs a person, grouped by cause, with the remedy");
    attention->require_subcommand(1);

    auto json = std::make_shared<bool>(false);
    CLI::App* list = attention->add_subcommand("list", "Show it");
    list->add_flag("--json", *json, "For programs");
    list->callback([&chosen, json] {
        chosen = [json] {
            return with_settings(app::Needs::database, [&](const app::Settings& settings) {
                return app::attention_list(settings, {.json = *json});
            });
        };
    });

    auto choice = std::make_shared<store::AttentionChoice>();
    CLI::App* retry =
        attention->add_subcommand("retry", "Try again at once: by ID, by cause, or all");
    CLI::Option* ids = retry->add_option("ID", choice->ids, "Numbers from the list");
    CLI::Option* all = retry->add_flag("--all", choice->all, "All of them")->excludes(ids);
    retry->add_option("--cause", choice->cause, "All with this cause")
        ->excludes(ids)
        ->excludes(all);
    retry->footer(
        "Exit codes: 0 all that was named will be tried again, 1 some of it is no open entry, 2 "
        "nothing was\nnamed."
    );
    retry->callback([&chosen, choice] {
        chosen = [choice] {
            if (choice->ids.empty() && !choice->all && choice->cause.empty()) {
                std::cerr << "which? Give IDs, --cause C or --all\n";
                return app::exit_usage;
            }
            return with_settings(app::Needs::database, [&](const app::Settings& settings) {
                return app::attention_retry(settings, *choice, {});
            });
        };
    });

    auto id = std::make_shared<std::int64_t>(0);
    auto issue = std::make_shared<std::string>();
    CLI::App* link =
        attention->add_subcommand("link", "Let an issue stand for the order from now on");
    link->add_option("ID", *id, "A number from the list")->required();
    link->add_option("ISSUE", *issue, "The issue's key, like EOSC-7")->required();
    link->callback([&chosen, id, issue] {
        chosen = [id, issue] {
            return with_settings(app::Needs::remotes, [&](const app::Settings& settings) {
                return app::attention_link(settings, *id, *issue, {});
            });
        };
    });

    CLI::App* dismiss = attention->add_subcommand("dismiss", "It is dealt with");
    dismiss->add_option("ID", *id, "A number from the list")->required();
    auto reason = std::make_shared<std::string>();
    dismiss->add_option("--reason", *reason, "Why, for the record");
    dismiss->callback([&chosen, id, reason] {
        chosen = [id, reason] {
            return with_settings(app::Needs::database, [&](const app::Settings& settings) {
                return app::attention_dismiss(settings, *id, *reason, {});
            });
        };
    });
}

}  // namespace oms::cli
