#include "ops/flow.hpp"

#include <algorithm>

#include "store/views.hpp"

namespace oms::ops {
namespace {

constexpr std::int64_t minutes_shown = 60;
/// A change is recorded a moment after the time that it bears.
constexpr std::int64_t minutes_unsettled = 2;

Instant begin_of(std::int64_t minute) { return Instant{std::chrono::minutes{minute}}; }

}  // namespace

json::object Flow::read(store::Connection& connection, Instant now) {
    const std::int64_t last =
        std::chrono::floor<std::chrono::minutes>(now.time_since_epoch()).count();
    const std::int64_t first = last - minutes_shown + 1;
    // A clock that was set back makes all of it doubtful.
    if (!minutes_.empty() && minutes_.back().number > last) minutes_.clear();
    while (!minutes_.empty() && minutes_.front().number < first)
        minutes_.pop_front();
    while (!minutes_.empty() && minutes_.back().number > last - minutes_unsettled)
        minutes_.pop_back();
    const std::int64_t from = minutes_.empty() ? first : minutes_.back().number + 1;
    for (std::int64_t number = from; number <= last; ++number) {
        const auto [to_jira, to_marketplace] =
            store::carried(connection, begin_of(number), begin_of(number + 1));
        minutes_.push_back({.number = number, .to_jira = to_jira, .to_marketplace = to_marketplace}
        );
    }
    json::array to_jira;
    json::array to_marketplace;
    for (const Minute& minute : minutes_) {
        to_jira.push_back(minute.to_jira);
        to_marketplace.push_back(minute.to_marketplace);
    }
    return {
        {"minutes", minutes_shown},
        {"to_jira", std::move(to_jira)},
        {"to_marketplace", std::move(to_marketplace)}};
}

}  // namespace oms::ops
