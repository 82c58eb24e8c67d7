#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/trace.hpp"
#include "jobs/reaction.hpp"
#include "jobs/watch.hpp"

namespace oms::jobs {

/// What came of one subject's turn.
struct Outcome {
    enum class Kind {
        done,     ///< both sides agree, as far as was looked
        waiting,  ///< an order, for its project
        blocked,  ///< a person is needed; the attention was raised
        failed,   ///< `error` says how
    };
    Kind kind = Kind::done;
    Error error = {};
    std::string says = {};
    Aspects aspects = no_aspects;  ///< what is still to be looked at
    /// Not before then: a write whose outcome is unknown is looked for again.
    std::optional<Instant> not_before = std::nullopt;
    /// Goes into the transaction that ends the lease.
    std::function<void(store::Connection&)> record = {};
    /// Nothing was carried: what needed a person still does.
    bool only_looked = false;
};

/// The work on one leased subject; sync does it.
class Work {
public:
    virtual ~Work() = default;
    virtual Outcome work(const store::Leased& leased) = 0;
    /// Whether that would ask neither remote and record nothing: the subject, which nobody has leased
    /// yet, and of which no write is open, is then done as it is, many in one transaction.
    virtual bool is_old_news(store::Connection& /*connection*/, const store::Leased& /*next*/) {
        return false;
    }
};

struct WorkerSettings {
    std::string owner = {};  ///< names this worker's leases, and nobody else's: `PROCESS/WORKER/`
    RetrySettings retry = {};
    /// Longer than any single remote call, and renewed before each.
    Duration lease_length = std::chrono::seconds{60};
    /// How long to sleep where nothing is due and no bell rings: what another process was told of is
    /// seen after at most so long.
    Duration idle_wait = std::chrono::seconds{5};
    const Watch* watch = &no_watch;
    trace::Tracer* tracer = nullptr;    ///< this thread's; each turn is a trace
    trace::Parents* parents = nullptr;  ///< whose calls the turns answer to
};

/// Takes one subject after the other. For one thread.
class Worker {
public:
    Worker(
        WorkerSettings settings,
        store::Database& database,
        Clock& clock,
        Random& random,
        Work& work,
        Log log
    );

    /// One subject's turn, and all those before it that have nothing new; or none where none is due.
    /// When to be called next.
    Instant turn(Instant now);
    /// The same for this very subject; false where it is not to be had now.
    bool turn_of(const Subject& subject, Instant now);

private:
    struct Taken {
        std::optional<store::Leased> leased = std::nullopt;
        std::vector<store::Leased> old_news = {};  ///< done already
    };
    Taken take(Instant now);
    void give_back(Instant now);
    void work_on(const store::Leased& leased);
    TurnEnd turn_on(const store::Leased& leased);
    Outcome outcome_of(const store::Leased& leased);
    void end(const store::Leased& leased, const Outcome& outcome);

    WorkerSettings settings_;
    store::Database& database_;
    Clock& clock_;
    Random& random_;
    Work& work_;
    Log log_;
    std::uint64_t turns_ = 0;
    /// What could not be ended, since the database did not work: its lease would last on.
    std::optional<store::Leased> unfinished_;
    /// A lease was asked for, and it is not known whether it was given: nobody would work on it.
    bool unaware_ = false;
};

}  // namespace oms::jobs
