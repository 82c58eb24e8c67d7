#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_api.hpp"
#include "sim/jira_json.hpp"

/// What a client learns about the site: itself, fields, types, statuses, screens, permissions.
namespace oms::sim {
namespace {

http::Response server_info(JiraModel& model, const JiraCall& call) {
    const auto& version = model.profile.version;
    std::vector<std::string> numbers;
    numbers.reserve(version.size());
    for (const int number : version)
        numbers.push_back(fmt::format("{}", number));
    return jira_answer(
        200,
        json::object{
            {"baseUrl", model.settings.base_url + model.settings.context_path},
            {"version", join(numbers, ".") + model.profile.version_ends},
            {"versionNumbers", json::array(version.begin(), version.end())},
            {"deploymentType", model.profile.deployment_type},
            {"buildNumber", model.profile.build},
            {"serverTime", jira_time(model.now(), call.viewer)},
            {"serverTitle", "Jira"}}
    );
}

http::Response myself(JiraModel& model, const JiraCall& call) {
    if (call.viewer == nullptr)
        return jira_error(
            401, "You are not authenticated. Authentication required to perform this operation."
        );
    json::object shape = user_json(model, call.viewer->name, call.viewer);
    // One's own address is never hidden.
    shape["emailAddress"] = call.viewer->email;
    shape["locale"] = "en_US";
    return jira_answer(200, shape);
}

http::Response fields(JiraModel& model, const JiraCall&) {
    json::array list;
    const auto system = [&](std::string_view id, std::string_view name) {
        json::object shape{{"id", id}};
        if (model.profile.field_keys) shape["key"] = id;
        shape.insert(
            {{"name", name},
             {"custom", false},
             {"orderable", false},
             {"navigable", true},
             {"searchable", true},
             {"clauseNames", json::array{id}},
             {"schema", {{"type", id}, {"system", id}}}}
        );
        list.push_back(std::move(shape));
    };
    system("issuetype", "Issue Type");
    system("project", "Project");
    system("status", "Status");
    system("reporter", "Reporter");
    system("created", "Created");
    system("updated", "Updated");
    system("comment", "Comment");
    for (const JiraField& field : model.site.fields)
        list.push_back(field_json(model, field));
    return jira_answer(200, list);
}

http::Response statuses(JiraModel& model, const JiraCall&) {
    json::array list;
    for (const JiraStatus& status : model.site.statuses) {
        list.push_back(status_json(model, status));
        add_scope(model, status.scope, list.back().as_object());
    }
    return jira_answer(200, list);
}

http::Response one_status(JiraModel& model, const JiraCall& call) {
    for (const JiraStatus& status : model.site.statuses) {
        if (status.id == call.path[0] || lower(status.name) == lower(call.path[0]))
            return jira_answer(200, status_json(model, status));
    }
    return jira_error(404, fmt::format("The status with id '{}' does not exist", call.path[0]));
}

http::Response types(JiraModel& model, const JiraCall&) {
    json::array list;
    for (const auto& [id, type] : model.site.types)
        list.push_back(listed_type_json(model, type));
    return jira_answer(200, list);
}

http::Response one_type(JiraModel& model, const JiraCall& call) {
    const auto found = model.site.types.find(call.path[0]);
    if (found == model.site.types.end()) {
        return jira_error(
            404, fmt::format("The issue type with id '{}' does not exist", call.path[0])
        );
    }
    return jira_answer(200, listed_type_json(model, found->second));
}

json::array project_types(const JiraModel& model, const std::string& project) {
    json::array list;
    for (const JiraIssueType* type : model.site.types_of(project))
        list.push_back(listed_type_json(model, *type));
    return list;
}

/// A project where it stands by itself or in a list of projects.
json::object styled_project_json(const JiraModel& model, const JiraProject& project) {
    json::object shape = project_json(model, project);
    if (!model.profile.project_styles) return shape;
    shape["style"] = project.team_managed ? "next-gen" : "classic";
    shape["isPrivate"] = false;
    return shape;
}

http::Response projects(JiraModel& model, const JiraCall& call) {
    json::array list;
    for (const auto& [key, project] : model.site.projects) {
        if (may(call.viewer, "BROWSE_PROJECTS"))
            list.push_back(styled_project_json(model, project));
    }
    return jira_answer(200, list);
}

http::Response one_project(JiraModel& model, const JiraCall& call) {
    const JiraProject* project = visible_project(model, call, call.path[0]);
    if (project == nullptr) return no_project(call.path[0]);
    json::object shape = styled_project_json(model, *project);
    shape["issueTypes"] = project_types(model, project->key);
    json::object roles;
    for (std::size_t i = 0; i < model.site.roles.size(); ++i) {
        roles[model.site.roles[i]] =
            fmt::format("{}/project/{}/role/{}", model.api_url(), project->id, 10'000 + i);
    }
    shape["roles"] = std::move(roles);
    return jira_answer(200, shape);
}

http::Response project_statuses(JiraModel& model, const JiraCall& call) {
    if (visible_project(model, call, call.path[0]) == nullptr) return no_project(call.path[0]);
    json::array list;
    for (const JiraIssueType* type : model.site.types_of(call.path[0])) {
        json::object shape = type_json(model, *type);
        json::array all;
        for (const JiraStatus* status : model.site.statuses_of(call.path[0])) {
            if (!status->elsewhere) all.push_back(status_json(model, *status));
        }
        shape["statuses"] = std::move(all);
        list.push_back(std::move(shape));
    }
    return jira_answer(200, list);
}

constexpr std::array<std::string_view, 11> permission_keys{
    "BROWSE_PROJECTS",
    "CREATE_ISSUES",
    "EDIT_ISSUES",
    "TRANSITION_ISSUES",
    "ADD_COMMENTS",
    "EDIT_OWN_COMMENTS",
    "EDIT_ALL_COMMENTS",
    "DELETE_OWN_COMMENTS",
    "DELETE_ISSUES",
    "LINK_ISSUES",
    "ADMINISTER"};

bool has_permission(const JiraUser* viewer, const std::string& key) {
    if (!may(viewer, key)) return false;
    if (key == "EDIT_ALL_COMMENTS") return viewer->roles.contains("Staff");
    return key != "ADMINISTER" || viewer->administrator;
}

/// What is wrong with the permissions that were asked for; "" where nothing is.
std::string fault_of_permissions(const JiraCall& call) {
    const std::vector<std::string> asked = words_in(call.parameter("permissions"));
    if (asked.empty()) return "The 'permissions' query parameter is required.";
    for (const std::string& key : asked) {
        if (std::ranges::find(permission_keys, trim(key)) == permission_keys.end())
            return fmt::format("Unrecognized permission: {}", in_quotes(key));
    }
    return "";
}

http::Response my_permissions(JiraModel& model, const JiraCall& call) {
    const bool some = model.profile.permissions_are_asked_for;
    const std::string fault = some ? fault_of_permissions(call) : "";
    if (!fault.empty()) return jira_error(400, fault);
    const std::string project = call.parameter("projectKey");
    if (!project.empty() && visible_project(model, call, project) == nullptr)
        return no_project(project);
    json::object permissions;
    for (std::size_t i = 0; i < permission_keys.size(); ++i) {
        const std::string key{permission_keys.at(i)};
        if (some && !call.lists("permissions", key)) continue;
        permissions[key] = json::object{
            {"id", fmt::format("{}", 10 + i)},
            {"key", key},
            {"name", key},
            {"type", key == "ADMINISTER" ? "GLOBAL" : "PROJECT"},
            {"description", ""},
            {"havePermission", has_permission(call.viewer, key)}};
    }
    return jira_answer(200, json::object{{"permissions", std::move(permissions)}});
}

http::Response index_summary(JiraModel& model, const JiraCall& call) {
    if (!is_administrator(call))
        return jira_error(403, "You are not authorized to view the index summary.");
    return jira_answer(
        200,
        json::object{
            {"nodeId", "node1"},
            {"reportTime", jira_time(model.now(), call.viewer)},
            {"issueIndex",
             {{"indexReadable", true},
              {"countInDatabase", model.store.issues().size()},
              {"countInIndex", model.index.size()}}},
            {"replicationQueues", json::object{}}}
    );
}

}  // namespace

const std::vector<JiraRoute>& site_routes() {
    static const std::vector<JiraRoute> routes{
        {"GET", "api/2/serverInfo", server_info},
        {"GET", "api/2/myself", myself},
        {"GET", "api/2/field", fields},
        {"GET", "api/2/status", statuses},
        {"GET", "api/2/status/*", one_status},
        {"GET", "api/2/issuetype", types},
        {"GET", "api/2/issuetype/*", one_type},
        {"GET", "api/2/project", projects},
        {"GET", "api/2/project/*", one_project},
        {"GET", "api/2/project/*/statuses", project_statuses},
        {"GET", "api/2/mypermissions", my_permissions},
        {"GET",
         "api/2/index/summary",
         index_summary,
         [](const JiraProfile& profile) { return profile.index_summary; }},
    };
    return routes;
}

}  // namespace oms::sim
