#include <algorithm>
#include <csignal>

#include "app/service_impl.hpp"
#include "store/migrations.hpp"
#include "store/open.hpp"
#include "store/state.hpp"
#include "store/subjects.hpp"
#include "wake/postgres_relay.hpp"
#include "wake/redis_relay.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;
using store::Connection;

/// No failure's wait is longer than this or OMS_RETRY_MAX; one that is was reckoned by another clock.
constexpr Duration waiting_time_max = 5min;
/// How often a PostgreSQL that was away at the start is tried again.
constexpr auto database_retry = 2s;
/// What other processes wrote down of the remotes is read so often.
constexpr Duration hearing_interval = 5s;
/// When the events were last asked for at a process that does not poll them; so often at most.
constexpr std::string_view events_wanted = "events_wanted";
constexpr Duration trigger_interval = 1s;
/// How often those who share a limit are counted; and how long one that is new leaves the others to
/// find out that they are one more.
constexpr Duration counting_interval = 1s;
constexpr Duration counted_within = 3s;

bool is_limited(const Settings& settings) {
    return settings.marketplace_rate > 0 || settings.jira_rate > 0;
}

/// Whether the process was asked to end, by a signal that waits to be taken.
bool asked_to_end() {
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
}

}  // namespace

void Service::Impl::open_database(const ServiceOptions& how) {
    opened = store::open(settings.database, store::OpenMode::create_if_missing, true);
    // What is asked before it is known to be usable counts as no error.
    database = metered(*opened, metrics);
    committer = std::thread{[this] {
        // Woken by whatever comes, and by the end.
        while (opened->commit_waiting(1min)) {
        }
    }};
    try {
        wait_for_database(how);
        prepare_database();
        shared.emplace(sync::process_beginning(*database, clock.now()));
    } catch (const std::exception&) {
        opened->stop();
        committer.join();
        throw;
    }
}

/// Where a database and what uses it start together, the order is not ours to choose.
void Service::Impl::wait_for_database(const ServiceOptions& how) {
    std::unique_ptr<http::Server> meanwhile;
    while (true) {
        try {
            return clock.follow(*opened);
        } catch (const store::DatabaseError& error) {
            const bool comes_back = error.kind() == store::DatabaseError::Kind::broken ||
                                    error.kind() == store::DatabaseError::Kind::busy;
            if (!comes_back || asked_to_end()) throw;
            log.warning("waiting for the database", {{"says", error.what()}});
            if (!meanwhile) meanwhile = waiting_room(how);
        }
        std::this_thread::sleep_for(database_retry);
    }
}

/// A role that may not change tables works with those of the version before, if the program can.
void Service::Impl::upgrade_if_allowed() {
    try {
        for (const std::string& name : store::upgrade(*opened, clock.now()))
            log.info("database upgraded", {{"step", name}});
    } catch (const store::DatabaseError& error) {
        const bool may_not = error.kind() == store::DatabaseError::Kind::unusable;
        if (!may_not || store::schema_of(*opened).state != store::SchemaState::one_behind) throw;
    }
}

void Service::Impl::prepare_database() {
    upgrade_if_allowed();
    const store::Schema schema = store::schema_of(*opened);
    if (!schema.says.empty()) log.warning("schema", {{"says", schema.says}});
    release_dead_owners(*opened, clock.now());
    const Duration longest = std::max(settings.retry.max, waiting_time_max);
    opened->write([&](Connection& connection) {
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

void Service::Impl::start_relay(const ServiceOptions& how) {
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
    if (!settings.database.shared()) return;
    add_membership(how);
    event_hints.also_by([this] { note_trigger(); });
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

void Service::Impl::add_membership(const ServiceOptions& how) {
    membership = std::make_unique<Membership>(
        MemberSettings{
            .owner = owner,
            .role = !how.web      ? "worker"
                    : how.workers ? "serve"
                                  : "web",
            .workers = how.workers ? settings.workers : 0},
        *database,
        clock,
        log
    );
    membership->complain_by([this] {
        const wake::CarrierState state = relay->state();
        const bool well = state.working || state.says == wake::not_connected_yet;
        return well ? std::string{} : state.name + " is away: " + state.says;
    });
}

void Service::Impl::start_membership(const ServiceOptions& how) {
    if (!settings.database.shared()) {
        if (!how.workers) return;
        const Duration length = MemberSettings{}.lease_length;
        run(quiet_bell, [this, length](Instant now) {
            keep_leases(*database, owner, length, now);
            return now + length / 3;
        });
        return;
    }
    join();
    run(quiet_bell, [this](Instant now) { return belong(now); });
    if (is_limited(settings)) {
        run(quiet_bell, [this](Instant now) {
            paces->share_among(membership->working_processes(now));
            return now + counting_interval;
        });
    }
    run(quiet_bell, [this](Instant now) { return hear(now); });
}

/// Before anything is sent.
void Service::Impl::join() {
    int processes = 2;
    try {
        belong(clock.now());
        processes = membership->working_processes(clock.now());
    } catch (const std::exception&) {
        // The database went away just now, or another took the lead: who else is there is not known.
    }
    if (!is_limited(settings)) return;
    paces->share_among(processes);
    if (processes > 1) paces->hold(counted_within);
}

Instant Service::Impl::belong(Instant now) {
    const Instant next = membership->turn(now);
    if (membership->lead().take_news()) {
        for (wake::ProcessBell* bell : {&event_bell, &jira_bell, &sweep_bell, &house_bell})
            bell->ring();
    }
    return next;
}

/// Nobody may have heard the ring: whoever leads finds it in the database.
void Service::Impl::note_trigger() {
    const Instant now = clock.now();
    if (membership->lead().ours() || now - triggered_at.exchange(now) < trigger_interval) return;
    database->write_later(
        [now](Connection& connection) {
            store::put_setting(connection, std::string{events_wanted}, to_rfc3339(now, 6));
        },
        [](const std::exception_ptr& /*error*/) {}
    );
}

Instant Service::Impl::hear(Instant now) {
    const auto wanted = store::read(*database, [](Connection& connection) {
        return store::find_setting(connection, std::string{events_wanted}).value_or("");
    });
    if (events_heard && *events_heard != wanted) event_bell.ring();
    events_heard = wanted;
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

}  // namespace oms::app
