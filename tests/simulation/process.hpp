#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/agent.hpp"
#include "app/settings.hpp"
#include "tests/simulation/network.hpp"
#include "web/router.hpp"

namespace oms::simulation {

/// What a life finds around it, and what outlives it.
struct Surroundings {
    store::Database& database;
    SimClock& clock;
    Random& random;
    Network& network;
    Log log;
};

/// One life of `oms-jira serve`: the same rooms, wired as `app` wires them, with its turns called by
/// the world instead of threads. Destroyed at a kill; the database stays.
class Process {
public:
    Process(const app::Settings& settings, const Surroundings& around);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    struct Turn {
        std::string name;
        Instant next;
        bool busy = false;
        std::function<Instant(Instant)> run;
    };
    /// Any may be run when its time has come, in any order.
    [[nodiscard]] std::vector<Turn>& turns();

    /// A request to our server; the status, also where the process dies in it.
    int receive(const http::Request& request);
    [[nodiscard]] int answered() const;
    void begin_sweep();
    /// From now on each webhook counts as one of a burst.
    void use_inbox();
    /// As the service notices: what waits for a time of the old clock is woken, and once more a
    /// minute later, when whoever had the old time in hand has put it down.
    void clock_was_set_back();
    [[nodiscard]] bool sweep_running();
    [[nodiscard]] std::string metrics();
    void write_calls_down(store::Database& database);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace oms::simulation
