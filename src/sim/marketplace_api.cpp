#include "sim/marketplace_api.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace oms::sim {
namespace {

constexpr const char* failsafe =
    "500 Internal Server Error\nIf you are the administrator of this website, then please read "
    "this web application's log file and/or the web server's log file to find out what went wrong.";
constexpr const char* sign_in = "You need to sign in or sign up before continuing.";

/// Ruby's to_i: the leading digits; none where they do not fit.
std::optional<std::int64_t> leading_number(const std::string& text) {
    std::size_t end = !text.empty() && text[0] == '-' ? 1 : 0;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9')
        ++end;
    if (end == 0 || (end == 1 && text[0] == '-')) return 0;
    return parse_int(text.substr(0, end));
}

/// Rails writes < > & and the two line separators as escapes.
std::string rails_json(const json::value& body) {
    std::string text = json::write(body);
    text = replace_all(text, "<", "\\u003c");
    text = replace_all(text, ">", "\\u003e");
    text = replace_all(text, "&", "\\u0026");
    text = replace_all(text, "\xE2\x80\xA8", "\\u2028");
    return replace_all(text, "\xE2\x80\xA9", "\\u2029");
}

}  // namespace

MarketplaceApi::MarketplaceApi(Marketplace& marketplace, const http::Request& request)
    : site_{marketplace},
      state_{marketplace.state_},
      request_{request} {
    for (const auto& [name, value] : http::query_of(request.url)) {
        array_timestamp_ = array_timestamp_ || name.starts_with("from_timestamp[");
        query_[name] = value;
    }
    accept_ = http::header(request.headers, "Accept").value_or("");
}

http::Response MarketplaceApi::ok(int status, const json::value& body) {
    http::Response response = http::json_response(status, rails_json(body));
    response.headers.emplace_back("Cache-Control", "max-age=0, private, must-revalidate");
    response.headers.emplace_back("Vary", "Accept");
    return response;
}

http::Response MarketplaceApi::error(int status, const std::string& says) {
    return ok(status, json::object{{"error", says}});
}

http::Response MarketplaceApi::denied() {
    return error(403, "You are not authorized to perform this action.");
}

http::Response MarketplaceApi::bad_json() {
    return {.status = 400, .headers = {{"Content-Type", "text/html; charset=UTF-8"}}};
}

/// Contract 1.2: the answer depends on what the asker would like to read.
http::Response MarketplaceApi::unauthenticated() const {
    const bool xhr = http::header(request_.headers, "X-Requested-With") == "XMLHttpRequest";
    const bool plain_json = accept_ == "application/json" || accept_ == "application/problem+json";
    if (json_path_ || plain_json) return error(401, sign_in);
    if (accept_ == "text/plain" || accept_ == "application/json;q=0.9, text/plain")
        return http::text_response(401, sign_in);
    if (xhr) {
        const std::string type =
            accept_.empty() ? "text/javascript; charset=utf-8" : "*/*; charset=utf-8";
        return {.status = 401, .headers = {{"Content-Type", type}}, .body = sign_in};
    }
    const std::string host = http::header(request_.headers, "Host").value_or("localhost");
    return {
        .status = 302,
        .headers = {
            {"Content-Type", "text/html; charset=utf-8"},
            {"Location", "http://" + host + "/users/auth/checkin"}}};
}

/// An exception or an unknown route: the error page cannot be JSON, so the failsafe speaks; where
/// HTML will do, the page comes with status 200.
http::Response MarketplaceApi::broken(const std::string& page) const {
    const bool html = accept_.empty() || accept_.find("*/*") != std::string::npos ||
                      accept_.find("text/html") != std::string::npos;
    if (!html)
        return {
            .status = 500,
            .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
            .body = failsafe};
    return {
        .status = 200,
        .headers = {{"Content-Type", "text/html; charset=utf-8"}},
        .body = "<h1>" + page + "</h1>\n"};
}

const mp::User* MarketplaceApi::user() const {
    std::string token = http::header(request_.headers, "X-User-Token").value_or("");
    std::string name = token;
    if (const auto found = query_.find("user_token"); found != query_.end()) token = found->second;
    if (const auto found = query_.find("user_authentication_token"); found != query_.end())
        name = found->second;
    if (token.empty() || name.empty() || name != token) return nullptr;
    for (const mp::User& one : state_.users) {
        if (!one.token.empty() && one.token == token) return &one;
    }
    return nullptr;
}

