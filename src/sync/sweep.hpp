#pragma once

#include <functional>

#include "base/log.hpp"
#include "plan/settings.hpp"
#include "store/database.hpp"
#include "store/state.hpp"
#include "sync/remotes.hpp"

namespace oms::sync {

struct SweepSettings {
    Duration interval = std::chrono::hours{6};
    /// Where work was to begin with OMS_SYNC_FROM: what is older is left alone until it is touched.
    bool leave_old_alone = false;
};

/// Compares everything, a bounded piece a turn, and leaves hints where the sides differ from what
/// the links know; the corridor heals. Goes on after a restart where it was. For one thread.
class Sweeper {
public:
    Sweeper(
        SweepSettings settings,
        const plan::Settings& plan,
        store::Database& database,
        Clock& clock,
        Remotes& remotes,
        Log log
    );

    /// One project, or one page of issues; when to be called next.
    Instant turn(Instant now);
    [[nodiscard]] bool hinted() const { return hints_ > 0; }
    /// How many hints the last turn left.
    [[nodiscard]] std::int64_t hints() const { return hints_; }

    /// Begins one now, whatever the interval says (if none is running).
    void begin(Instant now);
    /// Compares one project alone, and its orders.
    Result<store::Sweep> sweep_project(ProjectId id);

private:
    Result<bool> step(store::Sweep& sweep);
    Result<bool> step_marketplace(store::Sweep& sweep);
    Result<bool> step_jira(store::Sweep& sweep);
    Result<bool> compare_project(const Project& project, store::Sweep& sweep);
    Result<bool> compare_messages(const Subject& subject, Hint& hint);
    void note(const Hint& hint, store::Sweep& sweep);
    /// Hints for what is linked in these projects and not listed any more.
    void hint_unlisted(
        ProjectId first,
        ProjectId last,
        store::Sweep& sweep,
        const std::function<bool(const Subject&)>& is_listed
    );
    /// True where the subject was there before OMS_SYNC_FROM and is to be left alone.
    bool leave_alone(const Subject& subject);

    SweepSettings settings_;
    const plan::Settings& plan_;
    store::Database& database_;
    Clock& clock_;
    Remotes& remotes_;
    Log log_;
    std::int64_t hints_ = 0;
    std::int64_t counted_ = -1;   ///< the sweep that was last met
    Duration counted_from_ = {};  ///< by the steady time: when it was first met
};

/// At a first start with OMS_SYNC_FROM: writes down every project and order that is there already,
/// so that no sweep takes them for lost ones. Repeats do no harm.
Result<std::int64_t> mark_old_ones(store::Database& database, Clock& clock, Remotes& remotes);

}  // namespace oms::sync
