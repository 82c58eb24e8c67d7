#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/exposed_files.hpp"
#include "app/log_level.hpp"
#include "app/sentry.hpp"
#include "app/service.hpp"
#include "app/version.hpp"
#include "cli/command.hpp"

namespace oms::cli {

namespace {

/// Until it is asked to end.
int run_service(app::Settings settings, const app::ServiceOptions& options, const char* doing) {
    app::block_hangup();
    const auto folder = std::filesystem::current_path();
    Log log{settings.log_level, settings.log_format};
    app::Sentry sentry{settings};
    log.observe([&](std::string_view event, const std::vector<LogField>& fields) {
        sentry.report(event, fields);
    });
    for (const app::Advice& advice : settings.advice)
        log.warning(advice.says);
    app::Service service{settings, options, log};
    for (const app::ExposedFile& file : app::exposed_files(settings))
        log.warning("others may read a file of ours", {{"says", file.says}, {"fix", file.fix}});
    std::vector<LogField> fields{{"version", app::version}};
    if (service.port() != 0) {
        fields.push_back({"host", settings.http_host});
        fields.push_back({"port", static_cast<int>(service.port())});
    }
    fields.push_back({"database", store::describe(settings.database)});
    fields.push_back({"dry_run", settings.dry_run ? "yes" : "no"});
    log.info(doing, fields);
    app::wait_for_signal([&] { app::reread_log_level(folder, log); });
    service.stop();
    return app::exit_ok;
}

int serve(bool workers) {
    app::block_signals();
    return with_settings(app::Needs::remotes, [&](const app::Settings& settings) {
        if (!workers && !settings.database.shared()) {
            std::cerr
                << "oms-jira: serve --no-worker on SQLite keeps what comes in, and nobody works on "
                   "it until `oms-jira\nserve` runs in its place; workers in other processes need "
                   "PostgreSQL (OMS_DB_HOST=postgresql://…)\n";
        }
        return run_service(settings, {.workers = workers}, "serving");
    });
}

int work(int port) {
    app::block_signals();
    return with_settings(app::Needs::remotes, [&](app::Settings settings) {
        if (!settings.database.shared()) {
            std::cerr
                << "oms-jira: workers of their own need PostgreSQL, which several processes can "
                   "share:\nset OMS_DB_HOST=postgresql://user:password@host/database. On SQLite "
                   "`oms-jira serve` runs the\nweb server and the workers in one process.\n";
            return app::exit_usage;
        }
        settings.http_port = static_cast<std::uint16_t>(port);
        settings.http_port_from = "--http-port";
        return run_service(std::move(settings), {.web = false}, "working");
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
    auto port = std::make_shared<int>(0);
    CLI::App* command =
        cli.add_subcommand("worker", "Run workers only, beside other processes (needs PostgreSQL)");
    command
        ->add_option(
            "--http-port", *port, "Serve /healthz, /readyz and /metrics there; default: nowhere"
        )
        ->check(CLI::Range(1, 65'535));
    command->footer(
        "Any number of them, on any machine that reaches the same PostgreSQL. One of all "
        "processes\n"
        "with workers polls, sweeps and keeps house; another takes over within 35 s where it dies, "
        "and\n"
        "at once where it is asked to end.\n\n"
        "Example:\n  OMS_DB_HOST=postgresql://oms@db.example.org/oms … oms-jira worker\n\n"
        "Exit codes: 0 ended as asked, 1 could not start, 2 unusable configuration."
    );
    command->callback([&chosen, port] { chosen = [port] { return work(*port); }; });
}

}  // namespace oms::cli
