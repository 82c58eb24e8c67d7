#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace oms::wake {

/// What is rung for.
enum class Topic {
    work,    ///< there may be work
    events,  ///< the marketplace has news
};

inline std::string_view to_text(Topic topic) { return topic == Topic::work ? "work" : "events"; }

/// What a carrier says before its first attempt has ended: it is not away.
inline constexpr std::string_view not_connected_yet = "is not connected yet";

/// What carries rings or the pace between processes, for `status` and `/readyz`.
struct CarrierState {
    std::string name;  ///< `Redis at host:port`; never a password
    bool working = false;
    std::string says;  ///< why it does not work; empty while it does
    Instant since = {};
};

/// Carries rings to the other processes. An accelerator, never the truth: a ring may be lost.
class Relay {
public:
    /// Called from the relay's own thread at a ring of another process, and for every topic once
    /// after each (re)connection, since what was rung meanwhile was missed. It must return soon,
    /// and not throw.
    using Listener = std::function<void(Topic)>;

    virtual ~Relay() = default;
    /// Never blocks, never throws; coalesces. May be lost where the carrier is away. Any thread.
    virtual void ring(Topic topic) = 0;
    [[nodiscard]] virtual CarrierState state() const = 0;
};

}  // namespace oms::wake
