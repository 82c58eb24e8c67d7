#include <algorithm>

#include <fmt/format.h>

#include "store/inbox.hpp"
#include "tests/simulation/world.hpp"

// How the world moves, a step at a time.
namespace oms::simulation {
namespace {

using namespace std::chrono_literals;

constexpr int depth_max = 2;

}  // namespace

bool World::sweep() {
    bool begun = false;
    survive([&] {
        try {
            process_->begin_sweep();
            begun = true;
        } catch (const store::DatabaseError&) {
            tell("the operator is told that the database does not work");
        }
    });
    return begun;
}

void World::lose_hints(bool lost) { hints_lost_ = lost; }

void World::begin_bursts() {
    network_.bursts = true;
    process_->use_inbox();
}

void World::during_next_write(const std::function<std::string()>& act) {
    network_.during_next_write = [this, act] {
        tell("* meanwhile " + act());
        deliver();
    };
}

void World::wait(Duration time) {
    const Instant until = clock_.now() + time;
    while (step(until)) {
    }
}

/// After a kill: the process is gone, and where the power failed, what the disk had not synced.
void World::revive() {
    ++verdict_.kills;
    process_.reset();
    if (disk_) {
        const bool power = disk_->power_failed();
        database_.reset();
        real_database_.reset();
        if (power) {
            ++verdict_.power_failures;
            disk_->power_on();
        } else {
            disk_->process_died();
        }
        open_database();
        tell(power ? "the power fails" : "the adapter is killed");
    } else {
        tell("the adapter is killed");
    }
    clock_.advance(std::chrono::milliseconds{random_.next() % 20'000});
}

void World::survive(const std::function<void()>& what) {
    try {
        what();
    } catch (const Killed&) {
        if (depth_ > 0) throw;  // the whole process is dead: let it fall from the outermost turn
        revive();
        start();
    }
}

bool World::run_a_turn() {
    std::vector<std::size_t> due;
    auto& turns = process_->turns();
    for (std::size_t i = 0; i < turns.size(); ++i) {
        if (!turns[i].busy && turns[i].next <= clock_.now()) due.push_back(i);
    }
    if (due.empty()) return false;
    // By index: nothing is added while a process lives.
    Process::Turn& turn = turns[due[random_.next() % due.size()]];
    turn.busy = true;
    // Rung while it runs, it is due again afterwards.
    const Instant never = Instant::max();
    turn.next = never;
    Instant next{};
    try {
        next = turn.run(clock_.now());
    } catch (const std::exception& error) {
        tell("a turn of " + turn.name + " broke: " + error.what());
        next = clock_.now() + 1s;
    }
    turn.busy = false;
    turn.next = std::min(turn.next, next);
    return true;
}

/// What was acknowledged is durable: an answer of success while the commit failed is a lie.
void World::receive(const http::Request& request) {
    const int failed_before = network_.commits_failed;
    const auto check = [&](int status) {
        if (status / 100 == 2 && network_.commits_failed != failed_before) {
            violate(
                "acknowledged is stored",
                fmt::format("a webhook was answered {}, though nothing was stored", status)
            );
        }
        if (status != 204 && status != 0) tell(fmt::format("  answered {}", status));
    };
    try {
        check(process_->receive(request));
    } catch (const Killed&) {
        check(process_->answered());
        throw;
    }
}

void World::trigger(const http::Request& request) {
    http::Request local = request;
    local.url = "/mp/trigger";
    process_->receive(local);
}

void World::deliver() {
    network_.deliver_late();
    for (const http::Request& request : market_.take_outgoing()) {
        if (hints_lost_) continue;
        tell("trigger");
        trigger(request);
    }
    for (const http::Request& webhook : jira_.take_outgoing()) {
        if (hints_lost_) continue;
        http::Request local = webhook;
        local.url = webhook.url.substr(webhook.url.find("/api/"));
        tell("webhook " + local.url.substr(0, local.url.find("secret")));
        receive(local);
        jira_.delivered(webhook, process_->answered());
    }
}

void World::people_act() {
    if (acts_left_ <= 0) return;
    --acts_left_;
    const Weather& weather = network_.weather;
    if (weather.poison_event > 0 && random_.fraction() < weather.poison_event) {
        people_.market_do("settings", {{"poison_events", 1}});
    }
    if (weather.event_lost > 0 && random_.fraction() < weather.event_lost) {
        people_.market_do("settings", {{"drop_events", 1}});
    }
    const std::string words = people_.act();
    if (!words.empty()) tell("* " + words);
}

void World::meanwhile() {
    if (depth_ >= depth_max || !process_) return;
    ++depth_;
    if (!network_.weather.far_jumps) skew();
    try {
        switch (random_.next() % 4) {
        case 0: people_act(); break;
        case 1: deliver(); break;
        default: run_a_turn(); break;
        }
    } catch (const Killed&) {
        --depth_;
        throw;
    }
    --depth_;
}

void World::set_clock(Duration by) {
    clock_.skew(by);
    // The adapter sleeps by the time that only goes forward.
    for (auto& turn : process_->turns()) {
        if (turn.next != Instant::max()) turn.next += by;
    }
    if (by < Duration{0}) process_->clock_was_set_back();
}

void World::skew() {
    if (network_.weather.clock_jump == 0 || random_.fraction() > network_.weather.clock_jump)
        return;
    const std::int64_t most = network_.weather.far_jumps ? 3 * 3600 : 120;
    const auto by = std::chrono::seconds{
        static_cast<std::int64_t>(random_.next() % static_cast<std::uint64_t>(2 * most)) - most};
    set_clock(by);
    tell(fmt::format("the clock jumps by {} s", by.count()));
}

Instant World::next_event(Instant until) {
    Instant next = until;
    for (const auto& turn : process_->turns())
        next = std::min(next, turn.next);
    // The remotes live in the true time.
    const Duration skew = clock_.now() - clock_.true_now();
    if (const auto late = network_.next_late()) next = std::min(next, *late + skew);
    if (const auto webhook = jira_.next_outgoing_at()) next = std::min(next, *webhook + skew);
    return next;
}

bool World::step(Instant until) {
    survive([this] { deliver(); });
    bool ran = false;
    survive([&] { ran = run_a_turn(); });
    if (ran) return true;
    const Instant next = next_event(until);
    if (next <= clock_.now()) {
        clock_.advance(1ms);
        return clock_.now() < until;
    }
    clock_.advance(next - clock_.now());
    return clock_.now() < until;
}

bool World::is_quiet() {
    bool quiet = true;
    for (const auto& turn : process_->turns())
        quiet = quiet && turn.next > clock_.now();
    const auto outgoing = jira_.next_outgoing_at();
    const bool sorted = store::read(*real_database_, store::count_inbox).hints == 0;
    return quiet && sorted && !outgoing && !network_.next_late();
}

}  // namespace oms::simulation
