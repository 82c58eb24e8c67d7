#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "wake/pace.hpp"

namespace oms::wake {
namespace {

using namespace std::chrono_literals;

class StoppedClock final : public Clock {
public:
    Instant now() override { return Instant{steady_}; }
    Duration steady() override { return steady_; }
    void advance(Duration time) { steady_ += time; }

private:
    Duration steady_ = 1h;
};

class LocalPaceTest : public testing::Test {
protected:
    /// Turns that are given until no more fits into `ahead`, from now.
    std::vector<Duration> turns(LocalPace& pace, Duration ahead) {
        std::vector<Duration> given;
        while (const auto wait = pace.reserve("jira", ahead))
            given.push_back(*wait);
        return given;
    }

    StoppedClock clock_;
};

/// The most that a window of one second sees, where each is up to `jitter_allowed` late.
std::size_t most_in_a_second(const std::vector<Duration>& turns) {
    std::size_t most = 0;
    for (std::size_t first = 0; first < turns.size(); ++first) {
        std::size_t last = first;
        while (last < turns.size() && turns[last] - turns[first] <= 1s + jitter_allowed)
            ++last;
        most = std::max(most, last - first);
    }
    return most;
}

TEST_F(LocalPaceTest, WhoIsNewOrHasNotHeardFromTheOthersSendsNothing) {
    // Five that started together each took themselves for alone: 22 in a second, where 10 were allowed.
    LocalPace pace{clock_, {{"jira", 10}}};
    clock_.advance(1min);
    pace.hold(3s);
    EXPECT_FALSE(pace.reserve("jira", 2s));
    clock_.advance(3s);
    EXPECT_TRUE(pace.reserve("jira", 1s));
    EXPECT_EQ(pace.reserve("marketplace", 0s), Duration{}) << "it has no limit";

    pace.set_processes(2);
    clock_.advance(count_age_max);
    EXPECT_TRUE(pace.reserve("jira", 1s));
    clock_.advance(1us);
    EXPECT_FALSE(pace.reserve("jira", 1min))
        << "stopped, or cut off: the others may share without us";
    EXPECT_EQ(pace.reserve("marketplace", 0s), Duration{});
    pace.set_processes(2);
    EXPECT_TRUE(pace.reserve("jira", 1s));
}

TEST_F(LocalPaceTest, NoSecondSeesMoreThanTheLimitEvenWithJitter) {
    for (const double limit : {1.0, 2.0, 2.5, 3.0, 7.0, 20.0, 33.0, 1000.0}) {
        LocalPace pace{clock_, {{"jira", limit}}};
        const auto given = turns(pace, 10s);
        EXPECT_EQ(most_in_a_second(given), static_cast<std::size_t>(limit)) << limit;
    }
}

TEST_F(LocalPaceTest, TurnsAreEvenlySpacedFromOneSpacingOn) {
    LocalPace pace{clock_, {{"jira", 10}}};
    EXPECT_EQ(pace.reserve("jira", 1s), 110'001us);
    EXPECT_EQ(pace.reserve("jira", 1s), 220'002us);
    clock_.advance(10s);
    EXPECT_EQ(pace.reserve("jira", 1s), 0s);  // what was not used is not saved up
    EXPECT_EQ(pace.reserve("jira", 1s), 110'001us);
}

TEST_F(LocalPaceTest, ATurnThatIsTooFarAwayIsNotKept) {
    LocalPace pace{clock_, {{"jira", 1}}};
    EXPECT_EQ(pace.reserve("jira", 1s), std::nullopt);
    EXPECT_EQ(pace.reserve("jira", 2s), 1'100'001us);
    EXPECT_EQ(pace.reserve("jira", 2s), std::nullopt);
    EXPECT_EQ(pace.reserve("jira", 3s), 2'200'002us);
}

TEST_F(LocalPaceTest, NoTurnIsFurtherAheadThanAMinute) {
    LocalPace pace{clock_, {{"jira", 1}}};
    EXPECT_EQ(turns(pace, 24h).size(), 54U);
}

TEST_F(LocalPaceTest, LessThanOneASecondIsSlow) {
    LocalPace pace{clock_, {{"jira", 0.5}}};
    EXPECT_EQ(pace.reserve("jira", 10s), 2'200'001us);
    EXPECT_EQ(pace.reserve("jira", 10s), 4'400'002us);
}

TEST_F(LocalPaceTest, ARemoteWithoutALimitOrSettingsIsNotHeldUp) {
    LocalPace pace{clock_, {{"jira", 0}}};
    for (const char* remote : {"jira", "jira", "marketplace", "marketplace"})
        EXPECT_EQ(pace.reserve(remote, 0s), 0s);
}

TEST_F(LocalPaceTest, SeveralProcessesShareTheLimit) {
    std::vector<Duration> all;
    for (int process = 0; process < 3; ++process) {
        LocalPace pace{clock_, {{"jira", 20}}};
        pace.set_processes(3);
        for (const Duration turn : turns(pace, 10s))
            all.push_back(turn);
        clock_.advance(123ms);  // they do not start at once, nor does that matter
    }
    std::ranges::sort(all);
    EXPECT_EQ(most_in_a_second(all), 18U);  // six each
}

TEST_F(LocalPaceTest, FewerThanOneProcessCountAsOne) {
    LocalPace pace{clock_, {{"jira", 10}}};
    pace.set_processes(0);
    EXPECT_EQ(pace.reserve("jira", 1s), 110'001us);
}

TEST_F(LocalPaceTest, NoTurnLiesWithinAPause) {
    LocalPace pace{clock_, {{"jira", 10}}};
    pace.pause("jira", 5s);
    EXPECT_EQ(pace.paused_for("jira"), 5s);
    EXPECT_EQ(pace.reserve("jira", 4s), std::nullopt);
    EXPECT_EQ(pace.reserve("jira", 6s), 5s);
    EXPECT_EQ(pace.reserve("jira", 6s), 5'110'001us);
    EXPECT_EQ(pace.reserve("marketplace", 0s), 0s);
    clock_.advance(6s);
    EXPECT_EQ(pace.paused_for("jira"), 0s);
}

TEST_F(LocalPaceTest, AShorterPauseDoesNotCutALongerOneButNoneEndsIt) {
    LocalPace pace{clock_, {}};
    pace.pause("jira", 5s);
    pace.pause("jira", 1s);
    EXPECT_EQ(pace.paused_for("jira"), 5s);
    pace.pause("jira", 0s);
    EXPECT_EQ(pace.paused_for("jira"), 0s);
}

TEST_F(LocalPaceTest, FollowsTurnsThatWereGivenElsewhere) {
    LocalPace pace{clock_, {{"jira", 10}}};
    pace.follow("jira", 2s);
    EXPECT_EQ(pace.ahead("jira"), 2s);
    EXPECT_EQ(pace.reserve("jira", 3s), 2'110'001us);
}

}  // namespace
}  // namespace oms::wake
