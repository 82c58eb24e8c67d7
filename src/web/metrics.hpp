#pragma once

#include <memory>
#include <string>

#include "store/database.hpp"

namespace oms::web {

/// What Prometheus is told. Counters count in this process; queue, links and remotes are read from
/// the store when asked. May be used from any thread.
class Metrics {
public:
    explicit Metrics(const std::string& version);
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    void count_trigger(const std::string& result);
    void count_webhook(const std::string& result);
    /// One request to a remote; `status` 0 where there was no answer.
    void
    count_request(const std::string& remote, const std::string& method, int status, double seconds);

    /// The text format; queue and remotes as `database` has them.
    std::string text(store::Database& database);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace oms::web
