// What properties found in the planning of texts; the stories are in the comments.
#include "plan/plan_texts.hpp"

#include <map>

#include <gtest/gtest.h>

#include "plan/fields.hpp"
#include "plan/plan_subject.hpp"

namespace oms::plan {
namespace {

using namespace std::chrono_literals;

const Subject order = Subject::of(OrderId{{12}, {3}});
const JiraUser us{.account = "oms", .name = "oms"};
const JiraUser anna{.account = "anna", .name = "anna"};

class PlanTexts : public testing::Test {
protected:
    PlanTexts() {
        settings_.oms = {1};
        view_.subject = order;
        view_.messages.emplace();
        view_.comments.emplace();
    }
    void given_message(std::int64_t id, const std::string& content) {
        view_.messages->push_back({.id = {id}, .author = {.role = "user"}, .content = content});
    }
    void given_comment(const std::string& id, const JiraUser& author, const std::string& body) {
        view_.comments->push_back({.id = CommentId{id}, .author = author, .body = body});
    }
    CommentLink& given_link(std::int64_t message, int part, const std::string& comment) {
        view_.comment_links.push_back(
            {.subject = order,
             .message = MessageId{message},
             .part = part,
             .comment = CommentId{comment}}
        );
        return view_.comment_links.back();
    }
    Plan plan() {
        Plan plan;
        plan_messages({settings_, forms_, facts_, view_}, plan);
        plan_comments({settings_, forms_, facts_, view_}, plan);
        return plan;
    }
    std::vector<std::string> words() {
        std::vector<std::string> all;
        for (const Step& step : plan().steps)
            all.push_back(in_words(step));
        return all;
    }

    Settings settings_;
    TextForms forms_{
        .neutralise = [](std::string_view text) { return std::string{text}; },
        .to_plain_text = [](std::string_view text
                         ) { return text == "{quote}" ? std::string{} : std::string{text}; }};
    Facts facts_{.own_account = "oms"};
    View view_;
};

TEST_F(PlanTexts, LinkWhatAnOlderIntegrationCarriedBeforeTheyWriteAnything) {
    // A write that failed in between made the later ones forgotten, and doubled.
    view_.adopting = true;
    given_message(1, "new");
    given_message(2, "old");
    given_comment("20", us, "old");
    const Plan made = plan();
    ASSERT_EQ(made.steps.size(), 2U);
    EXPECT_EQ(in_words(made.steps[0]), "message 2 and comment 20 say the same");
    EXPECT_EQ(std::get<AddComment>(made.steps[1]).message, MessageId{1});
}

TEST_F(PlanTexts, OfAnAdoptedIssueCountAsComparedOnceBothSidesWereRead) {
    // A look that was cut short ended the adoption: old texts were then taken for new ones.
    const Instant now{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}};
    view_.adopting = true;
    view_.link = Link{.subject = order, .issue_id = IssueId{"7"}, .issue_key = IssueKey{"EOSC-7"}};
    view_.order = Order{.id = {{12}, {3}}};
    const auto synced_at = [&] {
        const Plan made = plan_subject(settings_, forms_, facts_, view_, now);
        return std::get<RecordLink>(made.steps.at(0)).link.synced_at;
    };
    EXPECT_EQ(synced_at(), now);
    view_.messages = std::nullopt;
    EXPECT_EQ(synced_at(), Instant{});
    // And nothing is posted until then.
    given_comment("20", anna, "said before");
    for (const Step& step : plan_subject(settings_, forms_, facts_, view_, now).steps)
        EXPECT_FALSE(std::holds_alternative<PostMessage>(step));
}

TEST_F(PlanTexts, FindAgainWhichCommentWasEditedSinceItsMessageWasPosted) {
    // Simulation, Data Center 10.3, seeds 3674 and 4832: after a restored database the message was
    // given to the last edited comment, a restricted one, and its own comment was posted once more.
    const Instant noon{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4} + 12h};
    view_.recollecting = true;
    const auto given_edited = [&](const std::string& id, Duration created) {
        given_comment(id, anna, "what " + id + " says now");
        view_.comments->back().created = noon + created;
        view_.comments->back().updated = noon + 10min;
    };
    const auto given_posted = [&](std::int64_t id, Duration at) {
        const Author author = author_of(settings_, facts_.default_oms, {.author = anna});
        view_.messages->push_back(
            {.id = {id}, .author = author, .content = "as it was", .created_at = noon + at}
        );
    };
    const auto pairs = [&] {
        std::map<std::int64_t, std::string> found;
        for (const Step& step : plan().steps) {
            EXPECT_FALSE(std::holds_alternative<PostMessage>(step)) << in_words(step);
            const auto* record = std::get_if<RecordComment>(&step);
            if (record != nullptr && record->link.message)
                found[record->link.message->value] = record->link.comment.value;
        }
        return found;
    };
    using Pairs = std::map<std::int64_t, std::string>;

