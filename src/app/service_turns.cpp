#include <algorithm>

#include <fmt/format.h>

#include "app/service_impl.hpp"
#include "app/task_runner.hpp"
#include "jobs/worker.hpp"
#include "store/journal.hpp"
#include "store/links.hpp"
#include "store/search.hpp"
#include "store/shadow.hpp"
#include "store/state.hpp"
#include "store/subjects.hpp"
#include "store/tallies.hpp"
#include "store/tasks.hpp"
#include "sync/own_webhook.hpp"
#include "sync/poll_jira.hpp"
#include "sync/probe.hpp"
#include "sync/sweep.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;
using store::Connection;

constexpr Duration prune_interval = 10min;
constexpr int prune_batch = 1000;
constexpr Duration tasks_kept = 24h * 7;
constexpr int owed_batch = 1000;
/// What a shadow would do is looked at again so often, and so many at a time: the older integration
/// may have done it meanwhile.
constexpr Duration shadow_look_interval = 10min;
constexpr int shadow_looks_at_once = 50;
constexpr Duration progress_interval = 10s;
/// So many at a time, since whoever else writes waits for it: milliseconds.
constexpr int sorted_at_once = 300;
constexpr Duration sort_pause = 20ms;
constexpr Duration count_interval = 24h;
/// Another process may have been asked for a sweep: the store tells.
constexpr Duration sweep_asked_interval = 10s;
/// Less is a clock that is kept right by and by; what that adds up to is a step too.
constexpr Duration clock_tolerance = 1s;
/// From so many waiting subjects on, progress is worth a line.
constexpr std::int64_t backlog_worth_telling = 100;

}  // namespace

Agent& Service::Impl::new_agent() {
    agents.push_back(std::make_unique<Agent>(
        settings,
        *gates,
        paces->pace(),
        clock,
        Telling{.metrics = metrics, .spans = spans.get(), .random = random, .log = log}
    ));
    agents.back()->record_in(calls);
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
                .lease_length = MemberSettings{}.lease_length,
                .watch = &meter,
                .tracer = agent.tracer(),
                .parents = &parents},
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
    Instant next{};
    {
        const trace::Span span{
            agent.tracer(), "poll events", trace::Kind::internal, parents.take("events")};
        const LogScope scope{{{"trace", span.context().trace_id}}};
        next = poller.turn(now);
    }
    metrics.count_poll("events", !poller.failed(), now);
    metrics.count_hints("events", poller.hints());
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
            .retry_max = settings.retry.max,
            .parents = &parents},
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
            .retry_max = settings.retry.max,
            .by_reference = settings.dry_run},
        settings.plan,
        records,
        clock,
        random,
        issues.remotes(),
        log
    );
    auto probe = std::make_shared<sync::Probe>(issues.remotes());
    auto keeper = std::make_shared<sync::OwnWebhookKeeper>(records, clock, issues.remotes(), log);
    auto next_poll = std::make_shared<Alarm>();
    auto next_renewal = std::make_shared<Alarm>();
    run(jira_bell, [this, jira_poller, probe, keeper, next_poll, next_renewal](Instant now) {
        const Instant next_probe = probe->turn(now);
        if (membership && !membership->lead().ours()) return next_probe;
        if (next_poll->rings(clock)) {
            *next_poll = Alarm{clock, jira_poller->turn(now)};
            metrics.count_poll("jira", !jira_poller->failed(), now);
            metrics.count_hints("jira_poll", jira_poller->hints());
            if (jira_poller->hinted()) ring_workers();
        }
        // A shadow does not even renew its own webhook: that is a write.
        if (!settings.dry_run && next_renewal->rings(clock))
            *next_renewal = Alarm{clock, keeper->turn(now)};
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
            metrics.count_hints("sweep", sweeper->hints());
            if (sweeper->hinted()) ring_workers();
            return std::min(next, clock.now() + sweep_asked_interval);
        }));
    run(house_bell, leading([this](Instant now) { return keep_house(now); }));
    run(call_bell, [this](Instant now) { return calls.turn(*database, now); });
}

