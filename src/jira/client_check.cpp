#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/text.hpp"
#include "jira/client.hpp"

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
