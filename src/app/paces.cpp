#include "app/paces.hpp"

#include <fmt/format.h>

namespace oms::app {

Paces::Paces(const Settings& settings, Clock& clock, const Log& log)
    : local_{
          clock,
          {{.remote = "marketplace", .per_second = settings.marketplace_rate},
           {.remote = "jira", .per_second = settings.jira_rate}}} {
    if (!settings.redis) return;
    shared_ =
        std::make_unique<wake::RedisPace>(*settings.redis, redis_prefix(settings), local_, log);
}

wake::Pace& Paces::pace() {
    if (shared_) return *shared_;
    return local_;
}

std::optional<wake::CarrierState> Paces::state() const {
    if (!shared_) return std::nullopt;
    return shared_->state();
}

std::string redis_prefix(const Settings& settings) {
    return fmt::format("oms-jira:{}", settings.plan.oms.value);
}

}  // namespace oms::app
