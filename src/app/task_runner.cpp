#include "app/task_runner.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/check.hpp"
#include "app/comparison.hpp"
#include "app/link_by_hand.hpp"
#include "store/subjects.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;
using store::Connection;

/// What another process was asked for is seen after at most so long.
constexpr Duration idle_wait = 2s;
/// Of a process that dies, a task is taken up after so long.
constexpr Duration task_lease = 2min;
constexpr Duration told_each = 1s;
constexpr std::size_t previews_max = 200;
constexpr std::size_t differences_max = 10'000;
constexpr auto live_work_wait = 100ms;
constexpr int live_work_waits_max = 20;
constexpr int tries_max = 4;
constexpr Duration try_again = 5s;
constexpr Duration try_again_max = 1min;
/// So many failures in a row are no affair of single subjects.
constexpr int failures_max = 10;

json::array words_of(const std::vector<std::string>& steps) {
    json::array list;
    for (const std::string& step : steps)
        list.push_back(json::value(step));
    return list;
}

/// As the API tells it.
json::object finding_json(const Finding& finding) {
    std::string says = finding.about;
    if (!finding.found.empty()) says += ": " + finding.found;
    if (!finding.cause.empty()) says += "; " + finding.cause;
    json::array variables;
    for (const std::string& name : finding.variables)
        variables.push_back(json::value(name));
    return {
        {"code", finding.code},
        {"severity", to_text(finding.severity)},
        {"group", group_title(group_of(finding))},
        {"says", says},
        {"remedy", whole_remedy(finding)},
        {"variables", std::move(variables)}};
}

/// Leaves the checks between two of them.
struct Dropped {};

/// Trouble with a remote as a whole, which passes.
bool passes(const Error& error) {
    switch (error.kind) {
    case ErrorKind::not_sent:
    case ErrorKind::throttled:
    case ErrorKind::outcome_unknown: return true;
    case ErrorKind::unauthorized:
    case ErrorKind::refused:
    case ErrorKind::forbidden:
    case ErrorKind::missing:
    case ErrorKind::shutdown: break;
    }
    return false;
}

bool live_work_is_due(Connection& connection, Instant now) {
    const auto due = store::next_due(connection);
    return due && *due <= now && store::busy_in_lane(connection, Lane::live) > 0;
}

}  // namespace

TaskRunner::TaskRunner(
    const Settings& settings,
    const sync::SyncSettings& sync_settings,
    const TaskSurroundings& around,
    std::string owner,
    Log log
)
    : settings_{settings},
      around_{around},
      owner_{std::move(owner)},
      log_{log},
      synchroniser_{sync_settings, around.database, around.shared, around.remotes, log} {}

Instant TaskRunner::turn(Instant now) {
    const bool waits = store::read(around_.database, [&](Connection& connection) {
        return store::has_task_to_take(connection, now);
    });
    if (!waits) return now + idle_wait;
    const auto task = store::write(around_.database, [&](Connection& connection) {
        return store::take_task(connection, owner_, now, now + task_lease);
    });
    if (!task) return now + idle_wait;
    task_ = *task;
    told_at_ = {};
    log_.info("task", {{"kind", store::to_text(task->kind)}, {"asked_by", task->asked_by}});
    const auto input = json::parse(task->input);
    const Result result = run(*task, input ? *input : json::value(nullptr));
    if (result) {
        end(*task, *result);
    } else if (around_.stopping) {
        give_back();
    }
    return around_.clock.now();
}

TaskRunner::Result TaskRunner::run(const store::Task& task, const json::value& input) {
    switch (task.kind) {
    case store::TaskKind::preview: return preview(input);
    case store::TaskKind::link: return link(input);
    case store::TaskKind::dry_sweep: return dry_sweep(input);
    case store::TaskKind::check: return check();
    }
    return std::nullopt;
}

void TaskRunner::end(const store::Task& task, const oms::Result<json::value>& result) {
    const json::value told =
        result ? *result : json::value(json::object{{"says", result.error().says}});
    around_.database.write([&](Connection& connection) {
        store::end_task(
            connection,
            task.id,
            owner_,
            result ? store::TaskState::done : store::TaskState::failed,
            json::write(told),
            around_.clock.now()
        );
    });
}

/// We are to end: another may have it at once.
void TaskRunner::give_back() {
    around_.database.write([&](Connection& connection) {
        store::tell_progress(
            connection,
            task_.id,
            owner_,
            "the process that was at it was stopped: it begins anew",
            around_.clock.now() - 1ms
        );
    });
}

bool TaskRunner::goes_on(const std::string& progress) {
    if (around_.stopping) return false;
    const Duration now = around_.clock.steady();
    if (told_at_ != Duration{0} && now < told_at_ + told_each) return true;
    told_at_ = now;
    return store::write(around_.database, [&](Connection& connection) {
        return store::tell_progress(
            connection, task_.id, owner_, progress, around_.clock.now() + task_lease
        );
    });
}

