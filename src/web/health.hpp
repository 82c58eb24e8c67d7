#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/database.hpp"
#include "web/desk.hpp"
#include "web/metrics.hpp"
#include "web/router.hpp"

namespace oms::web {

/// Says of something beside the database how it is, for `/readyz`: `Redis at cache:6379`, `usable`.
using Dependency = std::function<std::pair<std::string, std::string>()>;

/// `/healthz`, `/readyz`, `/metrics`. What reads the store is answered from a thread of its own: a
/// database that is slow or away does not hold up the server.
class Health {
public:
    Health(store::Database& database, Clock& clock, Metrics& metrics, std::string version);

    /// Before the first request.
    void depends_on(Dependency dependency) { dependencies_.push_back(std::move(dependency)); }

    void add_to(Router& router);
    /// From now on not ready: another process takes the traffic.
    void drain() { draining_ = true; }
    /// Answers what waits, and nothing more.
    void stop() { desk_.stop(); }

private:
    http::Response ready();
    http::Response figures();

    store::Database& database_;
    Clock& clock_;
    Metrics& metrics_;
    std::string version_;
    std::vector<Dependency> dependencies_;
    std::atomic<bool> draining_{false};
    Desk desk_;
};

}  // namespace oms::web
