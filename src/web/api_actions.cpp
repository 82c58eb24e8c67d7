#include "web/api_actions.hpp"

#include <algorithm>
#include <memory>

#include "base/random.hpp"
#include "base/text.hpp"
#include "ops/attention.hpp"
#include "ops/sweeps.hpp"
#include "ops/tasks.hpp"
#include "store/links.hpp"
#include "store/subjects.hpp"
#include "store/tasks.hpp"
#include "web/problem.hpp"

namespace oms::web {
namespace {

using store::Connection;

constexpr std::size_t reason_characters_max = 300;
constexpr std::size_t previewed_max = 200;

bool is_issue_key(const std::string& text) {
    const auto dash = text.rfind('-');
    if (dash == std::string::npos || dash == 0 || text.size() > 100) return false;
    const auto number = parse_int(std::string_view{text}.substr(dash + 1));
    return number && *number > 0 && std::ranges::all_of(text.substr(0, dash), [](char character) {
               const bool letter = character >= 'A' && character <= 'Z';
               return letter || (character >= '0' && character <= '9') || character == '_';
           });
}

std::string upper(std::string text) {
    for (char& character : text)
        if (character >= 'a' && character <= 'z') character = static_cast<char>(character - 32);
    return text;
}

/// What the actions have in common.
struct Actions {
    store::Database& database;
    Clock& clock;
    ApiBells bells;

    void woke() const {
        if (bells.work != nullptr) bells.work->ring();
    }

