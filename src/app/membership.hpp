#pragma once

#include <functional>
#include <string>

#include "app/shared_clock.hpp"
#include "base/log.hpp"
#include "jobs/lead.hpp"
#include "store/database.hpp"
#include "store/processes.hpp"

namespace oms::app {

struct MemberSettings {
    std::string owner = {};
    std::string role = "serve";
    int workers = 0;  ///< none: it does not lead either
    Duration lease_length = std::chrono::seconds{30};
};

/// Renews what is leased to a process whose turns may last longer than a lease: a call that nobody
/// answers does. To be called at least thrice a lease.
void keep_leases(store::Database& database, const std::string& owner, Duration length, Instant now);

/// This process as one of several on a database: it goes by their time, keeps its leases alive while
/// it works, says that it is there, and leads where nobody else does.
class Membership {
public:
    Membership(MemberSettings settings, store::Database& database, SharedClock& clock, Log log);

    /// For one thread, every few seconds; when to be called next.
    Instant turn(Instant now);
    [[nodiscard]] jobs::Lead& lead() { return lead_; }
    /// Processes with workers that were seen a short while ago; at least one. From any thread.
    [[nodiscard]] int working_processes(Instant now) const;
    /// What `status` shows of this process beside its name: "" where all is well. Called in `turn`.
    void complain_by(std::function<std::string()> says) { says_ = std::move(says); }
    /// Hands over all that is still ours; what the database does not take expires by itself.
    void leave(Instant now);

private:
    void say_that_we_are_here(Instant now);

    MemberSettings settings_;
    store::Database& database_;
    SharedClock& clock_;
    Log log_;
    jobs::Lead lead_;
    std::function<std::string()> says_ = [] { return std::string{}; };
    Alarm next_look_at_clock_ = {};
    Alarm next_word_ = {};
    bool clock_told_ = false;
};

}  // namespace oms::app
