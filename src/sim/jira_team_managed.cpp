#include "sim/jira_team_managed.hpp"

#include <map>

#include <fmt/format.h>

#include "base/text.hpp"

namespace oms::sim {
namespace {

/// So much above those of what is shared.
constexpr std::int64_t ids_above = 900;

std::string own_id(const std::string& id) {
    return fmt::format("{}", parse_int(id).value_or(0) + ids_above);
}

bool is_of_epics(const JiraField& field) {
    return field.kind == JiraFieldKind::epic_link || field.kind == JiraFieldKind::epic_name;
}

/// The project's fields by those that they are made after; system fields are everybody's.
std::map<std::string, std::string> add_fields(JiraSite& site, const std::string& project) {
    std::map<std::string, std::string> ids;
    std::vector<JiraField> own;
    for (const JiraField& field : site.fields) {
        if (is_of_epics(field) || !field.scope.empty()) continue;
        if (!field.custom()) {
            ids[field.id] = field.id;
            continue;
        }
        JiraField copy = field;
        copy.id = "customfield_" + own_id(field.id.substr(12));
        copy.scope = project;
        for (JiraOption& option : copy.options)
            option.id = own_id(option.id);
        ids[field.id] = copy.id;
        own.push_back(std::move(copy));
    }
    site.fields.insert(site.fields.end(), own.begin(), own.end());
    return ids;
}

void add_types(
    JiraSite& site,
    const std::string& project,
    const std::map<std::string, std::string>& field_ids
) {
    std::vector<JiraIssueType> own;
    for (const auto& [id, type] : site.types) {
        if (!type.scope.empty()) continue;
        JiraIssueType copy{
            .id = own_id(id), .name = type.name, .epic = type.epic, .scope = project};
        for (const auto& [field, own_field] : field_ids) {
            if (type.screen.contains(field)) copy.screen.insert(own_field);
            if (type.required.contains(field)) copy.required.insert(own_field);
        }
        own.push_back(std::move(copy));
    }
    for (JiraIssueType& type : own)
        site.types.emplace(type.id, std::move(type));
}

void add_workflow(JiraSite& site, const std::string& project) {
    std::vector<JiraStatus> own;
    for (const JiraStatus& status : site.statuses) {
        if (!status.scope.empty()) continue;
        own.push_back(
            {.id = fmt::format("101{:02}", own.size() + 7),
             .name = status.name,
             .category = status.category,
             .scope = project}
        );
    }
    for (const JiraStatus& status : own) {
        site.transitions.push_back(
            {.id = fmt::format("{}", 201 + site.transitions.size()),
             .name = status.name,
             .to = status.id}
        );
    }
    site.statuses.insert(site.statuses.end(), own.begin(), own.end());
}

}  // namespace

void make_team_managed(JiraSite& site, const std::string& project_key) {
    add_types(site, project_key, add_fields(site, project_key));
    add_workflow(site, project_key);
    site.projects.at(project_key).team_managed = true;
}

}  // namespace oms::sim
