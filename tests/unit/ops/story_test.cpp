#include "ops/story.hpp"

#include <gtest/gtest.h>

namespace oms::ops {
namespace {

using namespace std::chrono_literals;

const Instant noon{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4} + 12h};

store::SubjectRow row(store::SubjectState state, Instant due) {
    return {.state = state, .due_at = due};
}

TEST(WhatComesNext, IsToldForEachState) {
    EXPECT_EQ(next_of({}, noon), "nothing: no hint has ever named it");
    EXPECT_EQ(
        next_of({.row = row(store::SubjectState::leased, noon)}, noon), "a worker is at it now"
    );
    EXPECT_EQ(
        next_of({.row = row(store::SubjectState::due, noon)}, noon),
        "it is looked at as soon as a worker is free"
    );
    EXPECT_EQ(
        next_of({.row = row(store::SubjectState::due, noon + 1min)}, noon),
        "it is looked at again at 2026-05-04 12:01:00 UTC"
    );
}

TEST(WhatComesNext, NamesTheRemoteThatHoldsItUp) {
    Story story{.row = row(store::SubjectState::due, noon)};
    story.remotes = {
        {.name = "jira", .state = "paused", .says = "401"},
        {.name = "marketplace", .state = "working"}};
    EXPECT_EQ(
        next_of(story, noon), "it is looked at as soon as a worker is free; jira is paused: 401"
    );
}

// An order whose issue was deleted was said to be in step, under a headline that said otherwise.
TEST(WhatComesNext, NamesThePersonWhereAnEntryIsOpenThoughNothingElseIsToBeDone) {
    Story story{.row = row(store::SubjectState::idle, noon)};
    EXPECT_EQ(state_of(story), store::SubjectState::idle);
    story.link = Link{.state = LinkState::orphaned, .issue_key = IssueKey{"EOSC-4"}};
    story.attention = {
        {.cause = "orphaned", .says = "issue EOSC-4 was deleted", .remedy = "Restore it."}};
    EXPECT_EQ(
        next_of(story, noon),
        "a person must act (orphaned): issue EOSC-4 was deleted. What to do: Restore it."
    );
    EXPECT_EQ(state_of(story), store::SubjectState::attention);
}

TEST(WhatComesNext, TellsThatAPersonDismissedIt) {
    Story story{.row = row(store::SubjectState::idle, noon)};
    story.link = Link{.state = LinkState::orphaned, .issue_key = IssueKey{"EOSC-4"}};
    story.journal = {
        {.kind = "person", .says = "orphaned dismissed by Ada"}, {.kind = "hint", .says = "sweep"}};
    EXPECT_EQ(
        next_of(story, noon),
        "nothing as long as issue EOSC-4 is gone or hidden from us (orphaned dismissed by Ada)"
    );
    story.link = std::nullopt;
    story.row = row(store::SubjectState::attention, noon + 1h);
    story.row->failure_says = "no such field";
    story.journal[0].says = "refused dismissed by Ada";
    EXPECT_EQ(
        next_of(story, noon),
        "nothing: refused dismissed by Ada (no such field); tried again by itself at 2026-05-04 "
        "13:00:00 UTC, and in attention again once something new is heard of it"
    );
}

TEST(WhatComesNext, CallsItNoFailureThatAnotherOfUsGoesFirst) {
    Story story{.row = row(store::SubjectState::due, noon + 1s)};
    story.row->failure = in_word({.obstacle = Obstacle::ourselves});
    story.row->failure_says = "another worker is asking both remotes who we are";
    EXPECT_EQ(
        next_of(story, noon),
        "it is looked at again at 2026-05-04 12:00:01 UTC (another worker is asking both remotes "
        "who we are)"
    );
}

}  // namespace
}  // namespace oms::ops
