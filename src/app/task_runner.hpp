#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "app/settings.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "store/tasks.hpp"
#include "sync/synchroniser.hpp"
#include "wake/bell.hpp"

namespace oms::app {

struct TaskSurroundings {
    store::Database& database;
    Clock& clock;
    sync::Shared& shared;
    sync::Remotes& remotes;
    wake::Bell& bell;  ///< rung when something was asked for, and at the end
    const std::atomic<bool>& stopping;
};

/// Does what people ask of the service (store/tasks), one after the other, in processes that have
/// workers. It goes through the same gates and at the same pace as the workers, and lets their live
/// work go first. What a stopped process leaves, another takes up, from the beginning: no task writes
/// to a remote. For one thread.
class TaskRunner {
public:
    TaskRunner(
        const Settings& settings,
        const sync::SyncSettings& sync_settings,
        const TaskSurroundings& around,
        std::string owner,
        Log log
    );

    /// Does the next task, whole; when to be called next.
    Instant turn(Instant now);

private:
    /// What came of a task; none where it is not ours any more, or we are to end.
    using Result = std::optional<oms::Result<json::value>>;

    Result run(const store::Task& task, const json::value& input);
    Result preview(const json::value& input);
    Result link(const json::value& input);
    Result dry_sweep(const json::value& input);
    Result check();
    /// What would be done about it; waits for a remote that wants a pause, and then some.
    std::optional<oms::Result<std::vector<std::string>>> examine(const Subject& subject);
    /// False where the work is to be dropped.
    bool goes_on(const std::string& progress);
    void let_live_work_go_first();
    void end(const store::Task& task, const oms::Result<json::value>& result);
    void give_back();

    const Settings& settings_;
    TaskSurroundings around_;
    std::string owner_;
    Log log_;
    sync::Synchroniser synchroniser_;
    store::Task task_;
    Duration told_at_ = {};
};

}  // namespace oms::app
