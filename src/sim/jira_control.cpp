#include "sim/jira_control.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_changes.hpp"
#include "sim/jira_json.hpp"
#include "sim/jira_settings.hpp"
#include "sim/jira_site.hpp"
#include "sim/jira_state.hpp"

namespace oms::sim {
namespace {

/// One request of a person: who, what they look at, what they give.
struct Act {
    JiraControl control;
    const JiraUser* user = nullptr;
    JiraIssue* issue = nullptr;
    std::vector<std::string> path = {};
    json::value body = {};

    [[nodiscard]] std::string text(std::string_view name) const {
        return json::text_or_empty(json::at(body, name));
    }
    [[nodiscard]] JiraModel& model() const { return control.model; }
};

using ActHandler = http::Response (*)(Act& act);

http::Response done(const JiraDone& outcome) {
    return outcome ? jira_answer(200, json::object{{"done", true}}) : jira_error(outcome.error());
}

/// How the act wants it restricted: by `role` or `group`, "" for nobody; else as it was.
std::optional<JiraVisibility>
visibility_wanted(const Act& act, const std::optional<JiraVisibility>& before) {
    for (const char* type : {"role", "group"}) {
        const auto name = json::text(json::at(act.body, type));
        if (name && name->empty()) return std::nullopt;
        if (name) return JiraVisibility{.type = type, .value = *name};
    }
    return before;
}

/// What the API would be given for a comment of a person.
json::value comment_body(
    const Act& act,
    const json::value& text,
    const std::optional<JiraVisibility>& visibility
) {
    json::object body{{"body", text}};
    if (visibility) {
        body["visibility"] = json::object{{"type", visibility->type}, {"value", visibility->value}};
    }
    if (json::boolean(json::at(act.body, "internal")).value_or(false)) {
        body["properties"] = json::array{json::object{
            {"key", "sd.public.comment"}, {"value", json::object{{"internal", true}}}}};
    }
    return body;
}

/// What was typed: markup, or a document where the site has an editor for them.
json::value typed(const Act& act, const json::value& otherwise) {
    const json::value& document = json::at(act.body, "document");
    if (!document.is_null()) return document;
    const auto text = json::text(json::at(act.body, "body"));
    return text ? json::value(*text) : otherwise;
}

/// A person's comment in the API that takes such a body.
template <class Write>
auto written(Act& act, const json::value& text, const Write& write) {
    act.model().api = text.is_object() && act.model().profile.documents ? 3 : 2;
    auto outcome = write();
    act.model().api = 2;
    return outcome;
}

http::Response comment(Act& act) {
    const json::value text = typed(act, json::value(""));
    const auto added = written(act, text, [&] {
        return add_comment(
            act.model(), *act.user, *act.issue, comment_body(act, text, visibility_wanted(act, {}))
        );
    });
    if (!added) return jira_error(added.error());
    return jira_answer(201, json::object{{"id", fmt::format("{}", (*added)->id)}});
}

/// What is not given stays: people see the old text and the old restriction when they edit.
http::Response change_comment(Act& act) {
    JiraComment* found = JiraStore::comment(*act.issue, act.path[1]);
    if (found == nullptr) return jira_error(404, "The issue has no such comment.");
    const json::value before =
        found->document.is_null() ? json::value(found->body) : found->document;
    const json::value text = typed(act, before);
    const json::value body = comment_body(act, text, visibility_wanted(act, found->visibility));
    return done(written(act, text, [&] {
        return edit_comment(act.model(), *act.user, *act.issue, *found, body);
    }));
}

http::Response drop_comment(Act& act) {
    const JiraComment* found = JiraStore::comment(*act.issue, act.path[1]);
    if (found == nullptr) return jira_error(404, "The issue has no such comment.");
    delete_comment(act.model(), *act.user, *act.issue, *found);
    return done(std::monostate{});
}

http::Response transition(Act& act) {
    if (const std::string id = act.text("transition"); !id.empty()) {
        const json::value body = json::object{{"transition", json::object{{"id", id}}}};
        return done(transition_issue(act.model(), *act.user, *act.issue, body));
    }
    auto moved = go_to(act.model(), *act.user, *act.issue, act.text("status"));
    const std::string words = act.text("comment");
    if (!moved || words.empty()) return done(moved);
    act.body.as_object()["body"] = words;
    return comment(act);
}

http::Response set_voucher(Act& act) {
    const JiraSite& site = act.model().site;
    const JiraField* field = site.field_on(site.types.at(act.issue->row.type), "CP-VoucherID");
    if (field == nullptr) return jira_error(404, "The issue has no field CP-VoucherID.");
    const json::value body =
        json::object{{"fields", json::object{{field->id, act.text("voucher")}}}};
    return done(edit_issue(act.model(), *act.user, *act.issue, body));
}

http::Response edit(Act& act) {
    return done(edit_issue(act.model(), *act.user, *act.issue, act.body));
}

http::Response move(Act& act) {
    const std::string project = act.text("project");
    if (project.empty()) return jira_error(400, "Give the key of the project to move it to.");
    move_issue(act.model(), *act.user, *act.issue, project);
    return jira_answer(200, json::object{{"key", act.issue->row.key}});
}

http::Response remove(Act& act) {
    delete_issue(act.model(), *act.user, *act.issue);
    return done(std::monostate{});
}

http::Response read(Act& act) { return jira_answer(200, issue_state(act.model(), *act.issue)); }

http::Response create(Act& act) {
    const auto created = create_issue(act.model(), *act.user, act.body);
    if (!created) return jira_error(created.error());
    const JiraRow& row = (*created)->row;
    return jira_answer(201, json::object{{"id", fmt::format("{}", row.id)}, {"key", row.key}});
}

http::Response state(Act& act) {
    json::array issues;
    for (const auto& [id, issue] : act.model().store.issues())
        issues.push_back(issue_state(act.model(), issue));
    return jira_answer(
        200,
        json::object{
            {"settings", settings_json(act.control)},
            {"site", site_state(act.model())},
            {"faults", faults_state(act.control.faults)},
            {"webhooks", webhooks_state(act.model())},
            {"deliveries", act.model().outbox.count()},
            {"mentions", mentions_state(act.model())},
            {"issues", std::move(issues)}}
    );
}

http::Response rename_status(Act& act) {
    for (JiraStatus& status : act.model().site.statuses) {
        if (status.id != act.path[0]) continue;
        status.name = act.text("name");
        return done(std::monostate{});
    }
    return jira_error(404, fmt::format("There is no status {}.", in_quotes(act.path[0])));
}

http::Response show_profile(Act& act) {
    const json::array names = [] {
        const auto all = jira_profile_names();
        return json::array(all.begin(), all.end());
    }();
    return jira_answer(
        200,
        json::object{
            {"name", act.model().profile.name},
            {"issue_variable", hook_variable(act.model().profile, "issue.id")},
            {"profiles", names}}
    );
}

http::Response change_profile(Act& act) {
    auto profile = jira_profile(act.text("name"));
    if (!profile) return jira_error(400, profile.error().says);
    become(act.model(), std::move(*profile));
    return show_profile(act);
}

http::Response list_faults(Act& act) { return jira_answer(200, faults_state(act.control.faults)); }

http::Response add_fault(Act& act) {
    auto fault = read_fault(act.body);
    if (!fault) return jira_error(400, fault.error().says);
    act.control.faults.add(std::move(*fault));
    return jira_answer(201, faults_state(act.control.faults));
}

http::Response clear_faults(Act& act) {
    act.control.faults.clear();
    return done(std::monostate{});
}

http::Response settings(Act& act) {
    const std::string wrong = change_settings(act.control, act.body);
    if (!wrong.empty()) return jira_error(400, wrong);
    return jira_answer(200, settings_json(act.control));
}

http::Response list_webhooks(Act& act) { return jira_answer(200, webhooks_state(act.model())); }

http::Response add_webhook(Act& act) {
    JiraWebhook webhook{
        .name = json::text(json::at(act.body, "name")).value_or("sim"),
        .url = act.text("url"),
        .jql = act.text("jql"),
        .exclude_body = json::boolean(json::at(act.body, "exclude_body")).value_or(false),
        .enabled = json::boolean(json::at(act.body, "enabled")).value_or(true),
        .secret = act.text("secret")};
    for (const json::value& event : json::elements(json::at(act.body, "events")))
        webhook.events.insert(json::text_or_empty(event));
    if (webhook.events.empty()) webhook.events = all_events();
    webhook.id = ++act.model().last_webhook;
    const json::object shape = webhook_state(webhook);
    act.model().webhooks[webhook.id] = std::move(webhook);
    return jira_answer(201, shape);
}

http::Response drop_webhook(Act& act) {
    act.model().webhooks.erase(parse_int(act.path[0]).value_or(0));
    return done(std::monostate{});
}

http::Response reindex(Act& act) {
    act.model().index.rebuild(act.model().store, act.model().now());
    return done(std::monostate{});
}

struct ActRoute {
    std::string_view method;
    std::string_view path;  ///< `issues/*` means an issue that must exist
    ActHandler handler;
};

const std::vector<ActRoute>& routes() {
    static const std::vector<ActRoute> all{
        {"GET", "state", state},
        {"POST", "issues", create},
        {"GET", "issues/*", read},
        {"POST", "issues/*/edit", edit},
        {"POST", "issues/*/comments", comment},
        {"POST", "issues/*/comments/*", change_comment},
        {"POST", "issues/*/comments/*/delete", drop_comment},
        {"POST", "issues/*/transition", transition},
        {"POST", "issues/*/voucher", set_voucher},
        {"POST", "issues/*/move", move},
        {"POST", "issues/*/delete", remove},
        {"POST", "statuses/*", rename_status},
        {"GET", "profile", show_profile},
        {"POST", "profile", change_profile},
        {"PUT", "profile", change_profile},
        {"GET", "faults", list_faults},
        {"POST", "faults", add_fault},
        {"POST", "faults/clear", clear_faults},
        {"POST", "settings", settings},
        {"GET", "webhooks", list_webhooks},
        {"POST", "webhooks", add_webhook},
        {"POST", "webhooks/*/delete", drop_webhook},
        {"POST", "reindex", reindex},
    };
    return all;
}

}  // namespace

std::set<std::string> all_events() {
    return {
        "jira:issue_created",
        "jira:issue_updated",
        "jira:issue_deleted",
        "comment_created",
        "comment_updated",
        "comment_deleted"};
}

http::Response
answer_control(JiraControl control, const http::Request& request, std::string_view path) {
    Act act{.control = control};
    if (!request.body.empty()) {
        auto body = json::parse(request.body);
        if (!body || !body->is_object()) return jira_error(400, "The body is no JSON object.");
        act.body = std::move(*body);
    } else {
        act.body = json::object{};
    }
    const std::string user = json::text(json::at(act.body, "user")).value_or("anna");
    act.user = control.model.site.user(user);
    if (act.user == nullptr)
        return jira_error(400, fmt::format("There is no user {}.", in_quotes(user)));
    for (const ActRoute& route : routes()) {
        act.path.clear();
        if (route.method != request.method || !path_fits(route.path, path, act.path)) continue;
        if (route.path.rfind("issues/*", 0) == 0) {
            act.issue = control.model.store.find(act.path[0]);
            if (act.issue == nullptr) return no_issue(control.model);
        }
        return route.handler(act);
    }
    return jira_error(404, "The simulator's control surface has nothing there.");
}

JiraDone
go_to(JiraModel& model, const JiraUser& actor, JiraIssue& issue, const std::string& status) {
    const auto statuses = model.site.statuses_of(issue.row.project);
    const auto wanted = std::ranges::find_if(statuses, [&](const JiraStatus* one) {
        return one->id == status || lower(one->name) == lower(status);
    });
    if (wanted == statuses.end())
        return refused(400, fmt::format("There is no status {}.", in_quotes(status)));
    for (const JiraTransition* transition : transitions_of(model, &actor, issue.row)) {
        if (transition->to != (*wanted)->id) continue;
        const json::value body = json::object{{"transition", json::object{{"id", transition->id}}}};
        return transition_issue(model, actor, issue, body);
    }
    return set_status(model, actor, issue, (*wanted)->id);
}

}  // namespace oms::sim
