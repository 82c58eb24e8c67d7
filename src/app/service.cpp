#include "app/service.hpp"

#include <algorithm>
#include <csignal>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "app/agent.hpp"
#include "app/membership.hpp"
#include "app/paces.hpp"
#include "app/process.hpp"
#include "app/version.hpp"
#include "jobs/worker.hpp"
#include "store/journal.hpp"
#include "store/links.hpp"
#include "store/migrations.hpp"
#include "store/open.hpp"
#include "store/state.hpp"
#include "store/subjects.hpp"
#include "sync/poll_events.hpp"
#include "sync/poll_jira.hpp"
#include "sync/probe.hpp"
#include "sync/sweep.hpp"
#include "sync/synchroniser.hpp"
#include "wake/bell.hpp"
#include "wake/postgres_relay.hpp"
#include "wake/redis_relay.hpp"
#include "web/api_page.hpp"
#include "web/assets.hpp"
#include "web/health.hpp"
#include "web/intake.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;
using store::Connection;

constexpr auto drain_time = 15s;
constexpr Duration prune_interval = 10min;
constexpr int prune_batch = 1000;
constexpr Duration progress_interval = 10s;
/// Less is a clock that is kept right by and by; what that adds up to is a step too.
constexpr Duration clock_tolerance = 1s;
/// No failure's wait is longer than this or OMS_RETRY_MAX; one that is was reckoned by another clock.
constexpr Duration waiting_time_max = 5min;
/// Open files that the work needs whatever the clients do: the database and what a process has, and
/// for each agent its connections, curl's own and a reader of the database.
constexpr std::size_t descriptors_of_process = 32;
constexpr std::size_t descriptors_of_agent = 6;
constexpr std::size_t pollers_and_sweep = 3;
constexpr std::size_t connections_least = 16;
/// From so many waiting subjects on, progress is worth a line.
constexpr std::int64_t backlog_worth_telling = 100;

/// How often a PostgreSQL that was away at the start is tried again.
constexpr auto database_retry = 2s;
/// What other processes wrote down of the remotes is read so often.
constexpr Duration hearing_interval = 5s;

using Turn = std::function<Instant(Instant)>;

/// Rings here, and where there are other processes, there too.
class RelayedBell final : public wake::Bell {
public:
    RelayedBell(wake::ProcessBell& here, wake::Topic topic) : here_{here}, topic_{topic} {}

    /// Before the first ring.
    void also_through(wake::Relay& relay) { relay_ = &relay; }
    void ring() override {
        here_.ring();
        if (relay_ != nullptr) relay_->ring(topic_);
    }
    bool wait(std::chrono::milliseconds at_most) override { return here_.wait(at_most); }

private:
    wake::ProcessBell& here_;
    wake::Topic topic_;
    wake::Relay* relay_ = nullptr;
};

/// For `/readyz`.
std::pair<std::string, std::string> word_of(const wake::CarrierState& state) {
    return {state.name, state.working ? "usable" : "away: " + state.says};
}

/// Whether the process was asked to end, by a signal that waits to be taken.
bool asked_to_end() {
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
}

}  // namespace

struct Service::Impl {
    Impl(Settings given, const ServiceOptions& how, Log to);

    void open_database();
    void prepare_database();
    void wait_for_database();
    void start_membership(const ServiceOptions& options);
    void start_relay();
    void heard(wake::Topic topic);
    void start_web(const ServiceOptions& options);
    void start_workers();
    void start_pollers();
    void run(wake::Bell& bell, Turn turn);
    Turn leading(Turn turn);
    Instant belong(Instant now);
    Instant hear(Instant now);
    [[nodiscard]] std::size_t connections_for(std::size_t descriptors, std::size_t wanted) const;
    Agent& new_agent();
    void ring_workers();
    Instant poll_events(sync::PollEvents& poller, Agent& agent, Instant now);
    Instant keep_house(Instant now);
    void follow_clock(Instant now);
    void wake_all(Instant now);
    void stop();

