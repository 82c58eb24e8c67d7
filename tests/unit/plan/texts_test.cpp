#include <gtest/gtest.h>

#include "plan/plan_texts.hpp"

namespace oms::plan {
namespace {

std::string as_it_is(std::string_view text) { return std::string{text}; }

// An edit whose outcome was unknown did happen, and its event came; meanwhile the comment was edited
// once more. What is noted of the message must not hide that.
TEST(PlanOneText, EditsAMessageThatAlsoHasSomethingToBeNoted) {
    const Settings settings;
    const TextForms forms{.neutralise = as_it_is, .to_plain_text = as_it_is};
    const Facts facts;
    View view{.subject = Subject::of(ProjectId{4})};
    view.comment_links = {
        {.subject = view.subject,
         .message = MessageId{11},
         .comment = CommentId{"20001"},
         .origin = Origin::jira,
         .message_hash = message_hash("first"),
         .comment_hash = "of the first"}};
    view.messages = {{.id = MessageId{11}, .content = "second"}};
    view.comments = {{.id = CommentId{"20001"}, .body = "third"}};

    Plan plan;
    const Given given{settings, forms, facts, view};
    plan_messages(given, plan);
    plan_comments(given, plan);

    ASSERT_EQ(plan.steps.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<RecordComment>(plan.steps[0]));
    const auto* edit = std::get_if<EditMessage>(&plan.steps[1]);
    ASSERT_NE(edit, nullptr);
    EXPECT_EQ(edit->content, "third");
}

}  // namespace
}  // namespace oms::plan
