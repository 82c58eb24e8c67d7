#include "plan/comments.hpp"

#include <algorithm>

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

/// As costly as markup can be: an escape and an invisible character before each.
std::string tripled(std::string_view text) {
    std::string result;
    for (const char character : text) {
        if (character == '{') result += "\xE2\x80\x8B\\";
        result += character;
    }
    return result;
}

TEST(CommentBodies, FitAlsoWhereEscapesMakeThemThreeTimesAsLong) {
    const TextForms forms{.neutralise = tripled, .to_plain_text = tripled};
    const Message message{
        .author = {.name = "A", .role = "user"}, .content = std::string(500, '{')};
    const auto bodies = comment_bodies({.comment_units_max = 200}, forms, message);
    EXPECT_TRUE(std::ranges::all_of(bodies, [](const std::string& body) {
        return utf16_length(body) <= 200;
    }));
}

TEST(MessageMarker, IsReadAsItIsWritten) {
    const auto marked = parse_message_marker(OmsId{1}, "oms-1-message-657-2");
    ASSERT_TRUE(marked);
    EXPECT_EQ(marked->message.value, 657);
    EXPECT_EQ(marked->part, 1);
    for (const char* marker :
         {"oms-1-message-657-1",
          "oms-1-message-0657",
          // Over 32 bits, where it would become part 1.
          "oms-1-message-657-4294967298",
          "oms-01-message-657"}) {
        EXPECT_FALSE(parse_message_marker(OmsId{1}, marker)) << marker;
    }
}

}  // namespace
}  // namespace oms::plan
