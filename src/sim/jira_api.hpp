#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "http/message.hpp"
#include "sim/jira_model.hpp"

/// Jira's REST resources, as the profile has them, without authentication: that is JiraAccess.
namespace oms::sim {

/// One request, taken apart.
struct JiraCall {
    std::string method = {};
    std::vector<std::string> path = {};  ///< what stands where the route has `*`
    std::vector<std::pair<std::string, std::string>> query = {};
    json::value body = {};
    const JiraUser* viewer = nullptr;  ///< none: anonymous

    [[nodiscard]] std::string parameter(std::string_view name, std::string otherwise = "") const {
        return http::parameter(query, name).value_or(std::move(otherwise));
    }
    /// Whether a parameter is a list, by comma, that has the word.
    [[nodiscard]] bool lists(std::string_view name, std::string_view word) const;
};

using JiraHandler = http::Response (*)(JiraModel& model, const JiraCall& call);

struct JiraRoute {
    std::string_view method;
    std::string_view path;  ///< `api/2/issue/*/comment`, behind `/rest/`; of API 3, too
    JiraHandler handler;
    /// Which profiles have it; none given: all.
    bool (*is_there)(const JiraProfile& profile) = nullptr;
};

/// The answer to any path behind the context path: 404 and 405 as pages where nothing is there.
http::Response answer_api(JiraModel& model, const http::Request& request, const JiraUser* viewer);

/// `path` has the form of `pattern`; what stands at its stars goes to `parts`, decoded.
bool path_fits(std::string_view pattern, std::string_view path, std::vector<std::string>& parts);

const std::vector<JiraRoute>& meta_routes();
const std::vector<JiraRoute>& issue_routes();
const std::vector<JiraRoute>& comment_routes();
const std::vector<JiraRoute>& search_routes();
const std::vector<JiraRoute>& site_routes();
const std::vector<JiraRoute>& webhook_routes();

http::Response jira_answer(int status, const json::value& body);
http::Response jira_no_content();
http::Response jira_error(const JiraRefusal& refusal);
http::Response jira_error(int status, std::string message);

/// An issue that the caller sees, by id or key, also a former one; nullptr stands for both absent
/// and forbidden, as Jira's 404 does.
JiraIssue* visible_issue(JiraModel& model, const JiraCall& call, const std::string& id_or_key);
http::Response no_issue(const JiraModel& model);
bool is_administrator(const JiraCall& call);

/// A project that the caller sees.
const JiraProject*
visible_project(const JiraModel& model, const JiraCall& call, const std::string& key);
http::Response no_project(const std::string& key);

/// The `size` elements from `start` on.
json::array part_of(const json::array& all, std::int64_t start, std::int64_t size);
/// The texts in a JSON array, or between the commas of a parameter.
std::vector<std::string> words_in(const json::value& list);
std::vector<std::string> words_in(const std::string& list);

/// GET, PUT and DELETE of one property; its key is `call.path[key]`.
http::Response answer_properties(JiraProperties& properties, const JiraCall& call, std::size_t key);
json::object property_keys(const JiraProperties& properties, const std::string& self);

}  // namespace oms::sim