    Settings settings;
    Log log;
    SharedClock clock;
    SystemRandom random;
    const std::string owner = lease_owner();
    sync::SyncSettings sync_settings;
    std::unique_ptr<store::Database> database;
    web::Metrics metrics{version};
    std::unique_ptr<Gates> gates;
    std::optional<sync::Shared> shared;  // from the database's time on
    std::unique_ptr<Paces> paces;
    wake::ProcessBell work_bell;
    wake::ProcessBell event_bell;
    RelayedBell work_hints{work_bell, wake::Topic::work};
    RelayedBell event_hints{event_bell, wake::Topic::events};
    wake::ProcessBell jira_bell;
    wake::ProcessBell sweep_bell;
    wake::ProcessBell house_bell;
    wake::ProcessBell quiet_bell;  // nobody rings it but the end
    std::unique_ptr<Membership> membership;  // where others may share the database
    std::unique_ptr<web::Intake> intake;
    std::unique_ptr<web::Health> health;
    web::Router router;
    std::unique_ptr<http::Server> server;
    std::vector<std::unique_ptr<Agent>> agents;
    std::vector<std::thread> threads;
    std::thread committer;
    std::atomic<bool> stopping{false};
    std::atomic<int> running{0};
    std::atomic<bool> sweep_wanted{false};
    Alarm next_prune = {};
    std::mutex clock_mutex;               // guards the next
    std::optional<Duration> clock_ahead;  // of the steady one
    std::atomic<bool> clock_set_back{false};
    bool backlog_told = false;
    std::unique_ptr<wake::Relay> relay;  // last: whoever rings is gone before it
};

Service::Impl::Impl(Settings given, const ServiceOptions& how, Log to)
    : settings{std::move(given)},
      log{std::move(to)} {
    sync_settings.plan = settings.plan;
    sync_settings.settle.grace = settings.uncertain_grace;
    sync_settings.settle.orphaned_grace = std::min<Duration>(10s, settings.uncertain_grace);
    sync_settings.dry_run = settings.dry_run;
    open_database();
    gates = std::make_unique<Gates>(settings, *database, random, log);
    paces = std::make_unique<Paces>(settings, clock, log);
    start_relay();
    start_web(how);
    start_membership(how);
    if (!how.workers) return;
    start_workers();
    start_pollers();
}

void Service::Impl::open_database() {
    database = store::open(settings.database, store::OpenMode::create_if_missing, true);
    committer = std::thread{[this] {
        while (database->commit_waiting(1s)) {
        }
    }};
    try {
        wait_for_database();
        shared.emplace(clock.now());
        prepare_database();
    } catch (const std::exception&) {
        database->stop();
        committer.join();
        throw;
    }
}

/// Where a database and what uses it start together, the order is not ours to choose.
void Service::Impl::wait_for_database() {
    while (true) {
        try {
            return clock.follow(*database);
        } catch (const store::DatabaseError& error) {
            const bool comes_back = error.kind() == store::DatabaseError::Kind::broken ||
                                    error.kind() == store::DatabaseError::Kind::busy;
            if (!comes_back || asked_to_end()) throw;
            log.warning("waiting for the database", {{"says", error.what()}});
        }
        std::this_thread::sleep_for(database_retry);
    }
}

void Service::Impl::prepare_database() {
    for (const std::string& name : store::upgrade(*database, clock.now())) {
        log.info("database upgraded", {{"step", name}});
    }
    const store::Schema schema = store::schema_of(*database);
    if (schema.state == store::SchemaState::ahead) log.warning("schema", {{"says", schema.says}});
    release_dead_owners(*database, clock.now());
    const Duration longest = std::max(settings.retry.max, waiting_time_max);
    database->write([&](Connection& connection) {
        store::wake_later_than(connection, clock.now() + longest, clock.now());
        if (!store::find_setting(connection, "first_start")) {
            store::put_setting(connection, "first_start", to_rfc3339(clock.now()));
        }
        const auto before = store::find_setting(connection, "configuration");
        if (before == settings.fingerprint) return;
        store::put_setting(connection, "configuration", settings.fingerprint);
        // A changed setting may be what a refused order waits for.
        store::wake_all_in_attention(connection, clock.now());
    });
}

