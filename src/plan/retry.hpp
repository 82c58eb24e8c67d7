#pragma once

#include "base/clock.hpp"

namespace oms::plan {

/// Exponential, with jitter: base·2^(attempt−1), at most `max`, times 0.5 to 1. `chance` in [0, 1).
Duration backoff(Duration base, Duration max, int attempt, double chance);

/// How long something in attention waits before it is tried again by itself: 1 h, doubling to 24 h.
Duration attention_retry(int refusals);

/// So many refusals in a row make it a case for a person.
inline constexpr int refusals_before_attention = 3;

}  // namespace oms::plan
