#include "plan/comments.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace oms::plan {
namespace {

const TextForms as_typed{
    .neutralise = [](std::string_view text) { return std::string{text}; },
    .to_plain_text = [](std::string_view text) { return std::string{text}; }};

TEST(CommentBodies, MarkEveryPartOfAnInternalMessage) {
    // Found by properties: only the first of several comments said that it is internal.
    const Settings settings{.comment_units_max = 200};
    const Message message{
        .author = {.name = "Anna", .role = "mediator"},
        .content = std::string(300, 'x'),
        .scope = Scope::internal};
    const auto bodies = comment_bodies(settings, as_typed, message);
    ASSERT_EQ(bodies.size(), 3U);
    EXPECT_EQ(bodies[0].substr(0, 33), "[internal] Anna (mediator) wrote:");
    EXPECT_EQ(bodies[1].substr(0, 17), "[internal] (2/3)\n");
    EXPECT_EQ(bodies[2].substr(0, 17), "[internal] (3/3)\n");
}

TEST(CommentBodies, FitWhereTheNameAloneWouldNot) {
    const Settings settings{.comment_units_max = 200};
    const Message message{
        .author = {.name = std::string(250, 'n'), .role = "user"},
        .content = std::string(250, 'x')};
    for (const std::string& body : comment_bodies(settings, as_typed, message))
        EXPECT_LE(utf16_length(body), 200U);
}

}  // namespace
}  // namespace oms::plan
