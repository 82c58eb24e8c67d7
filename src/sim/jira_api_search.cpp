#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_api.hpp"
#include "sim/jira_json.hpp"

/// Search answers from the index: rows as they were when they were indexed.
namespace oms::sim {
namespace {

struct Search {
    std::string jql = {};
    std::int64_t start = 0;
    std::int64_t size = 50;
    std::vector<std::string> fields = {};
    std::vector<std::string> properties = {};
    bool strict = true;
};

/// `true`, `strict`; also `false`, `none`, `warn`.
bool is_strict(const std::string& word) {
    return word.empty() || word == "true" || lower(word) == "strict";
}

std::vector<std::string> words(const json::value& list) {
    std::vector<std::string> all;
    for (const json::value& element : json::elements(list))
        all.push_back(json::text_or_empty(element));
    return all;
}

std::vector<std::string> words(const std::string& list) {
    return list.empty() ? std::vector<std::string>{} : split(list, ',');
}

Search read_search(const JiraCall& call) {
    if (call.method == "GET") {
        return {
            .jql = call.parameter("jql"),
            .start = parse_int(call.parameter("startAt")).value_or(0),
            .size = parse_int(call.parameter("maxResults")).value_or(50),
            .fields = words(call.parameter("fields")),
            .properties = words(call.parameter("properties")),
            .strict = is_strict(call.parameter("validateQuery"))};
    }
    return {
        .jql = json::text_or_empty(json::at(call.body, "jql")),
        .start = json::integer(json::at(call.body, "startAt")).value_or(0),
        .size = json::integer(json::at(call.body, "maxResults")).value_or(50),
        .fields = words(json::at(call.body, "fields")),
        .properties = words(json::at(call.body, "properties")),
        .strict = is_strict(json::text_or_empty(json::at(call.body, "validateQuery")))};
}

json::object found_issue(
    const JiraModel& model,
    const JiraCall& call,
    const Search& search,
    const JiraRow& row
) {
    static const std::vector<JiraComment> none;
    const JiraIssue* stored = model.store.find(row.id);
    json::object shape = issue_json(
        model,
        row,
        stored == nullptr ? none : stored->comments,
        {.viewer = call.viewer, .fields = JiraFieldChoice{search.fields}}
    );
    if (!search.properties.empty() && stored != nullptr) {
        json::object properties;
        for (const std::string& key : search.properties) {
            const auto found = stored->properties.find(trim(key));
            if (found != stored->properties.end()) properties[found->first] = found->second;
        }
        shape["properties"] = std::move(properties);
    }
    return shape;
}

http::Response run(JiraModel& model, const JiraCall& call) {
    const Search search = read_search(call);
    const auto parsed = parse_jql(search.jql);
    if (!parsed) return jira_error(400, parsed.error().says);
    const auto query = understand(
        *parsed,
        {.site = model.site,
         .store = model.store,
         .now = model.now(),
         .utc_offset = call.viewer == nullptr ? std::chrono::minutes{} : call.viewer->utc_offset,
         .strict = search.strict}
    );
    if (!query) return jira_error(400, query.error().says);
    std::vector<const JiraRow*> rows;
    if (may(call.viewer, "BROWSE_PROJECTS"))
        rows = model.index.search(*query, model.store, model.now(), model.random);

    const auto size = std::clamp<std::int64_t>(search.size, 0, model.settings.page_max);
    json::array issues;
    for (auto i = static_cast<std::size_t>(std::max<std::int64_t>(0, search.start));
         i < rows.size();
         ++i) {
        if (static_cast<std::int64_t>(issues.size()) >= size) break;
        issues.push_back(found_issue(model, call, search, *rows[i]));
    }
    json::object answer{
        {"expand", "schema,names"},
        {"startAt", search.start},
        {"maxResults", size},
        {"total", rows.size()},
        {"issues", std::move(issues)}};
    if (!query->warnings.empty()) {
        answer["warningMessages"] = json::array(query->warnings.begin(), query->warnings.end());
    }
    return jira_answer(200, answer);
}

}  // namespace

const std::vector<JiraRoute>& search_routes() {
    static const std::vector<JiraRoute> routes{
        {"GET", "api/2/search", run},
        {"POST", "api/2/search", run},
    };
    return routes;
}

}  // namespace oms::sim
