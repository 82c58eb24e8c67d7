#include "plan/retry.hpp"

#include <algorithm>

namespace oms::plan {

using namespace std::chrono_literals;

Duration backoff(Duration base, Duration max, int attempt, double chance) {
    Duration wait = base;
    for (int i = 1; i < attempt && wait < max; ++i)
        wait *= 2;
    wait = std::min(wait, max);
    const auto jittered = static_cast<double>(wait.count()) * (0.5 + chance / 2);
    return Duration{static_cast<std::int64_t>(jittered)};
}

Duration attention_retry(int refusals) {
    Duration wait = 1h;
    for (int i = refusals_before_attention; i < refusals && wait < 24h; ++i)
        wait *= 2;
    return std::min<Duration>(wait, 24h);
}

}  // namespace oms::plan
