#include "web/api_call.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace oms::web {
namespace {

constexpr int page_limit_max = 200;
constexpr std::size_t search_bytes_max = 200;
constexpr std::size_t cursor_bytes_max = 500;
constexpr std::size_t ids_max = 5000;

}  // namespace

std::string ApiCall::parameter(std::string_view name) const {
    return http::parameter(query, name).value_or("");
}

ops::Page ApiCall::page() const {
    ops::Page page{.cursor = parameter("cursor")};
    if (page.cursor.size() > cursor_bytes_max || storable(page.cursor) != page.cursor)
        throw Refused{400, "cursor is none of ours: take it from the answer before, as it is"};
    const std::string limit = parameter("limit");
    if (limit.empty()) return page;
    const auto number = parse_int(limit);
    if (!number || *number < 1 || *number > page_limit_max)
        throw Refused{400, fmt::format("limit must be a number from 1 to {}", page_limit_max)};
    page.limit = static_cast<int>(*number);
    return page;
}

std::string ApiCall::choice(std::string_view name, const std::vector<std::string>& allowed) const {
    std::string value = parameter(name);
    if (value.empty() || std::ranges::find(allowed, value) != allowed.end()) return value;
    throw Refused{400, fmt::format("{} must be one of: {}", name, join(allowed, ", "))};
}

bool ApiCall::flag(std::string_view name) const {
    const std::string value = choice(name, {"1", "true", "0", "false"});
    return value == "1" || value == "true";
}

ops::SubjectChoice ApiCall::subject_choice() const {
    ops::SubjectChoice choice{.text = trim(parameter("q"))};
    if (choice.text.size() > search_bytes_max)
        throw Refused{400, fmt::format("q is longer than {} bytes", search_bytes_max)};
    if (storable(choice.text) != choice.text) throw Refused{400, "q is no UTF-8 text"};
    const std::string state =
        this->choice("state", {"idle", "due", "leased", "waiting", "attention"});
    if (!state.empty()) choice.state = store::parse_subject_state(state);
    const std::string only = this->choice("only", {"would", "differs"});
    choice.would = only == "would";
    choice.differs = only == "differs";
    return choice;
}

std::int64_t ApiCall::id(std::size_t part) const {
    const auto number = part < path.size() ? parse_int(path[part]) : std::nullopt;
    if (!number || *number <= 0) throw Refused{404, "there is nothing with this number"};
    return *number;
}

Subject ApiCall::subject() const {
    constexpr std::size_t order_parts = 4;
    const std::string& kind = path.at(1);
    const auto project = parse_int(path.at(2));
    if (kind == "project" && project && *project > 0) return Subject::of(ProjectId{*project});
    const auto item = path.size() >= order_parts ? parse_int(path[3]) : std::nullopt;
    if (kind == "order" && project && item && *project > 0 && *item > 0)
        return Subject::of(OrderId{{*project}, {*item}});
    throw Refused{404, "this names neither a project (project/12) nor an order (order/12/3)"};
}

json::value ApiCall::body() const {
    const std::string type = lower(http::header(request.headers, "Content-Type").value_or(""));
    if (!request.body.empty() && type.substr(0, type.find(';')) != "application/json")
        throw Refused{415, "send JSON, with Content-Type: application/json"};
    if (request.body.empty()) return json::object{};
    auto parsed = json::parse(request.body);
    if (!parsed) throw Refused{400, "the body is no JSON: " + parsed.error().says};
    if (!parsed->is_object()) throw Refused{400, "the body must be a JSON object"};
    return std::move(*parsed);
}

store::AttentionChoice ApiCall::attention_choice() const {
    const json::value given = body();
    store::AttentionChoice choice;
    for (const json::value& one : json::elements(json::at(given, "ids"))) {
        const auto number = json::integer(one);
        if (!number || *number <= 0) throw Refused{400, "ids must be numbers of entries"};
        choice.ids.push_back(*number);
    }
    // Each once.
    std::ranges::sort(choice.ids);
    choice.ids.erase(std::ranges::unique(choice.ids).begin(), choice.ids.end());
    if (choice.ids.size() > ids_max)
        throw Refused{400, fmt::format("no more than {} ids at once", ids_max)};
    choice.cause = json::text_or_empty(json::at(given, "cause"));
    choice.fingerprint = json::text_or_empty(json::at(given, "fingerprint"));
    choice.all = json::boolean(json::at(given, "all")).value_or(false);
    const int ways =
        (choice.ids.empty() ? 0 : 1) + (choice.cause.empty() ? 0 : 1) + (choice.all ? 1 : 0);
    const bool lone = choice.cause.empty() && !choice.fingerprint.empty();
    if (ways != 1 || lone ||
        storable(choice.cause + choice.fingerprint) != choice.cause + choice.fingerprint) {
        throw Refused{
            400, R"(say which: {"ids": […]}, {"cause": …, "fingerprint": …} or {"all": true})"};
    }
    return choice;
}

std::string
persons_text(const json::value& body, std::string_view name, std::size_t characters_max) {
    const std::string text = trim(one_line(json::text_or_empty(json::at(body, name))));
    if (text.empty()) throw Refused{400, fmt::format("{} is needed", name)};
    if (truncate(text, characters_max) != text)
        throw Refused{400, fmt::format("{} is longer than {} characters", name, characters_max)};
    return text;
}

}  // namespace oms::web
