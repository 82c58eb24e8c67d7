#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "sim/jira_api.hpp"
#include "sim/jira_json.hpp"

/// Create metadata: whole, for some projects and types (up to 8, and deprecated on Cloud), and in
/// pages (from 8.4 on).
namespace oms::sim {
namespace {

http::Response page_of(
    const JiraModel& model,
    const JiraCall& call,
    const std::string& name,
    const json::array& all
) {
    const auto start = std::max<std::int64_t>(0, parse_int(call.parameter("startAt")).value_or(0));
    const auto size =
        std::max<std::int64_t>(1, parse_int(call.parameter("maxResults")).value_or(50));
    const auto total = static_cast<std::int64_t>(all.size());
    json::array part = part_of(all, start, size);
    const bool last = start + static_cast<std::int64_t>(part.size()) >= total;
    json::object page{{"maxResults", size}, {"startAt", start}, {"total", total}};
    if (!model.profile.field_keys) page["isLast"] = last;
    page[name] = std::move(part);
    return jira_answer(200, page);
}

json::array types_of(const JiraModel& model, const std::string& project) {
    json::array list;
    for (const JiraIssueType* type : model.site.types_of(project))
        list.push_back(listed_type_json(model, *type));
    return list;
}

/// What can be set when an issue of the type is made.
json::array fields_of(const JiraModel& model, const JiraIssueType& type) {
    json::array list;
    for (const auto& [id, name] : std::array<std::pair<std::string_view, std::string_view>, 2>{
             {{"project", "Project"}, {"issuetype", "Issue Type"}}}) {
        json::object field{
            {"required", true},
            {"schema", {{"type", id}, {"system", id}}},
            {"name", name},
            {"fieldId", id},
            {"hasDefaultValue", false},
            {"operations", json::array{"set"}}};
        if (model.profile.field_keys) field["key"] = id;
        list.push_back(std::move(field));
    }
    for (const JiraField& field : model.site.fields) {
        if (type.screen.contains(field.id)) list.push_back(field_meta_json(model, type, field));
    }
    return list;
}

bool creates_in(const JiraModel& model, const JiraCall& call, const std::string& project) {
    return visible_project(model, call, project) != nullptr && may(call.viewer, "CREATE_ISSUES");
}

http::Response create_types(JiraModel& model, const JiraCall& call) {
    if (!creates_in(model, call, call.path[0])) return no_project(call.path[0]);
    return page_of(model, call, model.profile.create_meta_types, types_of(model, call.path[0]));
}

http::Response create_fields(JiraModel& model, const JiraCall& call) {
    if (!creates_in(model, call, call.path[0])) return no_project(call.path[0]);
    const auto found = model.site.types.find(call.path[1]);
    if (found == model.site.types.end() || !model.site.has(call.path[0], found->second.scope))
        return jira_error(404, "Issue type is not available in the project.");
    return page_of(model, call, model.profile.create_meta_fields, fields_of(model, found->second));
}

bool is_asked_for(const JiraCall& call, std::string_view parameter, const std::string& value) {
    return call.parameter(parameter).empty() || call.lists(parameter, value);
}

json::array whole_types(const JiraModel& model, const JiraCall& call, const std::string& project) {
    json::array types;
    for (const JiraIssueType* type : model.site.types_of(project)) {
        if (!is_asked_for(call, "issuetypeIds", type->id)) continue;
        if (!is_asked_for(call, "issuetypeNames", type->name)) continue;
        json::object shape = listed_type_json(model, *type);
        shape["expand"] = "fields";
        if (call.lists("expand", "projects.issuetypes.fields")) {
            json::object fields;
            for (json::value& field : fields_of(model, *type)) {
                json::object& meta = field.as_object();
                const std::string name = json::text_or_empty(meta["fieldId"]);
                if (model.profile.field_keys)
                    meta["key"] = name;
                else
                    meta.erase("fieldId");
                fields[name] = std::move(field);
            }
            shape["fields"] = std::move(fields);
        }
        types.push_back(std::move(shape));
    }
    return types;
}

http::Response create_whole(JiraModel& model, const JiraCall& call) {
    json::array projects;
    for (const auto& [key, project] : model.site.projects) {
        const bool asked =
            is_asked_for(call, "projectKeys", key) && is_asked_for(call, "projectIds", project.id);
        if (!asked || !creates_in(model, call, key)) continue;
        json::object shape = project_json(model, project);
        shape.erase("projectTypeKey");
        shape.erase("archived");
        shape.erase("simplified");
        shape["issuetypes"] = whole_types(model, call, key);
        projects.push_back(std::move(shape));
    }
    return jira_answer(
        200, json::object{{"expand", "projects"}, {"projects", std::move(projects)}}
    );
}

}  // namespace

const std::vector<JiraRoute>& meta_routes() {
    static const std::vector<JiraRoute> routes{
        {"GET",
         "api/2/issue/createmeta",
         create_whole,
         [](const JiraProfile& profile) { return profile.create_meta_whole; }},
        {"GET", "api/2/issue/createmeta/*/issuetypes", create_types},
        {"GET", "api/2/issue/createmeta/*/issuetypes/*", create_fields},
    };
    return routes;
}

}  // namespace oms::sim
