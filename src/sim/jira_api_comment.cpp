#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_api.hpp"
#include "sim/jira_changes.hpp"
#include "sim/jira_json.hpp"

/// Comments and their properties. What the caller's roles do not show is not there.
namespace oms::sim {
namespace {

bool expands_properties(const JiraModel& model, const JiraCall& call) {
    return model.settings.comment_properties_expand && call.lists("expand", "properties");
}

http::Response no_comment(const JiraCall& call) {
    return jira_error(404, fmt::format("Can not find a comment for the id: {}.", call.path.at(1)));
}

struct Place {
    JiraIssue* issue = nullptr;
    JiraComment* comment = nullptr;
    http::Response refusal = {};
};

Place find(JiraModel& model, const JiraCall& call) {
    Place place{.issue = visible_issue(model, call, call.path[0])};
    if (place.issue == nullptr) {
        place.refusal = no_issue(model);
        return place;
    }
    place.comment = JiraStore::comment(*place.issue, call.path.at(1));
    if (place.comment != nullptr && !sees(call.viewer, *place.comment)) place.comment = nullptr;
    if (place.comment == nullptr) place.refusal = no_comment(call);
    return place;
}

http::Response
answer_comment(int status, const JiraModel& model, const JiraCall& call, const Place& place) {
    return jira_answer(
        status,
        comment_json(
            model,
            place.issue->row.id,
            *place.comment,
            {.viewer = call.viewer, .properties = expands_properties(model, call)}
        )
    );
}

http::Response list(JiraModel& model, const JiraCall& call) {
    const JiraIssue* issue = visible_issue(model, call, call.path[0]);
    if (issue == nullptr) return no_issue(model);
    std::vector<const JiraComment*> seen;
    for (const JiraComment& comment : issue->comments) {
        if (sees(call.viewer, comment)) seen.push_back(&comment);
    }
    const std::string order = trim(call.parameter("orderBy"));  // `+created` decodes to a space
    const bool known = order.empty() || order == "created" || order == "-created";
    if (!known && model.profile.bulk_reads)
        return jira_error(400, fmt::format("Cannot order by '{}'.", order));
    if (order == "-created") std::ranges::reverse(seen);
    const auto start = std::max<std::int64_t>(0, parse_int(call.parameter("startAt")).value_or(0));
    const std::int64_t most = model.profile.bulk_reads ? 5000 : 1'048'576;
    const auto size = std::min(most, parse_int(call.parameter("maxResults")).value_or(most));
    json::array page;
    for (auto i = static_cast<std::size_t>(start); i < seen.size(); ++i) {
        if (static_cast<std::int64_t>(page.size()) >= size) break;
        page.push_back(comment_json(
            model,
            issue->row.id,
            *seen[i],
            {.viewer = call.viewer, .properties = expands_properties(model, call)}
        ));
    }
    return jira_answer(
        200,
        json::object{
            {"startAt", start},
            {"maxResults", size},
            {"total", seen.size()},
            {"comments", std::move(page)}}
    );
}

http::Response add(JiraModel& model, const JiraCall& call) {
    Place place{.issue = visible_issue(model, call, call.path[0])};
    if (place.issue == nullptr) return no_issue(model);
    const auto added = add_comment(model, *call.viewer, *place.issue, call.body);
    if (!added) return jira_error(added.error());
    place.comment = *added;
    return answer_comment(201, model, call, place);
}

http::Response read(JiraModel& model, const JiraCall& call) {
    const Place place = find(model, call);
    return place.comment == nullptr ? place.refusal : answer_comment(200, model, call, place);
}

http::Response edit(JiraModel& model, const JiraCall& call) {
    const Place place = find(model, call);
    if (place.comment == nullptr) return place.refusal;
    const auto edited = edit_comment(model, *call.viewer, *place.issue, *place.comment, call.body);
    if (!edited) return jira_error(edited.error());
    return answer_comment(200, model, call, place);
}

http::Response remove(JiraModel& model, const JiraCall& call) {
    const Place place = find(model, call);
    if (place.comment == nullptr) return place.refusal;
    const bool own = place.comment->author == call.viewer->name;
    if (!may(call.viewer, "DELETE_OWN_COMMENTS") || (!own && !call.viewer->roles.contains("Staff")))
        return jira_error(400, "You do not have permission to delete this comment.");
    delete_comment(model, *call.viewer, *place.issue, *place.comment);
    return jira_no_content();
}

Place find_by_comment(JiraModel& model, const JiraCall& call) {
    Place place{.refusal = jira_error(404, "The comment with the given id does not exist.")};
    if (!may(call.viewer, "BROWSE_PROJECTS")) return place;
    const auto wanted = parse_int(call.path[0]);
    const std::int64_t owner = wanted ? model.store.issue_of_comment(*wanted) : 0;
    place.issue = model.store.find(owner);
    if (place.issue == nullptr) return place;
    place.comment = JiraStore::comment(*place.issue, call.path[0]);
    if (place.comment != nullptr && !sees(call.viewer, *place.comment)) place.comment = nullptr;
    return place;
}

http::Response list_properties(JiraModel& model, const JiraCall& call) {
    const Place place = find_by_comment(model, call);
    if (place.comment == nullptr) return place.refusal;
    const std::string self = fmt::format("{}/comment/{}", model.api_url(), place.comment->id);
    return jira_answer(200, property_keys(place.comment->properties, self));
}

/// Comments of whatever issues, by their ids; those that the caller does not see are left out.
http::Response list_by_ids(JiraModel& model, const JiraCall& call) {
    const json::array& ids = json::elements(json::at(call.body, "ids"));
    if (ids.empty() || ids.size() > 1000)
        return jira_error(400, "Give between 1 and 1000 ids of comments.");
    json::array found;
    for (const json::value& id : ids) {
        JiraCall one = call;
        one.path = {json::text_or_empty(id)};
        const Place place = find_by_comment(model, one);
        if (place.comment == nullptr) continue;
        found.push_back(comment_json(
            model,
            place.issue->row.id,
            *place.comment,
            {.viewer = call.viewer, .properties = expands_properties(model, call)}
        ));
    }
    const auto total = found.size();
    return jira_answer(
        200,
        json::object{
            {"maxResults", 1000},
            {"startAt", 0},
            {"total", total},
            {"isLast", true},
            {"values", std::move(found)}}
    );
}

/// Does not change the issue's or the comment's `updated`.
http::Response one_property(JiraModel& model, const JiraCall& call) {
    const Place place = find_by_comment(model, call);
    if (place.comment == nullptr) return place.refusal;
    return answer_properties(place.comment->properties, call, 1);
}

}  // namespace

const std::vector<JiraRoute>& comment_routes() {
    static const std::vector<JiraRoute> routes{
        {"GET", "api/2/issue/*/comment", list},
        {"POST", "api/2/issue/*/comment", add},
        {"GET", "api/2/issue/*/comment/*", read},
        {"PUT", "api/2/issue/*/comment/*", edit},
        {"DELETE", "api/2/issue/*/comment/*", remove},
        {"POST",
         "api/2/comment/list",
         list_by_ids,
         [](const JiraProfile& profile) { return profile.bulk_reads; }},
        {"GET", "api/2/comment/*/properties", list_properties},
        {"GET", "api/2/comment/*/properties/*", one_property},
        {"PUT", "api/2/comment/*/properties/*", one_property},
        {"DELETE", "api/2/comment/*/properties/*", one_property},
    };
    return routes;
}

}  // namespace oms::sim
