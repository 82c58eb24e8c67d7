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
        "it is looked at again at 2026-05-04 12:01:00"
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

}  // namespace
}  // namespace oms::ops
