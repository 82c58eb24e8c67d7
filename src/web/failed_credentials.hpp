#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"

namespace oms::web {

struct FailedCredentialsLimits {
    int failures_max = 10;  ///< of one address, in any `window`
    Duration window = std::chrono::seconds{60};
    /// More are forgotten, those first that failed longest ago.
    std::size_t addresses_max = 10'000;
    Duration log_interval = std::chrono::seconds{10};
};

/// Wrong credentials by the address they come from: whoever has sent too many is asked to wait. It
/// says nothing of right ones, which the doors always let in: others may share the address. Addresses of
/// one IPv6 network (/64) count as one, since whoever has one has all.
///
/// `now` is of a clock that only goes forward. For one thread: the server's.
class FailedCredentials {
public:
    explicit FailedCredentials(FailedCredentialsLimits limits = {}) : limits_{limits} {}

    /// Another failure from `peer`: how long it is asked to wait, where it has had too many.
    std::optional<std::chrono::seconds> count(const std::string& peer, Duration now);

    /// How long `peer` is asked to wait before what it sends is looked at; nothing where it may.
    [[nodiscard]] std::optional<std::chrono::seconds> waits(const std::string& peer, Duration now)
        const;

    /// How many failures there were since this last gave a number, where it is time for a line in the
    /// log.
    std::optional<std::int64_t> worth_telling(Duration now);

    [[nodiscard]] std::size_t addresses() const { return places_.size(); }

private:
    /// `paid_at`: when all failures of the address will have been forgotten.
    struct Address {
        std::string name;
        Duration paid_at;
    };

    FailedCredentialsLimits limits_;
    std::list<Address> addresses_;  ///< who failed last is at the end
    std::unordered_map<std::string, std::list<Address>::iterator> places_;
    std::int64_t untold_ = 0;
    std::optional<Duration> told_at_;
};

}  // namespace oms::web