void Service::Impl::start_relay() {
    const auto listener = [this](wake::Topic topic) { heard(topic); };
    if (settings.redis) {
        relay = wake::make_redis_relay(*settings.redis, redis_prefix(settings), listener, log);
    } else if (settings.database.shared()) {
        const std::string channel = "oms_jira_" + std::to_string(settings.plan.oms.value);
        relay = wake::make_postgres_relay(settings.database.postgres, channel, listener, log);
    } else {
        return;
    }
    work_hints.also_through(*relay);
    event_hints.also_through(*relay);
}

/// Called by the relay's thread.
void Service::Impl::heard(wake::Topic topic) {
    switch (topic) {
    case wake::Topic::work:
        for (int i = 0; i < settings.workers; ++i)
            work_bell.ring();
        return;
    case wake::Topic::events: return event_bell.ring();
    }
}

void Service::Impl::start_membership(const ServiceOptions& how) {
    if (!settings.database.shared()) return;
    membership = std::make_unique<Membership>(
        MemberSettings{
            .owner = owner,
            .role = !how.web ? "worker" : how.workers ? "serve" : "web",
            .workers = how.workers ? settings.workers : 0},
        *database,
        clock,
        log
    );
    membership->complain_by([this] {
        const wake::CarrierState state = relay->state();
        return state.working ? std::string{} : state.name + " is away: " + state.says;
    });
    run(quiet_bell, [this](Instant now) { return belong(now); });
    run(quiet_bell, [this](Instant now) { return hear(now); });
}

Instant Service::Impl::belong(Instant now) {
    const Instant next = membership->turn(now);
    paces->share_among(membership->working_processes());
    if (membership->lead().take_news()) {
        for (wake::ProcessBell* bell : {&event_bell, &jira_bell, &sweep_bell, &house_bell})
            bell->ring();
    }
    return next;
}

Instant Service::Impl::hear(Instant now) {
    for (const auto& remote : store::read(*database, store::remotes)) {
        gates->marketplace.hear(remote, now);
        gates->jira.hear(remote, now);
    }
    return now + hearing_interval;
}

/// For what one process of all does: the others look whether they lead when that is news.
Turn Service::Impl::leading(Turn turn) {
    if (!membership) return turn;
    return [this, turn = std::move(turn)](Instant now) {
        return membership->lead().ours() ? turn(now) : now + 1h;
    };
}

