#include <csignal>

#include "app/service_impl.hpp"
#include "web/api_page.hpp"
#include "web/assets.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;

constexpr auto drain_time = 15s;
/// So many webhooks at once are a burst: as fewer cost as little when each is sorted at once.
constexpr std::size_t webhooks_into_inbox = 8;
/// As long as a commit takes a good disk.
constexpr auto webhooks_wait_for_others = 100us;
/// Open files that the work needs whatever the clients do: the database and what a process has, and
/// for each agent its connections, curl's own and a reader of the database.
constexpr std::size_t descriptors_of_process = 32;
constexpr std::size_t descriptors_of_agent = 6;
constexpr std::size_t pollers_sweep_and_tasks = 4;
constexpr std::size_t connections_least = 16;

/// For `/readyz`.
std::pair<std::string, std::string> word_of(const wake::CarrierState& state) {
    return {state.name, state.working ? "usable" : "away: " + state.says};
}

}  // namespace

Service::Impl::Impl(Settings given, const ServiceOptions& how, Log to)
    : settings{std::move(given)},
      log{std::move(to)} {
    sync_settings.plan = settings.plan;
    sync_settings.settle = settle_settings(settings);
    sync_settings.dry_run = settings.dry_run;
    sync_settings.watch = &meter;
    if (!settings.otlp_endpoint.empty()) spans = std::make_unique<SpanExport>(settings, owner);
    open_database(how);
    gates = std::make_unique<Gates>(settings, *database, clock, random, log);
    paces = std::make_unique<Paces>(settings, clock, log);
    start_relay(how);
    start_web(how);
    run(inbox_bell, [this](Instant now) { return inbox->sort(now); });
    start_membership(how);
    add_figures(how);
    if (!how.workers) return;
    start_workers();
    start_pollers();
    start_tasks();
}

void Service::Impl::start_web(const ServiceOptions& options) {
    intake = std::make_unique<web::Intake>(
        settings.trigger, settings.webhook, *database, clock, event_hints, work_hints, metrics, log
    );
    intake->leave_traces_in(parents);
    inbox = std::make_unique<web::Inbox>(
        *database,
        clock,
        inbox_bell,
        [this](const web::WebhookHint& hint, const std::optional<Subject>& subject) {
            intake->webhooks().note_sorted(hint, subject);
        },
        log
    );
    if (!settings.database.shared())
        intake->webhooks().use_inbox(*inbox, webhooks_into_inbox, webhooks_wait_for_others);
    health = std::make_unique<web::Health>(*database, clock, metrics, version);
    if (relay) health->depends_on([this] { return word_of(relay->state()); });
    if (options.web) intake->add_to(router);
    health->add_to(router);
    if (options.web) web::add_api_page(router);
    if (options.web && settings.sign_in.on()) start_operators_pages();
    if (options.add_routes) options.add_routes(router);
    // A worker's figures and health, for whoever asks for them.
    if (!options.web && settings.http_port == 0) return;
    try {
        server = new_server(
            [this](http::Request request, const std::shared_ptr<http::Reply>& reply) {
                router.handle(std::move(request), reply);
            },
            [this](const http::Request& request) { return intake->admit(request); }
        );
    } catch (const std::exception&) {
        database->stop();
        committer.join();
        throw;
    }
    if (!options.web) return;
    run(quiet_bell, [this](Instant now) {
        intake->webhooks().answer_late();
        return now + 1s;
    });
}

std::unique_ptr<http::Server> Service::Impl::new_server(http::Handler handler, http::Gate gate)
    const {
    http::ServerLimits limits;
    limits.connections_max = connections_for(raise_descriptor_limit(), limits.connections_max);
    return std::make_unique<http::Server>(
        http::ServerOptions{
            .host = settings.http_host,
            .port = settings.http_port,
            .port_from = settings.http_port_from,
            .limits = limits,
            .log = log,
            .headers = web::answer_headers()},
        std::move(handler),
        std::move(gate)
    );
}

/// Who answers while the database is waited for: alive, and not ready.
std::unique_ptr<http::Server> Service::Impl::waiting_room(const ServiceOptions& options) const {
    if (!options.web && settings.http_port == 0) return nullptr;
    return new_server(
        [](const http::Request& request, const std::shared_ptr<http::Reply>& reply) {
            const std::string_view path = http::path_of(request.url);
            if (path == "/healthz")
                return reply->send(http::json_response(200, "{\"live\":true}\n"));
            if (path != "/readyz")
                return reply->send(http::text_response(503, "the database is away: later\n"));
            reply->send(http::json_response(
                503, "{\"database\":\"away, and waited for\",\"ready\":false}\n"
            ));
        },
        {}
    );
}

/// Clients get what descriptors are left: they must not keep the work from a remote or the database.
std::size_t Service::Impl::connections_for(std::size_t descriptors, std::size_t wanted) const {
    const std::size_t askers = static_cast<std::size_t>(settings.workers) + pollers_sweep_and_tasks;
    const std::size_t kept = descriptors_of_process + descriptors_of_agent * askers;
    if (descriptors >= kept + wanted) return wanted;
    const std::size_t left = descriptors > kept ? descriptors - kept : 0;
    const std::size_t connections = std::max(left, connections_least);
    log.warning(
        "few open files are allowed: raise LimitNOFILE or ulimit -n",
        {{"allowed", descriptors}, {"wanted", kept + wanted}, {"connections", connections}}
    );
    return connections;
}

void Service::Impl::stop() {
    if (stopping.exchange(true)) return;
    health->drain();
    log.info("stopping");
    work_bell.stop();
    event_bell.stop();
    for (wake::ProcessBell* bell :
         {&jira_bell, &sweep_bell, &house_bell, &call_bell, &task_bell, &inbox_bell, &quiet_bell})
        bell->stop();
    const auto until = std::chrono::steady_clock::now() + drain_time;
    while (running > 0 && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(10ms);
    }
    for (const auto& agent : agents)
        agent->abort();
    for (std::thread& thread : threads)
        thread.join();
    if (membership) membership->leave(clock.now());
    health->stop();
    if (operators) operators->stop();
    if (server) server->stop(2s);
    inbox->sort_rest();
    database->stop();
    committer.join();
    relay.reset();
    log.info("stopped");
}

Service::Service(Settings settings, const ServiceOptions& options, Log log)
    : impl_{std::make_unique<Impl>(std::move(settings), options, std::move(log))} {}

Service::~Service() { impl_->stop(); }

std::uint16_t Service::port() const { return impl_->server ? impl_->server->port() : 0; }

store::Database& Service::database() { return *impl_->database; }

const Settings& Service::settings() const { return impl_->settings; }

void Service::stop() { impl_->stop(); }

void block_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void ignore_closed_pipes() { std::signal(SIGPIPE, SIG_IGN); }

void wait_for_signal() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    int signal = 0;
    sigwait(&set, &signal);
}

void block_hangup() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void wait_for_signal(const std::function<void()>& reload) {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
        sigaddset(&set, signal);
    for (int signal = SIGHUP; signal == SIGHUP;) {
        sigwait(&set, &signal);
        if (signal == SIGHUP) reload();
    }
}

}  // namespace oms::app