http::Response MarketplaceApi::answer() {
    std::string path{http::path_of(request_.url)};
    constexpr std::string_view root = "/api/v1/oms";
    if (path.ends_with(".json")) {
        json_path_ = true;
        path.erase(path.size() - 5);
    }
    const bool below = path == root || path.starts_with(std::string{root} + "/");
    if (!below) return broken("not_found");
    auto parts = split(std::string_view{path}.substr(root.size()), '/');
    std::erase(parts, "");
    return route(std::move(parts));
}

/// Routes are known before who asks: an unknown one fails for anybody.
bool MarketplaceApi::is_route(const std::vector<std::string>& path) const {
    const bool get = request_.method == "GET" || request_.method == "HEAD";
    const bool update = request_.method == "PATCH" || request_.method == "PUT";
    const bool post = request_.method == "POST";
    const std::size_t depth = path.size();
    if (depth <= 1) return get;
    const bool projects = path[1] == "projects";
    const bool messages = path[1] == "messages";
    if (depth == 2)
        return (get && (path[1] == "events" || projects || messages)) || (post && messages);
    if (depth == 3) return (get && (projects || messages)) || (update && messages);
    const bool items = projects && path[3] == "project_items";
    if (depth == 4) return get && items;
    return depth == 5 && items && (get || update);
}

http::Response MarketplaceApi::route(std::vector<std::string> path) {
    if (!is_route(path)) return broken("not_found");
    user_ = user();
    if (user_ == nullptr) return unauthenticated();
    if (path.empty()) {
        json::array list;
        for (const auto& [id, oms] : state_.omses) {
            if (administers(id)) list.push_back(oms_json(oms));
        }
        return ok(200, json::object{{"omses", std::move(list)}});
    }
    const auto id = leading_number(path[0]);
    const auto found = id ? state_.omses.find(static_cast<int>(*id)) : state_.omses.end();
    if (found == state_.omses.end()) return error(404, "OMS not found");
    oms_ = &found->second;
    if (!administers(oms_->id)) return denied();
    return of_oms(path);
}

http::Response MarketplaceApi::of_oms(const std::vector<std::string>& path) {
    if (path.size() == 1) return ok(200, oms_json(*oms_));
    if (path[1] == "events") return events();
    if (path[1] == "projects") return of_projects(path);
    return of_messages(path);
}

http::Response MarketplaceApi::of_projects(const std::vector<std::string>& path) {
    if (path.size() == 2) return projects();
    const auto id = leading_number(path[2]);
    const auto found = id ? state_.projects.find(*id) : state_.projects.end();
    if (found == state_.projects.end() || !sees(found->second))
        return error(404, "Project not found");
    const mp::Project& project = found->second;
    if (path.size() == 3) return ok(200, project_json(project));
    if (path.size() == 4) return items(project);
    const auto iid = leading_number(path[4]);
    const auto item = iid ? project.items.find(*iid) : project.items.end();
    if (item == project.items.end() || !sees(state_.items.at(item->second)))
        return error(404, "Project item not found");
    mp::Item& one = state_.items.at(item->second);
    if (request_.method == "GET" || request_.method == "HEAD") return ok(200, item_json(one, {}));
    return patch_item(one);
}

http::Response MarketplaceApi::of_messages(const std::vector<std::string>& path) {
    if (path.size() == 2) return request_.method == "POST" ? post_message() : messages();
    const auto id = leading_number(path[2]);
    const auto found = id ? state_.messages.find(*id) : state_.messages.end();
    if (found == state_.messages.end()) return error(404, "Message not found");
    mp::Message& message = found->second;
    const bool visible =
        is_default() ||
        (message.project != 0 && (message.item != 0 ? sees(state_.items.at(message.item))
                                                    : sees(state_.projects.at(message.project))));
    if (!visible) return error(404, "Message not found");
    if (request_.method == "GET" || request_.method == "HEAD")
        return ok(200, message_json(message, false));
    return patch_message(message);
}

