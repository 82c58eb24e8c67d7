#include "jobs/worker.hpp"

#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "plan/retry.hpp"
#include "store/actions.hpp"
#include "store/journal.hpp"
#include "store/migrations.hpp"
#include "store/sqlite.hpp"
#include "store/subjects.hpp"

namespace oms::jobs {
namespace {

using namespace std::chrono_literals;
using store::Connection;

class SetClock final : public Clock {
public:
    Instant now() override { return wall; }
    Duration steady() override { return wall.time_since_epoch(); }

    Instant wall{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}};
};

/// Does what the test says.
class ScriptedWork final : public Work {
public:
    Outcome work(const store::Leased& leased) override { return script(leased); }
    bool is_old_news(Connection& /*connection*/, const store::Leased& leased) override {
        return old_news.contains(leased.subject);
    }

    std::function<Outcome(const store::Leased&)> script;
    std::set<Subject> old_news;
};

/// Where it lies, what it wrote is durable, and told to have failed: the connection broke in the commit.
class LyingDatabase final : public store::Database {
public:
    explicit LyingDatabase(store::Database& real) : real_{real} {}
    void write(const store::Work& work) override {
        real_.write(work);
        if (!std::exchange(lies, false)) return;
        throw store::DatabaseError{store::DatabaseError::Kind::broken, "the connection broke"};
    }
    void write_later(store::Work work, std::function<void(std::exception_ptr)> done) override {
        real_.write_later(std::move(work), std::move(done));
    }
    void read(const store::Work& work) override { real_.read(work); }
    bool commit_waiting(std::chrono::milliseconds wait) override {
        return real_.commit_waiting(wait);
    }
    void stop() override { real_.stop(); }
    [[nodiscard]] std::string description() const override { return real_.description(); }

    bool lies = false;

private:
    store::Database& real_;
};

class WorkerTest : public testing::Test {
protected:
    WorkerTest() {
        store::upgrade(*database_, clock_.wall);
        database_->write([&](Connection& connection) {
            store::add_hint(connection, {.subject = order_, .claims = {"m=7"}}, clock_.wall);
        });
    }
    [[nodiscard]] store::SubjectRow row() {
        return *store::read(*database_, [&](Connection& connection) {
            return store::find_subject(connection, order_);
        });
    }

