#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "store/database.hpp"
#include "store/leader.hpp"

namespace oms::jobs {

struct LeadSettings {
    std::string name{store::leader_of_pollers};
    std::string owner = {};
    Duration length = std::chrono::seconds{30};
};

/// The lead among all processes of one database: who has it polls, sweeps and keeps house. Taken and
/// renewed by `turn`, in one thread; asked by any.
class Lead {
public:
    Lead(LeadSettings settings, store::Database& database, Clock& clock, Log log);
    ~Lead();
    Lead(const Lead&) = delete;
    Lead& operator=(const Lead&) = delete;

    /// Takes it where it is free, renews it where it is ours; when to be called next.
    Instant turn(Instant now);
    /// Whether it is surely ours, by the time that only goes forward: a process that was stopped for
    /// longer than the lease learns of it here.
    [[nodiscard]] bool ours() const;
    /// True once after it came to be ours.
    bool take_news();
    /// Lets another process have it at once.
    void give_up();

    /// The database, on which each write proves first that the lead is still ours, in its own
    /// transaction; throws store::LeaseLost where it is not.
    [[nodiscard]] store::Database& proven() { return *proven_; }

private:
    class Proven;

    LeadSettings settings_;
    store::Database& database_;
    Clock& clock_;
    Log log_;
    std::atomic<std::int64_t> fence_{0};
    std::atomic<std::int64_t> valid_until_{0};  // steady microseconds
    std::atomic<bool> news_{false};
    std::unique_ptr<store::Database> proven_;
};

}  // namespace oms::jobs