    given_edited("20", 0s);
    given_edited("21", 3s);
    given_edited("22", 4s);
    view_.comments->at(1).visibility = Visibility{.type = "role", .value = "Developers"};
    given_posted(1, 2s);
    given_posted(2, 6s);
    EXPECT_EQ(pairs(), (Pairs{{1, "20"}, {2, "22"}}));
    // Both were posted when the program came back: still in their order.
    view_.messages->at(0).created_at = noon + 6s;
    EXPECT_EQ(pairs(), (Pairs{{1, "20"}, {2, "22"}}));
    // Jira's clock is ahead.
    for (Message& message : *view_.messages)
        message.created_at = noon - 10s;
    EXPECT_EQ(pairs(), (Pairs{{1, "20"}, {2, "22"}}));
    // More messages than a customer may read comments: what was told is restricted by now.
    for (Message& message : *view_.messages)
        message.created_at = noon + 6s;
    given_posted(3, 7s);
    EXPECT_EQ(pairs(), (Pairs{{1, "21"}, {2, "20"}, {3, "22"}}));
}

TEST_F(PlanTexts, AreReadWhereTheMarketplaceHasTheOrderAgain) {
    view_.link = Link{.subject = order, .issue_id = IssueId{"7"}, .gone_at = Instant{}};
    view_.order = Order{.id = {{12}, {3}}};
    const Plan made = plan_subject(settings_, forms_, facts_, view_, Instant{});
    EXPECT_TRUE(has(made.look_again, Aspect::messages));
}

TEST_F(PlanTexts, AddThePartThatIsMissingAndNoOther) {
    // An edit that grew was interrupted: the last part was there, the one before was not; each look
    // added the last part again.
    settings_.comment_units_max = 200;
    given_message(1, std::string(370, 'x'));
    const auto bodies = comment_bodies(settings_, forms_, view_.messages->front());
    ASSERT_EQ(bodies.size(), 3U);
    given_link(1, 0, "20").message_hash = message_hash(view_.messages->front().content);
    given_link(1, 2, "22");
    view_.comments = std::nullopt;
    const Plan made = plan();
    ASSERT_EQ(made.steps.size(), 1U);
    EXPECT_EQ(std::get<AddComment>(made.steps[0]).part, 1);
    EXPECT_EQ(std::get<AddComment>(made.steps[0]).body, bodies[1]);
}

TEST_F(PlanTexts, AddNoCommentWhereOneBearsTheMarkerAlready) {
    // Its issue was hidden from us while it was uncertain whether it had been added.
    given_message(1, "hello");
    given_comment("20", us, "hello");
    view_.comments->back().marker = "oms-1-message-1";
    EXPECT_EQ(words(), std::vector<std::string>{"comment 20 bears the marker of message 1"});
    EXPECT_TRUE(has(plan().look_again, Aspect::messages));
}

