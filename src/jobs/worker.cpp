#include "jobs/worker.hpp"

#include <algorithm>
#include <array>
#include <typeinfo>

#include "base/planted.hpp"
#include "plan/retry.hpp"
#include "store/journal.hpp"
#include "store/links.hpp"

namespace oms::jobs {
namespace {

using namespace std::chrono_literals;

/// Each lane's share of the turns: a backfill of 50,000 orders must not delay a live one, nor the
/// live ones starve the rest.
constexpr std::array shares{
    Lane::live,
    Lane::poll,
    Lane::live,
    Lane::sweep,
    Lane::live,
    Lane::poll,
    Lane::live,
    Lane::backfill};

/// So many with nothing new are ended in one transaction: nobody else writes meanwhile.
constexpr std::size_t old_news_max = 100;

/// The database is away: it does not come back sooner for being asked more often.
constexpr Duration database_wait = 1s;

std::int64_t in_milliseconds(Duration took) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
}

/// What a person dismissed stays so while it fails in the same way: it is only tried again, slowly.
void raise(store::Connection& connection, const Reaction& reaction, Instant now) {
    if (!reaction.attention) return;
    if (store::is_dismissed(connection, *reaction.attention)) return;
    store::raise_attention(connection, *reaction.attention, now);
}

/// An order waits for its project; unless that came to be linked while the order was looked at: its
/// wake-up found nobody waiting yet.
void wait_for_project(
    store::Connection& connection,
    const store::Leased& leased,
    const Outcome& outcome,
    Instant now
) {
    const Subject its_project = Subject::of(leased.subject.project);
    store::hold_still(connection, its_project);
    const auto project = store::find_link(connection, its_project);
    const bool linked = project && project->state != LinkState::before;
    store::finish_again(
        connection,
        leased,
        {.state = linked ? store::SubjectState::due : store::SubjectState::waiting,
         .due_at = linked ? now : now + 5min,
         .failure = "waiting",
         .says = outcome.says,
         .aspects = leased.aspects}
    );
}

}  // namespace

Worker::Worker(
    WorkerSettings settings,
    store::Database& database,
    Clock& clock,
    Random& random,
    Work& work,
    Log log
)
    : settings_{std::move(settings)},
      database_{database},
      clock_{clock},
      random_{random},
      work_{work},
      log_{std::move(log)} {}

Instant Worker::turn(Instant now) {
    try {
        give_back(now);
        // Asked before anything is written: an idle worker costs one read.
        const Instant latest = now + settings_.idle_wait;
        const Instant due = store::read(database_, store::next_due).value_or(latest);
        if (due > now) return std::clamp(due, now + 1ms, latest);
        const Taken taken = take(now);
        if (taken.leased) work_on(*taken.leased);
        const bool nothing = !taken.leased && taken.old_news.empty();
        return nothing ? now + 1ms : clock_.now();
    } catch (const store::DatabaseError& error) {
        log_.error("database does not work", {{"says", error.what()}});
        return now + database_wait;
    }
}

bool Worker::turn_of(const Subject& subject, Instant now) {
    give_back(now);
    unaware_ = true;
    const auto leased = store::write(database_, [&](store::Connection& connection) {
        return store::lease_one(connection, subject, settings_.owner, now + settings_.lease_length);
    });
    unaware_ = false;
    if (!leased) return false;
    work_on(*leased);
    return true;
}

/// After an outage, or a sweep, very many subjects are due of which everything is known: a commit for
/// each would cost more than all else.
Worker::Taken Worker::take(Instant now) {
    const Lane preferred = shares[turns_++ % shares.size()];
    unaware_ = true;
    Taken taken = store::write(database_, [&](store::Connection& connection) {
        Taken so_far;
        // One to begin with: mostly there is none, and others are to find the rest.
        std::size_t count = 1;
        while (count > 0) {
            auto next = store::look_at_next(connection, preferred, now, count);
            std::size_t ended = 0;
            while (ended < next.size() && work_.is_old_news(connection, next[ended])) {
                store::settle_unleased(connection, next[ended].subject, now);
                so_far.old_news.push_back(std::move(next[ended++]));
            }
            const bool all = ended > 0 && ended == next.size();
            count = all ? old_news_max - so_far.old_news.size() : 0;
        }
        so_far.leased =
            store::lease_next(connection, settings_.owner, preferred, now, settings_.lease_length);
        return so_far;
    });
    unaware_ = false;
    for (const store::Leased& one : taken.old_news) {
        if (settings_.parents != nullptr) settings_.parents->take(key_of(one.subject));
        settings_.watch->turn_ended(TurnEnd::done, Duration{0});
    }
    return taken;
}

