#pragma once

#include <atomic>

#include "base/clock.hpp"
#include "store/database.hpp"

namespace oms::app {

/// The time that all processes on one database go by: the database's, where it has one of its own, so
/// that machines whose clocks differ by minutes agree on leases and on what is due. Between two
/// looks, and while the database is away, it goes on by this machine's steady time: setting the
/// machine's clock changes nothing. May be used from any thread.
class SharedClock final : public Clock {
public:
    Instant now() override;
    Duration steady() override { return system_.steady(); }

    /// Looks at the database's clock. Throws DatabaseError where it is away.
    void follow(store::Database& database);
    /// How far the database's time was ahead of this machine's when it was last looked at; nothing
    /// where this machine's rules.
    [[nodiscard]] std::optional<Duration> ahead();

private:
    SystemClock system_;
    std::atomic<bool> follows_{false};
    std::atomic<std::int64_t> offset_{0};  ///< microseconds from the steady time to the database's
    std::atomic<std::int64_t> ahead_{0};
};

}  // namespace oms::app