void Service::Impl::start_web(const ServiceOptions& options) {
    intake = std::make_unique<web::Intake>(
        settings.trigger, settings.webhook, *database, clock, event_hints, work_hints, metrics, log
    );
    health = std::make_unique<web::Health>(*database, metrics, version);
    if (relay) health->depends_on([this] { return word_of(relay->state()); });
    if (options.web) intake->add_to(router);
    health->add_to(router);
    if (options.web) web::add_api_page(router);
    if (options.add_routes) options.add_routes(router);
    // A worker's figures and health, for whoever asks for them.
    if (!options.web && settings.http_port == 0) return;
    http::ServerLimits limits;
    limits.connections_max = connections_for(raise_descriptor_limit(), limits.connections_max);
    try {
        server = std::make_unique<http::Server>(
            http::ServerOptions{
                .host = settings.http_host,
                .port = settings.http_port,
                .limits = limits,
                .log = log,
                .headers = web::answer_headers()},
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
}

/// Clients get what descriptors are left: they must not keep the work from a remote or the database.
std::size_t Service::Impl::connections_for(std::size_t descriptors, std::size_t wanted) const {
    const std::size_t askers = static_cast<std::size_t>(settings.workers) + pollers_and_sweep;
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

Agent& Service::Impl::new_agent() {
    agents.push_back(std::make_unique<Agent>(settings, *gates, paces->pace(), clock, &metrics));
    return *agents.back();
}

void Service::Impl::ring_workers() {
    for (int i = 1; i < settings.workers; ++i)
        work_bell.ring();
    work_hints.ring();
}

void Service::Impl::run(wake::Bell& bell, Turn turn) {
    ++running;
    threads.emplace_back([this, &bell, turn = std::move(turn)] {
        while (!stopping) {
            Instant next{};
            try {
                follow_clock(clock.now());
                next = turn(clock.now());
            } catch (const store::LeaseLost& lost) {
                log.info("another process has it now", {{"what", lost.what()}});
                next = clock.now() + 1s;
            } catch (const std::exception& error) {
                // The outermost loop: a database that is away, or an error that no one planned for.
                log.error("turn failed", {{"says", error.what()}});
                next = clock.now() + 1s;
            }
            const Alarm alarm{clock, next};
            // In pieces: a system's clock may be set.
            while (!stopping && !alarm.rings(clock)) {
                const auto wait = std::chrono::ceil<std::chrono::milliseconds>(alarm.left(clock));
                if (bell.wait(std::min<std::chrono::milliseconds>(wait, 1min))) break;
            }
        }
        --running;
    });
}

void Service::Impl::start_workers() {
    sync_settings.lease_length = MemberSettings{}.lease_length;
    for (int i = 0; i < settings.workers; ++i) {
        Agent& agent = new_agent();
        auto synchroniser = std::make_shared<sync::Synchroniser>(
            sync_settings, *database, *shared, agent.remotes(), log
        );
        auto worker = std::make_shared<jobs::Worker>(
            jobs::WorkerSettings{
                .owner = fmt::format("{}/{}/", owner, i),
                .retry = settings.retry,
                .lease_length = MemberSettings{}.lease_length},
            *database,
            clock,
            random,
            *synchroniser,
            log
        );
        run(work_bell, [this, synchroniser, worker](Instant now) {
            const Instant next = worker->turn(now);
            // Busy: there may be more than this worker can take. Each wakes one more.
            if (next <= clock.now()) work_bell.ring();
            return next;
        });
    }
}

Instant Service::Impl::poll_events(sync::PollEvents& poller, Agent& agent, Instant now) {
    const auto known = [&](const std::string& name) {
        return store::read(*database, [&](Connection& connection) {
            return store::find_setting(connection, name).has_value();
        });
    };
    const bool first = store::read(*database, [](Connection& connection) {
        return !store::find_cursor(connection, std::string{sync::PollEvents::cursor_name});
    });
    if (settings.sync_from && first && !known("old_marked")) {
        const auto marked = sync::mark_old_ones(*database, clock, agent.remotes());
        if (!marked) return now + 5s;
        log.info("left alone what is older than OMS_SYNC_FROM", {{"count", *marked}});
        database->write([](Connection& connection) {
            store::put_setting(connection, "old_marked", "1");
        });
    }
    const Instant next = poller.turn(now);
    if (poller.hinted()) ring_workers();
    if (poller.take_sweep_wanted()) {
        sweep_wanted = true;
        sweep_bell.ring();
    }
    return next;
}

void Service::Impl::start_pollers() {
    store::Database& records = membership ? membership->lead().proven() : *database;
    Agent& events = new_agent();
    auto poller = std::make_shared<sync::PollEvents>(
        sync::EventSettings{
            .interval = settings.poll_interval,
            .overlap = settings.event_overlap,
            .sync_from = settings.sync_from,
            .retry_base = settings.retry.base,
            .retry_max = settings.retry.max},
        records,
        clock,
        random,
        events.remotes(),
        log
    );
    run(event_bell, leading([this, poller, &events](Instant now) {
            return poll_events(*poller, events, now);
        }));

    Agent& issues = new_agent();
    auto jira_poller = std::make_shared<sync::PollJira>(
        sync::JiraPollSettings{
            .interval = settings.jira_poll_interval,
            .retry_base = settings.retry.base,
            .retry_max = settings.retry.max},
        settings.plan,
        records,
        clock,
        random,
        issues.remotes(),
        log
    );
    auto probe = std::make_shared<sync::Probe>(issues.remotes());
    auto next_poll = std::make_shared<Alarm>();
    run(jira_bell, [this, jira_poller, probe, next_poll](Instant now) {
        const Instant next_probe = probe->turn(now);
        if (membership && !membership->lead().ours()) return next_probe;
        if (next_poll->rings(clock)) *next_poll = Alarm{clock, jira_poller->turn(now)};
        if (jira_poller->hinted()) ring_workers();
        return std::min(next_probe, clock.now() + next_poll->left(clock));
    });

    Agent& sweeping = new_agent();
    auto sweeper = std::make_shared<sync::Sweeper>(
        sync::SweepSettings{
            .interval = settings.reconcile_interval,
            .leave_old_alone = settings.sync_from.has_value()},
        settings.plan,
        records,
        clock,
        sweeping.remotes(),
        log
    );
    run(sweep_bell, leading([this, sweeper](Instant now) {
        if (sweep_wanted.exchange(false)) sweeper->begin(now);
        const Instant next = sweeper->turn(now);
        if (sweeper->hinted()) ring_workers();
        return next;
    }));
    run(house_bell, leading([this](Instant now) { return keep_house(now); }));
}

/// What waits for a time of the clock as it was would wait for as long as that was set back.
void Service::Impl::follow_clock(Instant now) {
    const Duration ahead = now.time_since_epoch() - clock.steady();
    {
        const std::scoped_lock lock{clock_mutex};
        const Duration set = ahead - clock_ahead.value_or(ahead);
        if (std::chrono::abs(set) < clock_tolerance && clock_ahead) return;
        clock_ahead = ahead;
        if (set > -clock_tolerance) return;
        log.warning("the clock was set back", {{"by", in_words(-set)}});
    }
    clock_set_back = true;
    wake_all(now);
}

void Service::Impl::wake_all(Instant now) {
    database->write([&](Connection& connection) { store::wake_later_than(connection, now, now); });
    ring_workers();
}

Instant Service::Impl::keep_house(Instant now) {
    // Once more: whoever had the old time in hand has put it down by now.
    if (clock_set_back.exchange(false)) wake_all(now);
    if (next_prune.rings(clock)) {
        const std::int64_t pruned = store::write(*database, [&](Connection& connection) {
            store::prune_issues(connection, prune_batch);
            return store::prune(connection, now - settings.retention, prune_batch);
        });
        next_prune = Alarm{clock, pruned > 0 ? now + 1s : now + prune_interval};
    }
    const auto [waiting, linked] = store::read(*database, [](Connection& connection) {
        const auto counts = store::count_queue(connection);
        const std::int64_t left = counts.in(store::SubjectState::due) +
                                  counts.in(store::SubjectState::leased) +
                                  counts.in(store::SubjectState::waiting);
        return std::pair{left, store::count_links(connection)[LinkState::linked]};
    });
    if (waiting >= backlog_worth_telling || backlog_told) {
        log.info("backlog", {{"waiting", waiting}, {"linked", linked}});
        backlog_told = waiting >= backlog_worth_telling;
    }
    return now + progress_interval;
}

void Service::Impl::stop() {
    if (stopping.exchange(true)) return;
    health->drain();
    log.info("stopping");
    work_bell.stop();
    event_bell.stop();
    for (wake::ProcessBell* bell : {&jira_bell, &sweep_bell, &house_bell, &quiet_bell})
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
    if (server) server->stop(2s);
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
    // A peer that closes is an error code of the write, not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
}

void wait_for_signal() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    int signal = 0;
    sigwait(&set, &signal);
}

}  // namespace oms::app
