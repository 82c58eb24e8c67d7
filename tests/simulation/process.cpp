#include "tests/simulation/process.hpp"

#include <algorithm>

#include "app/call_record.hpp"
#include "jobs/worker.hpp"
#include "store/migrations.hpp"
#include "store/shadow.hpp"
#include "store/subjects.hpp"
#include "sync/poll_events.hpp"
#include "sync/poll_jira.hpp"
#include "sync/probe.hpp"
#include "sync/sweep.hpp"
#include "sync/synchroniser.hpp"
#include "web/health.hpp"
#include "web/intake.hpp"

namespace oms::simulation {
namespace {

using namespace std::chrono_literals;

constexpr int workers = 3;

/// Makes turns due at once.
class TurnBell final : public wake::Bell {
public:
    std::function<void()> rung = [] {};
    void ring() override { rung(); }
    bool wait(std::chrono::milliseconds /*at_most*/) override { return false; }
};

class KeptReply final : public http::Reply {
public:
    explicit KeptReply(int& status) : status_{status} {}
    void send(http::Response response) override { status_ = response.status; }
    std::shared_ptr<http::EventStream> stream() override { return nullptr; }

private:
    int& status_;
};

/// Records the requests as the service does; they are written down before the checkers look.
class Recorded final : public http::Transport {
public:
    Recorded(
        http::Transport& inner,
        app::CallRecord& calls,
        const sync::Remotes& remotes,
        std::string remote
    )
        : inner_{inner},
          calls_{calls},
          remotes_{remotes},
          remote_{std::move(remote)} {}

    Result<http::Response> send(const http::Request& request) override {
        const Instant at = remotes_.clock.now();
        auto response = inner_.send(request);
        calls_.add(app::call_of(
            request, response, {.remote = remote_, .at = at, .on_behalf_of = remotes_.on_behalf_of}
        ));
        return response;
    }

private:
    http::Transport& inner_;
    app::CallRecord& calls_;
    const sync::Remotes& remotes_;
    std::string remote_;
};

/// A client pair over the simulated network.
struct Agent {
    Agent(
        const app::Settings& settings,
        app::CallRecord& calls,
        Network& network,
        jobs::Gate& to_market,
        jobs::Gate& to_jira,
        jira::Site& site,
        Clock& clock
    )
        : transport{network},
          market_calls{transport, calls, remotes, "marketplace"},
          jira_calls{transport, calls, remotes, "jira"},
          market{market_calls, settings.marketplace},
          jira{jira_calls, settings.jira, site},
          remotes{market, jira, to_market, to_jira, clock} {}

    SimTransport transport;
    Recorded market_calls;
    Recorded jira_calls;
    marketplace::Client market;
    jira::Client jira;
    sync::Remotes remotes;
};

/// In a world no project has a thousand issues: where the search overlooks none, few are read past it,
/// so that the rest is left to it.
sync::Shared::NewestKeys newest_keys(const Weather& weather) {
    if (weather.index_flicker > 0) return {};
    return {.at_once = 1, .if_forgotten = 2};
}

}  // namespace

struct Process::Impl {
    Impl(const app::Settings& given, const Surroundings& around);

    Agent& agent() {
        agents.push_back(
            std::make_unique<Agent>(settings, calls, network, market_gate, jira_gate, site, clock)
        );
        return *agents.back();
    }
    void add_turn(const std::string& name, std::function<Instant(Instant)> run) {
        turns.push_back({.name = name, .next = clock.now(), .run = std::move(run)});
    }
    void wake(const std::string& prefix) {
        for (Turn& turn : turns) {
            if (turn.name.starts_with(prefix)) turn.next = std::min(turn.next, clock.now());
        }
    }
    void add_workers();
    void add_pollers();
    void follow_shadow(Instant now);

