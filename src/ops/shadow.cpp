#include "ops/shadow.hpp"

#include <algorithm>
#include <map>

#include "store/views.hpp"

namespace oms::ops {
namespace {

/// Different sets of steps; what is beyond is seen in the list.
constexpr int kinds_max = 1000;
constexpr std::size_t steps_shown = 50;

/// The steps of a JSON array that may have been cut.
std::vector<std::string> steps_in(std::string text) {
    auto parsed = json::parse(text);
    while (!parsed && !text.empty()) {
        // Cut inside a step: up to the last whole one.
        const auto end = text.rfind("\",");
        if (end == std::string::npos) break;
        text.resize(end + 1);
        parsed = json::parse(text + "]");
    }
    std::vector<std::string> steps;
    if (!parsed) return steps;
    for (const json::value& step : json::elements(*parsed))
        steps.push_back(json::text_or_empty(step));
    return steps;
}

std::string advice(const Facts& facts, std::int64_t would, std::int64_t subjects) {
    if (!facts.shadow) return "shadow mode is off: set OMS_DRY_RUN=1 to see what would be done";
    if (subjects == 0) return "nothing was looked at yet: the first sweep looks at everything";
    if (would == 0)
        return "both sides are as this service would have them: take OMS_DRY_RUN away and start it "
               "again when the older integration is off";
    return "look through what would be done; when it is right, switch the older integration off, "
           "take OMS_DRY_RUN away and start this service again";
}

}  // namespace

json::object shadow_json(store::Connection& connection, const Facts& facts) {
    std::map<std::string, std::int64_t> counts;
    for (const auto& [would, count] : store::would_counts(connection, kinds_max))
        for (const std::string& step : steps_in(would))
            counts[step] += count;
    std::vector<std::pair<std::string, std::int64_t>> ranked{counts.begin(), counts.end()};
    std::ranges::stable_sort(ranked, [](const auto& a, const auto& b) {
        return a.second > b.second;
    });
    json::array steps;
    for (const auto& [step, count] : ranked) {
        if (steps.size() == steps_shown) break;
        steps.push_back(json::object{{"step", step}, {"count", count}});
    }
    const std::int64_t would = store::count_would(connection);
    const std::int64_t subjects = store::count_sights(connection);
    return {
        {"on", facts.shadow},
        {"subjects", subjects},
        {"would", would},
        {"steps", std::move(steps)},
        {"advice", advice(facts, would, subjects)}};
}

}  // namespace oms::ops
