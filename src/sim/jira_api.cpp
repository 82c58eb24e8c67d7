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

Found find_route(const JiraProfile& profile, const std::string& path, JiraCall& call) {
    Found found;
    // Create metadata first: its paths look like those of an issue.
    const std::array<const std::vector<JiraRoute>*, 6> tables{
        &meta_routes(),
        &issue_routes(),
        &comment_routes(),
        &search_routes(),
        &site_routes(),
        &webhook_routes()};
    for (const auto* table : tables) {
        for (const JiraRoute& route : *table) {
            std::vector<std::string> parts;
            if (route.is_there != nullptr && !route.is_there(profile)) continue;
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
    const bool newer = path.rfind("/rest/api/3/", 0) == 0;
    if (newer && !model.profile.documents) return jira_html(404, "Page not found.");
    if (newer) path.replace(10, 1, "2");
    JiraCall call{.method = request.method, .query = http::query_of(request.url), .viewer = viewer};
    const Found found = find_route(model.profile, path.substr(6), call);
    if (!found.path_known) return jira_html(404, "Page not found.");
    if (found.handler == nullptr) return jira_html(405, "Method not allowed.");
    if (!request.body.empty() && request.method != "GET") {
        if (!is_json(request)) return jira_html(415, "Unsupported Media Type.");
        auto body = json::parse(request.body);
        if (!body) return jira_error(400, "Unexpected character: the body is no JSON");
        call.body = std::move(*body);
    }
    model.api = newer ? 3 : 2;
    http::Response response = found.handler(model, call);
    model.api = 2;
    return response;
}

bool path_fits(std::string_view pattern, std::string_view path, std::vector<std::string>& parts) {
    // Of every request to the simulator many times: nothing is copied until it fits.
    const std::size_t before = parts.size();
    while (true) {
        const std::string_view wanted = pattern.substr(0, pattern.find('/'));
        const std::string_view given = path.substr(0, path.find('/'));
        if (wanted == "*" && !given.empty()) {
            parts.push_back(percent_decode(given, false));
        } else if (wanted != given) {
            break;
        }
        const bool pattern_ends = wanted.size() == pattern.size();
        const bool path_ends = given.size() == path.size();
        if (pattern_ends && path_ends) return true;
        if (pattern_ends || path_ends) break;
        pattern.remove_prefix(wanted.size() + 1);
        path.remove_prefix(given.size() + 1);
    }
    parts.resize(before);
    return false;
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

http::Response no_issue(const JiraModel& model) { return jira_error(404, model.profile.no_issue); }

bool is_administrator(const JiraCall& call) {
    return call.viewer != nullptr && call.viewer->administrator;
}

const JiraProject*
visible_project(const JiraModel& model, const JiraCall& call, const std::string& key) {
    if (!may(call.viewer, "BROWSE_PROJECTS")) return nullptr;
    return model.site.project(key);
}

http::Response no_project(const std::string& key) {
    return jira_error(404, fmt::format("No project could be found with key '{}'.", key));
}

json::array part_of(const json::array& all, std::int64_t start, std::int64_t size) {
    json::array part;
    for (auto i = static_cast<std::size_t>(std::max<std::int64_t>(0, start)); i < all.size(); ++i) {
        if (static_cast<std::int64_t>(part.size()) >= size) break;
        part.push_back(all[i]);
    }
    return part;
}

std::vector<std::string> words_in(const json::value& list) {
    std::vector<std::string> all;
    for (const json::value& element : json::elements(list))
        all.push_back(json::text_or_empty(element));
    return all;
}

std::vector<std::string> words_in(const std::string& list) {
    return list.empty() ? std::vector<std::string>{} : split(list, ',');
}

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
