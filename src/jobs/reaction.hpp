#pragma once

#include <optional>

#include "base/result.hpp"
#include "jobs/gate.hpp"
#include "store/attention.hpp"
#include "store/subjects.hpp"

namespace oms::jobs {

/// What becomes of a subject whose turn failed.
struct Reaction {
    store::Again again = {};
    std::optional<store::Attention> attention = std::nullopt;
};

/// The one place where a failure's class decides. `chance` in [0, 1) is for jitter.
Reaction react(
    const Error& error,
    const store::Leased& leased,
    const RetrySettings& retry,
    Instant now,
    double chance
);

}  // namespace oms::jobs
