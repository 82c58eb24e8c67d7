#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/log.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "store/database.hpp"
#include "store/state.hpp"

namespace oms::jobs {

struct RetrySettings {
    Duration base = std::chrono::seconds{1};
    Duration max = std::chrono::minutes{5};
};

/// What one remote permits right now, shared by all workers. Its trouble makes only its own work
/// wait. Every change is written to the table `remote`, for `status`. May be used from any thread.
///
///   working ──3 failures in a row──▶ waiting (backoff) ──time──▶ working
///   working ──429, Retry-After─────▶ throttled ──time──▶ working
///   working ──401, CAPTCHA…────────▶ paused ──a probe succeeds──▶ working
class Gate {
public:
    Gate(
        std::string remote,
        RetrySettings retry,
        store::Database& database,
        Random& random,
        Log log
    );

    /// Why nothing may be sent now, with the time to wait; nothing where the way is free.
    std::optional<Error> closed(Instant now);
    void succeeded(Instant now);
    void failed(const Error& error, Instant now);

    /// What another process wrote down of this remote: its throttling is ours too, and where it was
    /// refused we need not be refused as well. A pause of our own ends by our own probe alone, one that
    /// we heard of also when we hear that the remote works again.
    void hear(const store::RemoteState& told, Instant now);

    /// True once when a paused side may be asked again who we are: at most once a minute.
    bool take_probe(Instant now);
    [[nodiscard]] bool paused() const;
    /// How long it was in each state as far as this process has seen, up to now; never less than before.
    std::map<std::string, Duration> spent(Instant now);
    [[nodiscard]] const std::string& remote() const { return state_.name; }

private:
    void follow_clock(Instant now);
    void account(Instant now);
    void become(const std::string& state, Instant until, const std::string& says, Instant now);

    RetrySettings retry_;
    store::Database& database_;
    Random& random_;
    Log log_;
    mutable std::mutex mutex_;  // guards what follows
    store::RemoteState state_;
    int failures_ = 0;
    Obstacle obstacle_ = Obstacle::none;  ///< why it is not asked now
    Duration wait_ = {};                  ///< how long `until` was ahead when it was set
    Instant next_probe_ = {};
    std::string heard_before_ = {};  ///< the state that was last heard of; empty: none yet
    bool heard_ = false;  ///< the pause is another process's, who asks more often than we
    Instant last_saved_ = {};
    std::map<std::string, Duration> spent_ = {
        {"working", {}},
        {"waiting", {}},
        {"throttled", {}},
        {"paused", {}}};
    std::optional<Instant> spent_until_ = std::nullopt;
};

}  // namespace oms::jobs
