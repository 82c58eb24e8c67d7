#include "app/meter.hpp"

namespace oms::app {
namespace {

using Steady = std::chrono::steady_clock;

Duration since(Steady::time_point began) {
    return std::chrono::duration_cast<Duration>(Steady::now() - began);
}

std::string_view word_of(jobs::LookEnd end) {
    switch (end) {
    case jobs::LookEnd::agree: return "agree";
    case jobs::LookEnd::differ: return "differ";
    case jobs::LookEnd::failed: return "failed";
    }
    return "";
}

class MeteredDatabase final : public store::Database {
public:
    MeteredDatabase(store::Database& database, web::Metrics& metrics)
        : database_{database},
          metrics_{metrics} {}

    void write(const store::Work& work) override {
        const auto began = Steady::now();
        counting([&] { database_.write(work); });
        metrics_.observe_commit(since(began));
    }
    void write_later(store::Work work, std::function<void(std::exception_ptr)> done) override {
        const auto began = Steady::now();
        database_.write_later(
            std::move(work),
            [this, began, done = std::move(done)](const std::exception_ptr& error) {
                if (error) {
                    count(error);
                } else {
                    metrics_.observe_commit(since(began));
                }
                done(error);
            }
        );
    }
    void read(const store::Work& work) override {
        counting([&] { database_.read(work); });
    }
    bool commit_waiting(std::chrono::milliseconds wait) override {
        return database_.commit_waiting(wait);
    }
    void stop() override { database_.stop(); }
    std::optional<Instant> time() override {
        std::optional<Instant> time;
        counting([&] { time = database_.time(); });
        return time;
    }
    bool only_reads() override {
        bool reads = false;
        counting([&] { reads = database_.only_reads(); });
        return reads;
    }
    [[nodiscard]] std::string description() const override { return database_.description(); }

private:
    void counting(const std::function<void()>& work) {
        try {
            work();
        } catch (const store::DatabaseError& error) {
            metrics_.count_database_error(error.kind());
            throw;
        }
    }
    void count(const std::exception_ptr& error) {
        try {
            std::rethrow_exception(error);
        } catch (const store::DatabaseError& known) {
            metrics_.count_database_error(known.kind());
        } catch (const std::exception&) {
            // The work's own: the database did what it was asked to.
        }
    }

    store::Database& database_;
    web::Metrics& metrics_;
};

}  // namespace

void Meter::turn_ended(jobs::TurnEnd end, Duration took) const {
    metrics_.count_turn(to_text(end), took);
    if (end == jobs::TurnEnd::lost) metrics_.count_lease_lost();
}

void Meter::turn_failed(ErrorKind why) const { metrics_.count_turn_failure(why); }

void Meter::retried() const { metrics_.count_retry(); }

void Meter::looked(jobs::LookEnd end) const { metrics_.count_look(word_of(end)); }

void Meter::carried(store::WriteKind kind, Duration since_hint) const {
    metrics_.count_carried(kind, since_hint);
}

void Meter::wrote(store::WriteKind kind, store::WriteState state) const {
    metrics_.count_write(kind, state);
}

void Meter::conflicted() const { metrics_.count_conflict(); }

std::unique_ptr<store::Database> metered(store::Database& database, web::Metrics& metrics) {
    return std::make_unique<MeteredDatabase>(database, metrics);
}

}  // namespace oms::app
