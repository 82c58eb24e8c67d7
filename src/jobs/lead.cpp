#include "jobs/lead.hpp"

#include "store/leader.hpp"
#include "store/subjects.hpp"

namespace oms::jobs {

class Lead::Proven final : public store::Database {
public:
    explicit Proven(Lead& lead) : lead_{lead} {}

    void write(const store::Work& work) override {
        lead_.database_.write([&](store::Connection& connection) {
            prove(connection);
            work(connection);
        });
    }
    void write_later(store::Work work, std::function<void(std::exception_ptr)> done) override {
        lead_.database_.write_later(
            [this, work = std::move(work)](store::Connection& connection) {
                prove(connection);
                work(connection);
            },
            std::move(done)
        );
    }
    void read(const store::Work& work) override { lead_.database_.read(work); }
    bool commit_waiting(std::chrono::milliseconds wait) override {
        return lead_.database_.commit_waiting(wait);
    }
    void stop() override { lead_.database_.stop(); }
    std::optional<Instant> time() override { return lead_.database_.time(); }
    [[nodiscard]] std::string description() const override { return lead_.database_.description(); }

private:
    void prove(store::Connection& connection) {
        store::prove_lead(connection, lead_.settings_.name, lead_.settings_.owner, lead_.fence_);
    }

    Lead& lead_;
};

Lead::Lead(LeadSettings settings, store::Database& database, Clock& clock, Log log)
    : settings_{std::move(settings)},
      database_{database},
      clock_{clock},
      log_{std::move(log)},
      proven_{std::make_unique<Proven>(*this)} {}

Lead::~Lead() = default;

Instant Lead::turn(Instant now) {
    const bool before = ours();
    const Duration began = clock_.steady();
    const auto fence = store::write(database_, [&](store::Connection& connection) {
        const auto leader = store::find_leader(connection, settings_.name);
        // Asked first: a follower writes nothing.
        const bool taken = leader && leader->owner != settings_.owner && leader->until > now &&
                           leader->until <= now + 2 * settings_.length;
        if (taken) return std::optional<std::int64_t>{};
        return store::take_lead(
            connection, settings_.name, settings_.owner, now, now + settings_.length
        );
    });
    if (fence) {
        const bool newly = !before || *fence != fence_;
        fence_ = *fence;
        valid_until_ = (began + settings_.length).count();
        if (newly) {
            news_ = true;
            log_.info("leads: polls, sweeps and keeps house", {{"owner", settings_.owner}});
        }
        return now + settings_.length / 3;
    }
    valid_until_ = 0;
    if (before) log_.warning("another process leads now", {{"owner", settings_.owner}});
    return now + settings_.length / 6;
}

bool Lead::ours() const { return clock_.steady().count() < valid_until_; }

bool Lead::take_news() { return news_.exchange(false); }

void Lead::give_up() {
    valid_until_ = 0;
    database_.write([&](store::Connection& connection) {
        store::give_up_lead(connection, settings_.name, settings_.owner);
    });
}

}  // namespace oms::jobs