    const app::Settings& settings;
    store::Database& database;
    SimClock& clock;
    Random& random;
    Network& network;
    Log log;
    sync::SyncSettings sync_settings;
    jobs::Gate market_gate;
    jobs::Gate jira_gate;
    jira::Site site;
    sync::Shared shared{
        sync::process_beginning(database, clock.now()),
        newest_keys(network.weather)};
    web::Metrics metrics{"simulated"};
    TurnBell call_bell;
    app::CallRecord calls{call_bell, log};
    TurnBell poll_bell;
    TurnBell work_bell;
    TurnBell inbox_bell;
    web::Intake intake;
    web::Inbox inbox;
    web::Router router;
    std::vector<std::unique_ptr<Agent>> agents;
    std::vector<std::unique_ptr<sync::Synchroniser>> synchronisers;
    std::vector<std::unique_ptr<jobs::Worker>> team;
    std::unique_ptr<sync::PollEvents> events;
    std::unique_ptr<sync::PollJira> issues;
    std::unique_ptr<sync::Probe> probe;
    std::unique_ptr<sync::Sweeper> sweeper;
    std::vector<Turn> turns;
    int wakings_due = 0;
    int answered = 0;
};

Process::Impl::Impl(const app::Settings& given, const Surroundings& around)
    : settings{given},
      database{around.database},
      clock{around.clock},
      random{around.random},
      network{around.network},
      log{around.log},
      market_gate{"marketplace", given.retry, database, random, log},
      jira_gate{"jira", given.retry, database, random, log},
      site{clock, given.deployment},
      intake{given.trigger, given.webhook, database, clock, poll_bell, work_bell, metrics, log},
      inbox{
          database,
          clock,
          inbox_bell,
          [this](const web::WebhookHint& hint, const std::optional<Subject>& subject) {
              intake.webhooks().note_sorted(hint, subject);
          },
          log} {
    sync_settings.plan = settings.plan;
    sync_settings.settle = app::settle_settings(settings);
    sync_settings.dry_run = settings.dry_run;
    poll_bell.rung = [this] { wake("events"); };
    work_bell.rung = [this] { wake("worker"); };
    inbox_bell.rung = [this] { wake("inbox"); };
    if (network.bursts) intake.webhooks().use_inbox(inbox, 1);
    // As app does at a start: the dead process's leases are free.
    database.write([&](store::Connection& connection) {
        const Duration longest = std::max<Duration>(settings.retry.max, 5min);
        store::wake_later_than(connection, clock.now() + longest, clock.now());
        for (const std::string& owner : store::lease_owners(connection))
            store::release_owner(connection, owner, clock.now());
        if (!store::find_setting(connection, "first_start"))
            store::put_setting(connection, "first_start", to_rfc3339(clock.now()));
    });
    intake.add_to(router);
    add_turn("inbox", [this](Instant now) { return inbox.sort(now); });
    add_workers();
    add_pollers();
}

void Process::Impl::add_workers() {
    for (int i = 0; i < workers; ++i) {
        synchronisers.push_back(std::make_unique<sync::Synchroniser>(
            sync_settings, database, shared, agent().remotes, log
        ));
        team.push_back(std::make_unique<jobs::Worker>(
            jobs::WorkerSettings{
                .owner = "simulated/" + std::to_string(i) + "/",
                .retry = settings.retry,
                .idle_wait = 10min},
            database,
            clock,
            random,
            *synchronisers.back(),
            log
        ));
        add_turn("worker" + std::to_string(i), [this, worker = team.back().get()](Instant now) {
            const Instant next = worker->turn(now);
            if (next <= clock.now()) wake("worker");
            return next;
        });
    }
}

/// As app does in its house.
void Process::Impl::follow_shadow(Instant now) {
    if (settings.dry_run) {
        database.write([&](store::Connection& connection) {
            store::look_again_at_owed(connection, now - 10min, 50, now);
        });
    } else if (store::read(database, store::owes_looks)) {
        database.write([&](store::Connection& connection) {
            store::take_up_owed(connection, 1000, now);
        });
    } else {
        return;
    }
    wake("worker");
}

void Process::Impl::add_pollers() {
    events = std::make_unique<sync::PollEvents>(
        sync::EventSettings{
            .interval = settings.poll_interval,
            .overlap = settings.event_overlap,
            .retry_base = settings.retry.base,
            .retry_max = settings.retry.max},
        database,
        clock,
        random,
        agent().remotes,
        log
    );
    add_turn("events", [this](Instant now) {
        const Instant next = events->turn(now);
        if (events->hinted()) wake("worker");
        if (events->take_sweep_wanted()) {
            sweeper->begin(now);
            wake("sweep");
        }
        return next;
    });
    Agent& of_issues = agent();
    issues = std::make_unique<sync::PollJira>(
        sync::JiraPollSettings{
            .interval = settings.jira_poll_interval,
            .retry_base = settings.retry.base,
            .retry_max = settings.retry.max,
            .by_reference = settings.dry_run},
        settings.plan,
        database,
        clock,
        random,
        of_issues.remotes,
        log
    );
    add_turn("issues", [this](Instant now) {
        const Instant next = issues->turn(now);
        if (issues->hinted()) wake("worker");
        return next;
    });
    probe = std::make_unique<sync::Probe>(of_issues.remotes);
    add_turn("probe", [this](Instant now) {
        const bool paused = market_gate.paused() || jira_gate.paused();
        const Instant next = probe->turn(now);
        return paused ? next : now + 30s;
    });
    sweeper = std::make_unique<sync::Sweeper>(
        sync::SweepSettings{.interval = settings.reconcile_interval},
        settings.plan,
        database,
        clock,
        agent().remotes,
        log
    );
    add_turn("house", [this](Instant now) {
        follow_shadow(now);
        if (wakings_due == 0) return now + 10min;
        database.write([&](store::Connection& connection) {
            store::wake_later_than(connection, now, now);
        });
        wake("worker");
        --wakings_due;
        return now + 1min;
    });
    add_turn("sweep", [this](Instant now) {
        const Instant next = sweeper->turn(now);
        if (sweeper->hinted()) wake("worker");
        return next;
    });
}

Process::Process(const app::Settings& settings, const Surroundings& around)
    : impl_{std::make_unique<Impl>(settings, around)} {}

Process::~Process() = default;

std::vector<Process::Turn>& Process::turns() { return impl_->turns; }

int Process::receive(const http::Request& request) {
    impl_->answered = 0;
    impl_->router.handle(request, std::make_shared<KeptReply>(impl_->answered));
    return impl_->answered;
}

int Process::answered() const { return impl_->answered; }

void Process::begin_sweep() {
    impl_->sweeper->begin(impl_->clock.now());
    impl_->wake("sweep");
}

void Process::clock_was_set_back() {
    impl_->wakings_due = 2;
    impl_->wake("house");
}

bool Process::sweep_running() {
    const auto sweep = store::read(impl_->database, store::last_sweep);
    return sweep && !sweep->ended_at;
}

void Process::write_calls_down(store::Database& database) { impl_->calls.write_down(database); }

void Process::use_inbox() { impl_->intake.webhooks().use_inbox(impl_->inbox, 1); }

std::string Process::metrics() { return impl_->metrics.text(impl_->database, impl_->clock.now()); }

}  // namespace oms::simulation
