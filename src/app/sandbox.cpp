#include "app/sandbox.hpp"

#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "app/sandbox_page.hpp"
#include "app/service.hpp"
#include "app/sim_server.hpp"
#include "base/text.hpp"
#include "sim/jira.hpp"
#include "sim/jira_site.hpp"
#include "sim/marketplace.hpp"

namespace oms::app {
namespace {

/// A folder that is gone when the sandbox ends.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "oms-jira-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            throw std::system_error{
                errno, std::system_category(), "no temporary folder can be made"};
        }
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// The two remotes, simulated.
struct Remotes {
    Remotes(const SandboxOptions& options, sim::JiraProfile profile)
        : marketplace{clock, random},
          jira{clock, random, jira_options(std::move(profile))} {
        if (options.seed == "recorded") marketplace.seed_recorded();
        if (options.seed == "demo") marketplace.seed_demo();
        if (options.seed == "empty") marketplace.seed_empty();
        if (options.seed == "demo") jira.seed_demo();
        // As in most projects of this kind: from each status one may go to any other.
        jira.handle(
            {.method = "POST", .url = "/sim/settings", .body = R"({"any_transitions":true})"}
        );
    }

    static sim::JiraOptions jira_options(sim::JiraProfile profile) {
        sim::JiraOptions options;
        options.profile = std::move(profile);
        return options;
    }

    SystemClock clock;
    SystemRandom random;
    sim::Marketplace marketplace;
    sim::Jira jira;
};

Simulated simulated(sim::Marketplace& site) {
    return {
        .handle = [&](const http::Request& request) { return site.handle(request); },
        .take_outgoing = [&] { return site.take_outgoing(); },
        .on_outgoing = [&](std::function<void()> tell) { site.on_outgoing(std::move(tell)); },
        .port_from = "--marketplace-port"};
}

Simulated simulated(sim::Jira& site) {
    return {
        .handle = [&](const http::Request& request) { return site.handle(request); },
        .take_outgoing = [&] { return site.take_outgoing(); },
        .on_outgoing = [&](std::function<void()> tell) { site.on_outgoing(std::move(tell)); },
        .delivered = [&](const http::Request& request,
                         int status) { site.delivered(request, status); },
        .port_from = "--jira-port"};
}

std::string local(std::uint16_t port) { return fmt::format("http://127.0.0.1:{}", port); }

/// The variables that make the adapter talk to the simulators; what the user set stays, but for
/// where the remotes are.
Environment adapter_environment(
    const Environment& given,
    sim::Jira& jira,
    std::uint16_t marketplace_port,
    std::uint16_t jira_port,
    const std::filesystem::path& database
) {
    std::map<std::string, Environment::Given> kept;
    for (const auto& [name, value] : given.all()) {
        const bool remote = name.starts_with("OMS_JIRA_") || name.starts_with("OMS_MP_") ||
                            name == "OMS_DB_HOST" || name == "OMS_ID" || name == "OMS_REDIS_HOST" ||
                            name == "OMS_HTTP_PORT" || name == "FLASK_RUN_PORT";
        const bool timing = name.ends_with("_INTERVAL");
        if (name.starts_with("OMS_") && (!remote || timing)) kept[name] = value;
    }
    Environment environment{std::move(kept)};
    const auto set = [&](const std::string& name, const std::string& value) {
        environment.set(name, value, "sandbox");
    };
    for (const auto& [name, value] : jira.environment())
        set(name, value);
    set("OMS_JIRA_URL", local(jira_port));
    set("OMS_JIRA_WEBHOOK_SECRET", "sandbox-secret");
    set("OMS_MP_URL", local(marketplace_port));
    set("OMS_MP_TOKEN", "demo-token");
    set("OMS_ID", "1");
    set("OMS_DB_HOST", "sqlite:///" + database.string());
    return environment;
}

void say_simulators(const Console& console, const SimServer* marketplace, const SimServer* jira) {
    if (marketplace != nullptr) {
        console.out << fmt::format(
            "  marketplace  {}/api/v1/oms   token demo-token (seed recorded: TOKSOMBO)\n",
            local(marketplace->port())
        );
    }
    if (jira != nullptr) {
        console.out << fmt::format(
            "  Jira         {}/rest/api/2   account oms\n", local(jira->port())
        );
    }
}

}  // namespace

int sandbox(const SandboxOptions& options, const Environment& environment, const Console& console) {
    const auto profile = sim::jira_profile(options.jira_profile);
    if (!profile) {
        console.error << "--jira " << options.jira_profile << ": " << profile.error().says << "\n";
        return exit_usage;
    }
    const Log log{LogLevel::warning, LogFormat::text};
    Remotes remotes{options, *profile};
    std::unique_ptr<SimServer> marketplace;
    std::unique_ptr<SimServer> jira;
    if (options.only != "jira") {
        marketplace = std::make_unique<SimServer>(
            simulated(remotes.marketplace), options.marketplace_port, log
        );
    }
    if (options.only != "marketplace") {
        jira = std::make_unique<SimServer>(simulated(remotes.jira), options.jira_port, log);
        // Links and `self` name the port that it has now.
        remotes.jira.administer([&](sim::JiraModel& model, sim::JiraAccess&) {
            model.settings.base_url = local(jira->port());
        });
    }
    if (!options.only.empty()) {
        console.out << "The simulators run, without an adapter:\n";
        say_simulators(console, marketplace.get(), jira.get());
        console.out << "Stop with Ctrl-C.\n" << std::flush;
        wait_for_signal();
        return exit_ok;
    }

    const TemporaryFolder folder;
    const std::filesystem::path database = options.database.empty()
                                               ? folder.path() / "sandbox.db"
                                               : std::filesystem::path{options.database};
    const Environment variables =
        adapter_environment(environment, remotes.jira, marketplace->port(), jira->port(), database);
    Loaded loaded = load_settings(variables, Needs::remotes, remotes.clock.now());
    if (!loaded.faults.empty()) {
        console.error << describe(loaded.faults);
        return exit_usage;
    }
    loaded.settings.http_port = options.port;
    loaded.settings.http_port_from = "--port";
    loaded.settings.sign_in.open = true;
    const bool own_level = environment.find("OMS_LOG_LEVEL").has_value();
    const Log service_log{
        own_level ? loaded.settings.log_level : LogLevel::warning, loaded.settings.log_format};
    SandboxPage page{remotes.marketplace, remotes.jira};
    Service service{
        loaded.settings,
        {.add_routes = [&](web::Router& router) { page.add_to(router); }},
        service_log};
    page.watch(service.database());
    remotes.marketplace.set_trigger(1, {.url = local(service.port()) + "/mp/trigger"});
    remotes.jira.register_webhook(
        "oms-jira",
        local(service.port()) + "/api/webhooks/jira?issue_id=" +
            sim::hook_variable(*profile, "issue.id") + "&secret=sandbox-secret"
    );
    console.out << "The sandbox is up: a marketplace, a Jira, and the adapter between them.\n\n"
                << "  open         " << local(service.port()) << "/sandbox\n";
    say_simulators(console, marketplace.get(), jira.get());
    console.out << "\nStop with Ctrl-C; nothing of it stays.\n" << std::flush;
    wait_for_signal();
    page.stop();
    service.stop();
    return exit_ok;
}

}  // namespace oms::app
