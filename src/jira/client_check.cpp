#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/text.hpp"
#include "jira/client.hpp"
#include "jira/data_center.hpp"
#include "jira/wire.hpp"

// The part of the client that only `check` uses: what a Jira has, not what is in it.
namespace oms::jira {
namespace {

using json::at;
using json::text_or_empty;

std::vector<Named> named(const json::value& list) {
    std::vector<Named> result;
    for (const auto& element : json::elements(list)) {
        const auto& schema = at(element, "schema");
        const std::string custom = text_or_empty(at(schema, "custom"));
        result.push_back(
            {.id = text_or_empty(at(element, "id")),
             .name = text_or_empty(at(element, "name")),
             .kind = custom.empty() ? text_or_empty(at(schema, "type")) : custom,
             .project_id = text_or_empty(at(element, {"scope", "project", "id"}))}
        );
    }
    return result;
}

}  // namespace

std::vector<Named> usable_in(const std::string& project_id, const std::vector<Named>& all) {
    std::vector<Named> usable;
    const auto take = [&](const std::string& of) {
        std::ranges::copy_if(all, std::back_inserter(usable), [&](const Named& one) {
            return one.project_id == of;
        });
    };
    if (!project_id.empty()) take(project_id);
    take("");
    return usable;
}

Result<std::vector<Named>> Client::fields() {
    const auto answer = get(api("/field"));
    if (!answer) return Failure{answer.error()};
    if (!answer->is_array()) return failure(ErrorKind::not_sent, "Jira's fields are not a list");
    return named(*answer);
}

Result<std::vector<Named>> Client::statuses() {
    const auto answer = get(api("/status"));
    if (!answer) return Failure{answer.error()};
    return named(*answer);
}

Result<std::vector<Named>> Client::issue_types() {
    const auto answer = get(api("/project/" + percent_encode(settings_.project)));
    if (!answer) return Failure{answer.error()};
    return named(at(*answer, "issueTypes"));
}

Result<Named> Client::project() {
    const auto answer = get(api("/project/" + percent_encode(settings_.project)));
    if (!answer) return Failure{answer.error()};
    return Named{
        .id = text_or_empty(at(*answer, "id")), .name = text_or_empty(at(*answer, "name"))};
}

Result<ProjectFacts> Client::project_facts() {
    const auto answer = get(api("/project/" + percent_encode(settings_.project)));
    if (!answer) return Failure{answer.error()};
    ProjectFacts facts{
        .id = text_or_empty(at(*answer, "id")),
        .key = text_or_empty(at(*answer, "key")),
        .name = text_or_empty(at(*answer, "name")),
        .archived = json::boolean(at(*answer, "archived")).value_or(false)};
    for (const auto& element : json::elements(at(*answer, "issueTypes"))) {
        // Cloud numbers the levels of its hierarchy: an epic stands at 1.
        const bool epic = json::integer(at(element, "hierarchyLevel")).value_or(0) == 1;
        facts.issue_types.push_back(
            {.id = text_or_empty(at(element, "id")),
             .name = text_or_empty(at(element, "name")),
             .kind = epic ? "epic" : ""}
        );
    }
    if (const json::object* roles = at(*answer, "roles").if_object()) {
        for (const auto& role : *roles)
            facts.roles.emplace_back(role.key());
    }
    return facts;
}

Result<std::vector<Named>> Client::visible_projects() {
    const auto answer = get(api("/project"));
    if (!answer) return Failure{answer.error()};
    std::vector<Named> projects;
    for (const auto& element : json::elements(*answer)) {
        projects.push_back(
            {.id = text_or_empty(at(element, "key")), .name = text_or_empty(at(element, "name"))}
        );
    }
    return projects;
}

Result<std::map<std::string, std::vector<Named>>> Client::project_statuses() {
    const auto answer = get(api("/project/" + percent_encode(settings_.project) + "/statuses"));
    if (!answer) return Failure{answer.error()};
    std::map<std::string, std::vector<Named>> by_type;
    for (const auto& element : json::elements(*answer))
        by_type[text_or_empty(at(element, "id"))] = named(at(element, "statuses"));
    return by_type;
}

Result<std::optional<Issue>>
Client::one_issue(const std::string& issue_type_id, const std::optional<StatusId>& status) {
    std::string jql =
        fmt::format(R"(project = "{}" AND issuetype = {})", settings_.project, issue_type_id);
    if (status) jql += " AND status = " + status->value;
    const auto answer = search({.jql = std::move(jql), .count = 1}, false);
    if (!answer) return Failure{answer.error()};
    auto issues = issues_of(*answer);
    if (issues.empty()) return std::optional<Issue>{};
    return std::optional{std::move(issues.front())};
}

Result<std::vector<Way>> Client::ways(const IssueId& id) {
    const auto answer = get(api(
        fmt::format("/issue/{}/transitions?expand=transitions.fields", percent_encode(id.value))
    ));
    if (!answer) return Failure{answer.error()};
    std::vector<Way> ways;
    const json::value& list = at(*answer, "transitions");
    for (const auto& element : json::elements(list)) {
        const auto read = wire::transitions(json::array{element});
        if (read.empty()) continue;
        Way way{.transition = read.front()};
        if (const json::object* fields = at(element, "fields").if_object()) {
            for (const auto& member : *fields) {
                const CreateField field = read_create_field(member.value());
                if (field.required && !field.has_default)
                    way.required.push_back({.id = member.key(), .name = field.name});
            }
        }
        ways.push_back(std::move(way));
    }
    return ways;
}

Result<std::vector<CreateField>> Client::edit_fields(const IssueId& id) {
    const auto answer = get(api(fmt::format("/issue/{}/editmeta", percent_encode(id.value))));
    if (!answer) return Failure{answer.error()};
    std::vector<CreateField> fields;
    if (const json::object* members = at(*answer, "fields").if_object()) {
        for (const auto& member : *members) {
            fields.push_back(read_create_field(member.value()));
            fields.back().id = member.key();
        }
    }
    return fields;
}

std::string Client::admin_page(AdminPage page) const {
    const auto [words, path] = dialect_->admin_page(page, settings_.project);
    if (path.empty()) return words;
    return fmt::format("{} ({}{}{})", words, settings_.url, settings_.context_path, path);
}

Result<std::vector<CreateField>> Client::create_fields(const std::string& issue_type_id) {
    const std::string path = api(dialect_->create_fields_path(settings_.project, issue_type_id));
    std::vector<CreateField> all;
    for (;;) {
        const auto answer =
            get(all.empty() ? path : fmt::format("{}&startAt={}", path, all.size()));
        if (!answer) return Failure{answer.error()};
        auto page = dialect_->create_fields(*answer);
        const auto total = json::integer(at(*answer, "total"));
        const bool more =
            !page.empty() && total && *total > static_cast<std::int64_t>(all.size() + page.size());
        // Or a list that ignores where it was to start would be read for ever.
        const bool again = !page.empty() && !all.empty() && page.front().id == all.front().id;
        if (again) return all;
        std::ranges::move(page, std::back_inserter(all));
        if (!more) return all;
    }
}

Result<std::vector<std::string>> Client::missing_permissions(const std::vector<std::string>& wanted
) {
    const auto answer = get(api(fmt::format(
        "/mypermissions?projectKey={}&permissions={}",
        percent_encode(settings_.project),
        percent_encode(join(wanted, ","))
    )));
    if (!answer) return Failure{answer.error()};
    std::vector<std::string> missing;
    for (const std::string& name : wanted) {
        const auto have = json::boolean(at(*answer, {"permissions", name, "havePermission"}));
        if (have && !*have) missing.push_back(name);
    }
    return missing;
}

}  // namespace oms::jira
