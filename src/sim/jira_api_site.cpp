#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_api.hpp"
#include "sim/jira_json.hpp"

/// What a client learns about the site: itself, fields, types, statuses, screens, permissions; and
/// the administration of webhooks.
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
            {"version", join(numbers, ".")},
            {"versionNumbers", json::array(version.begin(), version.end())},
            {"deploymentType", model.profile.deployment_type},
            {"buildNumber", 912'000},
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
    const auto system = [&list](std::string_view id, std::string_view name) {
        list.push_back(json::object{
            {"id", id},
            {"name", name},
            {"custom", false},
            {"orderable", false},
            {"navigable", true},
            {"searchable", true},
            {"clauseNames", json::array{id}},
            {"schema", {{"type", id}, {"system", id}}}});
    };
    system("issuetype", "Issue Type");
    system("project", "Project");
    system("status", "Status");
    system("reporter", "Reporter");
    system("created", "Created");
    system("updated", "Updated");
    system("comment", "Comment");
    for (const JiraField& field : model.site.fields)
        list.push_back(field_json(field));
    return jira_answer(200, list);
}

http::Response statuses(JiraModel& model, const JiraCall&) {
    json::array list;
    for (const JiraStatus& status : model.site.statuses)
        list.push_back(status_json(model, status));
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
        list.push_back(type_json(model, type));
    return jira_answer(200, list);
}

http::Response one_type(JiraModel& model, const JiraCall& call) {
    const auto found = model.site.types.find(call.path[0]);
    if (found == model.site.types.end()) {
        return jira_error(
            404, fmt::format("The issue type with id '{}' does not exist", call.path[0])
        );
    }
    return jira_answer(200, type_json(model, found->second));
}

const JiraProject*
visible_project(const JiraModel& model, const JiraCall& call, const std::string& key) {
    if (!may(call.viewer, "BROWSE_PROJECTS")) return nullptr;
    return model.site.project(key);
}

http::Response no_project(const std::string& key) {
    return jira_error(404, fmt::format("No project could be found with key '{}'.", key));
}

json::array project_types(const JiraModel& model) {
    json::array list;
    for (const auto& [id, type] : model.site.types)
        list.push_back(type_json(model, type));
    return list;
}

http::Response projects(JiraModel& model, const JiraCall& call) {
    json::array list;
    for (const auto& [key, project] : model.site.projects) {
        if (may(call.viewer, "BROWSE_PROJECTS")) list.push_back(project_json(model, project));
    }
    return jira_answer(200, list);
}

http::Response one_project(JiraModel& model, const JiraCall& call) {
    const JiraProject* project = visible_project(model, call, call.path[0]);
    if (project == nullptr) return no_project(call.path[0]);
    json::object shape = project_json(model, *project);
    shape["issueTypes"] = project_types(model);
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
    for (const auto& [id, type] : model.site.types) {
        json::object shape = type_json(model, type);
        json::array all;
        for (const JiraStatus& status : model.site.statuses)
            all.push_back(status_json(model, status));
        shape["statuses"] = std::move(all);
        list.push_back(std::move(shape));
    }
    return jira_answer(200, list);
}

/// Create metadata came in pages with Jira 8.4, and in nothing else with 9.
http::Response page_of(const JiraCall& call, json::array all) {
    const auto start = std::max<std::int64_t>(0, parse_int(call.parameter("startAt")).value_or(0));
    const auto size =
        std::max<std::int64_t>(1, parse_int(call.parameter("maxResults")).value_or(50));
    json::array values;
    for (auto i = static_cast<std::size_t>(start); i < all.size(); ++i) {
        if (static_cast<std::int64_t>(values.size()) >= size) break;
        values.push_back(all[i]);
    }
    const bool last =
        start + static_cast<std::int64_t>(values.size()) >= static_cast<std::int64_t>(all.size());
    return jira_answer(
        200,
        json::object{
            {"maxResults", size},
            {"startAt", start},
            {"total", all.size()},
            {"isLast", last},
            {"values", std::move(values)}}
    );
}

http::Response create_types(JiraModel& model, const JiraCall& call) {
    const bool shown = visible_project(model, call, call.path[0]) != nullptr;
    if (!shown || !may(call.viewer, "CREATE_ISSUES")) return no_project(call.path[0]);
    return page_of(call, project_types(model));
}

http::Response create_fields(JiraModel& model, const JiraCall& call) {
    const bool shown = visible_project(model, call, call.path[0]) != nullptr;
    if (!shown || !may(call.viewer, "CREATE_ISSUES")) return no_project(call.path[0]);
    const auto found = model.site.types.find(call.path[1]);
    if (found == model.site.types.end())
        return jira_error(404, "Issue type is not available in the project.");
    json::array values;
    for (const auto& [id, name] : std::array<std::pair<std::string_view, std::string_view>, 2>{
             {{"project", "Project"}, {"issuetype", "Issue Type"}}}) {
        values.push_back(json::object{
            {"required", true},
            {"schema", {{"type", id}, {"system", id}}},
            {"name", name},
            {"fieldId", id},
            {"hasDefaultValue", false},
            {"operations", json::array{"set"}}});
    }
    for (const JiraField& field : model.site.fields) {
        if (found->second.screen.contains(field.id))
            values.push_back(field_meta_json(model, found->second, field));
    }
    return page_of(call, std::move(values));
}