void TaskRunner::let_live_work_go_first() {
    for (int waited = 0; waited < live_work_waits_max && !around_.stopping; ++waited) {
        const bool due = store::read(around_.database, [&](Connection& connection) {
            return live_work_is_due(connection, around_.clock.now());
        });
        if (!due) return;
        around_.bell.wait(live_work_wait);
    }
}

std::optional<oms::Result<std::vector<std::string>>> TaskRunner::examine(const Subject& subject) {
    for (int tried = 1;; ++tried) {
        let_live_work_go_first();
        auto would = would_be_done(synchroniser_, subject);
        if (around_.stopping) return std::nullopt;
        if (would || tried == tries_max || !passes(would.error())) return would;
        const Duration told = would.error().retry_after.value_or(0ms);
        const Duration wait = std::min(try_again_max, std::max(try_again, told));
        const std::string says = would.error().says;
        const Duration until = around_.clock.steady() + wait;
        while (around_.clock.steady() < until) {
            if (!goes_on("waiting: " + says)) return std::nullopt;
            around_.bell.wait(1s);
        }
    }
}

TaskRunner::Result TaskRunner::preview(const json::value& input) {
    const auto& keys = json::elements(json::at(input, "subjects"));
    json::array subjects;
    for (const json::value& key : keys) {
        if (subjects.size() >= previews_max) break;
        const auto subject = parse_key(json::text_or_empty(key));
        if (!subject || subject->is_issue()) continue;
        if (!goes_on(fmt::format("{} of {} looked at", subjects.size(), keys.size())))
            return std::nullopt;
        const auto would = examine(*subject);
        if (!would) return std::nullopt;
        subjects.push_back(json::object{
            {"key", key_of(*subject)},
            {"would", *would ? words_of(**would) : json::array{}},
            {"says", *would ? std::string{} : would->error().says}});
    }
    return json::value(json::object{{"subjects", std::move(subjects)}});
}

TaskRunner::Result TaskRunner::link(const json::value& input) {
    const auto linked = link_by_hand(
        around_.database,
        around_.remotes,
        {.attention = json::integer(json::at(input, "attention")).value_or(0),
         .issue = IssueKey{json::text_or_empty(json::at(input, "issue"))},
         .who = task_.asked_by}
    );
    if (!linked) return Failure{linked.error()};
    return json::value(json::object{{"says", *linked}});
}

TaskRunner::Result TaskRunner::dry_sweep(const json::value& input) {
    std::optional<ProjectId> project;
    if (const auto id = json::integer(json::at(input, "project"))) project = ProjectId{*id};
    if (!goes_on("reading what there is to compare")) return std::nullopt;
    const auto all = subjects_to_compare(around_.database, around_.remotes, project);
    if (!all) return Failure{all.error()};

    json::array differences;
    std::size_t compared = 0;
    std::size_t differed = 0;
    std::size_t failed = 0;
    std::size_t attention = 0;
    int failures = 0;
    for (const Subject& subject : *all) {
        const std::string progress =
            fmt::format("{} of {} compared, {} differed", compared, all->size(), differed);
        if (!goes_on(progress)) return std::nullopt;
        const auto would = examine(subject);
        if (!would) return std::nullopt;
        ++compared;
        if (!needs_a_person(around_.database, subject).empty()) ++attention;
        failures = *would ? 0 : failures + 1;
        if (!*would) {
            ++failed;
            if (failures >= failures_max) return Failure{would->error()};
            continue;
        }
        if ((*would)->empty()) continue;
        ++differed;
        if (differences.size() >= differences_max) continue;
        differences.push_back(json::object{{"key", key_of(subject)}, {"would", words_of(**would)}});
    }
    return json::value(json::object{
        {"compared", compared},
        {"differed", differed},
        {"failed", failed},
        {"attention", attention},
        {"differences", std::move(differences)}});
}

TaskRunner::Result TaskRunner::check() {
    if (!goes_on("checking every setting and both remotes")) return std::nullopt;
    int made = 0;
    std::vector<Finding> found;
    try {
        found = run_checks(settings_, {}, {}, [&](const Finding&) {
            if (!goes_on(fmt::format("{} things checked", ++made))) throw Dropped{};
        });
    } catch (const Dropped&) {
        return std::nullopt;
    }
    json::array findings;
    for (const Finding& one : found)
        findings.push_back(finding_json(one));
    return json::value(json::object{
        {"faults", std::ranges::count(found, Severity::fault, &Finding::severity)},
        {"findings", std::move(findings)}});
}

}  // namespace oms::app