TEST_F(PlanTexts, AddNoPartWhereACommentBearsItsMarkerAlready) {
    settings_.comment_units_max = 200;
    given_message(1, std::string(220, 'x'));
    given_link(1, 0, "20").message_hash = message_hash(view_.messages->front().content);
    given_comment("20", us, "first");
    given_comment("21", us, "second");
    view_.comment_links.back().comment_hash = comment_hash(view_.comments->front());
    view_.comments->back().marker = "oms-1-message-1-2";
    EXPECT_EQ(words(), std::vector<std::string>{"comment 21 bears the marker of message 1"});
}

TEST_F(PlanTexts, SendAVoucherAgainWhereItIsNotKnownWhatTheMarketplaceHas) {
    // V1 was sent with an unknown outcome, and taken back before it was sent again: V1 stayed.
    settings_.field_ids["CP_VoucherID"] = "v";
    view_.link = Link{
        .subject = order,
        .issue_id = IssueId{"7"},
        .base_status = Status::ready,
        .base_issue_status = StatusId{"7"},
        .base_voucher = std::string{uncertain_voucher}};
    view_.issue = Issue{.id = IssueId{"7"}, .status = StatusId{"7"}};
    const Plan made = plan_subject(settings_, forms_, facts_, view_, Instant{});
    EXPECT_EQ(std::get<PatchOrder>(made.steps.back()).voucher, "");
}

TEST_F(PlanTexts, FollowOneOfTwoCommentsThatBearOneMarker) {
    // They took the link from one another at every look.
    given_message(1, "hello");
    given_comment("20", us, "hello");
    given_comment("21", us, "hello");
    for (Comment& comment : *view_.comments)
        comment.marker = "oms-1-message-1";
    EXPECT_EQ(
        words(),
        (std::vector<std::string>{
            "comment 20 bears the marker of message 1",
            "comment 21 is our own account's: not carried"})
    );
}

TEST_F(PlanTexts, CompareAnewWhatWasHiddenWhileItsMessageWasEdited) {
    given_message(1, "edited");
    given_comment("20", us, "hello");
    CommentLink& link = given_link(1, 0, "20");
    link.state = CommentState::deleted;
    link.message_hash = message_hash("edited");
    link.comment_hash = comment_hash(view_.comments->front());
    const Plan made = plan();
    EXPECT_EQ(std::get<RecordComment>(made.steps.at(0)).link.message_hash, "");
    EXPECT_TRUE(has(made.look_again, Aspect::messages));
}

TEST_F(PlanTexts, AreNotSentAgainWhereOnlyTheAudienceIsNamedInAnotherWay) {
    given_comment("20", anna, "for all");
    CommentLink& link = given_link(1, 0, "20");
    link.origin = Origin::jira;
    const Visibility everybody{.type = "role", .value = settings_.public_role};
    for (const auto& [before, now] :
         {std::pair<std::optional<Visibility>, std::optional<Visibility>>{everybody, std::nullopt},
          {std::nullopt, everybody}}) {
        link.comment_hash = comment_hash("for all", before);
        view_.comments->at(0).visibility = now;
        const Plan made = plan();
        ASSERT_EQ(made.steps.size(), 1U);
        const auto& record = std::get<RecordComment>(made.steps[0]);
        EXPECT_EQ(record.link.comment_hash, comment_hash("for all", now));
    }
    // What was withdrawn meanwhile may have been edited: the customer has an older word.
    link.state = CommentState::withdrawn;
    EXPECT_TRUE(std::holds_alternative<EditMessage>(plan().steps.at(0)));
}

TEST_F(PlanTexts, SayOnceThatAReopenedCommentHasNoWords) {
    given_comment("20", anna, "{quote}");
    CommentLink& link = given_link(1, 0, "20");
    link.origin = Origin::jira;
    link.state = CommentState::withdrawn;
    const Plan made = plan();
    const CommentLink after = std::get<RecordComment>(made.steps.at(0)).link;
    EXPECT_EQ(after.state, CommentState::carried);
    view_.comment_links = {after};
    EXPECT_TRUE(plan().steps.empty());
}

}  // namespace
}  // namespace oms::plan
