// What an older adapter carried is known by its ids alone until it is first met.
#include "plan/first_sight.hpp"

#include <gtest/gtest.h>

#include "plan/plan_subject.hpp"

namespace oms::plan {
namespace {

const Subject order = Subject::of(OrderId{{12}, {3}});
const JiraUser us{.account = "oms", .name = "oms"};
const JiraUser anna{.account = "anna", .name = "anna"};

class FirstSight : public testing::Test {
protected:
    FirstSight() {
        settings_.oms = {1};
        view_.subject = order;
        view_.adopting = true;
        view_.link = Link{.subject = order, .issue_id = IssueId{"7"}};
        view_.order = Order{.id = {{12}, {3}}};
        view_.messages.emplace();
        view_.comments.emplace();
    }
    void given_message(std::int64_t id, const std::string& role, const std::string& content) {
        view_.messages->push_back({.id = {id}, .author = {.role = role}, .content = content});
    }
    void given_comment(const std::string& id, const JiraUser& author, const std::string& body) {
        view_.comments->push_back({.id = CommentId{id}, .author = author, .body = body});
    }
    CommentLink& given_link(std::int64_t message, const std::string& comment) {
        view_.comment_links.push_back(
            {.subject = order, .message = MessageId{message}, .comment = CommentId{comment}}
        );
        return view_.comment_links.back();
    }
    /// Records the link as the plan has it, with everything that it would write.
    Plan plan() { return plan_subject(settings_, forms_, facts_, view_, Instant{}); }
    std::vector<CommentLink> recorded() {
        std::vector<CommentLink> links;
        for (const Step& step : plan().steps) {
            EXPECT_FALSE(writes(step)) << in_words(step);
            if (const auto* record = std::get_if<RecordComment>(&step))
                links.push_back(record->link);
        }
        return links;
    }

    Settings settings_;
    TextForms forms_{
        .neutralise = [](std::string_view text) { return std::string{text}; },
        .to_plain_text = [](std::string_view text) { return std::string{text}; }};
    Facts facts_{.own_account = "oms"};
    View view_;
};

TEST_F(FirstSight, TakesWhatIsThereForCarriedWhateverItSays) {
    given_message(1, "user", "typed");
    given_comment("20", us, "edited since");
    given_link(1, "20");
    const auto links = recorded();
    ASSERT_EQ(links.size(), 1U);
    EXPECT_EQ(links[0].origin, Origin::marketplace);
    EXPECT_EQ(links[0].message_hash, message_hash("typed"));
    EXPECT_FALSE(links[0].comment_hash.empty());
    // From then on it is known like any other.
    view_.comment_links = links;
    EXPECT_TRUE(recorded().empty());
    view_.messages->at(0).content = "typed, and edited";
    const Plan later = plan();
    EXPECT_TRUE(std::ranges::any_of(later.steps, [](const Step& step) {
        return std::holds_alternative<EditComment>(step);
    }));
}

TEST_F(FirstSight, TellsStaffsAnswerByBothAuthors) {
    given_message(1, "mediator", "answer");
    given_comment("20", anna, "*answer*");
    given_link(1, "20");
    EXPECT_EQ(recorded().at(0).origin, Origin::jira);
    // Our account wrote it there, so it was not born there.
    view_.comments->at(0).author = us;
    EXPECT_EQ(recorded().at(0).origin, Origin::marketplace);
    // A customer does not write in Jira.
    view_.comments->at(0).author = anna;
    view_.messages->at(0).author.role = "user";
    EXPECT_EQ(recorded().at(0).origin, Origin::marketplace);
}

TEST_F(FirstSight, PostsNoCommentWhoseMessageStandsElsewhere) {
    given_comment("20", anna, "of an order, on the epic");
    given_link(1, "20");
    EXPECT_EQ(recorded().at(0).origin, Origin::marketplace);
}

TEST_F(FirstSight, LeavesAloneWhatStandsOnNeitherSide) {
    given_link(1, "20");
    EXPECT_TRUE(recorded().empty());
}

TEST_F(FirstSight, CarriesNoMessageAgainWhoseCommentStandsOnAnotherIssue) {
    given_message(1, "user", "astray");
    given_link(1, "20").subject = Subject::of(ProjectId{12});
    EXPECT_TRUE(recorded().empty());
}

TEST_F(FirstSight, FollowsNoSecondCommentOfAMessage) {
    given_comment("21", anna, "the same again");
    CommentLink& link = given_link(1, "21");
    link.message = std::nullopt;
    link.origin = Origin::jira;
    link.state = CommentState::skipped;
    const auto links = recorded();
    ASSERT_EQ(links.size(), 1U);
    EXPECT_EQ(links[0].state, CommentState::skipped);
    EXPECT_FALSE(links[0].comment_hash.empty());
}

TEST_F(FirstSight, AddsNoFurtherPartsToALongMessageThatWasCarriedWhole) {
    settings_.comment_units_max = 200;
    given_message(1, "user", std::string(500, 'x'));
    given_comment("20", us, std::string(500, 'x'));
    given_link(1, "20");
    const auto links = recorded();
    ASSERT_GT(links.size(), 1U);
    EXPECT_EQ(links[1].state, CommentState::skipped);
    view_.comment_links = links;
    EXPECT_TRUE(recorded().empty());
}

TEST_F(FirstSight, WritesNothingWhereOnlyOneSideWasRead) {
    view_.adopting = false;
    given_message(1, "user", "typed");
    given_link(1, "20");
    view_.comments = std::nullopt;
    EXPECT_TRUE(recorded().empty());
}

}  // namespace
}  // namespace oms::plan
