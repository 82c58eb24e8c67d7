#include "plan/comments.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace oms::plan {
namespace {

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
