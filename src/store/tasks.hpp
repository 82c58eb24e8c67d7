#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/connection.hpp"

namespace oms::store {

/// What people ask of the service that needs a remote, or time.
enum class TaskKind {
    preview,  ///< what a retry would do; input `{"subjects": [key, …]}`
    link,  ///< a subject is to be followed by that issue; input `{"attention": id, "issue": key}`
    dry_sweep,  ///< compares everything, tells, and heals nothing; input `{"project": id or null}`
    check,      ///< what `oms-jira check` finds; input `{}`
};

std::string_view to_text(TaskKind kind);
std::optional<TaskKind> parse_task_kind(std::string_view text);

enum class TaskState { waiting, running, done, failed };

std::string_view to_text(TaskState state);

/// Asked for by a page or the API, done by a process that has workers; any process tells of it.
struct Task {
    std::int64_t id = 0;
    TaskKind kind = TaskKind::preview;
    std::string input = {};     ///< JSON
    std::string asked_by = {};  ///< for the record
    Instant asked_at = {};
    /// Asked again with the same one, it is the same task: of the client's making, or of ours.
    std::string repeat = {};
    TaskState state = TaskState::waiting;
    std::string progress = {};  ///< for people
    std::string result = {};    ///< JSON, once it is done; `{"says": …}` where it failed
    std::optional<Instant> ended_at = std::nullopt;
};

/// The task's id: of one that was asked for with the same `repeat` before, where there is one.
std::int64_t add_task(Connection& connection, const Task& task, Instant now);
std::optional<Task> find_task(Connection& connection, std::int64_t id);
/// The latest, newest first.
std::vector<Task> last_tasks(Connection& connection, int count);

/// Whether there is one to take: one read, for who asks often.
bool has_task_to_take(Connection& connection, Instant now);
/// The oldest that waits, or whose owner was not heard of until its time: taken until `until`.
std::optional<Task>
take_task(Connection& connection, const std::string& owner, Instant now, Instant until);
/// False where it is no longer `owner`'s: the work is to be dropped.
bool tell_progress(
    Connection& connection,
    std::int64_t id,
    const std::string& owner,
    const std::string& progress,
    Instant until
);
bool end_task(
    Connection& connection,
    std::int64_t id,
    const std::string& owner,
    TaskState state,
    const std::string& result,
    Instant now
);
void prune_tasks(Connection& connection, Instant ended_before);

}  // namespace oms::store
