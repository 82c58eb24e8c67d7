#pragma once

#include <atomic>
#include <string>

#include "base/clock.hpp"
#include "store/database.hpp"
#include "web/metrics.hpp"
#include "web/router.hpp"

namespace oms::web {

/// `/healthz`, `/readyz`, `/metrics`. Reads the store from a thread of its own kind: the answers
/// are made by the committing thread, so that a slow database does not hold up the server.
class Health {
public:
    Health(store::Database& database, Metrics& metrics, std::string version);

    void add_to(Router& router);
    /// From now on not ready: another process takes the traffic.
    void drain() { draining_ = true; }

private:
    http::Response ready();

    store::Database& database_;
    Metrics& metrics_;
    std::string version_;
    std::atomic<bool> draining_{false};
};

}  // namespace oms::web
