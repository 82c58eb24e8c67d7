#include "sim/jira_api.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_access.hpp"

namespace oms::sim {
namespace {

struct Found {
    JiraHandler handler = nullptr;
    bool path_known = false;
};

Found find_route(const std::string& path, JiraCall& call) {
    Found found;
    const std::array<const std::vector<JiraRoute>*, 4> tables{
        &issue_routes(), &comment_routes(), &search_routes(), &site_routes()};
    for (const auto* table : tables) {
        for (const JiraRoute& route : *table) {
            std::vector<std::string> parts;
            if (!path_fits(route.path, path, parts)) continue;
            found.path_known = true;
            if (route.method != call.method) continue;
            found.handler = route.handler;
            call.path = std::move(parts);
            return found;
        }
    }
    return found;
}

bool is_json(const http::Request& request) {
    const auto type = http::header(request.headers, "Content-Type");
    return type && starts_with_ignoring_case(*type, "application/json");
}

}  // namespace

bool JiraCall::lists(std::string_view name, std::string_view word) const {
    const std::vector<std::string> words = split(parameter(name), ',');
    return std::ranges::any_of(words, [word](const std::string& one) { return trim(one) == word; });
}

http::Response answer_api(JiraModel& model, const http::Request& request, const JiraUser* viewer) {
    std::string path{http::path_of(request.url)};
    path = replace_all(std::move(path), "/rest/api/latest/", "/rest/api/2/");
    if (path.rfind("/rest/", 0) != 0) return jira_html(404, "Page not found.");
    JiraCall call{.method = request.method, .query = http::query_of(request.url), .viewer = viewer};
    const Found found = find_route(path.substr(6), call);
    if (!found.path_known) return jira_html(404, "Page not found.");
    if (found.handler == nullptr) return jira_html(405, "Method not allowed.");
    if (!request.body.empty() && request.method != "GET") {
        if (!is_json(request)) return jira_html(415, "Unsupported Media Type.");
        auto body = json::parse(request.body);
        if (!body) return jira_error(400, "Unexpected character: the body is no JSON");
        call.body = std::move(*body);
    }
    return found.handler(model, call);
}

bool path_fits(std::string_view pattern, std::string_view path, std::vector<std::string>& parts) {
    const auto wanted = split(pattern, '/');
    const auto given = split(path, '/');
    if (wanted.size() != given.size()) return false;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i] == "*" && !given[i].empty()) {
            parts.push_back(percent_decode(given[i], false));
        } else if (wanted[i] != given[i]) {
            return false;
        }
    }
    return true;
}

http::Response jira_answer(int status, const json::value& body) {
    http::Response response{
        .status = status,
        .headers = {{"Content-Type", "application/json;charset=UTF-8"}},
        .body = json::write(body)};
    return response;
}

http::Response jira_no_content() { return {.status = 204}; }

http::Response jira_error(const JiraRefusal& refusal) {
    json::object errors;
    for (const auto& [field, says] : refusal.errors)
        errors[field] = says;
    const json::array messages(refusal.messages.begin(), refusal.messages.end());
    return jira_answer(
        refusal.status, json::object{{"errorMessages", messages}, {"errors", std::move(errors)}}
    );
}

http::Response jira_error(int status, std::string message) {
    return jira_error(JiraRefusal{.status = status, .messages = {std::move(message)}});
}

JiraIssue* visible_issue(JiraModel& model, const JiraCall& call, const std::string& id_or_key) {
    if (!may(call.viewer, "BROWSE_PROJECTS")) return nullptr;
    return model.store.find(id_or_key);
}

http::Response no_issue() { return jira_error(404, "Issue Does Not Exist"); }

http::Response
answer_properties(JiraProperties& properties, const JiraCall& call, std::size_t key) {
    const std::string& name = call.path[key];
    const auto found = properties.find(name);
    if (call.method == "PUT") {
        const bool fresh = found == properties.end();
        properties[name] = call.body;
        return {.status = fresh ? 201 : 200};
    }
    if (found == properties.end())
        return jira_error(404, fmt::format("Property with key '{}' not found.", name));
    if (call.method == "DELETE") {
        properties.erase(found);
        return jira_no_content();
    }
    return jira_answer(200, json::object{{"key", name}, {"value", found->second}});
}

json::object property_keys(const JiraProperties& properties, const std::string& self) {
    json::array keys;
    for (const auto& [key, value] : properties)
        keys.push_back(json::object{
            {"self", self + "/properties/" + percent_encode(key)}, {"key", key}});
    return {{"keys", std::move(keys)}};
}

}  // namespace oms::sim
