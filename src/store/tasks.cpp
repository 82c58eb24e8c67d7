#include "store/tasks.hpp"

#include <array>

#include "store/rows.hpp"
#include "store/sql/operators.hpp"

namespace oms::store {
namespace {

constexpr std::array kinds{TaskKind::preview, TaskKind::link, TaskKind::dry_sweep, TaskKind::check};
constexpr std::array task_states{
    TaskState::waiting,
    TaskState::running,
    TaskState::done,
    TaskState::failed};

TaskState parse_task_state(const std::string& text) {
    for (const TaskState state : task_states)
        if (to_text(state) == text) return state;
    return TaskState::failed;
}

}  // namespace

std::vector<Task> tasks_in(const Rows& rows) {
    std::vector<Task> list;
    list.reserve(rows.size());
    for (const Row& row : rows) {
        const auto kind = parse_task_kind(row[1].text());
        if (!kind) continue;  // a newer program's
        list.push_back(
            {.id = row[0].integer(),
             .kind = *kind,
             .input = row[2].text(),
             .asked_by = row[3].text(),
             .asked_at = row[4].instant(),
             .repeat = row[5].text(),
             .state = parse_task_state(row[6].text()),
             .progress = row[7].text(),
             .result = row[8].text(),
             .ended_at = row[9].instant_if()}
        );
    }
    return list;
}

std::string_view to_text(TaskKind kind) {
    switch (kind) {
    case TaskKind::preview: return "preview";
    case TaskKind::link: return "link";
    case TaskKind::dry_sweep: return "dry_sweep";
    case TaskKind::check: return "check";
    }
    return "";
}

std::optional<TaskKind> parse_task_kind(std::string_view text) {
    for (const TaskKind kind : kinds)
        if (to_text(kind) == text) return kind;
    return std::nullopt;
}

std::string_view to_text(TaskState state) {
    switch (state) {
    case TaskState::waiting: return "waiting";
    case TaskState::running: return "running";
    case TaskState::done: return "done";
    case TaskState::failed: return "failed";
    }
    return "";
}

std::int64_t add_task(Connection& connection, const Task& task, Instant now) {
    connection.run(
        sql::task_add, {to_text(task.kind), task.input, task.asked_by, now, task.repeat}
    );
    return connection.run(sql::task_by_repeat, {task.repeat})[0][0].integer();
}

std::optional<Task> find_task(Connection& connection, std::int64_t id) {
    auto found = tasks_in(connection.run(sql::task_find, {id}));
    if (found.empty()) return std::nullopt;
    return std::move(found[0]);
}

std::vector<Task> last_tasks(Connection& connection, int count) {
    return tasks_in(connection.run(sql::task_list, {count}));
}

bool has_task_to_take(Connection& connection, Instant now) {
    return !connection.run(sql::task_next, {now}).empty();
}

std::optional<Task>
take_task(Connection& connection, const std::string& owner, Instant now, Instant until) {
    const Rows next = connection.run(sql::task_next, {now});
    if (next.empty()) return std::nullopt;
    const std::int64_t id = next[0][0].integer();
    connection.run(sql::task_take, {id, owner, until, now});
    if (connection.changed() == 0) return std::nullopt;
    return find_task(connection, id);
}

bool tell_progress(
    Connection& connection,
    std::int64_t id,
    const std::string& owner,
    const std::string& progress,
    Instant until
) {
    connection.run(sql::task_progress, {id, owner, progress, until});
    return connection.changed() > 0;
}

bool end_task(
    Connection& connection,
    std::int64_t id,
    const std::string& owner,
    TaskState state,
    const std::string& result,
    Instant now
) {
    connection.run(sql::task_end, {id, owner, to_text(state), result, now});
    return connection.changed() > 0;
}

void prune_tasks(Connection& connection, Instant ended_before) {
    connection.run(sql::task_prune, {ended_before});
}

}  // namespace oms::store
