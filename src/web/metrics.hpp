#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/database.hpp"
#include "store/writes.hpp"
#include "web/figures.hpp"

namespace oms::web {

/// What Prometheus is told. Counters count in this process and are never set back; what stands in the
/// database, and what other rooms know, is read when asked. Every name is in docs/metrics.md. May be
/// used from any thread.
class Metrics {
public:
    explicit Metrics(const std::string& version);
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    void count_trigger(std::string_view result);
    void count_webhook(std::string_view result);
    void count_credential_failure(std::string_view door);
    /// From the webhook's arrival until its hint is durable.
    void observe_intake(Duration took);
    void count_hints(std::string_view source, std::int64_t count);
    void count_poll(std::string_view feed, bool worked, Instant now);

    void count_turn(std::string_view outcome, Duration took);
    void count_turn_failure(ErrorKind why);
    void count_retry();
    void count_lease_lost();
    void count_look(std::string_view outcome);
    void count_conflict();
    void count_write(store::WriteKind kind, store::WriteState state);
    void count_carried(store::WriteKind kind, Duration since_hint);

    /// One request to a remote; `status` 0 where there was no answer.
    void
    count_request(const std::string& remote, const std::string& method, int status, double seconds);
    /// What the remote last said of it.
    void set_rate_limit_remaining(const std::string& remote, double requests);

    void observe_commit(Duration took);
    void count_database_error(store::DatabaseError::Kind kind);

    /// Adds what is looked up whenever somebody asks.
    void ask(std::function<void(Figures&)> add);

    /// The text format; queue and remotes as `database` has them at `now`. Where it does not work,
    /// without these, and with oms_jira_database_up 0.
    std::string text(store::Database& database, Instant now);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace oms::web