    SetClock clock_;
    SeededRandom random_{1};
    Subject order_ = Subject::of(OrderId{{12}, {3}});
    std::unique_ptr<store::Database> database_ =
        store::open_sqlite(":memory:", store::OpenMode::create_if_missing, false);
    ScriptedWork work_;
    Worker
        worker_{{.owner = "me"}, *database_, clock_, random_, work_, Log{LogLevel::critical, {}}};
};

// A disk that became full during the work: the lease must not outlive the trouble by a minute.
TEST_F(WorkerTest, GoesOnWithWhatItHadInHandAsSoonAsTheDatabaseWorks) {
    work_.script = [](const store::Leased&) -> Outcome {
        throw store::DatabaseError{store::DatabaseError::Kind::full, "the disk is full"};
    };
    const Instant again = worker_.turn(clock_.now());
    EXPECT_GT(again, clock_.now());
    EXPECT_EQ(row().state, store::SubjectState::leased);

    std::vector<std::string> claims;
    work_.script = [&](const store::Leased& leased) {
        claims = leased.claims;
        return Outcome{};
    };
    clock_.wall = again;
    worker_.turn(clock_.now());
    EXPECT_EQ(claims, std::vector<std::string>{"m=7"});
    EXPECT_EQ(row().state, store::SubjectState::idle);
}

// Found by the simulation: it was leased to a worker that did not know, whose process kept the lease.
TEST_F(WorkerTest, DoesNotKeepALeaseOfWhichItWasNotTold) {
    LyingDatabase database{*database_};
    Worker worker{
        {.owner = "me/1/"}, database, clock_, random_, work_, Log{LogLevel::critical, {}}};
    bool worked = false;
    work_.script = [&](const store::Leased&) {
        worked = true;
        return Outcome{};
    };
    database.lies = true;
    const Instant again = worker.turn(clock_.now());
    EXPECT_EQ(row().state, store::SubjectState::leased);
    EXPECT_FALSE(worked);
    clock_.wall = again;
    worker.turn(clock_.now());
    EXPECT_TRUE(worked);
    EXPECT_EQ(row().state, store::SubjectState::idle);
}

class Told final : public Watch {
public:
    void turn_ended(TurnEnd end, Duration) const override { ends.push_back(end); }
    void turn_failed(ErrorKind why) const override { failures.push_back(why); }
    void retried() const override { ++retries; }
    mutable std::vector<TurnEnd> ends;
    mutable std::vector<ErrorKind> failures;
    mutable int retries = 0;
};

// An order's whole way is found by its subject, whichever room writes the line.
TEST_F(WorkerTest, TellsHowTurnsEndAndNamesTheSubjectOnEachLineOfTheWork) {
    std::vector<std::string> lines;
    const Log log{
        LogLevel::debug, LogFormat::text, [&](std::string_view line) { lines.emplace_back(line); }};
    const Told told;
    trace::Tracer tracer{random_, clock_, nullptr};
    Worker worker{
        {.owner = "me", .watch = &told, .tracer = &tracer},
        *database_,
        clock_,
        random_,
        work_,
        log};
    std::string trace_id;
    const auto next_turn = [&](std::function<Outcome(const store::Leased&)> script) {
        work_.script = std::move(script);
        clock_.wall += 10min;
        worker.turn(clock_.now());
        EXPECT_FALSE(tracer.current());
    };
    next_turn([&](const store::Leased&) {
        trace_id = tracer.current()->trace_id;
        log.info("from deep below");
        return Outcome{.kind = Outcome::Kind::failed, .error = {.kind = ErrorKind::not_sent}};
    });
    ASSERT_EQ(lines.size(), 2U);
    for (const std::string& line : lines)
        EXPECT_TRUE(line.ends_with(" subject=order/12/3 trace=" + trace_id)) << line;
    next_turn([](const store::Leased&) -> Outcome { throw std::logic_error{"never thought of"}; });
    next_turn([](const store::Leased& leased) -> Outcome {
        throw store::LeaseLost{key_of(leased.subject)};
    });
    using enum TurnEnd;
    EXPECT_EQ(told.ends, (std::vector{failed, failed, lost}));
    EXPECT_EQ(told.failures, (std::vector{ErrorKind::not_sent, ErrorKind::not_sent}));
    EXPECT_EQ(told.retries, 2);
    log.info("afterwards");
    EXPECT_EQ(lines.back().find("subject="), std::string::npos);
}

TEST_F(WorkerTest, GivesNothingBackThatAnotherHasMeanwhile) {
    work_.script = [](const store::Leased&) -> Outcome {
        throw store::DatabaseError{store::DatabaseError::Kind::full, "the disk is full"};
    };
    worker_.turn(clock_.now());
    clock_.wall += 2min;
    const auto other = store::write(*database_, [&](Connection& connection) {
        return store::lease_next(connection, "another", Lane::live, clock_.now(), 1min);
    });
    ASSERT_TRUE(other);
    worker_.turn(clock_.now());
    EXPECT_EQ(row().state, store::SubjectState::leased);
    EXPECT_EQ(row().lease_owner, "another");
}

TEST_F(WorkerTest, EndsWhatHasNothingNewInTheTransactionThatTakesTheNext) {
    Told told;
    Worker worker{
        {.owner = "me/2/", .watch = &told},
        *database_,
        clock_,
        random_,
        work_,
        Log{LogLevel::critical, {}}};
    const Subject later = Subject::of(OrderId{{12}, {9}});
    for (std::int64_t item = 4; item <= 9; ++item) {
        const Subject subject = Subject::of(OrderId{{12}, {item}});
        if (subject != later) work_.old_news.insert(subject);
        database_->write([&](Connection& connection) {
            store::add_hint(connection, {.subject = subject, .claims = {"s=ready"}}, clock_.wall);
        });
        clock_.wall += 1us;
    }
    work_.old_news.insert(order_);
    std::vector<Subject> worked;
    work_.script = [&](const store::Leased& leased) {
        worked.push_back(leased.subject);
        return Outcome{};
    };
    EXPECT_EQ(worker.turn(clock_.now()), clock_.now()) << "there may be more";
    EXPECT_EQ(worked, std::vector{later});
    EXPECT_EQ(told.ends, std::vector(7, TurnEnd::done));
    const auto counts = store::read(*database_, store::count_queue);
    EXPECT_EQ(counts.in(store::SubjectState::due) + counts.in(store::SubjectState::leased), 0);
    EXPECT_GT(worker.turn(clock_.now()), clock_.now());
}

// Each sweep brought back what a person had dismissed a moment before.
TEST_F(WorkerTest, RaisesADismissedEntryAgainOnlyWhenThereIsNews) {
    work_.script = [](const store::Leased&) {
        return Outcome{
            .kind = Outcome::Kind::failed,
            .error = {.kind = ErrorKind::refused, .says = "field 7 is unknown"}};
    };
    const auto hint = [&](Lane lane, const std::string& cause) {
        clock_.wall += 1min;
        database_->write([&](Connection& connection) {
            store::add_hint(
                connection,
                {.subject = order_, .aspects = all_aspects, .lane = lane, .cause = cause},
                clock_.wall
            );
        });
        for (int turn = 0; turn < plan::refusals_before_attention; ++turn) {
            clock_.wall += 1min;
            worker_.turn(clock_.wall);
        }
    };
    const auto open = [&] { return store::read(*database_, store::count_attention); };
    hint(Lane::live, "event");
    ASSERT_EQ(open(), 1);
    database_->write([&](Connection& connection) {
        store::dismiss(connection, {.all = true}, {.who = "Ada"}, clock_.wall);
    });
    hint(Lane::sweep, "sweep");
    hint(Lane::sweep, "sweep: Jira's search does not find its issue");
    EXPECT_EQ(open(), 0);
    EXPECT_EQ(row().state, store::SubjectState::attention) << "tried again, and no forgetting";
    hint(Lane::live, "webhook jira:issue_updated");
    EXPECT_EQ(open(), 1);
}

TEST_F(WorkerTest, RaisesWhatFailsInAnotherWayThanWhatWasDismissed) {
    std::string says = "field 7 is unknown";
    work_.script = [&](const store::Leased&) {
        return Outcome{
            .kind = Outcome::Kind::failed, .error = {.kind = ErrorKind::refused, .says = says}};
    };
    const auto turns = [&](int count) {
        for (int turn = 0; turn < count; ++turn) {
            clock_.wall += 48h;
            worker_.turn(clock_.wall);
        }
    };
    turns(plan::refusals_before_attention);
    database_->write([&](Connection& connection) {
        store::dismiss(connection, {.all = true}, {.who = "Ada"}, clock_.wall);
    });
    turns(1);
    EXPECT_EQ(store::read(*database_, store::count_attention), 0);
    says = "the epic was deleted";
    turns(1);
    EXPECT_EQ(store::read(*database_, store::count_attention), 1);
}

TEST_F(WorkerTest, WritesNoFailureDownWhereAnotherOfUsGoesFirst) {
    work_.script = [](const store::Leased&) {
        return Outcome{
            .kind = Outcome::Kind::failed,
            .error = {
                .kind = ErrorKind::throttled,
                .says = "another worker is asking",
                .retry_after = 1s,
                .obstacle = Obstacle::ourselves}};
    };
    worker_.turn(clock_.now());
    const auto journal = store::read(*database_, [&](Connection& connection) {
        return store::journal_of(connection, order_, 9);
    });
    for (const auto& entry : journal)
        EXPECT_NE(entry.kind, "failure");
    EXPECT_EQ(row().state, store::SubjectState::due);
}

}  // namespace
}  // namespace oms::jobs
