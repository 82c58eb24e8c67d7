#include "ops/now.hpp"

#include <fmt/format.h>

#include "ops/remotes.hpp"
#include "ops/status.hpp"
#include "ops/sweeps.hpp"
#include "store/views.hpp"

namespace oms::ops {
namespace {

using store::SubjectState;

constexpr int subjects_shown = 20;

json::object states_json(const std::function<std::int64_t(SubjectState)>& count) {
    json::object counts;
    for (const auto state :
         {SubjectState::due,
          SubjectState::leased,
          SubjectState::waiting,
          SubjectState::attention}) {
        counts[store::to_text(state)] = count(state);
    }
    return counts;
}

json::object queue_json(const store::QueueCounts& queue) {
    json::object whole = states_json([&](SubjectState state) { return queue.in(state); });
    json::array lanes;
    for (const Lane lane : {Lane::live, Lane::poll, Lane::sweep, Lane::backfill}) {
        json::object one = states_json([&](SubjectState state) {
            const auto found = queue.by_state_and_lane.find({state, lane});
            return found == queue.by_state_and_lane.end() ? 0 : found->second;
        });
        one["lane"] = to_text(lane);
        lanes.push_back(std::move(one));
    }
    whole["lanes"] = std::move(lanes);
    return whole;
}

std::string why(const store::NextSubject& next) {
    if (next.state == SubjectState::waiting) return "waits for its project's issue";
    if (next.state == SubjectState::attention) return "stands still, tried again by itself";
    return next.says.empty() ? "there is news of it" : "again: " + next.says;
}

json::array next_json(store::Connection& connection) {
    json::array list;
    for (const auto& next : store::next_subjects(connection, subjects_shown)) {
        list.push_back(json::object{
            {"key", next.key},
            {"due_at", time_json(next.due_at)},
            {"lane", to_text(next.lane)},
            {"why", why(next)}});
    }
    return list;
}

json::array in_flight_json(store::Connection& connection) {
    json::array list;
    for (const auto& one : store::in_flight(connection, subjects_shown)) {
        list.push_back(json::object{
            {"key", one.key}, {"since", time_json(one.since)}, {"cause", one.cause}});
    }
    return list;
}

json::object safe_to_stop(const Status& status) {
    const std::int64_t leased = status.queue.in(SubjectState::leased);
    const bool quiet = leased == 0 && status.uncertain == 0;
    std::string says = "nothing is under way";
    if (leased > 0) {
        says = fmt::format("{} being worked on: a stop lets them end, and nothing is lost", leased);
    } else if (status.uncertain > 0) {
        says = fmt::format(
            "{} writes are not settled: the next start goes on with them, and nothing is lost",
            status.uncertain
        );
    }
    return {{"now", quiet}, {"says", says}};
}

json::object links_json(const Status& status) {
    json::object links;
    for (const LinkState state : {LinkState::linked, LinkState::orphaned, LinkState::before}) {
        const auto found = status.links.find(state);
        links[to_text(state)] = found == status.links.end() ? 0 : found->second;
    }
    return links;
}

json::object webhook_json(store::Connection& connection, const Status& status) {
    const auto last = parse_time(
        store::find_setting(connection, std::string{store::webhook_received}).value_or("")
    );
    json::value own = nullptr;
    if (status.webhook) {
        own = json::object{
            {"id", status.webhook->id},
            {"expires", time_json(status.webhook->expires)},
            {"says", status.webhook->says}};
    }
    return {{"last_received", time_json(last)}, {"own", std::move(own)}};
}

json::value cursor_json(const std::optional<store::Cursor>& cursor) {
    return cursor ? time_json(cursor->at) : json::value(nullptr);
}

}  // namespace

json::object Now::read(store::Connection& connection, Instant now) {
    const Status status = load_status(connection);
    const auto oldest = store::oldest_hint(connection);
    json::object whole{
        {"version", facts_.version},
        {"at", time_json(now)},
        {"oms", facts_.oms},
        {"shadow", facts_.shadow},
        {"database", facts_.database},
        {"remotes", remotes_json(status, facts_, now)},
        {"queue", queue_json(status.queue)},
        {"lag_seconds", oldest ? seconds(std::max(now - oldest->second, Duration{0})) : 0.0},
        {"oldest", nullptr},
        {"flow", flow_.read(connection, now)},
        {"in_flight", in_flight_json(connection)},
        {"next", next_json(connection)},
        {"safe_to_stop", safe_to_stop(status)},
        {"links", links_json(status)},
        {"uncertain", status.uncertain},
        {"attention", status.attention},
        {"events_read_to", cursor_json(status.events)},
        {"issues_polled", cursor_json(status.issues)},
        {"sweep", status.sweep ? json::value(sweep_json(*status.sweep)) : json::value(nullptr)},
        {"processes", processes_json(status, now)},
        {"webhook", webhook_json(connection, status)}};
    if (oldest) {
        whole["oldest"] =
            json::object{{"key", oldest->first}, {"since", time_json(oldest->second)}};
    }
    return whole;
}

}  // namespace oms::ops