void Worker::give_back(Instant now) {
    if (unaware_) {
        OMS_RARE("worker.unaware_of_its_lease");
        database_.write([&](store::Connection& connection) {
            store::release_owner(connection, settings_.owner, now);
        });
        unaware_ = false;
    }
    if (!unfinished_) return;
    OMS_RARE("worker.gives_back");
    database_.write([&](store::Connection& connection) {
        store::give_back(connection, *unfinished_, now);
    });
    unfinished_.reset();
}

void Worker::work_on(const store::Leased& leased) {
    unfinished_ = leased;
    const std::string subject = key_of(leased.subject);
    auto parent = settings_.parents ? settings_.parents->take(subject) : std::nullopt;
    trace::Span span{settings_.tracer, "turn", trace::Kind::internal, parent};
    span.set("oms.subject", subject);
    std::vector<LogField> fields{{"subject", subject}};
    if (settings_.tracer != nullptr) fields.emplace_back("trace", span.context().trace_id);
    const LogScope scope{std::move(fields)};
    const Duration began = clock_.steady();
    if (leased.attempts > 0 || leased.refusals > 0) settings_.watch->retried();
    TurnEnd ended = TurnEnd::error;
    try {
        ended = turn_on(leased);
    } catch (const store::DatabaseError&) {
        span.fail();
        settings_.watch->turn_ended(ended, clock_.steady() - began);
        throw;
    }
    unfinished_.reset();
    const Duration took = clock_.steady() - began;
    span.set("oms.end", to_text(ended));
    if (ended == TurnEnd::failed || ended == TurnEnd::error) span.fail();
    settings_.watch->turn_ended(ended, took);
    log_.debug("turn ended", {{"as", to_text(ended)}, {"ms", in_milliseconds(took)}});
}

TurnEnd Worker::turn_on(const store::Leased& leased) {
    try {
        const Outcome outcome = outcome_of(leased);
        end(leased, outcome);
        switch (outcome.kind) {
        case Outcome::Kind::done: return TurnEnd::done;
        case Outcome::Kind::waiting: return TurnEnd::waiting;
        case Outcome::Kind::blocked: return TurnEnd::blocked;
        case Outcome::Kind::failed:
            settings_.watch->turn_failed(outcome.error.kind);
            return TurnEnd::failed;
        }
    } catch (const store::LeaseLost&) {
        // Somebody else has it: what was done is in the journal of writes, and is looked for.
        OMS_RARE("worker.lease_lost");
        log_.warning("lease lost");
    }
    return TurnEnd::lost;
}

Outcome Worker::outcome_of(const store::Leased& leased) {
    try {
        return work_.work(leased);
    } catch (const store::LeaseLost&) {
        throw;
    } catch (const store::DatabaseError&) {
        throw;
    } catch (const std::exception& error) {
        // Nobody planned for this one. It must not take the worker, nor other subjects, along.
        log_.error("unexpected error", {{"kind", typeid(error).name()}});
        return {
            .kind = Outcome::Kind::failed,
            .error = {
                .kind = ErrorKind::not_sent,
                .says = "an error that no one planned for; see the log"}};
    }
}

void Worker::end(const store::Leased& leased, const Outcome& outcome) {
    const Instant now = clock_.now();
    database_.write([&](store::Connection& connection) {
        store::prove(connection, leased);
        if (outcome.record) outcome.record(connection);
        switch (outcome.kind) {
        case Outcome::Kind::done:
            if (!outcome.only_looked) store::unblock(connection, leased.subject, now);
            return store::finish_done(connection, leased, now);
        case Outcome::Kind::waiting: return wait_for_project(connection, leased, outcome, now);
        case Outcome::Kind::blocked:
            return store::finish_again(
                connection,
                leased,
                {.state = store::SubjectState::attention,
                 .due_at = now + plan::attention_retry(leased.refusals + 1),
                 .refusals = std::max(leased.refusals + 1, plan::refusals_before_attention),
                 .failure = "blocked",
                 .says = outcome.says,
                 .aspects = outcome.aspects}
            );
        case Outcome::Kind::failed:
            if (OMS_PLANTED("worker.failed_is_done")) {
                return store::finish_done(connection, leased, now);
            }
            break;
        }
        Reaction reaction = react(outcome.error, leased, settings_.retry, now, random_.fraction());
        reaction.again.aspects |= outcome.aspects;
        if (outcome.not_before) {
            reaction.again.due_at = std::max(reaction.again.due_at, *outcome.not_before);
        }
        raise(connection, reaction, now);
        if (outcome.error.obstacle != Obstacle::ourselves) {
            store::add_journal(
                connection,
                leased.subject,
                store::JournalKind::failure,
                in_word(outcome.error) + ": " + outcome.error.says,
                now
            );
        }
        store::finish_again(connection, leased, reaction.again);
    });
}

}  // namespace oms::jobs
