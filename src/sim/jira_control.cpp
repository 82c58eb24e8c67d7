#include "sim/jira_control.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_changes.hpp"
#include "sim/jira_json.hpp"
#include "sim/jira_settings.hpp"
#include "sim/jira_site.hpp"

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
    const std::string& text,
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

http::Response comment(Act& act) {
    const auto added = add_comment(
        act.model(),
        *act.user,
        *act.issue,
        comment_body(act, act.text("body"), visibility_wanted(act, {}))
    );
    if (!added) return jira_error(added.error());
    return jira_answer(201, json::object{{"id", fmt::format("{}", (*added)->id)}});
}

/// What is not given stays: people see the old text and the old restriction when they edit.
http::Response change_comment(Act& act) {
    JiraComment* found = JiraStore::comment(*act.issue, act.path[1]);
    if (found == nullptr) return jira_error(404, "The issue has no such comment.");
    const json::value body = comment_body(
        act,
        json::text(json::at(act.body, "body")).value_or(found->body),
        visibility_wanted(act, found->visibility)
    );
    return done(edit_comment(act.model(), *act.user, *act.issue, *found, body));
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
    const JiraField* field = act.model().site.field_in_jql("CP-VoucherID");
    if (field == nullptr) return jira_error(404, "The site has no field CP-VoucherID.");
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

json::object webhook_state(const JiraWebhook& webhook) {
    return {
        {"id", webhook.id},
        {"name", webhook.name},
        {"url", webhook.url},
        {"events", json::array(webhook.events.begin(), webhook.events.end())},
        {"jql", webhook.jql},
        {"exclude_body", webhook.exclude_body}};
}

json::array webhooks_state(const JiraModel& model) {
    json::array list;
    for (const auto& [id, webhook] : model.webhooks)
        list.push_back(webhook_state(webhook));
    return list;
}

json::array faults_state(const Faults& faults) {
    json::array list;
    for (const Fault& fault : faults.all())
        list.push_back(fault_json(fault));
    return list;
}

json::object site_state(const JiraModel& model) {
    json::object statuses;
    for (const JiraStatus& status : model.site.statuses)
        statuses[status.id] = status.name;
    json::object fields;
    for (const JiraField& field : model.site.fields)
        fields[field.id] = field.name;
    json::object types;
    for (const auto& [id, type] : model.site.types)
        types[id] = type.name;
    json::array users;
    for (const auto& [name, user] : model.site.users) {
        users.push_back(json::object{
            {"name", name},
            {"display_name", user.display_name},
            {"roles", json::array(user.roles.begin(), user.roles.end())}});
    }
    // The variables of an adapter that is to work with this Jira.
    json::object environment;
    for (const auto& [name, value] : jira_environment(
             model.site,
             model.settings.project_key,
             model.settings.base_url,
             model.settings.context_path
         ))
        environment[name] = value;
    return {
        {"environment", std::move(environment)},
        {"statuses", std::move(statuses)},
        {"fields", std::move(fields)},
        {"types", std::move(types)},
        {"users", std::move(users)},
        {"roles", json::array(model.site.roles.begin(), model.site.roles.end())}};
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
        .exclude_body = json::boolean(json::at(act.body, "exclude_body")).value_or(false)};
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
            if (act.issue == nullptr) return no_issue();
        }
        return route.handler(act);
    }
    return jira_error(404, "The simulator's control surface has nothing there.");
}

json::object issue_state(const JiraModel& model, const JiraIssue& issue) {
    const JiraRow& row = issue.row;
    json::object fields;
    for (const auto& [id, text] : row.fields) {
        const JiraField* field = model.site.field(id);
        fields[field == nullptr ? id : field->name] = text;
    }
    json::array comments;
    for (const JiraComment& comment : issue.comments) {
        json::value visibility;
        if (comment.visibility) {
            visibility = json::object{
                {"type", comment.visibility->type}, {"value", comment.visibility->value}};
        }
        json::object properties;
        for (const auto& [key, value] : comment.properties)
            properties[key] = value;
        comments.push_back(json::object{
            {"id", fmt::format("{}", comment.id)},
            {"author", comment.author},
            {"body", comment.body},
            {"visibility", std::move(visibility)},
            {"properties", std::move(properties)},
            {"created", to_rfc3339(comment.created, 3)},
            {"updated", to_rfc3339(comment.updated, 3)}});
    }
    json::object properties;
    for (const auto& [key, value] : issue.properties)
        properties[key] = value;
    const JiraIssue* epic = row.epic == 0 ? nullptr : model.store.find(row.epic);
    return {
        {"id", fmt::format("{}", row.id)},
        {"key", row.key},
        {"project", row.project},
        {"type", row.type},
        {"type_name", model.site.types.at(row.type).name},
        {"epic", model.site.types.at(row.type).epic},
        {"status", row.status},
        {"status_name", model.site.status(row.status)->name},
        {"reporter", row.reporter},
        {"labels", json::array(row.labels.begin(), row.labels.end())},
        {"fields", std::move(fields)},
        {"epic_link", epic == nullptr ? "" : epic->row.key},
        {"properties", std::move(properties)},
        {"comments", std::move(comments)},
        {"created", to_rfc3339(row.created, 3)},
        {"updated", to_rfc3339(row.updated, 3)}};
}

JiraDone
go_to(JiraModel& model, const JiraUser& actor, JiraIssue& issue, const std::string& status) {
    const auto& statuses = model.site.statuses;
    const auto wanted = std::ranges::find_if(statuses, [&](const JiraStatus& one) {
        return one.id == status || lower(one.name) == lower(status);
    });
    if (wanted == statuses.end())
        return refused(400, fmt::format("There is no status {}.", in_quotes(status)));
    for (const JiraTransition* transition : transitions_of(model, &actor, issue.row)) {
        if (transition->to != wanted->id) continue;
        const json::value body = json::object{{"transition", json::object{{"id", transition->id}}}};
        return transition_issue(model, actor, issue, body);
    }
    return set_status(model, actor, issue, wanted->id);
}

}  // namespace oms::sim
