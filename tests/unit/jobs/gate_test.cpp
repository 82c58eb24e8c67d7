#include "jobs/gate.hpp"

#include <gtest/gtest.h>

#include "store/migrations.hpp"
#include "store/sqlite.hpp"

namespace oms::jobs {
namespace {

using namespace std::chrono_literals;

class GateTest : public testing::Test {
protected:
    GateTest() { store::upgrade(*database_, now_); }

    [[nodiscard]] std::string stored_state() {
        return store::read(*database_, [](store::Connection& connection) {
            const auto remotes = store::remotes(connection);
            return remotes.empty() ? "" : remotes[0].state;
        });
    }
    void fail(ErrorKind kind, std::optional<std::chrono::milliseconds> wait = std::nullopt) {
        gate_.failed({.kind = kind, .says = "it said so", .retry_after = wait}, now_);
    }

    Instant now_{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}};
    SeededRandom random_{1};
    std::unique_ptr<store::Database> database_ =
        store::open_sqlite(":memory:", store::OpenMode::create_if_missing, false);
    Gate gate_{"jira", {.base = 1s, .max = 1min}, *database_, random_, Log{}};
};

TEST_F(GateTest, LetsAWorkingRemoteBeAsked) {
    EXPECT_FALSE(gate_.closed(now_));
    gate_.succeeded(now_);
    EXPECT_FALSE(gate_.closed(now_));
}

TEST_F(GateTest, WaitsNoLongerForAClockThatIsSetBack) {
    fail(ErrorKind::throttled, 10s);
    now_ -= 1h;
    const auto closed = gate_.closed(now_);
    ASSERT_TRUE(closed);
    EXPECT_LE(*closed->retry_after, 10s);
    EXPECT_FALSE(gate_.closed(now_ + 10s));

    fail(ErrorKind::unauthorized);
    now_ -= 1h;
    EXPECT_FALSE(gate_.take_probe(now_));
    EXPECT_TRUE(gate_.take_probe(now_ + 1min));
}

TEST_F(GateTest, KeepsAWaitThatTheRemoteAskedForThoughOneThatWasUnderWaySucceeds) {
    fail(ErrorKind::throttled, 10s);
    gate_.succeeded(now_ + 1s);
    EXPECT_TRUE(gate_.closed(now_ + 9s));
    EXPECT_FALSE(gate_.closed(now_ + 10s));
    gate_.succeeded(now_ + 10s);
    EXPECT_EQ(stored_state(), "working");
}

TEST_F(GateTest, SharesAnothersThrottlingAndNeverShortensItsOwn) {
    gate_.hear({.name = "marketplace", .state = "throttled", .until = now_ + 1min}, now_);
    EXPECT_FALSE(gate_.closed(now_));
    gate_.hear({.name = "jira", .state = "throttled", .until = now_ + 30s, .says = "429"}, now_);
    EXPECT_TRUE(gate_.closed(now_ + 29s));
    gate_.hear({.name = "jira", .state = "throttled", .until = now_ + 10s}, now_);
    gate_.hear({.name = "jira"}, now_);
    EXPECT_TRUE(gate_.closed(now_ + 29s));
    EXPECT_FALSE(gate_.closed(now_ + 30s));
}

TEST_F(GateTest, AsksRarelyWhereAnotherWasRefusedAndGoesOnWhenThatOneIsServedAgain) {
    const store::RemoteState refused{.name = "jira", .state = "paused", .says = "401"};
    // A dead process's last word, from before the password was corrected.
    gate_.hear(refused, now_);
    EXPECT_FALSE(gate_.closed(now_));
    gate_.hear({.name = "jira"}, now_);
    gate_.hear(refused, now_);
    EXPECT_TRUE(gate_.closed(now_));
    EXPECT_FALSE(gate_.take_probe(now_ + 2min));
    EXPECT_TRUE(gate_.take_probe(now_ + 3min));
    EXPECT_FALSE(gate_.take_probe(now_ + 4min));
    gate_.hear({.name = "jira"}, now_ + 4min);
    EXPECT_FALSE(gate_.closed(now_ + 4min));

    // Refused ourselves: what another says does not make our password right.
    fail(ErrorKind::unauthorized);
    gate_.hear({.name = "jira"}, now_ + 10s);
    EXPECT_TRUE(gate_.closed(now_ + 10s));
}

TEST_F(GateTest, TellsWhyItIsClosed) {
    const Error no_answer{.kind = ErrorKind::not_sent, .says = "…", .obstacle = Obstacle::time};
    for (int i = 0; i < 3; ++i)
        gate_.failed(no_answer, now_);
    ASSERT_TRUE(gate_.closed(now_));
    EXPECT_EQ(gate_.closed(now_)->obstacle, Obstacle::time);
    fail(ErrorKind::throttled, 10s);
    EXPECT_EQ(gate_.closed(now_)->obstacle, Obstacle::none) << "now it has asked us to wait";
}

TEST_F(GateTest, WaitsAfterThreeFailuresInARowButNotAfterOne) {
    fail(ErrorKind::not_sent);
    fail(ErrorKind::outcome_unknown);
    EXPECT_FALSE(gate_.closed(now_));
    fail(ErrorKind::not_sent);
    const auto closed = gate_.closed(now_);
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed->kind, ErrorKind::throttled);
    EXPECT_EQ(closed->obstacle, Obstacle::away);
    EXPECT_EQ(stored_state(), "waiting");
    EXPECT_FALSE(gate_.closed(now_ + 2s));
    gate_.succeeded(now_ + 2s);
    EXPECT_EQ(stored_state(), "working");
}

