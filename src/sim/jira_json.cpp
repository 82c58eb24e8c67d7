#include "sim/jira_json.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_document.hpp"

namespace oms::sim {
namespace {

std::string epic_key(const JiraModel& model, const JiraRow& row) {
    const JiraIssue* epic = row.epic == 0 ? nullptr : model.store.find(row.epic);
    return epic == nullptr ? "" : epic->row.key;
}

json::value option_json(const JiraModel& model, const JiraField& field, const std::string& id) {
    for (const JiraOption& option : field.options) {
        if (option.id != id) continue;
        return json::object{
            {"self", fmt::format("{}/customFieldOption/{}", model.api_url(), id)},
            {"value", option.value},
            {"id", id},
            {"disabled", false}};
    }
    return nullptr;
}

json::value parent_json(const JiraModel& model, const JiraRow& row) {
    const JiraIssue* epic = row.epic == 0 ? nullptr : model.store.find(row.epic);
    if (epic == nullptr) return nullptr;
    const auto summary = epic->row.fields.find("summary");
    return json::object{
        {"id", fmt::format("{}", row.epic)},
        {"key", epic->row.key},
        {"self", fmt::format("{}/issue/{}", model.api_url(), row.epic)},
        {"fields",
         {{"summary", summary == epic->row.fields.end() ? "" : summary->second},
          {"status", status_json(model, *model.site.status(epic->row.status))},
          {"issuetype", type_json(model, model.site.types.at(epic->row.type))}}}};
}

/// A long text in the form of the API that is spoken.
json::value
long_text(const JiraModel& model, const std::string& wiki, const json::value& document) {
    if (model.api < 3) return json::value(wiki);
    return document.is_null() ? json::value(document_of(wiki)) : document;
}

json::value field_value(const JiraModel& model, const JiraField& field, const JiraRow& row) {
    if (field.kind == JiraFieldKind::parent) return parent_json(model, row);
    if (field.kind == JiraFieldKind::epic_link) {
        const std::string key = epic_key(model, row);
        if (key.empty()) return nullptr;
        return json::value(key);
    }
    const auto found = row.fields.find(field.id);
    if (found == row.fields.end()) return nullptr;
    if (field.kind == JiraFieldKind::select) return option_json(model, field, found->second);
    if (field.kind == JiraFieldKind::area) {
        const auto document = row.documents.find(field.id);
        const bool given = document != row.documents.end();
        return long_text(model, found->second, given ? document->second : json::value{});
    }
    return json::value(found->second);
}

json::object schema_json(const JiraField& field) {
    if (field.kind == JiraFieldKind::labels)
        return {{"type", "array"}, {"items", "string"}, {"system", "labels"}};
    if (field.kind == JiraFieldKind::parent) return {{"type", "issuelink"}, {"system", "parent"}};
    if (!field.custom()) return {{"type", "string"}, {"system", field.id}};
    const auto number = parse_int(field.id.substr(12)).value_or(0);
    const auto schema = [number](std::string_view type, std::string_view custom) {
        return json::object{{"type", type}, {"custom", custom}, {"customId", number}};
    };
    switch (field.kind) {
    case JiraFieldKind::epic_link: return schema("any", "com.pyxis.greenhopper.jira:gh-epic-link");
    case JiraFieldKind::epic_name:
        return schema("string", "com.pyxis.greenhopper.jira:gh-epic-label");
    case JiraFieldKind::select:
        return schema("option", "com.atlassian.jira.plugin.system.customfieldtypes:select");
    case JiraFieldKind::area:
        return schema("string", "com.atlassian.jira.plugin.system.customfieldtypes:textarea");
    case JiraFieldKind::text:
    case JiraFieldKind::parent:
    case JiraFieldKind::labels: break;
    }
    return schema("string", "com.atlassian.jira.plugin.system.customfieldtypes:textfield");
}

json::object comments_json(
    const JiraModel& model,
    const JiraRow& row,
    const std::vector<JiraComment>& comments,
    const JiraIssueView& view
) {
    json::array shown;
    for (const JiraComment& comment : comments) {
        if (!view.webhook && !sees(view.viewer, comment)) continue;
        shown.push_back(comment_json(model, row.id, comment, {.viewer = view.viewer}));
    }
    const auto total = shown.size();
    return {
        {"comments", std::move(shown)}, {"maxResults", total}, {"total", total}, {"startAt", 0}};
}

}  // namespace

bool sees(const JiraUser* user, const JiraComment& comment) {
    if (!comment.visibility) return true;
    if (user == nullptr) return false;
    const auto& names = comment.visibility->type == "group" ? user->groups : user->roles;
    return names.contains(comment.visibility->value);
}

std::string jira_time(Instant at, const JiraUser* viewer) {
    const auto offset = viewer == nullptr ? std::chrono::minutes{} : viewer->utc_offset;
    std::string text = to_rfc3339(at + offset, 3);
    text.pop_back();  // the Z
    const auto minutes = offset.count() < 0 ? -offset.count() : offset.count();
    return fmt::format(
        "{}{}{:02}{:02}", text, offset.count() < 0 ? '-' : '+', minutes / 60, minutes % 60
    );
}

JiraFieldChoice::JiraFieldChoice(const std::vector<std::string>& asked) {
    if (!asked.empty()) all_ = false;
    for (const std::string& word : asked) {
        const std::string field = trim(word);
        if (field == "*all" || field == "*navigable") {
            all_ = true;
        } else if (!field.empty() && field.front() == '-') {
            out_.insert(field.substr(1));
        } else if (!field.empty()) {
            in_.insert(field);
        }
    }
    if (in_.empty() && !out_.empty()) all_ = true;
}

bool JiraFieldChoice::wants(const std::string& field) const {
    if (out_.contains(field)) return false;
    return all_ || in_.contains(field);
}

namespace {

json::object account_json(const JiraModel& model, const std::string& name, const JiraUser* viewer) {
    const JiraUser* user = model.site.user(name);
    const std::string id = user == nullptr ? account_id_of(name) : user->account_id;
    json::object shape{
        {"self", fmt::format("{}/user?accountId={}", model.api_url(), percent_encode(id))},
        {"accountId", id}};
    const bool shown = user != nullptr && (user->email_public || user == viewer);
    if (shown) shape["emailAddress"] = user->email;
    shape["avatarUrls"] = json::object{
        {"48x48", "https://avatar-management.example.org/initials/" + name.substr(0, 1) + ".png"}};
    shape["displayName"] = user == nullptr ? "Former user" : user->display_name;
    shape["active"] = user != nullptr;
    shape["timeZone"] = user == nullptr ? "Etc/UTC" : user->time_zone;
    shape["accountType"] = "atlassian";
    return shape;
}

}  // namespace

json::object user_json(const JiraModel& model, const std::string& name, const JiraUser* viewer) {
    if (model.profile.people == JiraPeople::accounts) return account_json(model, name, viewer);
    const JiraUser* user = model.site.user(name);
    if (user == nullptr) return {{"name", name}, {"displayName", name}, {"active", false}};
    json::object shape{
        {"self", fmt::format("{}/user?username={}", model.api_url(), percent_encode(name))},
        {"name", user->name},
        {"key", user->key}};
    if (user->email_visible) shape["emailAddress"] = user->email;
    shape["avatarUrls"] = json::object{
        {"48x48",
         model.settings.base_url + model.settings.context_path +
             "/secure/useravatar?avatarId=10122"}};
    shape["displayName"] = user->display_name;
    shape["active"] = true;
    shape["timeZone"] = viewer == nullptr ? user->time_zone : viewer->time_zone;
    return shape;
}

json::object status_json(const JiraModel& model, const JiraStatus& status) {
    const bool done = status.category == "done";
    const bool fresh = status.category == "new";
    const int id = done ? 3 : (fresh ? 2 : 4);
    return {
        {"self", fmt::format("{}/status/{}", model.api_url(), status.id)},
        {"description", ""},
        {"iconUrl", model.settings.base_url + "/images/icons/statuses/generic.png"},
        {"name", status.name},
        {"id", status.id},
        {"statusCategory",
         {{"self", fmt::format("{}/statuscategory/{}", model.api_url(), id)},
          {"id", id},
          {"key", status.category},
          {"colorName", done ? "green" : (fresh ? "blue-gray" : "yellow")},
          {"name", done ? "Done" : (fresh ? "To Do" : "In Progress")}}}};
}

json::object type_json(const JiraModel& model, const JiraIssueType& type) {
    json::object shape{
        {"self", fmt::format("{}/issuetype/{}", model.api_url(), type.id)},
        {"id", type.id},
        {"description", ""},
        {"iconUrl", model.settings.base_url + "/images/icons/issuetypes/generic.png"},
        {"name", type.name},
        {"subtask", false}};
    if (model.profile.project_styles) shape["hierarchyLevel"] = type.epic ? 1 : 0;
    return shape;
}

json::object listed_type_json(const JiraModel& model, const JiraIssueType& type) {
    json::object shape = type_json(model, type);
    add_scope(model, type.scope, shape);
    return shape;
}

void add_scope(const JiraModel& model, const std::string& scope, json::object& shape) {
    if (scope.empty()) return;
    shape["scope"] =
        json::object{{"type", "PROJECT"}, {"project", {{"id", model.site.projects.at(scope).id}}}};
}

json::object project_json(const JiraModel& model, const JiraProject& project) {
    json::object shape{
        {"self", fmt::format("{}/project/{}", model.api_url(), project.id)},
        {"id", project.id},
        {"key", project.key},
        {"name", project.name},
        {"projectTypeKey", project.service_desk ? "service_desk" : "software"},
        {"archived", project.archived}};
    if (model.profile.project_styles) shape["simplified"] = project.team_managed;
    return shape;
}

json::object field_json(const JiraModel& model, const JiraField& field) {
    json::array clauses;
    if (field.custom()) clauses.emplace_back("cf[" + field.id.substr(12) + "]");
    clauses.emplace_back(field.custom() ? field.name : field.id);
    json::object shape{{"id", field.id}};
    if (model.profile.field_keys) shape["key"] = field.id;
    shape.insert(
        {{"name", field.name},
         {"custom", field.custom()},
         {"orderable", true},
         {"navigable", true},
         {"searchable", true},
         {"clauseNames", std::move(clauses)},
         {"schema", schema_json(field)}}
    );
    add_scope(model, field.scope, shape);
    return shape;
}

json::object
field_meta_json(const JiraModel& model, const JiraIssueType& type, const JiraField& field) {
    json::object shape{
        {"required", type.required.contains(field.id)},
        {"schema", schema_json(field)},
        {"name", field.name},
        {"fieldId", field.id},
        {"hasDefaultValue", false},
        {"operations", json::array{"set"}}};
    if (model.profile.field_keys) shape["key"] = field.id;
    if (field.kind == JiraFieldKind::labels)
        shape["operations"] = json::array{"add", "set", "remove"};
    if (field.kind == JiraFieldKind::select) {
        json::array options;
        for (const JiraOption& option : field.options)
            options.push_back(option_json(model, field, option.id));
        shape["allowedValues"] = std::move(options);
    }
    return shape;
}

json::array properties_json(const JiraProperties& properties) {
    json::array list;
    for (const auto& [key, value] : properties)
        list.push_back(json::object{{"key", key}, {"value", value}});
    return list;
}

namespace {

/// An internal note of a service desk; elsewhere nothing is.
bool is_internal(const JiraModel& model, std::int64_t id, const JiraComment& comment) {
    const JiraIssue* issue = model.store.find(id);
    const JiraProject* project =
        issue == nullptr ? nullptr : model.site.project(issue->row.project);
    const auto note = comment.properties.find("sd.public.comment");
    if (project == nullptr || !project->service_desk || note == comment.properties.end())
        return false;
    return json::boolean(json::at(note->second, "internal")).value_or(false);
}

}  // namespace

json::object comment_json(
    const JiraModel& model,
    std::int64_t issue,
    const JiraComment& comment,
    JiraCommentView view
) {
    json::object shape{
        {"self", fmt::format("{}/issue/{}/comment/{}", model.api_url(), issue, comment.id)},
        {"id", fmt::format("{}", comment.id)},
        {"author", user_json(model, comment.author, view.viewer)},
        {"body", long_text(model, comment.body, comment.document)},
        {"updateAuthor", user_json(model, comment.update_author, view.viewer)},
        {"created", jira_time(comment.created, view.viewer)},
        {"updated", jira_time(comment.updated, view.viewer)}};
    if (comment.visibility) {
        shape["visibility"] =
            json::object{{"type", comment.visibility->type}, {"value", comment.visibility->value}};
        if (model.profile.comment_shows_desk)
            shape["visibility"].as_object()["identifier"] = comment.visibility->value;
    }
    if (model.profile.comment_shows_desk) shape["jsdPublic"] = !is_internal(model, issue, comment);
    if (view.properties) shape["properties"] = properties_json(comment.properties);
    return shape;
}

json::object issue_json(
    const JiraModel& model,
    const JiraRow& row,
    const std::vector<JiraComment>& comments,
    const JiraIssueView& view
) {
    json::object fields;
    const auto put = [&](const std::string& name, auto make) {
        if (view.fields.wants(name)) fields[name] = make();
    };
    for (const JiraField& field : model.site.fields) {
        const bool foreign = !field.scope.empty() && field.scope != row.project;
        if (field.kind == JiraFieldKind::labels || foreign) continue;
        put(field.id, [&] { return field_value(model, field, row); });
    }
    put("labels", [&] { return json::array(row.labels.begin(), row.labels.end()); });
    put("issuetype", [&] { return type_json(model, model.site.types.at(row.type)); });
    put("project", [&] { return project_json(model, *model.site.project(row.project)); });
    put("status", [&] { return status_json(model, *model.site.status(row.status)); });
    put("reporter", [&] { return user_json(model, row.reporter, view.viewer); });
    put("creator", [&] { return user_json(model, row.reporter, view.viewer); });
    put("assignee", [] { return json::value(); });
    put("resolution", [] { return json::value(); });
    put("created", [&] { return jira_time(row.created, view.viewer); });
    put("updated", [&] { return jira_time(row.updated, view.viewer); });
    put("comment", [&] { return comments_json(model, row, comments, view); });
    json::object shape;
    if (!view.webhook) {
        shape["expand"] =
            "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations";
    }
    shape["id"] = fmt::format("{}", row.id);
    shape["self"] = fmt::format("{}/issue/{}", model.api_url(), row.id);
    shape["key"] = row.key;
    shape["fields"] = std::move(fields);
    return shape;
}

json::object transition_json(
    const JiraModel& model,
    const JiraTransition& transition,
    const JiraRow& row,
    bool fields
) {
    json::object shape{
        {"id", transition.id},
        {"name", transition.name},
        {"to", status_json(model, *model.site.status(transition.to))}};
    if (!fields) return shape;
    json::object screen;
    for (const JiraField& field : model.site.fields) {
        if (!transition.screen.contains(field.id)) continue;
        json::object meta = field_meta_json(model, model.site.types.at(row.type), field);
        meta["required"] = transition.required.contains(field.id);
        screen[field.id] = std::move(meta);
    }
    shape["fields"] = std::move(screen);
    return shape;
}

}  // namespace oms::sim
