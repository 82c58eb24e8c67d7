#include "jobs/gate.hpp"

#include <algorithm>

#include "base/planted.hpp"
#include "plan/retry.hpp"

namespace oms::jobs {
namespace {

using namespace std::chrono_literals;

/// One entity that fails alone must not stop the host; three calls in a row are no accident.
constexpr int failures_before_waiting = 3;
constexpr Duration probe_interval = 1min;
/// Where another process asks, we ask only in case that it is no more.
constexpr Duration probe_interval_of_others = 3min;
constexpr Duration throttled_without_word = 5s;
/// How often a working remote's last success is written down.
constexpr Duration save_interval = 30s;

}  // namespace

Gate::Gate(
    std::string remote,
    RetrySettings retry,
    store::Database& database,
    Random& random,
    Log log
)
    : retry_{retry},
      database_{database},
      random_{random},
      log_{std::move(log)} {
    state_.name = std::move(remote);
}

std::optional<Error> Gate::closed(Instant now) {
    const std::scoped_lock lock{mutex_};
    if (state_.state == "working") return std::nullopt;
    follow_clock(now);
    if (state_.state == "paused") {
        const Duration wait = std::max<Duration>(next_probe_ - now, 1s);
        return Error{
            .kind = ErrorKind::unauthorized,
            .says = state_.says,
            .retry_after = std::chrono::ceil<std::chrono::milliseconds>(wait)};
    }
    if (now >= state_.until) return std::nullopt;
    return Error{
        .kind = ErrorKind::throttled,
        .says = state_.says,
        .retry_after = std::chrono::ceil<std::chrono::milliseconds>(state_.until - now),
        .obstacle = obstacle_};
}

void Gate::succeeded(Instant now) {
    const std::scoped_lock lock{mutex_};
    failures_ = 0;
    state_.last_success = now;
    follow_clock(now);
    // One that was under way when the remote asked us to wait tells nothing about that.
    if (state_.state == "throttled" && now < state_.until) return;
    const bool was_working = state_.state == "working";
    if (was_working && now - last_saved_ < save_interval) return;
    if (!was_working) log_.info("remote works again", {{"remote", state_.name}});
    become("working", {}, "", now);
}

void Gate::failed(const Error& error, Instant now) {
    const std::scoped_lock lock{mutex_};
    switch (error.kind) {
    case ErrorKind::unauthorized:
        if (state_.state == "paused") return;
        OMS_RARE("gate.paused");
        next_probe_ = now + probe_interval;
        log_.error(
            "remote refuses our credentials", {{"remote", state_.name}, {"says", error.says}}
        );
        return become("paused", {}, error.says, now);
    case ErrorKind::not_sent:
    case ErrorKind::outcome_unknown:
    case ErrorKind::throttled: break;
    case ErrorKind::refused:
    case ErrorKind::forbidden:
    case ErrorKind::missing:
        // It answered, and about one entity: the remote itself is well.
        failures_ = 0;
        return;
    case ErrorKind::shutdown: return;
    }
    if (state_.state == "paused") return;
    if (error.one_only) {
        failures_ = 0;
        return;
    }
    const bool told = error.retry_after && *error.retry_after > 0ms;
    if (told || error.kind == ErrorKind::throttled) {
        const Duration wait =
            error.retry_after ? Duration{*error.retry_after} : throttled_without_word;
        if (wait <= Duration{0}) return;
        OMS_RARE("gate.throttled");
        const bool ours = error.obstacle == Obstacle::ourselves;
        obstacle_ = ours ? Obstacle::ourselves : Obstacle::none;
        log_.warning("remote asks us to wait", {{"remote", state_.name}, {"wait", to_text(wait)}});
        return become("throttled", std::max(state_.until, now + wait), error.says, now);
    }
    ++failures_;
    if (failures_ < failures_before_waiting) return;
    const int attempt = failures_ - failures_before_waiting + 1;
    const Duration wait = plan::backoff(retry_.base, retry_.max, attempt, random_.fraction());
    OMS_RARE("gate.waits");
    log_.warning(
        "remote does not work",
        {{"remote", state_.name}, {"says", error.says}, {"failures", failures_}}
    );
    obstacle_ = error.obstacle == Obstacle::time ? Obstacle::time : Obstacle::away;
    become("waiting", now + wait, error.says, now);
}

void Gate::hear(const store::RemoteState& told, Instant now) {
    const std::scoped_lock lock{mutex_};
    if (told.name != state_.name) return;
    account(now);
    // What stood there when we began may be a dead process's last word.
    const bool news = !heard_before_.empty() && heard_before_ != told.state;
    heard_before_ = told.state;
    if (told.state == "throttled" && told.until > now && state_.state != "paused") {
        if (state_.state == "throttled" && told.until <= state_.until) return;
        state_.state = told.state;
        state_.says = told.says;
        state_.until = told.until;
        obstacle_ = Obstacle::none;
        wait_ = told.until - now;
    } else if (told.state == "paused" && state_.state != "paused" && news) {
        log_.warning("another process was refused", {{"remote", state_.name}, {"says", told.says}});
        state_.state = told.state;
        state_.says = told.says;
        heard_ = true;
        next_probe_ = now + probe_interval_of_others;
    } else if (told.state == "working" && state_.state == "paused" && heard_) {
        log_.info("remote works again", {{"remote", state_.name}});
        state_.state = told.state;
        state_.says.clear();
        heard_ = false;
    }
}

bool Gate::take_probe(Instant now) {
    const std::scoped_lock lock{mutex_};
    follow_clock(now);
    if (state_.state != "paused" || now < next_probe_) return false;
    next_probe_ = now + (heard_ ? probe_interval_of_others : probe_interval);
    return true;
}

bool Gate::paused() const {
    const std::scoped_lock lock{mutex_};
    return state_.state == "paused";
}

/// No wait is longer than it was when it began, unless the clock was set back since.
void Gate::follow_clock(Instant now) {
    state_.until = std::min(state_.until, now + wait_);
    next_probe_ = std::min(next_probe_, now + (heard_ ? probe_interval_of_others : probe_interval));
}

/// A clock that is set back adds nothing.
void Gate::account(Instant now) {
    spent_[state_.state] += std::max<Duration>(now - spent_until_.value_or(now), Duration{0});
    spent_until_ = now;
}

std::map<std::string, Duration> Gate::spent(Instant now) {
    const std::scoped_lock lock{mutex_};
    account(now);
    return spent_;
}

void Gate::become(const std::string& state, Instant until, const std::string& says, Instant now) {
    account(now);
    state_.state = state;
    state_.until = until;
    wait_ = std::max<Duration>(until - now, Duration{0});
    state_.says = says;
    heard_ = false;
    last_saved_ = now;
    database_.write_later(
        [saved = state_, now](store::Connection& connection) {
            store::put_remote(connection, saved, now);
        },
        // A state that could not be written is written at the next change; it decides nothing.
        [](const std::exception_ptr&) {}
    );
}

}  // namespace oms::jobs