    /// 202 and the task.
    [[nodiscard]] http::Response
    ask(store::TaskKind kind, const json::object& input, const ApiCall& call) const {
        const store::Task task = store::write(database, [&](Connection& connection) {
            const store::Task wanted{
                .kind = kind,
                .input = json::write(input),
                .asked_by = call.identity.who,
                .repeat = unguessable_hex_64()};
            const std::int64_t id = store::add_task(connection, wanted, clock.now());
            return *store::find_task(connection, id);
        });
        if (bells.task) bells.task();
        return json_answer(202, ops::task_json(task, true));
    }
};

using Shared = std::shared_ptr<const Actions>;

http::Response look(const Actions& actions, const ApiCall& call) {
    const Subject subject = call.subject();
    const bool known = store::write(actions.database, [&](Connection& connection) {
        if (!store::find_subject(connection, subject) && !store::find_link(connection, subject))
            return false;
        store::look_now(connection, subject, call.identity.who, actions.clock.now());
        return true;
    });
    if (!known) throw Refused{404, "nobody ever heard of it: neither a hint nor a link has it"};
    actions.woke();
    return json_answer(
        202,
        json::object{{"key", key_of(subject)}, {"will", "be looked at as soon as a worker is free"}}
    );
}

http::Response preview(const Actions& actions, const ApiCall& call) {
    const store::AttentionChoice choice = call.attention_choice();
    json::array subjects;
    const auto meant = store::read(actions.database, [&](Connection& connection) {
        return ops::subjects_of(connection, choice, previewed_max);
    });
    for (const Subject& subject : meant)
        subjects.push_back(json::value(key_of(subject)));
    return actions.ask(store::TaskKind::preview, {{"subjects", std::move(subjects)}}, call);
}

http::Response retry(const Actions& actions, const ApiCall& call) {
    const auto woken = ops::retry(
        actions.database, call.attention_choice(), call.identity.who, actions.clock.now()
    );
    if (woken > 0) actions.woke();
    return json_answer(200, json::object{{"woken", woken}});
}

http::Response link(const Actions& actions, const ApiCall& call) {
    const std::int64_t id = call.id(1);
    const std::string issue = upper(trim(json::text_or_empty(json::at(call.body(), "issue"))));
    if (!is_issue_key(issue)) throw Refused{400, "issue must be an issue's key, like EOSC-7"};
    const bool open = store::read(actions.database, [&](Connection& connection) {
        return store::find_attention(connection, id).has_value();
    });
    if (!open) throw Refused{404, "this is no open entry"};
    return actions.ask(store::TaskKind::link, {{"attention", id}, {"issue", issue}}, call);
}

http::Response dismissed(
    const Actions& actions,
    const ApiCall& call,
    const store::AttentionChoice& choice,
    const std::string& reason
) {
    const auto count = ops::dismiss(
        actions.database, choice, {.who = call.identity.who, .reason = reason}, actions.clock.now()
    );
    return json_answer(200, json::object{{"dismissed", count}});
}

std::string reason_of(const ApiCall& call) {
    return persons_text(call.body(), "reason", reason_characters_max);
}

http::Response dismiss_one(const Actions& actions, const ApiCall& call) {
    const std::int64_t id = call.id(1);
    const std::string reason = reason_of(call);
    const bool open = store::read(actions.database, [&](Connection& connection) {
        return store::find_attention(connection, id).has_value();
    });
    if (!open) throw Refused{404, "this is no open entry"};
    return dismissed(actions, call, {.ids = {id}}, reason);
}

http::Response dismiss_many(const Actions& actions, const ApiCall& call) {
    return dismissed(actions, call, call.attention_choice(), reason_of(call));
}

http::Response sweep(const Actions& actions, const ApiCall&) {
    const json::object answer = store::write(actions.database, [&](Connection& connection) {
        const bool started = ops::start_sweep(connection, actions.clock.now());
        return json::object{
            {"started", started}, {"sweep", ops::sweep_json(*store::last_sweep(connection))}};
    });
    if (actions.bells.sweep) actions.bells.sweep();
    return json_answer(202, answer);
}

http::Response dry_sweep(const Actions& actions, const ApiCall& call) {
    const json::value body = call.body();
    const json::value& project = json::at(body, "project");
    const auto number = json::integer(project);
    if (!project.is_null() && (!number || *number <= 0))
        throw Refused{400, "project must be a project's number, or null for all"};
    return actions.ask(
        store::TaskKind::dry_sweep,
        {{"project", number ? json::value(*number) : json::value(nullptr)}},
        call
    );
}

http::Response check(const Actions& actions, const ApiCall& call) {
    return actions.ask(store::TaskKind::check, {}, call);
}

http::Response told(LogLevel level) {
    return json_answer(200, json::object{{"level", to_text(level)}});
}

http::Response set_log_level(const Log& log, const ApiCall& call) {
    const std::string wanted = json::text_or_empty(json::at(call.body(), "level"));
    const auto level = parse_log_level(wanted);
    if (!level) throw Refused{400, "level must be one of: debug, info, warning, error, critical"};
    log.set_level(*level);
    log.info("log level set", {{"level", to_text(*level)}, {"by", call.identity.who}});
    return told(*level);
}

}  // namespace

void add_log_level(std::vector<ApiRoute>& routes, const Log& log) {
    routes.push_back(
        {.method = "GET",
         .path = "log-level",
         .role = Role::operating,
         .answer = [log](const ApiCall&) { return told(log.level()); }}
    );
    routes.push_back(
        {.method = "PUT",
         .path = "log-level",
         .role = Role::operating,
         .answer = [log](const ApiCall& call) { return set_log_level(log, call); }}
    );
}

void add_actions(
    std::vector<ApiRoute>& routes,
    store::Database& database,
    Clock& clock,
    ApiBells bells
) {
    // Shared by all routes, which live as long as the API.
    const Shared actions =
        std::make_shared<const Actions>(Actions{database, clock, std::move(bells)});
    const auto add = [&](std::string_view path,
                         http::Response (*act)(const Actions&, const ApiCall&)) {
        routes.push_back(
            {.method = "POST",
             .path = path,
             .role = Role::operating,
             .answer = [actions, act](const ApiCall& call) { return act(*actions, call); }}
        );
    };
    add("subjects/project/*/look", look);
    add("subjects/order/*/*/look", look);
    add("attention/preview", preview);
    add("attention/retry", retry);
    add("attention/dismiss", dismiss_many);
    add("attention/*/link", link);
    add("attention/*/dismiss", dismiss_one);
    add("sweeps", sweep);
    add("sweeps/dry-run", dry_sweep);
    add("check", check);
}

}  // namespace oms::web
