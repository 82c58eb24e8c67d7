#include <CLI/CLI.hpp>

#include "app/service.hpp"
#include "app/version.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/unknown_word.hpp"

namespace oms::cli {

int with_settings(app::Needs needs, const std::function<int(const app::Settings&)>& run) {
    const auto environment = app::read_environment(".");
    const auto loaded = app::load_settings(environment, needs, SystemClock{}.now());
    if (!loaded.faults.empty()) {
        std::cerr << app::describe(loaded.faults);
        return app::exit_usage;
    }
    return run(loaded.settings);
}

namespace {

int run(int argc, char** argv) {
    CLI::App cli{
        "oms-jira keeps the orders of an EOSC Marketplace and the issues of a Jira project in "
        "step,\n"
        "both ways: nothing lost, nothing doubled, nothing leaked.",
        "oms-jira"};
    cli.set_version_flag("--version", std::string{"oms-jira "} + app::version);
    cli.require_subcommand(1);
    cli.footer("Begin with: oms-jira sandbox. For real: oms-jira init, then check, then serve.");
    Chosen chosen;
    add_serve(cli, chosen);
    add_sandbox(cli, chosen);
    add_init(cli, chosen);
    add_check(cli, chosen);
    add_status(cli, chosen);
    add_explain(cli, chosen);
    add_attention(cli, chosen);
    add_reconcile(cli, chosen);
    add_seed(cli, chosen);
    add_db(cli, chosen);
    add_settings(cli, chosen);
    add_worker(cli, chosen);
    add_healthcheck(cli, chosen);
    add_completion(cli, chosen);
    add_manual(cli, chosen);
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool asks = error.get_exit_code() == 0;
        const std::string unknown = asks ? "" : unknown_word(cli, {argv + 1, argv + argc});
        if (!unknown.empty()) {
            std::cerr << "oms-jira: " << visible(unknown) << "\n";
            return app::exit_usage;
        }
        const int code = cli.exit(error);
        return code == 0 ? app::exit_ok : app::exit_usage;
    }
    return chosen ? chosen() : app::exit_usage;
}

}  // namespace
}  // namespace oms::cli

int main(int argc, char** argv) {
    oms::app::ignore_closed_pipes();
    return oms::app::guarded([&] { return oms::cli::run(argc, argv); });
}
