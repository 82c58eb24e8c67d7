#include "ops/remotes.hpp"

#include <algorithm>

#include "store/views.hpp"

namespace oms::ops {
namespace {

using namespace std::chrono_literals;

constexpr int calls_counted_max = 10'000;
constexpr int failed_calls_looked_at_max = 20'000;

json::object
remote_json(const std::string& name, const Status& status, const Facts& facts, Instant now) {
    const auto found = std::ranges::find(status.remotes, name, &store::RemoteState::name);
    const bool known = found != status.remotes.end();
    const bool waits = known && found->until > now;
    const bool served = known && found->last_success > Instant{};
    const bool jira = name == "jira";
    return {
        {"name", name},
        {"state", known ? found->state : "working"},
        {"says", known ? found->says : "not asked yet"},
        {"until", waits ? time_json(found->until) : json::value(nullptr)},
        {"last_success", served ? time_json(found->last_success) : json::value(nullptr)},
        {"generation", jira && status.jira ? status.jira->dialect : ""},
        {"version", jira && status.jira ? status.jira->version : ""},
        {"url", jira ? facts.jira_url : facts.marketplace_url}};
}

struct Hour {
    std::int64_t errors = 0;
    std::int64_t throttled = 0;
    std::vector<Duration> took = {};
};

json::value percentile(std::vector<Duration>& took, double part) {
    if (took.empty()) return nullptr;
    const auto place = static_cast<std::ptrdiff_t>(static_cast<double>(took.size() - 1) * part);
    std::ranges::nth_element(took, took.begin() + place);
    return seconds(took[static_cast<std::size_t>(place)]);
}

json::object hour_json(Hour& hour) {
    return {
        {"calls", hour.took.size()},
        {"errors", hour.errors},
        {"throttled", hour.throttled},
        {"took_p50_seconds", percentile(hour.took, 0.5)},
        {"took_p95_seconds", percentile(hour.took, 0.95)}};
}

}  // namespace

json::array remotes_json(const Status& status, const Facts& facts, Instant now) {
    return {
        remote_json("marketplace", status, facts, now), remote_json("jira", status, facts, now)};
}

json::object remotes_page(store::Connection& connection, const Facts& facts, Instant now) {
    const Status status{
        .remotes = store::remotes(connection), .jira = store::find_jira_site(connection)};
    Hour marketplace;
    Hour jira;
    constexpr int too_many_requests = 429;
    constexpr int first_error = 400;
    for (const store::CallFigure& call :
         store::calls_since(connection, now - 1h, calls_counted_max)) {
        Hour& hour = call.remote == "jira" ? jira : marketplace;
        hour.took.push_back(call.took);
        if (call.status == 0 || call.status >= first_error) ++hour.errors;
        if (call.status == too_many_requests) ++hour.throttled;
    }
    json::array items;
    for (json::value& remote : remotes_json(status, facts, now)) {
        json::object& one = remote.as_object();
        const bool is_jira = one["name"] == "jira";
        const double rate = is_jira ? facts.jira_rate : facts.marketplace_rate;
        one["hour"] = hour_json(is_jira ? jira : marketplace);
        one["pace"] = json::object{
            {"per_second", rate > 0 ? json::value(rate) : json::value(nullptr)},
            {"paused_until", one["until"]}};
        items.push_back(std::move(one));
    }
    return {{"items", std::move(items)}};
}

json::object call_json(const store::RemoteCall& call) {
    return {
        {"id", call.id},
        {"at", time_json(call.at)},
        {"remote", call.remote},
        {"method", call.method},
        {"path", call.path},
        {"status", call.status},
        {"took_seconds", seconds(call.took)},
        {"sent_bytes", call.sent},
        {"received_bytes", call.received},
        {"key", text_or_null(call.subject)},
        {"says", call.says}};
}

std::optional<json::object>
calls_page(store::Connection& connection, const CallChoice& choice, const Page& page) {
    const auto before = cursor_number(page.cursor);
    if (!before) return std::nullopt;
    const auto calls =
        choice.errors
            ? store::failed_calls_before(
                  connection, choice.remote, *before, page.limit, failed_calls_looked_at_max
              )
            : store::calls_before(connection, choice.remote, *before, page.limit);
    json::array items;
    for (const store::RemoteCall& call : calls)
        items.push_back(call_json(call));
    const bool more = calls.size() == static_cast<std::size_t>(page.limit);
    return list_json(std::move(items), more ? std::to_string(calls.back().id) : std::string{});
}

}  // namespace oms::ops
