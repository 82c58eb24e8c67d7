#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "http/transport.hpp"
#include "store/calls.hpp"
#include "store/database.hpp"
#include "wake/bell.hpp"

namespace oms::app {

/// How a request came about, for the record.
struct CallCircumstances {
    std::string remote = {};
    Instant at = {};
    Duration took = {};
    std::string on_behalf_of = {};
};

/// What is kept of a request and its answer: neither headers nor bodies nor what its query says.
store::RemoteCall call_of(
    const http::Request& request,
    const Result<http::Response>& response,
    const CallCircumstances& how
);

/// The requests to the remotes, kept until a turn of its own writes them down: at most once a
/// second, in one transaction. Where that does not work they are dropped, counted and told: they are
/// for people, and nothing waits for them. Any thread may add.
class CallRecord {
public:
    static constexpr std::size_t waiting_max = 2000;
    static constexpr std::int64_t kept = 20'000;

    /// `bell` is rung when there is something to write down.
    CallRecord(wake::Bell& bell, Log log) : bell_{bell}, log_{std::move(log)} {}

    /// Costs no more than a lock.
    void add(store::RemoteCall call);
    /// Writes down what there is; when to be called next. For one thread.
    Instant turn(store::Database& database, Instant now);
    /// The same at once.
    void write_down(store::Database& database);

private:
    wake::Bell& bell_;
    Log log_;
    std::mutex mutex_;  // guards the next
    std::vector<store::RemoteCall> waiting_;
    std::int64_t dropped_ = 0;
    Instant written_at_ = {};
    std::int64_t since_pruned_ = 0;
};

}  // namespace oms::app
