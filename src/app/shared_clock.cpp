#include "app/shared_clock.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;

/// An answer that took longer says too little about when it was given.
constexpr Duration round_trip_max = 1s;
constexpr int looks_max = 3;
/// Beyond half a round trip: what two looks may differ by without the clock having been set.
constexpr Duration tolerance = 5ms;

}  // namespace

Instant SharedClock::now() {
    if (!follows_) return system_.now();
    return Instant{system_.steady() + Duration{offset_.load()}};
}

void SharedClock::follow(store::Database& database) {
    for (int look = 1; look <= looks_max; ++look) {
        const Duration before = system_.steady();
        const auto told = database.time();
        if (!told) return;
        const Duration took = system_.steady() - before;
        if (took > round_trip_max && look < looks_max) continue;
        const Duration offset = told->time_since_epoch() - (before + took / 2);
        ahead_ = (*told - system_.now()).count();
        const Duration moved = std::chrono::abs(offset - Duration{offset_.load()});
        if (!follows_ || moved > took / 2 + tolerance) offset_ = offset.count();
        follows_ = true;
        return;
    }
}

std::optional<Duration> SharedClock::ahead() {
    if (!follows_) return std::nullopt;
    return Duration{ahead_.load()};
}

}  // namespace oms::app
