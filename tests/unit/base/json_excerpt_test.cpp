#include "base/json_excerpt.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/excerpt.hpp"

namespace oms::json {
namespace {

constexpr std::array of_item{Wanted{"to"}, Wanted{"field"}};
constexpr std::array of_document{Wanted{"event"}, Wanted{"items", of_item}, Wanted{"whole"}};

std::string excerpt_of(std::string_view text) {
    Arena arena;
    const auto excerpt = parse_excerpt(text, of_document, arena);
    return excerpt ? write(*excerpt) : excerpt.error().says;
}

TEST(JsonExcerpt, HasWhatIsWantedAlone) {
    EXPECT_EQ(
        excerpt_of(R"({"no":{"event":1},"event":"e","items":[{"to":5,"from":4,"field":"f"},7,[]],
                       "whole":{"a":[{"b":1}]}})"),
        R"({"event":"e","items":[{"to":5,"field":"f"},7,[]],"whole":{"a":[{"b":1}]}})"
    );
    EXPECT_EQ(excerpt_of(R"({"items":"none"})"), R"({"items":"none"})");
    EXPECT_EQ(excerpt_of("17"), "17");
}

TEST(JsonExcerpt, OfANameThatIsThereTwiceHasTheLast) {
    EXPECT_EQ(excerpt_of(R"({"event":1,"event":2})"), R"({"event":2})");
}

TEST(JsonExcerpt, IsOfTheSameDocumentsAndRefusesTheOthersInTheSameWords) {
    const std::string deep(depth_max - 1, '[');
    const std::string deeper(depth_max, '[');
    const std::string ends(depth_max, ']');
    for (const std::string& text : {
             std::string{},
             std::string{"{} x"},
             std::string{R"({"event":1e400})"},
             std::string{R"({"event":1e-400,"other":0.3e-4000000000000004})"},
             std::string{R"({"event":18446744073709551615,"whole":18446744073709551616})"},
             std::string{R"({"event":-0,"whole":[-0.0,0.3,9.0909e-1,-9223372036854775808]})"},
             std::string{R"({"event":"\ud83d b","other":"\ude00"})"},
             std::string{R"({"event":"\ud83d\ude00\u0000"})"},
             std::string{"{\"event\":\"\xFF\"}"},
             std::string{"\xEF\xBB\xBF{}"},
             R"({"whole":)" + deep + ends.substr(1) + "}",
             R"({"whole":)" + deeper + ends + "}",
             R"({"event":")" + std::string(200'000, 'x') + R"("})",
         }) {
        EXPECT_TRUE(test::excerpt_is_right(text, of_document)) << text.substr(0, 100);
    }
}

TEST(JsonExcerpt, OfADocumentThatIsCutAnywhereIsRefused) {
    const std::string text =
        R"({"event":"jira:issue_updated","items":[{"field":"status","to":"3"}],"n":-1.5,"t":true})";
    for (std::size_t length = 0; length <= text.size(); ++length)
        EXPECT_TRUE(test::excerpt_is_right(text.substr(0, length), of_document)) << length;
}

}  // namespace
}  // namespace oms::json
