#include "wake/redis_relay.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include <poll.h>

#include "base/random.hpp"
#include "wake/carrier.hpp"
#include "wake/redis.hpp"

namespace oms::wake {
namespace {

using namespace std::chrono_literals;

constexpr std::array topics{Topic::work, Topic::events};
constexpr auto ping_interval = 10s;
/// An answer may stand behind many rings.
constexpr auto ping_answer_max = 2s;
constexpr std::chrono::milliseconds reconnect_first = 100ms;
constexpr std::chrono::milliseconds reconnect_max = 5s;

Deadline in(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

class RedisRelay final : public Relay {
public:
    RedisRelay(RedisAddress address, std::string prefix, Listener listener, Log log)
        : address_{std::move(address)},
          prefix_{std::move(prefix)},
          listener_{std::move(listener)},
          carrier_{to_text(address_), "rings", std::move(log)},
          me_{random_hex_32(random_)} {
        thread_ = std::thread{[this] { run(); }};
    }
    ~RedisRelay() override {
        stop_.raise();
        thread_.join();
    }
    RedisRelay(const RedisRelay&) = delete;
    RedisRelay& operator=(const RedisRelay&) = delete;

    void ring(Topic topic) override {
        rung_[static_cast<std::size_t>(topic)] = true;
        rang_.raise();
    }
    [[nodiscard]] CarrierState state() const override { return carrier_.state(); }

private:
    /// Both, since a connection that is subscribed takes no other command.
    struct Session {
        Redis rings;  ///< ours, out
        Redis hears;  ///< those of others, in
        Deadline next_ping;
        Deadline pong_until;  ///< while `pinged`
        bool pinged = false;
    };

    void run();
    Error serve();
    Result<Session> open();
    Result<void> hear(Session& session);
    Result<void> publish(Session& session);
    Result<void> ping(Session& session);
    [[nodiscard]] std::string channel(Topic topic) const {
        return prefix_ + ":" + std::string{to_text(topic)};
    }

    const RedisAddress address_;
    const std::string prefix_;
    const Listener listener_;
    Carrier carrier_;
    SystemRandom random_;
    const std::string me_;  ///< in each ring, so that we do not hear our own
    Signal stop_;
    Signal rang_;
    std::array<std::atomic<bool>, topics.size()> rung_{};
    std::chrono::milliseconds pause_ = reconnect_first;  // only the thread's
    std::thread thread_;
};

void RedisRelay::run() {
    while (true) {
        const Error ended = serve();
        if (ended.kind == ErrorKind::shutdown) return;
        carrier_.fails(ended.says);
        const double part = 0.5 + random_.fraction() / 2;
        const auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(pause_ * part);
        pause_ = std::min(pause_ * 2, reconnect_max);
        if (stop_.wait(pause)) return;
    }
}

/// Carries until it cannot any more, and says why.
Error RedisRelay::serve() {
    auto session = open();
    if (!session) return session.error();
    // Before it is said to work: one that may not publish would come and go.
    const auto sent = publish(*session);
    if (!sent) return sent.error();
    carrier_.works();
    for (const Topic topic : topics)
        listener_(topic);
    while (true) {
        for (const auto act : {&RedisRelay::hear, &RedisRelay::publish, &RedisRelay::ping}) {
            const auto done = (this->*act)(*session);
            if (!done) return done.error();
        }
        pause_ = reconnect_first;
        std::array<pollfd, 3> waits{
            pollfd{.fd = session->hears.fd(), .events = POLLIN, .revents = 0},
            pollfd{.fd = rang_.fd(), .events = POLLIN, .revents = 0},
            pollfd{.fd = stop_.fd(), .events = POLLIN, .revents = 0}};
        const Deadline until = session->pinged ? session->pong_until : session->next_ping;
        ::poll(waits.data(), waits.size(), poll_time(until));
        if (stop_.raised()) return {.kind = ErrorKind::shutdown, .says = "we are stopping"};
    }
}

Result<RedisRelay::Session> RedisRelay::open() {
    auto rings = open_redis(address_, "oms-jira:rings", stop_);
    if (!rings) return Failure{rings.error()};
    auto hears = open_redis(address_, "oms-jira:hears", stop_);
    if (!hears) return Failure{hears.error()};
    for (const Topic topic : topics) {
        const auto subscribed = hears->ask({"SUBSCRIBE", channel(topic)});
        if (!subscribed) return Failure{subscribed.error()};
    }
    return Session{
        .rings = std::move(*rings),
        .hears = std::move(*hears),
        .next_ping = in(ping_interval),
        .pong_until = {}};
}

Result<void> RedisRelay::hear(Session& session) {
    std::array<bool, topics.size()> heard{};
    while (true) {
        const auto came = session.hears.arrived();
        const bool refused = !came && came.error().kind == ErrorKind::refused;
        if (!came && !refused) return Failure{came.error()};
        if (came && !*came) break;
        session.pinged = false;
        session.next_ping = in(ping_interval);
        if (refused) continue;
        const auto& parts = (*came)->list;  // message, channel, who rang
        if (parts.size() != 3 || parts[0].text != "message" || parts[2].text == me_) continue;
        for (std::size_t i = 0; i < topics.size(); ++i)
            heard[i] = heard[i] || parts[1].text == channel(topics[i]);
    }
    for (std::size_t i = 0; i < topics.size(); ++i) {
        if (heard[i]) listener_(topics[i]);
    }
    return {};
}

Result<void> RedisRelay::publish(Session& session) {
    rang_.lower();
    for (std::size_t i = 0; i < topics.size(); ++i) {
        if (!rung_[i].exchange(false)) continue;
        const auto sent = session.rings.ask({"PUBLISH", channel(topics[i]), me_});
        if (sent) continue;
        rung_[i] = true;
        return Failure{sent.error()};
    }
    return {};
}

/// Only silence is asked about. What may not PING answers that, too.
Result<void> RedisRelay::ping(Session& session) {
    const Deadline now = std::chrono::steady_clock::now();
    if (session.pinged && now >= session.pong_until)
        return failure(ErrorKind::outcome_unknown, "gives no sign of life");
    if (session.pinged || now < session.next_ping) return {};
    session.pinged = true;
    session.pong_until = now + ping_answer_max;
    const auto answer = session.rings.ask({"PING"});
    if (!answer && answer.error().kind != ErrorKind::refused) return Failure{answer.error()};
    return session.hears.send({"PING"}, in(command_time_max));
}

}  // namespace

std::unique_ptr<Relay>
make_redis_relay(RedisAddress address, std::string prefix, Relay::Listener listener, Log log) {
    return std::make_unique<RedisRelay>(
        std::move(address), std::move(prefix), std::move(listener), std::move(log)
    );
}

}  // namespace oms::wake
