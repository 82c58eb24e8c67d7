#include "jobs/reaction.hpp"

#include <gtest/gtest.h>

namespace oms::jobs {
namespace {

using namespace std::chrono_literals;
using store::SubjectState;

constexpr Instant now{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}};
const RetrySettings retry{.base = 1s, .max = 5min};

Reaction react_to(ErrorKind kind, int attempts = 0, int refusals = 0) {
    const store::Leased leased{
        .subject = Subject::of(ProjectId{1}),
        .aspects = all_aspects,
        .attempts = attempts,
        .refusals = refusals};
    return react({.kind = kind, .says = "it said so"}, leased, retry, now, 0.5);
}

TEST(Reaction, TriesATroubledRemoteForAsLongAsItLasts) {
    for (const ErrorKind kind : {ErrorKind::not_sent, ErrorKind::outcome_unknown}) {
        const Reaction reaction = react_to(kind, 1000);
        EXPECT_EQ(reaction.again.state, SubjectState::due);
        EXPECT_EQ(reaction.again.attempts, 1001);
        EXPECT_LE(reaction.again.due_at, now + 5min);
        EXPECT_FALSE(reaction.attention);
    }
}

TEST(Reaction, CountsNoAttemptWhereTheHostWaits) {
    for (const ErrorKind kind :
         {ErrorKind::throttled, ErrorKind::unauthorized, ErrorKind::shutdown}) {
        const Reaction reaction = react_to(kind, 3, 1);
        EXPECT_EQ(reaction.again.attempts, 3);
        EXPECT_EQ(reaction.again.refusals, 1);
        EXPECT_FALSE(reaction.attention);
    }
    EXPECT_EQ(react_to(ErrorKind::shutdown).again.due_at, now);
}

// A remote that gave no answer was said to have throttled us.
TEST(Reaction, NamesATimeOutAndAWaitAmongOurselvesByTheirOwnWords) {
    const auto word = [](const Error& error) {
        const store::Leased leased{.subject = Subject::of(ProjectId{1})};
        return react(error, leased, retry, now, 0).again.failure;
    };
    EXPECT_EQ(word({.kind = ErrorKind::throttled}), "throttled");
    EXPECT_EQ(word({.kind = ErrorKind::not_sent, .obstacle = Obstacle::time}), "no answer");
    EXPECT_EQ(word({.kind = ErrorKind::throttled, .obstacle = Obstacle::time}), "no answer");
    EXPECT_EQ(word({.kind = ErrorKind::throttled, .obstacle = Obstacle::away}), "remote away");
    EXPECT_EQ(
        word({.kind = ErrorKind::throttled, .obstacle = Obstacle::ourselves}),
        "its turn has not come"
    );
    EXPECT_EQ(
        word({.kind = ErrorKind::outcome_unknown, .obstacle = Obstacle::time}), "outcome unknown"
    );
}

TEST(Reaction, HonoursHowLongTheRemoteAsksToWait) {
    const store::Leased leased{.subject = Subject::of(ProjectId{1})};
    const Error error{.kind = ErrorKind::throttled, .retry_after = 90s};
    EXPECT_GE(react(error, leased, retry, now, 0).again.due_at, now + 90s);
    const Error failing{.kind = ErrorKind::not_sent, .retry_after = 90s};
    EXPECT_GE(react(failing, leased, retry, now, 0).again.due_at, now + 90s);
}

TEST(Reaction, AsksForAPersonAfterAFewRefusals) {
    for (const ErrorKind kind : {ErrorKind::refused, ErrorKind::forbidden, ErrorKind::missing}) {
        EXPECT_FALSE(react_to(kind, 0, 0).attention);
        EXPECT_FALSE(react_to(kind, 1, 1).attention);
        const Reaction third = react_to(kind, 2, 2);
        ASSERT_TRUE(third.attention);
        EXPECT_EQ(third.again.state, SubjectState::attention);
        EXPECT_EQ(third.again.due_at, now + 1h);
        EXPECT_EQ(third.attention->says, "it said so");
        EXPECT_FALSE(third.attention->remedy.empty());
        EXPECT_TRUE(third.attention->blocking);
        EXPECT_EQ(react_to(kind, 2, 50).again.due_at, now + 24h);
    }
}

TEST(Reaction, PutsAlikeRefusalsOnOneCard) {
    const store::Leased leased{.subject = Subject::of(ProjectId{1}), .refusals = 2};
    const auto card = [&](const std::string& says) {
        return react({.kind = ErrorKind::refused, .says = says}, leased, retry, now, 0)
            .attention->fingerprint;
    };
    EXPECT_EQ(card("Option id 10 is not valid"), card("Option id 99999 is not valid"));
    EXPECT_NE(card("Option id 10 is not valid"), card("Field 'x' cannot be set"));
}

}  // namespace
}  // namespace oms::jobs
