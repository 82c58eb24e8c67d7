#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "jira/client.hpp"
#include "jira/wire.hpp"

// Issues found by what they bear, or read many at once.
namespace oms::jira {
namespace {

constexpr int standing_max = 50;

/// A text inside JQL quotes.
std::string jql_text(std::string_view text) {
    std::string quoted = replace_all(std::string{text}, "\\", "\\\\");
    return "\"" + replace_all(quoted, "\"", "\\\"") + "\"";
}

/// `cf[10100] ~ "\"words in this order\""`: tokenised, so compared exactly afterwards.
std::string phrase_search(const std::string& field_id, const std::string& text) {
    const std::string number = field_id.substr(std::min(field_id.find('_') + 1, field_id.size()));
    // A quote or backslash would end the phrase; the search ignores such marks anyhow.
    const std::string phrase = replace_all(replace_all(text, "\"", " "), "\\", " ");
    return fmt::format("cf[{}] ~ {}", number, jql_text("\"" + phrase + "\""));
}

std::int64_t id_number(const Issue& issue) { return parse_int(issue.id.value).value_or(0); }

bool bears(const Issue& issue, const std::string& marker) {
    return std::ranges::find(issue.labels, marker) != issue.labels.end();
}

}  // namespace

Result<json::value> Client::search(Query query, bool comments) {
    query.fields = split(fields_to_read(comments), ',');
    return ask(dialect_->search(query));
}

std::vector<Issue> Client::issues_of(const json::value& answer) const {
    std::vector<Issue> issues;
    for (const auto& element : json::elements(json::at(answer, "issues"))) {
        if (auto issue = wire::issue(*dialect_, field_ids(), element)) {
            issues.push_back(std::move(*issue));
        }
    }
    return issues;
}

Result<std::vector<Issue>> Client::issues_by_ids(const std::vector<IssueId>& ids) {
    std::string list;
    for (const IssueId& id : ids)
        list += (list.empty() ? "" : ",") + id.value;
    if (const auto at_once = dialect_->issues_by_ids(ids, split(fields_to_read(true), ','))) {
        const auto answer = ask(*at_once);
        if (answer) return issues_of(*answer);
        const bool unknown = answer.error().kind == ErrorKind::missing;
        if (!unknown) return Failure{answer.error()};
    }
    const auto answer = search(
        {.jql = fmt::format("id in ({})", list),
         .count = static_cast<int>(ids.size()),
         .known = ids},
        true
    );
    if (answer) return issues_of(*answer);
    if (answer.error().kind != ErrorKind::refused) return Failure{answer.error()};
    // JQL refuses the whole list for one id that is no more: ask for halves.
    if (ids.size() == 1) return std::vector<Issue>{};
    const auto middle = ids.begin() + static_cast<std::ptrdiff_t>(ids.size() / 2);
    auto first = issues_by_ids({ids.begin(), middle});
    if (!first) return first;
    auto second = issues_by_ids({middle, ids.end()});
    if (!second) return second;
    first->insert(first->end(), second->begin(), second->end());
    return first;
}

Result<std::vector<Issue>> Client::issues_by_numbers(std::int64_t first, std::int64_t last) {
    std::vector<IssueId> keys;
    for (std::int64_t number = first; number <= last; ++number)
        keys.push_back({fmt::format("{}-{}", settings_.project, number)});
    const auto at_once = dialect_->issues_by_ids(keys, split(fields_to_read(false), ','));
    if (!at_once) return std::vector<Issue>{};
    const auto answer = ask(*at_once);
    if (answer) return issues_of(*answer);
    const ErrorKind kind = answer.error().kind;
    const bool denied = kind == ErrorKind::missing || kind == ErrorKind::refused;
    if (denied) return std::vector<Issue>{};
    return Failure{answer.error()};
}

Result<std::vector<Issue>> Client::find_standing(const Standing& standing) {
    const std::string project = fmt::format("project = {}", jql_text(settings_.project));
    const std::string by_label = fmt::format("labels = {}", jql_text(standing.marker));
    std::string by_field;
    if (!standing.order_reference.empty() && !settings_.order_reference_field.empty()) {
        by_field = phrase_search(settings_.order_reference_field, standing.order_reference);
    } else if (!standing.project_name.empty() && !settings_.project_name_field.empty()) {
        by_field = phrase_search(settings_.project_name_field, standing.project_name);
    }
    const std::string alone = project + " AND " + by_label;
    const std::string both = fmt::format("{} AND ({} OR {})", project, by_label, by_field);
    auto answer = search({.jql = by_field.empty() ? alone : both, .count = standing_max}, false);
    // The field may not be searchable here; the label always is. An answer that cannot be read says
    // nothing of that.
    const bool refused = !answer && answer.error().status == 400;
    if (refused && !by_field.empty()) answer = search({.jql = alone, .count = standing_max}, false);
    if (!answer) return Failure{answer.error()};

    std::vector<Issue> issues = issues_of(*answer);
    std::erase_if(issues, [&](const Issue& issue) {
        const bool by_reference =
            !standing.order_reference.empty() && issue.order_reference == standing.order_reference;
        const bool by_name =
            !standing.project_name.empty() && issue.project_name == standing.project_name;
        return !bears(issue, standing.marker) && !by_reference && !by_name;
    });
    std::ranges::sort(issues, [&](const Issue& a, const Issue& b) {
        const bool a_bears = bears(a, standing.marker);
        const bool b_bears = bears(b, standing.marker);
        if (a_bears != b_bears) return a_bears;
        return id_number(a) < id_number(b);
    });
    return issues;
}

Result<IssuePage>
Client::recently_updated(std::chrono::minutes minutes, const std::string& page, int count) {
    const std::string jql = fmt::format(
        "project = {} AND updated >= -{}m ORDER BY updated DESC, key DESC",
        jql_text(settings_.project),
        minutes.count()
    );
    const auto answer = search({.jql = jql, .page = page, .count = count}, true);
    if (!answer) return Failure{answer.error()};
    return IssuePage{.issues = issues_of(*answer), .next = dialect_->next_page(*answer, page)};
}

Result<std::int64_t> Client::newest_issue_number() {
    const std::string jql =
        fmt::format("project = {} ORDER BY key DESC", jql_text(settings_.project));
    const auto answer = search({.jql = jql, .count = 1}, false);
    if (!answer) return Failure{answer.error()};
    const auto issues = issues_of(*answer);
    if (issues.empty()) return 0;
    const std::string& key = issues[0].key.value;
    return parse_int(std::string_view{key}.substr(key.rfind('-') + 1)).value_or(0);
}

}  // namespace oms::jira
