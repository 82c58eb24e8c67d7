#include "ops/sweeps.hpp"

#include "store/views.hpp"

namespace oms::ops {

json::object sweep_json(const store::Sweep& sweep) {
    return {
        {"id", sweep.id},
        {"started_at", time_json(sweep.started_at)},
        {"ended_at", time_json(sweep.ended_at)},
        {"phase", sweep.phase},
        {"position", sweep.position},
        {"compared", sweep.compared},
        {"differed", sweep.differed},
        {"says", sweep.says}};
}

std::optional<json::object>
sweeps_json(store::Connection& connection, const Facts& facts, const Page& page) {
    const auto before = cursor_number(page.cursor);
    if (!before) return std::nullopt;
    const auto sweeps = store::sweeps_before(connection, *before, page.limit);
    json::array items;
    for (const store::Sweep& sweep : sweeps)
        items.push_back(sweep_json(sweep));
    const bool more = sweeps.size() == static_cast<std::size_t>(page.limit);
    json::object whole =
        list_json(std::move(items), more ? std::to_string(sweeps.back().id) : std::string{});
    const auto last = store::last_sweep(connection);
    const bool running = last && !last->ended_at;
    whole["running"] = running ? json::value(sweep_json(*last)) : json::value(nullptr);
    auto began = last ? std::optional{last->started_at} : std::nullopt;
    if (!last) began = parse_time(store::find_setting(connection, "first_start").value_or(""));
    whole["next_at"] =
        running || !began ? json::value(nullptr) : time_json(*began + facts.sweep_interval);
    whole["interval_seconds"] = seconds(facts.sweep_interval);
    return whole;
}

bool start_sweep(store::Connection& connection, Instant now) {
    const auto last = store::last_sweep(connection);
    if (last && !last->ended_at) return false;
    store::start_sweep(connection, now);
    return true;
}

}  // namespace oms::ops
