#include "wake/redis_pace.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <thread>

#include "wake/carrier.hpp"
#include "wake/redis.hpp"
#include "wake/redis_scripts.hpp"

namespace oms::wake {
namespace {

using namespace std::chrono_literals;

/// How long a Redis that does not work is left alone; how often one that does is looked at.
constexpr auto ask_again = 2s;
/// After a flush the turns of others are unknown: they are taken to be at most so far ahead.
constexpr Duration flushed_wait_max = 2s;

std::string micros(Duration time) { return std::to_string(time.count()); }

/// What is known of a remote beside its limit.
struct Lane {
    std::uint64_t connection = 0;  ///< over which Redis was last asked
    bool known = false;            ///< to Redis, once: that it knows of no turn means a flush
    Duration most = {};            ///< the longest wait that was ever asked for
    bool pause_unsaid = false;     ///< its last pause did not reach Redis
};

struct Called {
    RedisReply reply;
    Duration took;  ///< from sending it
};

struct Answer {
    std::optional<Duration> wait;
    Duration paused;
};

/// What a turn's script is given.
struct Question {
    Duration spacing = {};
    Duration most = {};
    Duration unknown = {};
    Duration mine = {};
    bool rejoined = false;
    Duration paused = {};
};

/// The script is sent whole each time: that a restart or a fail-over forgot it is no case of its
/// own then.
RedisCommand command_of(const std::string& key, const Question& question) {
    return {
        "EVAL",
        lua::turn,
        "1",
        key,
        micros(question.spacing),
        micros(question.most),
        micros(question.unknown),
        micros(question.mine),
        question.rejoined ? "1" : "0",
        micros(question.paused),
        micros(ahead_max + 1s)};
}

}  // namespace

struct RedisPace::Impl {
    Impl(RedisAddress redis_address, std::string key_prefix, LocalPace& local_pace, Log log)
        : address{std::move(redis_address)},
          prefix{std::move(key_prefix)},
          local{local_pace},
          carrier{to_text(address), "pace", std::move(log)} {}

    [[nodiscard]] std::string key(const std::string& remote) const {
        return prefix + ":pace:" + remote;
    }
    /// Does what the next turn will do, to a key of its own.
    [[nodiscard]] RedisCommand probe() const {
        return command_of(prefix + ":pace", {.spacing = 1us, .most = ahead_max});
    }
    std::optional<Called> call(const RedisCommand& command);
    std::optional<Answer> ask(const std::string& remote, Duration spacing, Duration most);
    void say_pause(const std::string& remote, Duration length);
    void keep();
    void connect();

    const RedisAddress address;
    const std::string prefix;
    LocalPace& local;
    Carrier carrier;
    Signal stop;

    std::mutex mutex;  // guards what follows; `redis` while busy is the caller's that made it busy
    std::condition_variable freed;
    bool busy = false;
    std::optional<Redis> redis;
    std::uint64_t connection = 0;  ///< counts them
    std::map<std::string, Lane> lanes;