std::optional<http::Response> MarketplaceApi::read_limits(bool from_id) {
    if (from_id && query_.contains("from_id") && !trim(query_["from_id"]).empty()) {
        const auto number = leading_number(query_["from_id"]);
        if (!number) return broken("internal_server_error");
        if (*number < 0) return error(400, "'from_id' must be a non-negative integer");
        from_id_ = *number;
    }
    if (query_.contains("limit") && !trim(query_["limit"]).empty()) {
        const auto number = leading_number(query_["limit"]);
        if (!number) return broken("internal_server_error");
        if (*number <= 0) return error(400, "'limit' must be a positive integer");
        limit_ = *number;
    }
    return std::nullopt;
}

http::Response MarketplaceApi::events() {
    if (array_timestamp_) return broken("internal_server_error");
    const std::string given = query_["from_timestamp"];
    if (trim(given).empty())
        return error(400, "param is missing or the value is empty: from_timestamp");
    // 24:00:00 and :60 are normalised; parse_time knows the latter only.
    std::string text = given;
    Duration carry{0};
    if (text.size() > 18 && text.substr(10, 9) == "T24:00:00") {
        text.replace(11, 2, "00");
        carry = std::chrono::hours{24};
    }
    const auto fraction = text.find('.');
    const std::size_t digits = fraction == std::string::npos ? 1 : text.size() - fraction - 2;
    const bool shaped = text.starts_with("20") && text.size() >= 20 && text[10] == 'T' &&
                        text.back() == 'Z' && digits >= 1 && digits <= 6;
    const auto from = shaped ? parse_time(text) : std::nullopt;
    if (!from) return error(400, "invalid date");
    if (auto wrong = read_limits(false)) return *wrong;

    const Instant now = site_.clock_.now();
    json::array list;
    const auto start =
        std::ranges::upper_bound(state_.events, *from + carry, {}, &mp::Event::created);
    for (auto event = start;
         event != state_.events.end() && static_cast<std::int64_t>(list.size()) < limit_;
         ++event) {
        if (event->visible_from > now || !sees(*event)) continue;
        auto shown = event_json(*event);
        if (!shown) return broken("internal_server_error");
        list.push_back(std::move(*shown));
    }
    return ok(200, json::object{{"events", std::move(list)}});
}

http::Response MarketplaceApi::projects() {
    if (auto wrong = read_limits(true)) return *wrong;
    json::array list;
    for (auto one = state_.projects.upper_bound(from_id_);
         one != state_.projects.end() && static_cast<std::int64_t>(list.size()) < limit_;
         ++one) {
        if (sees(one->second)) list.push_back(project_json(one->second));
    }
    return ok(200, json::object{{"projects", std::move(list)}});
}

http::Response MarketplaceApi::items(const mp::Project& project) {
    if (auto wrong = read_limits(true)) return *wrong;
    json::array list;
    for (auto one = project.items.upper_bound(from_id_);
         one != project.items.end() && static_cast<std::int64_t>(list.size()) < limit_;
         ++one) {
        const mp::Item& item = state_.items.at(one->second);
        if (sees(item)) list.push_back(item_json(item, {}));
    }
    return ok(200, json::object{{"project_items", std::move(list)}});
}

http::Response MarketplaceApi::messages() {
    if (auto wrong = read_limits(true)) return *wrong;
    const auto id = leading_number(query_["project_id"]);
    const auto found = id ? state_.projects.find(*id) : state_.projects.end();
    if (found == state_.projects.end() || !sees(found->second))
        return error(404, "Project not found");
    const std::vector<std::int64_t>* ids = &found->second.messages;
    static const std::vector<std::int64_t> none;
    if (!trim(query_["project_item_id"]).empty()) {
        const auto iid = leading_number(query_["project_item_id"]);
        const auto item = iid ? found->second.items.find(*iid) : found->second.items.end();
        if (item == found->second.items.end() || !sees(state_.items.at(item->second)))
            return error(404, "Project item not found");
        const auto list = state_.item_messages.find(item->second);
        ids = list == state_.item_messages.end() ? &none : &list->second;
    }
    json::array list;
    for (const std::int64_t message : *ids) {
        if (message <= from_id_ || static_cast<std::int64_t>(list.size()) >= limit_) continue;
        list.push_back(message_json(state_.messages.at(message), false));
    }
    return ok(200, json::object{{"messages", std::move(list)}});
}

}  // namespace oms::sim
