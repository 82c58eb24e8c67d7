#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_api.hpp"
#include "sim/jira_changes.hpp"
#include "sim/jira_json.hpp"

/// Issues: create, read, edit, delete, transitions, properties, epics.
namespace oms::sim {
namespace {

std::string issue_self(const JiraModel& model, const JiraIssue& issue) {
    return fmt::format("{}/issue/{}", model.api_url(), issue.row.id);
}

json::array transitions_json(
    const JiraModel& model,
    const JiraCall& call,
    const JiraIssue& issue,
    bool fields
) {
    json::array list;
    const std::string only = call.parameter("transitionId");
    for (const JiraTransition* transition : transitions_of(model, call.viewer, issue.row)) {
        if (!only.empty() && transition->id != only) continue;
        list.push_back(transition_json(model, *transition, issue.row, fields));
    }
    return list;
}

http::Response create(JiraModel& model, const JiraCall& call) {
    if (call.viewer == nullptr)
        return jira_error(401, "You do not have the permission to create issues in this project.");
    const auto created = create_issue(model, *call.viewer, call.body);
    if (!created) return jira_error(created.error());
    const JiraIssue& issue = **created;
    return jira_answer(
        201,
        json::object{
            {"id", fmt::format("{}", issue.row.id)},
            {"key", issue.row.key},
            {"self", issue_self(model, issue)}}
    );
}

http::Response read(JiraModel& model, const JiraCall& call) {
    const JiraIssue* issue = visible_issue(model, call, call.path[0]);
    if (issue == nullptr) return no_issue(model);
    const std::string fields = call.parameter("fields");
    const JiraFieldChoice choice{fields.empty() ? std::vector<std::string>{} : split(fields, ',')};
    json::object shape =
        issue_json(model, issue->row, issue->comments, {.viewer = call.viewer, .fields = choice});
    if (call.lists("expand", "transitions") || call.lists("expand", "transitions.fields")) {
        shape["transitions"] =
            transitions_json(model, call, *issue, call.lists("expand", "transitions.fields"));
    }
    if (const std::string wanted = call.parameter("properties"); !wanted.empty()) {
        json::object properties;
        for (const auto& [key, value] : issue->properties) {
            if (call.lists("properties", key) || call.lists("properties", "*all"))
                properties[key] = value;
        }
        shape["properties"] = std::move(properties);
    }
    return jira_answer(200, shape);
}

http::Response edit(JiraModel& model, const JiraCall& call) {
    JiraIssue* issue = visible_issue(model, call, call.path[0]);
    if (issue == nullptr) return no_issue(model);
    const bool silent = call.parameter("notifyUsers") == "false";
    if (silent && !call.viewer->administrator && !call.viewer->roles.contains("Administrators")) {
        return jira_error(
            403,
            "To discard the user notification either admin or project admin permissions are "
            "required."
        );
    }
    const auto edited = edit_issue(model, *call.viewer, *issue, call.body);
    return edited ? jira_no_content() : jira_error(edited.error());
}

http::Response remove(JiraModel& model, const JiraCall& call) {
    JiraIssue* issue = visible_issue(model, call, call.path[0]);
    if (issue == nullptr) return no_issue(model);
    if (!may(call.viewer, "DELETE_ISSUES"))
        return jira_error(403, "You do not have permission to delete issues in this project.");
    delete_issue(model, *call.viewer, *issue);
    return jira_no_content();
}

http::Response list_transitions(JiraModel& model, const JiraCall& call) {
    const JiraIssue* issue = visible_issue(model, call, call.path[0]);
    if (issue == nullptr) return no_issue(model);
    const bool fields = call.lists("expand", "transitions.fields");
    return jira_answer(
        200,
        json::object{
            {"expand", "transitions"},
            {"transitions", transitions_json(model, call, *issue, fields)}}
    );
}

http::Response do_transition(JiraModel& model, const JiraCall& call) {
    JiraIssue* issue = visible_issue(model, call, call.path[0]);
    if (issue == nullptr) return no_issue(model);
    const auto moved = transition_issue(model, *call.viewer, *issue, call.body);
    return moved ? jira_no_content() : jira_error(moved.error());
}

http::Response edit_meta(JiraModel& model, const JiraCall& call) {
    const JiraIssue* issue = visible_issue(model, call, call.path[0]);
    if (issue == nullptr) return no_issue(model);
    json::object fields;
    const JiraIssueType& type = model.site.types.at(issue->row.type);
    const std::set<std::string> screen = type.edit_screen();
    for (const JiraField& field : model.site.fields) {
        const bool shown = may(call.viewer, "EDIT_ISSUES") && screen.contains(field.id);
        if (shown) fields[field.id] = field_meta_json(model, type, field);
    }
    return jira_answer(200, json::object{{"fields", std::move(fields)}});
}

http::Response list_properties(JiraModel& model, const JiraCall& call) {
    const JiraIssue* issue = visible_issue(model, call, call.path[0]);
    if (issue == nullptr) return no_issue(model);
    return jira_answer(200, property_keys(issue->properties, issue_self(model, *issue)));
}

http::Response one_property(JiraModel& model, const JiraCall& call) {
    JiraIssue* issue = visible_issue(model, call, call.path[0]);
    if (issue == nullptr) return no_issue(model);
    if (call.method != "GET" && !may(call.viewer, "EDIT_ISSUES"))
        return jira_error(403, "You do not have permission to edit this issue.");
    return answer_properties(issue->properties, call, 1);
}

JiraIssue* visible_epic(JiraModel& model, const JiraCall& call) {
    JiraIssue* epic = visible_issue(model, call, call.path[0]);
    const bool is_epic = epic != nullptr && model.site.types.at(epic->row.type).epic;
    // The agile resources do not know the epics of team-managed projects.
    return is_epic && !model.site.project(epic->row.project)->team_managed ? epic : nullptr;
}

http::Response read_epic(JiraModel& model, const JiraCall& call) {
    const JiraIssue* epic = visible_epic(model, call);
    if (epic == nullptr) return jira_error(404, "The requested epic does not exist.");
    const JiraField* name = model.site.field_of(JiraFieldKind::epic_name);
    const auto text = [&](const std::string& field) {
        const auto found = epic->row.fields.find(field);
        return found == epic->row.fields.end() ? std::string{} : found->second;
    };
    return jira_answer(
        200,
        json::object{
            {"id", epic->row.id},
            {"self",
             fmt::format("{}/rest/agile/1.0/epic/{}", model.settings.base_url, epic->row.id)},
            {"key", epic->row.key},
            {"name", name == nullptr ? "" : text(name->id)},
            {"summary", text("summary")},
            {"done", false}}
    );
}

http::Response put_into_epic(JiraModel& model, const JiraCall& call) {
    const JiraIssue* epic = visible_epic(model, call);
    if (epic == nullptr) return jira_error(404, "The requested epic does not exist.");
    const json::array& keys = json::elements(json::at(call.body, "issues"));
    if (keys.empty() || keys.size() > 50)
        return jira_error(400, "Give between 1 and 50 issues to be moved.");
    std::vector<JiraIssue*> issues;
    for (const json::value& key : keys) {
        issues.push_back(visible_issue(model, call, json::text_or_empty(key)));
        if (issues.back() == nullptr) return no_issue(model);
    }
    const JiraField* link = model.site.field_of(JiraFieldKind::epic_link);
    const json::object parent{{"parent", {{"id", fmt::format("{}", epic->row.id)}}}};
    const json::object linked{{link == nullptr ? "" : link->id, epic->row.key}};
    const json::value body = json::object{{"fields", link == nullptr ? parent : linked}};
    for (JiraIssue* issue : issues) {
        if (auto edited = edit_issue(model, *call.viewer, *issue, body); !edited)
            return jira_error(edited.error());
    }
    return jira_no_content();
}

}  // namespace

const std::vector<JiraRoute>& issue_routes() {
    static const std::vector<JiraRoute> routes{
        {"POST", "api/2/issue", create},
        {"GET", "api/2/issue/*", read},
        {"PUT", "api/2/issue/*", edit},
        {"DELETE", "api/2/issue/*", remove},
        {"GET", "api/2/issue/*/transitions", list_transitions},
        {"POST", "api/2/issue/*/transitions", do_transition},
        {"GET", "api/2/issue/*/editmeta", edit_meta},
        {"GET", "api/2/issue/*/properties", list_properties},
        {"GET", "api/2/issue/*/properties/*", one_property},
        {"PUT", "api/2/issue/*/properties/*", one_property},
        {"DELETE", "api/2/issue/*/properties/*", one_property},
        {"GET", "agile/1.0/epic/*", read_epic},
        {"POST", "agile/1.0/epic/*/issue", put_into_epic},
    };
    return routes;
}

}  // namespace oms::sim
