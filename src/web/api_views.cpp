#include "web/api_views.hpp"

#include <fmt/format.h>

#include "ops/attention.hpp"
#include "ops/remotes.hpp"
#include "ops/shadow.hpp"
#include "ops/story.hpp"
#include "ops/subjects.hpp"
#include "ops/sweeps.hpp"
#include "ops/tasks.hpp"
#include "ops/writes.hpp"
#include "web/problem.hpp"

namespace oms::web {
namespace {

using store::Connection;

json::object settings_json(const ShownSettings& settings) {
    json::array items;
    for (const ShownSetting& one : settings.items) {
        items.push_back(json::object{
            {"name", one.name},
            {"value", one.value},
            {"from", one.from},
            {"standard", one.standard},
            {"secret", one.secret},
            {"what", one.what}});
    }
    json::array notes;
    for (const SettingNote& one : settings.notes) {
        notes.push_back(json::object{
            {"variable", one.variable}, {"says", one.says}, {"fix", one.fix}});
    }
    return {{"items", std::move(items)}, {"notes", std::move(notes)}};
}

/// A list's page, or that the cursor is none.
http::Response listed(const std::optional<json::object>& page) {
    if (!page)
        return problem(400, "cursor is none of ours: take it from the answer before, as it is");
    return json_answer(200, *page);
}

/// Adds routes that read the store in one snapshot.
class Views {
public:
    using Read = std::function<http::Response(Connection&, const ApiCall&)>;

    Views(std::vector<ApiRoute>& routes, store::Database& database)
        : routes_{routes},
          database_{database} {}

    void add(std::string_view path, Read look, Role role = Role::viewer) {
        routes_.push_back(
            {.method = "GET",
             .path = path,
             .role = role,
             .answer =
                 [&database = database_, look = std::move(look)](const ApiCall& call) {
                     return store::read(database, [&](Connection& connection) {
                         return look(connection, call);
                     });
                 }}
        );
    }

private:
    std::vector<ApiRoute>& routes_;
    store::Database& database_;
};

void add_subjects(Views& views, Clock& clock, const ops::Facts& facts) {
    views.add("subjects", [facts](Connection& connection, const ApiCall& call) {
        return listed(ops::subjects_page(connection, facts, call.subject_choice(), call.page()));
    });
    const auto story = [facts, &clock](Connection& connection, const ApiCall& call) {
        const auto found = ops::story_json(connection, facts, call.subject(), clock.now());
        if (!found)
            return problem(404, "nobody ever heard of it: neither a hint nor a link has it");
        return json_answer(200, *found);
    };
    const auto journal = [](Connection& connection, const ApiCall& call) {
        return listed(ops::journal_page(connection, call.subject(), call.page()));
    };
    views.add("subjects/project/*", story);
    views.add("subjects/order/*/*", story);
    views.add("subjects/project/*/journal", journal);
    views.add("subjects/order/*/*/journal", journal);
}

void add_trouble(Views& views, const ops::Facts& facts) {
    views.add("attention", [facts](Connection& connection, const ApiCall& call) {
        return listed(ops::attention_page(connection, facts, call.page()));
    });
    views.add("attention/entries", [](Connection& connection, const ApiCall& call) {
        const std::string cause = call.parameter("cause");
        if (cause.empty()) throw Refused{400, "cause is needed"};
        return listed(
            ops::attention_group_page(connection, cause, call.parameter("fingerprint"), call.page())
        );
    });
    views.add("uncertain", [](Connection& connection, const ApiCall& call) {
        return listed(ops::uncertain_page(connection, call.page()));
    });
    views.add("shadow", [facts](Connection& connection, const ApiCall&) {
        return json_answer(200, ops::shadow_json(connection, facts));
    });
}

void add_work(Views& views, Clock& clock, const ops::Facts& facts) {
    views.add("sweeps", [facts](Connection& connection, const ApiCall& call) {
        return listed(ops::sweeps_json(connection, facts, call.page()));
    });
    views.add("remotes", [facts, &clock](Connection& connection, const ApiCall&) {
        return json_answer(200, ops::remotes_page(connection, facts, clock.now()));
    });
    views.add("remotes/calls", [](Connection& connection, const ApiCall& call) {
        const ops::CallChoice choice{
            .remote = call.choice("remote", {"jira", "marketplace"}),
            .errors = call.flag("errors")};
        return listed(ops::calls_page(connection, choice, call.page()));
    });
}

http::Response report(const store::Task& task, const std::string& format) {
    if (task.kind != store::TaskKind::dry_sweep || task.state != store::TaskState::done)
        throw Refused{404, "this task has no report: a dry sweep has one when it is done"};
    const std::string name =
        fmt::format("attachment; filename=\"oms-jira-dry-sweep-{}.{}\"", task.id, format);
    http::Response response{.status = 200, .headers = {{"Content-Disposition", name}}};
    if (format == "json") {
        response.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
        response.body = task.result;
        return response;
    }
    const auto table = ops::report_csv(task);
    if (!table) throw Refused{404, "this task's report is no table"};
    response.headers.emplace_back("Content-Type", "text/csv; charset=utf-8");
    response.body = *table;
    return response;
}

store::Task task_of(Connection& connection, const ApiCall& call) {
    auto task = store::find_task(connection, call.id(1));
    if (!task) throw Refused{404, "there is no such task: ended ones are kept for a while only"};
    return std::move(*task);
}

void add_tasks(Views& views) {
    views.add("tasks", [](Connection& connection, const ApiCall& call) {
        return listed(ops::tasks_page(connection, call.page()));
    });
    views.add("tasks/*", [](Connection& connection, const ApiCall& call) {
        return json_answer(200, ops::task_json(task_of(connection, call), true));
    });
    views.add("tasks/*/report", [](Connection& connection, const ApiCall& call) {
        const std::string format = call.choice("format", {"json", "csv"});
        return report(task_of(connection, call), format.empty() ? "json" : format);
    });
}

}  // namespace

void add_views(
    std::vector<ApiRoute>& routes,
    store::Database& database,
    Clock& clock,
    const ops::Facts& facts,
    Live& live,
    ShownSettings settings
) {
    routes.push_back({.method = "GET", .path = "status", .answer = [&live](const ApiCall&) {
                          return http::json_response(200, *live.status() + "\n");
                      }});
    routes.push_back(
        {.method = "GET",
         .path = "settings",
         .answer =
             [shown = settings_json(settings)](const ApiCall&) { return json_answer(200, shown); }}
    );
    Views views{routes, database};
    add_subjects(views, clock, facts);
    add_trouble(views, facts);
    add_work(views, clock, facts);
    add_tasks(views);
}

}  // namespace oms::web
