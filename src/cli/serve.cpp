#include <memory>

#include <CLI/CLI.hpp>

#include "app/exposed_files.hpp"
#include "app/sentry.hpp"
#include "app/service.hpp"
#include "app/version.hpp"
#include "cli/command.hpp"

namespace oms::cli {

namespace {

int serve(bool workers) {
    return with_settings(app::Needs::remotes, [&](const app::Settings& settings) {
        Log log{settings.log_level, settings.log_format};
        app::Sentry sentry{settings};
        log.observe([&](std::string_view event, const std::vector<LogField>& fields) {
            sentry.report(event, fields);
        });
        for (const std::string& warning : settings.warnings)
            log.warning(warning);
        app::Service service{settings, {.workers = workers}, log};
        for (const app::ExposedFile& file : app::exposed_files(settings))
            log.warning("others may read a file of ours", {{"says", file.says}, {"fix", file.fix}});
        log.info(
            "serving",
            {{"version", app::version},
             {"host", settings.http_host},
             {"port", static_cast<int>(service.port())},
             {"database", settings.database_file.string()},
             {"dry_run", settings.dry_run ? "yes" : "no"}}
        );
        app::wait_for_signal();
        service.stop();
        return app::exit_ok;
    });
}

}  // namespace

void add_serve(CLI::App& cli, Chosen& chosen) {
    auto no_worker = std::make_shared<bool>(false);
    CLI::App* command =
        cli.add_subcommand("serve", "Run the adapter: web server and workers in one process");
    command->add_flag(
        "--no-worker", *no_worker, "Only the web server: triggers and webhooks are taken and kept"
    );
    command->footer(
        "Reads its configuration from the environment and from .env in the working directory\n"
        "(`oms-jira settings` lists every variable). SIGTERM ends it within 20 s, with nothing "
        "lost.\n\n"
        "Example:\n  OMS_MP_URL=https://marketplace.example.org … oms-jira serve\n\n"
        "Exit codes: 0 ended as asked, 1 could not start, 2 unusable configuration."
    );
    command->callback([&chosen, no_worker] { chosen = [no_worker] { return serve(!*no_worker); }; }
    );
}

void add_worker(CLI::App& cli, Chosen& chosen) {
    CLI::App* command =
        cli.add_subcommand("worker", "Run workers only, beside other processes (needs PostgreSQL)");
    command->callback([&chosen] {
        chosen = [] {
            std::cerr << "Workers of their own need PostgreSQL, which several processes can share; "
                         "this version\n"
                         "serves SQLite only. `oms-jira serve` runs the web server and the workers "
                         "in one process.\n";
            return app::exit_usage;
        };
    });
}

}  // namespace oms::cli
