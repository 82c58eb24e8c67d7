#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "sim/jira_api.hpp"
#include "sim/jira_json.hpp"

/// Search answers from the index: rows as they were when they were indexed. By offset, or by token
/// (Cloud), and reads of many issues by their ids.
namespace oms::sim {
namespace {

constexpr std::size_t reconciled_max = 50;
constexpr std::size_t properties_max = 5;
constexpr std::size_t fetched_max = 100;

struct Search {
    std::string jql = {};
    std::int64_t start = 0;
    std::int64_t size = 50;
    std::vector<std::string> fields = {};
    std::vector<std::string> properties = {};
    bool strict = true;
    std::set<std::int64_t> fresh = {};  ///< reconcileIssues
};

/// `true`, `strict`; also `false`, `none`, `warn`.
bool is_strict(const std::string& word) {
    return word.empty() || word == "true" || lower(word) == "strict";
}

Search read_search(const JiraCall& call) {
    if (call.method == "GET") {
        return {
            .jql = call.parameter("jql"),
            .start = parse_int(call.parameter("startAt")).value_or(0),
            .size = parse_int(call.parameter("maxResults")).value_or(50),
            .fields = words_in(call.parameter("fields")),
            .properties = words_in(call.parameter("properties")),
            .strict = is_strict(call.parameter("validateQuery"))};
    }
    return {
        .jql = json::text_or_empty(json::at(call.body, "jql")),
        .start = json::integer(json::at(call.body, "startAt")).value_or(0),
        .size = json::integer(json::at(call.body, "maxResults")).value_or(50),
        .fields = words_in(json::at(call.body, "fields")),
        .properties = words_in(json::at(call.body, "properties")),
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

struct Hits {
    std::vector<const JiraRow*> rows = {};
    std::vector<std::string> warnings = {};
    bool bounded = true;
};

/// The error's words are Jira's.
Result<Hits> hits_of(JiraModel& model, const JiraCall& call, const Search& search) {
    const auto parsed = parse_jql(search.jql);
    if (!parsed) return Failure{parsed.error()};
    const auto query = understand(
        *parsed,
        {.site = model.site,
         .store = model.store,
         .now = model.now(),
         .utc_offset = call.viewer == nullptr ? std::chrono::minutes{} : call.viewer->utc_offset,
         .strict = search.strict,
         .people = model.profile.people}
    );
    if (!query) return Failure{query.error()};
    Hits hits{.warnings = query->warnings};
    const JiraCondition& where = query->where;
    hits.bounded = where.kind != JqlNode::Kind::all || !where.children.empty();
    if (hits.bounded || model.profile.search == JiraSearch::by_offset) {
        if (may(call.viewer, "BROWSE_PROJECTS"))
            hits.rows =
                model.index.search(*query, model.store, model.now(), model.random, search.fresh);
    }
    return hits;
}

http::Response run(JiraModel& model, const JiraCall& call) {
    const Search search = read_search(call);
    const auto hits = hits_of(model, call, search);
    if (!hits) return jira_error(400, hits.error().says);
    const std::vector<const JiraRow*>& rows = hits->rows;
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
    if (!hits->warnings.empty()) {
        answer["warningMessages"] = json::array(hits->warnings.begin(), hits->warnings.end());
    }
    return jira_answer(200, answer);
}

http::Response gone(JiraModel&, const JiraCall&) {
    return jira_error(
        410,
        "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A "
        "full migration guideline is available at "
        "https://developer.atlassian.com/changelog/#CHANGE-2046"
    );
}

/// The one refusal that comes without `errors`.
http::Response bad_payload() {
    constexpr const char* says =
        "Invalid request payload. Refer to the REST API documentation and try again.";
    return jira_answer(400, json::object{{"errorMessages", json::array{says}}});
}

bool has_only(const json::value& body, const std::set<std::string_view>& known) {
    const json::object* members = body.if_object();
    return members != nullptr && std::ranges::all_of(*members, [&](const auto& member) {
               return known.contains(std::string_view{member.key()});
           });
}

/// Where a page begins; bound to its query. What is no token of ours is nothing.
std::string token_of(const Search& search, std::size_t start) {
    return base64(fmt::format("{} {}", start, fingerprint(search.jql)));
}

std::optional<std::size_t> start_of(const Search& search, const std::string& token) {
    if (token.empty()) return 0;
    const std::string text = from_base64(token).value_or("");
    const auto start = parse_int(text.substr(0, text.find(' ')));
    if (!start || *start < 0 || token != token_of(search, static_cast<std::size_t>(*start)))
        return std::nullopt;
    return static_cast<std::size_t>(*start);
}

/// Only the id unless fields are asked for.
json::object
hit_json(const JiraModel& model, const JiraCall& call, const Search& search, const JiraRow& row) {
    const bool id_only =
        search.properties.empty() &&
        std::ranges::all_of(search.fields, [](const std::string& field) { return field == "id"; });
    if (id_only) return {{"id", fmt::format("{}", row.id)}};
    return found_issue(model, call, search, row);
}

http::Response run_by_token(JiraModel& model, const JiraCall& call) {
    static const std::set<std::string_view> known{
        "jql",
        "nextPageToken",
        "maxResults",
        "fields",
        "expand",
        "properties",
        "fieldsByKeys",
        "reconcileIssues"};
    const bool get = call.method == "GET";
    if (!get && !has_only(call.body, known)) return bad_payload();
    Search search = read_search(call);
    search.strict = true;
    if (search.fields.empty()) search.fields = {"id"};
    const auto ids = get ? words_in(call.parameter("reconcileIssues"))
                         : words_in(json::at(call.body, "reconcileIssues"));
    for (const std::string& id : ids) {
        const auto number = parse_int(id);
        if (!number) return bad_payload();
        search.fresh.insert(*number);
    }
    if (search.fresh.size() > reconciled_max || search.properties.size() > properties_max)
        return bad_payload();
    const auto start = start_of(
        search,
        get ? call.parameter("nextPageToken")
            : json::text_or_empty(json::at(call.body, "nextPageToken"))
    );
    if (!start) return jira_error(400, "The provided next page token is invalid or expired.");
    const auto hits = hits_of(model, call, search);
    if (!hits) return jira_error(400, hits.error().says);
    if (!hits->bounded) {
        return jira_error(
            400,
            "Unbounded JQL queries are not allowed here. Please add a search restriction to your "
            "query."
        );
    }
    const auto size =
        static_cast<std::size_t>(std::clamp<std::int64_t>(search.size, 1, model.settings.page_max));
    json::array issues;
    std::size_t next = *start;
    for (; next < hits->rows.size() && issues.size() < size; ++next)
        issues.push_back(hit_json(model, call, search, *hits->rows[next]));
    const bool last = next >= hits->rows.size();
    json::object answer{{"issues", std::move(issues)}};
    if (!last) answer["nextPageToken"] = token_of(search, next);
    answer["isLast"] = last;
    return jira_answer(200, answer);
}

/// From the database. Issues that are not there, or not for the caller, are left out silently.
http::Response fetch(JiraModel& model, const JiraCall& call) {
    static const std::set<std::string_view> known{
        "issueIdsOrKeys", "fields", "expand", "properties", "fieldsByKeys"};
    const auto wanted = words_in(json::at(call.body, "issueIdsOrKeys"));
    if (!has_only(call.body, known) || wanted.empty()) return bad_payload();
    if (wanted.size() > fetched_max)
        return jira_error(400, "The maximum number of issues to be fetched is 100.");
    const Search search = read_search(call);
    json::array issues;
    std::set<std::int64_t> met;
    for (const std::string& id : wanted) {
        const JiraIssue* issue = visible_issue(model, call, id);
        if (issue != nullptr && met.insert(issue->row.id).second)
            issues.push_back(found_issue(model, call, search, issue->row));
    }
    return jira_answer(
        200, json::object{{"issues", std::move(issues)}, {"issueErrors", json::array{}}}
    );
}

bool by_offset(const JiraProfile& profile) { return profile.search == JiraSearch::by_offset; }
bool by_token(const JiraProfile& profile) { return profile.search == JiraSearch::by_token; }
bool in_bulk(const JiraProfile& profile) { return profile.bulk_reads; }

}  // namespace

const std::vector<JiraRoute>& search_routes() {
    static const std::vector<JiraRoute> routes{
        {"GET", "api/2/search", run, by_offset},
        {"POST", "api/2/search", run, by_offset},
        {"GET", "api/2/search", gone, by_token},
        {"POST", "api/2/search", gone, by_token},
        {"GET", "api/2/search/jql", run_by_token, by_token},
        {"POST", "api/2/search/jql", run_by_token, by_token},
        {"POST", "api/2/issue/bulkfetch", fetch, in_bulk},
    };
    return routes;
}

}  // namespace oms::sim
