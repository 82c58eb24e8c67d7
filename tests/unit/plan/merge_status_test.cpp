#include "plan/merge_status.hpp"

#include <gtest/gtest.h>

namespace oms::plan {
namespace {

using enum Status;

const Settings of_statuses{
    .workflow = {
        {registered, StatusId{"1"}},
        {in_progress, StatusId{"2"}},
        {ready, StatusId{"7"}},
        {rejected, StatusId{"5"}},
        {closed, StatusId{"6"}}}};

StatusPair pair(Status marketplace, const char* jira) { return {marketplace, StatusId{jira}}; }

StatusStep
merge(const std::optional<StatusPair>& base, const StatusPair& now, const StatusRules& rules = {}) {
    return merge_status(of_statuses, base, now, rules);
}

TEST(MergeStatus, DoesNothingWhenNeitherSideMoved) {
    EXPECT_EQ(merge(pair(ready, "7"), pair(ready, "7")), StatusStep{});
}

TEST(MergeStatus, CarriesTheOnlyMoveToTheOtherSide) {
    EXPECT_EQ(
        merge(pair(registered, "1"), pair(ready, "1")),
        (StatusStep{.act = StatusAct::move_jira, .status = ready})
    );
    EXPECT_EQ(
        merge(pair(registered, "1"), pair(registered, "2")),
        (StatusStep{.act = StatusAct::patch_marketplace, .status = in_progress})
    );
}

TEST(MergeStatus, BringsTheBaseUpToDateWhenBothMovedAlike) {
    EXPECT_EQ(merge(pair(registered, "1"), pair(ready, "7")).act, StatusAct::agree);
}

TEST(MergeStatus, LetsJiraWinUnlessToldOtherwise) {
    EXPECT_EQ(
        merge(pair(registered, "1"), pair(rejected, "6")),
        (StatusStep{.act = StatusAct::patch_marketplace, .status = closed, .conflict = true})
    );
    EXPECT_EQ(
        merge(
            pair(registered, "1"), pair(rejected, "6"), {.conflict = StatusConflict::marketplace}
        ),
        (StatusStep{.act = StatusAct::move_jira, .status = rejected, .conflict = true})
    );
}

TEST(MergeStatus, TakesJirasFirstWordForACreatedOrder) {
    EXPECT_EQ(
        merge(std::nullopt, pair(created, "1")),
        (StatusStep{.act = StatusAct::patch_marketplace, .status = registered})
    );
    EXPECT_EQ(
        merge(std::nullopt, pair(ready, "1")),
        (StatusStep{.act = StatusAct::move_jira, .status = ready})
    );
}

TEST(MergeStatus, CarriesNothingThatNobodySetToAMarketplaceDrivenOrder) {
    EXPECT_EQ(
        merge(std::nullopt, pair(created, "1"), {.marketplace_driven = true}).act, StatusAct::agree
    );
}

TEST(MergeStatus, HearsNothingInAStatusWithoutACounterpart) {
    const StatusStep step = merge(pair(registered, "1"), pair(registered, "99"));
    EXPECT_EQ(step.act, StatusAct::agree);
    EXPECT_TRUE(step.unmapped);
    EXPECT_EQ(merge(pair(registered, "99"), pair(ready, "99")).act, StatusAct::move_jira);
}

TEST(MergeStatus, NeverPatchesAnOrderThatIsNotOurs) {
    EXPECT_EQ(
        merge(pair(registered, "1"), pair(registered, "2"), {.not_ours = true}).act,
        StatusAct::agree
    );
    EXPECT_EQ(
        merge(pair(registered, "1"), pair(ready, "2"), {.not_ours = true}).act, StatusAct::move_jira
    );
}

TEST(MergeStatus, RegistersAnOrderThatIsCreatedAgain) {
    EXPECT_EQ(
        merge(pair(in_progress, "2"), pair(created, "2")),
        (StatusStep{.act = StatusAct::patch_marketplace, .status = in_progress})
    );
    EXPECT_EQ(
        merge(pair(in_progress, "2"), pair(created, "2"), {.not_ours = true}).act, StatusAct::agree
    );
}

TEST(MergeStatus, ConvergesFromAnywhere) {
    // Whatever both sides did: after the step is carried out, a second merge does nothing.
    const std::array ids{"1", "2", "7", "5", "6", "99"};
    for (const Status base : statuses) {
        for (const char* base_id : ids) {
            for (const Status marketplace : statuses) {
                for (const char* jira : ids) {
                    StatusPair now = pair(marketplace, jira);
                    const StatusStep step = merge(pair(base, base_id), now);
                    if (step.act == StatusAct::move_jira)
                        now.jira = *jira_status_of(of_statuses, step.status);
                    if (step.act == StatusAct::patch_marketplace) now.marketplace = step.status;
                    EXPECT_EQ(merge(now, now), StatusStep{});
                }
            }
        }
    }
}

}  // namespace
}  // namespace oms::plan