TEST_F(GateTest, DoesNotBlameTheRemoteForOneEntity) {
    for (int i = 0; i < 10; ++i) {
        fail(ErrorKind::not_sent);
        fail(ErrorKind::refused);
        fail(ErrorKind::missing);
        fail(ErrorKind::forbidden);
    }
    EXPECT_FALSE(gate_.closed(now_));
}

TEST_F(GateTest, WaitsForTheWholeHostAsLongAsItIsAsked) {
    fail(ErrorKind::throttled, 30s);
    EXPECT_EQ(gate_.closed(now_)->retry_after, 30s);
    EXPECT_EQ(gate_.closed(now_ + 10s)->retry_after, 20s);
    EXPECT_FALSE(gate_.closed(now_ + 30s));
    // Zero means: go on.
    gate_.succeeded(now_ + 30s);
    fail(ErrorKind::throttled, 0s);
    EXPECT_FALSE(gate_.closed(now_ + 30s));
}

TEST_F(GateTest, PausesWhereOurCredentialsAreRefusedAndProbesOnceAMinute) {
    fail(ErrorKind::unauthorized);
    EXPECT_TRUE(gate_.paused());
    EXPECT_EQ(gate_.closed(now_)->kind, ErrorKind::unauthorized);
    EXPECT_EQ(stored_state(), "paused");
    EXPECT_FALSE(gate_.take_probe(now_ + 59s));
    EXPECT_TRUE(gate_.take_probe(now_ + 1min));
    EXPECT_FALSE(gate_.take_probe(now_ + 1min));
    EXPECT_FALSE(gate_.take_probe(now_ + 119s));
    EXPECT_TRUE(gate_.closed(now_ + 1h)) << "time alone opens no paused gate";
    gate_.succeeded(now_ + 2min);
    EXPECT_FALSE(gate_.closed(now_ + 2min));
}

TEST_F(GateTest, KnowsHowLongItWasInEachState) {
    EXPECT_EQ(gate_.spent(now_)["working"], 0s);
    now_ += 1min;
    fail(ErrorKind::unauthorized);
    gate_.succeeded(now_ + 2min);
    auto spent = gate_.spent(now_ + 5min);
    EXPECT_EQ(spent["working"], 4min);
    EXPECT_EQ(spent["paused"], 2min);
    EXPECT_EQ(spent["throttled"], 0s);
    // A clock that is set back takes nothing away again.
    spent = gate_.spent(now_);
    EXPECT_EQ(spent["working"], 4min);
    EXPECT_EQ(gate_.spent(now_ + 1min)["working"], 5min);
}

}  // namespace
}  // namespace oms::jobs