    std::thread keeper;
};

/// The answer; nothing where Redis does not work, or others wait for it too long already.
std::optional<Called> RedisPace::Impl::call(const RedisCommand& command) {
    const Deadline deadline = std::chrono::steady_clock::now() + command_time_max;
    std::unique_lock lock{mutex};
    freed.wait_until(lock, deadline, [this] { return !busy; });
    if (busy || !redis) return std::nullopt;
    busy = true;
    lock.unlock();
    const auto sent_at = std::chrono::steady_clock::now();
    auto answer = redis->ask(command, deadline);
    const auto took = std::chrono::steady_clock::now() - sent_at;
    lock.lock();
    busy = false;
    freed.notify_all();
    if (answer) return Called{std::move(*answer), std::chrono::duration_cast<Duration>(took)};
    // What refuses us now, a replica, say, may be another server by the next connection.
    redis.reset();
    if (answer.error().kind != ErrorKind::shutdown) carrier.fails(answer.error().says);
    return std::nullopt;
}

std::optional<Answer>
RedisPace::Impl::ask(const std::string& remote, Duration spacing, Duration most) {
    Lane lane;
    std::uint64_t over = 0;
    {
        const std::scoped_lock lock{mutex};
        if (!redis) return std::nullopt;
        Lane& its = lanes[remote];
        its.most = std::max(its.most, most);
        lane = its;
        over = connection;
    }
    if (lane.pause_unsaid) say_pause(remote, local.paused_for(remote));
    const Duration flushed = lane.known ? std::min(lane.most, flushed_wait_max) : Duration{0};
    const auto called = call(command_of(
        key(remote),
        {.spacing = spacing,
         .most = most,
         .unknown = std::max(spacing, flushed),
         .mine = local.ahead(remote),
         .rejoined = lane.connection != over,
         .paused = local.paused_for(remote)}
    ));
    if (!called || called->reply.list.size() != 2) return std::nullopt;
    const Duration wait{called->reply.list[0].number};
    Answer answer{.wait = std::nullopt, .paused = Duration{called->reply.list[1].number}};
    const bool sound =
        wait <= std::max(most, Duration{0}) && answer.paused >= 0us && answer.paused <= pause_max;
    if (!sound) return std::nullopt;  // whatever somebody wrote into that key
    local.set_pause(remote, answer.paused);
    if (wait >= 0us) {
        // Redis looked at its clock at some time meanwhile: in the middle, as far as can be told.
        answer.wait = std::max<Duration>(wait - called->took / 2, 0us);
        local.follow(remote, *answer.wait);
    }
    const std::scoped_lock lock{mutex};
    lanes[remote].connection = over;
    if (spacing > 0us) lanes[remote].known = true;
    return answer;
}

void RedisPace::Impl::say_pause(const std::string& remote, Duration length) {
    const bool said = call({"EVAL", lua::pause, "1", key(remote), micros(length)}).has_value();
    const std::scoped_lock lock{mutex};
    lanes[remote].pause_unsaid = !said;
}

void RedisPace::Impl::keep() {
    do {
        bool connected = false;
        {
            const std::scoped_lock lock{mutex};
            connected = redis.has_value();
        }
        if (!connected) connect();
        // Else one that goes away while nothing is sent would be told as working. This only reads.
        if (connected) call(command_of(prefix + ":pace", {.most = Duration{-1}}));
    } while (!stop.wait(ask_again));
}

/// A Redis that permits to read only, or is full, is found out here, and not at the next turn.
void RedisPace::Impl::connect() {
    auto opened = open_redis(address, "oms-jira:pace", stop);
    const auto tried = opened ? opened->ask(probe()) : Result<RedisReply>{Failure{opened.error()}};
    if (!tried) {
        if (tried.error().kind != ErrorKind::shutdown) carrier.fails(tried.error().says);
        return;
    }
    const std::scoped_lock lock{mutex};
    redis.emplace(std::move(*opened));
    ++connection;
    carrier.works();
}

RedisPace::RedisPace(RedisAddress address, std::string prefix, LocalPace& local, Log log)
    : impl_{std::make_unique<Impl>(std::move(address), std::move(prefix), local, std::move(log))} {
    impl_->keeper = std::thread{[this] { impl_->keep(); }};
}

RedisPace::~RedisPace() {
    impl_->stop.raise();
    impl_->keeper.join();
}

std::optional<Duration> RedisPace::reserve(const std::string& remote, Duration most) {
    const Duration wait_max = std::min(most, ahead_max);
    const auto answer = impl_->ask(remote, spacing_of(impl_->local.per_second(remote)), wait_max);
    return answer ? answer->wait : impl_->local.reserve(remote, most);
}

void RedisPace::pause(const std::string& remote, Duration length) {
    impl_->local.pause(remote, length);
    impl_->say_pause(remote, std::clamp(length, Duration{0}, pause_max));
}

Duration RedisPace::paused_for(const std::string& remote) {
    const auto answer = impl_->ask(remote, Duration{0}, Duration{-1});
    return answer ? answer->paused : impl_->local.paused_for(remote);
}

CarrierState RedisPace::state() const { return impl_->carrier.state(); }

}  // namespace oms::wake
