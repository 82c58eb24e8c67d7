#pragma once

#include <mutex>
#include <string>

#include "base/log.hpp"
#include "wake/relay.hpp"

namespace oms::wake {

/// Keeps the state of what carries something (`what`: rings, pace), and logs once each way when it
/// changes. May be used from any thread.
class Carrier {
public:
    Carrier(std::string name, std::string what, Log log);

    void works();
    void fails(const std::string& says);
    [[nodiscard]] CarrierState state() const;

private:
    std::string what_;
    Log log_;
    mutable std::mutex mutex_;  // guards the two below
    CarrierState state_;
    bool told_ = false;  ///< of a failure, since it last worked
};

}  // namespace oms::wake