void Service::Impl::start_tasks() {
    Agent& agent = new_agent();
    auto runner = std::make_shared<TaskRunner>(
        settings,
        sync_settings,
        TaskSurroundings{
            .database = *database,
            .clock = clock,
            .shared = *shared,
            .remotes = agent.remotes(),
            .bell = task_bell,
            .stopping = stopping},
        owner,
        log
    );
    run(task_bell, [runner](Instant now) { return runner->turn(now); });
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

/// What a shadow looked at is compared again, whole, and carried: also what one that still runs, or
/// ended late, leaves behind.
void Service::Impl::end_shadow() {
    int all = 0;
    for (int taken = owed_batch; taken == owed_batch; all += taken) {
        taken = store::write(*database, [&](Connection& connection) {
            return store::take_up_owed(connection, owed_batch, clock.now());
        });
    }
    if (all == 0) return;
    log.info("shadow mode has ended: what it looked at is carried now", {{"count", all}});
    ring_workers();
}

void Service::Impl::follow_shadow(Instant now) {
    if (!settings.dry_run) {
        if (store::read(*database, store::owes_looks)) end_shadow();
        return;
    }
    if (!next_shadow_look.rings(clock)) return;
    next_shadow_look = Alarm{clock, now + progress_interval};
    const int looks = store::write(*database, [&](Connection& connection) {
        return store::look_again_at_owed(
            connection, now - shadow_look_interval, shadow_looks_at_once, now
        );
    });
    if (looks > 0) ring_workers();
}

/// What is new is found by its words at once, and costs less to find from now on. True where there is
/// more of it, as after an upgrade.
bool Service::Impl::sort_in_words() {
    if (!store::read(*database, store::has_unsorted)) return false;
    return store::write(*database, [](Connection& connection) {
        return store::sort_in(connection, sorted_at_once) == sorted_at_once;
    });
}

/// What is counted as it changes is right, or somebody changed the database by hand.
void Service::Impl::count_anew(Instant now) {
    if (!next_count.rings(clock)) return;
    next_count = Alarm{clock, now + count_interval};
    const auto differences = store::read(*database, store::tally_differences);
    if (differences.empty()) return;
    for (const store::TallyDifference& one : differences) {
        log.warning(
            "a count was not right and is put right", {{"what", one.what}, {"missing", one.missing}}
        );
    }
    database->write(store::mend_tallies);
}

Instant Service::Impl::keep_house(Instant now) {
    // Once more: whoever had the old time in hand has put it down by now.
    if (clock_set_back.exchange(false)) wake_all(now);
    follow_shadow(now);
    count_anew(now);
    if (next_prune.rings(clock)) {
        const std::int64_t pruned = store::write(*database, [&](Connection& connection) {
            store::prune_issues(connection, prune_batch);
            store::prune_tasks(connection, now - tasks_kept);
            store::fold_tallies(connection);
            return store::prune(connection, now - settings.retention, prune_batch);
        });
        next_prune = Alarm{clock, pruned > 0 ? now + 1s : now + prune_interval};
    }
    const std::int64_t waiting = store::read(*database, [](Connection& connection) {
        const auto counts = store::count_queue(connection);
        return counts.in(store::SubjectState::due) + counts.in(store::SubjectState::leased) +
               counts.in(store::SubjectState::waiting);
    });
    if (waiting >= backlog_worth_telling || backlog_told) {
        const std::int64_t linked = store::read(*database, [](Connection& connection) {
            return store::count_links(connection)[LinkState::linked];
        });
        log.info("backlog", {{"waiting", waiting}, {"linked", linked}});
        backlog_told = waiting >= backlog_worth_telling;
    }
    return sort_in_words() ? clock.now() + sort_pause : now + progress_interval;
}

}  // namespace oms::app
