#include "wake/pace.hpp"

#include <algorithm>
#include <cmath>

namespace oms::wake {
namespace {

using namespace std::chrono_literals;

/// The slowest limit that is told from none at all.
constexpr Duration spacing_max = 24h;

}  // namespace

Duration spacing_of(double per_second) {
    if (!std::isfinite(per_second) || per_second <= 0) return Duration{0};
    const double whole = per_second < 1 ? per_second : std::floor(per_second);
    const Duration window = 1s + jitter_allowed;
    const double micros = static_cast<double>(window.count()) / whole;
    if (micros >= static_cast<double>(spacing_max.count())) return spacing_max;
    // One more: turns that span the window exactly would both be in it.
    return Duration{static_cast<Duration::rep>(micros) + 1};
}

LocalPace::LocalPace(Clock& clock, const std::vector<PaceSettings>& settings) : clock_{clock} {
    const Duration now = clock_.steady();
    for (const PaceSettings& one : settings)
        lanes_[one.remote] = {.per_second = one.per_second, .last = now, .paused_until = now};
}

void LocalPace::set_processes(int processes) {
    const std::scoped_lock lock{mutex_};
    processes_ = std::max(processes, 1);
    counted_at_ = clock_.steady();
}

void LocalPace::hold(Duration length) {
    const std::scoped_lock lock{mutex_};
    for (auto& [remote, lane] : lanes_)
        if (lane.per_second > 0) lane.last = std::max(lane.last, clock_.steady() + length);
}

std::optional<Duration> LocalPace::reserve(const std::string& remote, Duration most) {
    const std::scoped_lock lock{mutex_};
    Lane& its = lane(remote);
    const Duration now = clock_.steady();
    const Duration spacing = spacing_of(its.per_second / processes_);
    const bool uncounted = counted_at_ && now - *counted_at_ > count_age_max;
    if (uncounted && spacing > 0us) return std::nullopt;
    Duration turn = std::max(now, its.paused_until);
    if (spacing > 0us) turn = std::max(turn, its.last + spacing);
    if (turn - now > std::min(most, ahead_max)) return std::nullopt;
    its.last = turn;
    return turn - now;
}

void LocalPace::pause(const std::string& remote, Duration length) {
    const std::scoped_lock lock{mutex_};
    Lane& its = lane(remote);
    const Duration now = clock_.steady();
    its.paused_until =
        length > 0us ? std::max(its.paused_until, now + std::min(length, pause_max)) : now;
}

Duration LocalPace::paused_for(const std::string& remote) {
    const std::scoped_lock lock{mutex_};
    return std::max<Duration>(lane(remote).paused_until - clock_.steady(), 0us);
}

double LocalPace::per_second(const std::string& remote) const {
    const std::scoped_lock lock{mutex_};
    const auto found = lanes_.find(remote);
    return found == lanes_.end() ? 0 : found->second.per_second;
}

void LocalPace::follow(const std::string& remote, Duration turn) {
    const std::scoped_lock lock{mutex_};
    Lane& its = lane(remote);
    its.last = std::max(its.last, clock_.steady() + turn);
}

void LocalPace::set_pause(const std::string& remote, Duration length) {
    const std::scoped_lock lock{mutex_};
    lane(remote).paused_until = clock_.steady() + length;
}

Duration LocalPace::ahead(const std::string& remote) {
    const std::scoped_lock lock{mutex_};
    return std::max<Duration>(lane(remote).last - clock_.steady(), 0us);
}

LocalPace::Lane& LocalPace::lane(const std::string& remote) {
    const auto [found, fresh] = lanes_.try_emplace(remote);
    if (fresh) found->second.last = found->second.paused_until = clock_.steady();
    return found->second;
}

}  // namespace oms::wake
