#pragma once

#include <memory>
#include <optional>

#include "app/settings.hpp"
#include "base/log.hpp"
#include "wake/pace.hpp"
#include "wake/redis_pace.hpp"

namespace oms::app {

/// The pace towards both remotes: of all processes together where Redis is, else this one's share.
class Paces {
public:
    Paces(const Settings& settings, Clock& clock, const Log& log);

    [[nodiscard]] wake::Pace& pace();
    /// How many processes share the limits while Redis does not count for them.
    void share_among(int processes) { local_.set_processes(processes); }
    /// Without Redis nothing that is limited is sent for so long.
    void hold(Duration length) { local_.hold(length); }
    /// Of Redis; nothing where none is configured.
    [[nodiscard]] std::optional<wake::CarrierState> state() const;

private:
    wake::LocalPace local_;
    std::unique_ptr<wake::RedisPace> shared_;
};

/// What begins this OMS's names in a Redis that others use too.
std::string redis_prefix(const Settings& settings);

}  // namespace oms::app
