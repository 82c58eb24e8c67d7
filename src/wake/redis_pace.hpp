#pragma once

#include <memory>

#include "base/log.hpp"
#include "wake/pace.hpp"
#include "wake/redis_address.hpp"
#include "wake/relay.hpp"

namespace oms::wake {

/// One pace for all processes, kept by Redis and its clock: turns of all of them are evenly spaced.
/// Where Redis is away, slower than `command_time_max`, or refuses (a replica, full, not
/// permitted), `local` has its say, as a process' share; Redis is asked again every two seconds by
/// a thread of its own. No call takes longer than twice `command_time_max`, or throws.
///
/// A Redis that restarts or is flushed permits no burst, as long as nobody was given a turn more
/// than two seconds ahead. While some processes reach Redis and others do not, up to twice the limit
/// is possible.
class RedisPace final : public Pace {
public:
    /// `prefix` begins all its keys, such as `oms-jira:1`: one for each OMS that shares this Redis.
    /// `local` knows the limits, and outlives this.
    RedisPace(RedisAddress address, std::string prefix, LocalPace& local, Log log);
    ~RedisPace() override;
    RedisPace(const RedisPace&) = delete;
    RedisPace& operator=(const RedisPace&) = delete;

    std::optional<Duration> reserve(const std::string& remote, Duration most) override;
    void pause(const std::string& remote, Duration length) override;
    Duration paused_for(const std::string& remote) override;
    [[nodiscard]] CarrierState state() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace oms::wake
