#pragma once

#include <functional>

#include "base/clock.hpp"
#include "store/database.hpp"

/// The seams at which the simulated world breaks: time and the database. The network is in
/// network.hpp.
namespace oms::simulation {

/// The process died. Not a std::exception: nothing in the product may catch it.
struct Killed {};

/// Moves only when the world moves it; the wall clock of one machine may also jump.
class SimClock final : public Clock {
public:
    Instant now() override { return now_ + skew_; }
    Duration steady() override { return now_.time_since_epoch(); }
    /// The true time, which the remotes live in.
    [[nodiscard]] Instant true_now() const { return now_; }
    void advance(Duration by) { now_ += by; }
    void skew(Duration by) { skew_ += by; }

private:
    Instant now_{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4} + std::chrono::hours{10}};
    Duration skew_{0};
};

/// The remotes' clock, which no skew of ours touches.
class TrueClock final : public Clock {
public:
    explicit TrueClock(SimClock& clock) : clock_{clock} {}
    Instant now() override { return clock_.true_now(); }
    Duration steady() override { return clock_.steady(); }

private:
    SimClock& clock_;
};

/// What may happen around a commit.
class CommitWeather {
public:
    virtual ~CommitWeather() = default;
    /// May throw Killed, or store::DatabaseError.
    virtual void before_commit() = 0;
    /// The same: what was committed is durable, whatever is thrown.
    virtual void after_commit() = 0;
};

/// The real database behind a seam: it survives the processes that use it.
class SeamDatabase final : public store::Database {
public:
    SeamDatabase(store::Database& real, CommitWeather& weather) : real_{real}, weather_{weather} {}

    /// Whether the machine's power has failed: nobody lives to see the error that came of it.
    std::function<bool()> power_failed = [] { return false; };

    void write(const store::Work& work) override {
        weather_.before_commit();
        alive([&] { real_.write(work); });
        weather_.after_commit();
    }
    void write_later(store::Work work, std::function<void(std::exception_ptr)> done) override {
        try {
            weather_.before_commit();
        } catch (const store::DatabaseError&) {
            return done(std::current_exception());
        }
        std::exception_ptr outcome;
        alive([&] {
            real_.write_later(std::move(work), [&](const std::exception_ptr& error) {
                outcome = error;
            });
        });
        try {
            weather_.after_commit();
        } catch (const store::DatabaseError&) {
            outcome = std::current_exception();
        }
        done(outcome);
    }
    void read(const store::Work& work) override {
        alive([&] { real_.read(work); });
    }
    bool commit_waiting(std::chrono::milliseconds wait) override {
        return real_.commit_waiting(wait);
    }
    void stop() override { real_.stop(); }
    [[nodiscard]] std::string description() const override { return real_.description(); }

private:
    void alive(const std::function<void()>& what) {
        try {
            what();
        } catch (const store::DatabaseError&) {
            if (!power_failed()) throw;
        }
        if (power_failed()) throw Killed{};
    }

    store::Database& real_;
    CommitWeather& weather_;
};

}  // namespace oms::simulation