http::Response my_permissions(JiraModel& model, const JiraCall& call) {
    static constexpr std::array<std::string_view, 11> keys{
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
    const std::string project = call.parameter("projectKey");
    if (!project.empty() && visible_project(model, call, project) == nullptr)
        return no_project(project);
    json::object permissions;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const std::string key{keys.at(i)};
        bool has = may(call.viewer, key);
        if (key == "EDIT_ALL_COMMENTS") has = has && call.viewer->roles.contains("Staff");
        if (key == "ADMINISTER") has = has && call.viewer->administrator;
        permissions[key] = json::object{
            {"id", fmt::format("{}", 10 + i)},
            {"key", key},
            {"name", key},
            {"type", key == "ADMINISTER" ? "GLOBAL" : "PROJECT"},
            {"description", ""},
            {"havePermission", has}};
    }
    return jira_answer(200, json::object{{"permissions", std::move(permissions)}});
}

bool is_administrator(const JiraCall& call) {
    return call.viewer != nullptr && call.viewer->administrator;
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

json::object
webhook_json(const JiraModel& model, const JiraCall& call, const JiraWebhook& webhook) {
    return {
        {"name", webhook.name},
        {"url", webhook.url},
        {"excludeBody", webhook.exclude_body},
        {"filters", {{"issue-related-events-section", webhook.jql}}},
        {"events", json::array(webhook.events.begin(), webhook.events.end())},
        {"enabled", webhook.enabled},
        {"self",
         fmt::format(
             "{}{}/rest/webhooks/1.0/webhook/{}",
             model.settings.base_url,
             model.settings.context_path,
             webhook.id
         )},
        {"lastUpdatedUser", webhook.updated_by},
        {"lastUpdatedDisplayName", webhook.updated_by},
        {"lastUpdated", webhook.updated.time_since_epoch().count() / 1000},
        {"lastUpdatedShort", jira_time(webhook.updated, call.viewer)}};
}

JiraWebhook read_webhook(const JiraModel& model, const JiraCall& call, JiraWebhook webhook) {
    const json::value& body = call.body;
    webhook.name = json::text(json::at(body, "name")).value_or(webhook.name);
    webhook.url = json::text(json::at(body, "url")).value_or(webhook.url);
    if (json::at(body, "events").is_array()) webhook.events.clear();
    for (const json::value& event : json::elements(json::at(body, "events")))
        webhook.events.insert(json::text_or_empty(event));
    webhook.jql = json::text(json::at(body, {"filters", "issue-related-events-section"}))
                      .value_or(webhook.jql);
    webhook.exclude_body =
        json::boolean(json::at(body, "excludeBody")).value_or(webhook.exclude_body);
    webhook.enabled = json::boolean(json::at(body, "enabled")).value_or(webhook.enabled);
    webhook.updated = model.now();
    webhook.updated_by = call.viewer->name;
    return webhook;
}

http::Response webhooks(JiraModel& model, const JiraCall& call) {
    if (!is_administrator(call))
        return jira_error(403, "You are not permitted to manage webhooks.");
    if (call.method == "GET") {
        json::array list;
        for (const auto& [id, webhook] : model.webhooks)
            list.push_back(webhook_json(model, call, webhook));
        return jira_answer(200, list);
    }
    JiraWebhook webhook = read_webhook(model, call, {});
    if (webhook.name.empty() || webhook.url.empty())
        return jira_error(400, "A webhook needs a name and a URL.");
    webhook.id = ++model.last_webhook;
    model.webhooks[webhook.id] = webhook;
    return jira_answer(201, webhook_json(model, call, webhook));
}

http::Response one_webhook(JiraModel& model, const JiraCall& call) {
    if (!is_administrator(call))
        return jira_error(403, "You are not permitted to manage webhooks.");
    const auto found = model.webhooks.find(parse_int(call.path[0]).value_or(0));
    if (found == model.webhooks.end()) return jira_error(404, "There is no such webhook.");
    if (call.method == "DELETE") {
        model.webhooks.erase(found);
        return jira_no_content();
    }
    if (call.method == "PUT") found->second = read_webhook(model, call, found->second);
    return jira_answer(200, webhook_json(model, call, found->second));
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
        {"GET", "api/2/issue/createmeta/*/issuetypes", create_types},
        {"GET", "api/2/issue/createmeta/*/issuetypes/*", create_fields},
        {"GET", "api/2/mypermissions", my_permissions},
        {"GET", "api/2/index/summary", index_summary},
        {"GET", "webhooks/1.0/webhook", webhooks},
        {"POST", "webhooks/1.0/webhook", webhooks},
        {"GET", "webhooks/1.0/webhook/*", one_webhook},
        {"PUT", "webhooks/1.0/webhook/*", one_webhook},
        {"DELETE", "webhooks/1.0/webhook/*", one_webhook},
    };
    return routes;
}

}  // namespace oms::sim
