#include "base/text.hpp"

#include <gtest/gtest.h>

namespace oms {
namespace {

TEST(Truncate, CountsCharactersNotBytes) {
    EXPECT_EQ(truncate("żółw", 3), "żół");
    EXPECT_EQ(truncate("😀😀", 1), "😀");
    EXPECT_EQ(truncate("ab", 5), "ab");
}

TEST(SplitForJava, LosesNothingAndCutsAtWords) {
    const auto parts = split_for_java("one two three four five", 10);
    EXPECT_EQ(join(parts, ""), "one two three four five");
    EXPECT_EQ(parts.front(), "one two ");
}

TEST(SplitForJava, NeverCutsInsideACharacter) {
    const auto parts = split_for_java("😀😀😀", 3);
    EXPECT_EQ(parts, (std::vector<std::string>{"😀", "😀", "😀"}));
}

TEST(InQuotes, IsUtf8OnOneLineWhateverWasGiven) {
    EXPECT_EQ(in_quotes("a\nb\x7F"), "'a?b?'");
    EXPECT_EQ(in_quotes("a\xFF"), "'a\xEF\xBF\xBD'");
    EXPECT_EQ(in_quotes(std::string(81, 'x')), "'" + std::string(80, 'x') + "…'");
}

TEST(OneLine, ShowsControlsAsSpaces) { EXPECT_EQ(one_line("a\r\nb\tc\xFF"), "a  b c\xEF\xBF\xBD"); }

TEST(Counted, SaysOneAndMany) {
    EXPECT_EQ(counted(1, "write"), "1 write");
    EXPECT_EQ(counted(0, "write"), "0 writes");
    EXPECT_EQ(counted(2, "write"), "2 writes");
}

TEST(NearestOf, IsTheOneWithTheFewestChangesOrNone) {
    EXPECT_EQ(nearest_of({"serve", "seed", "status"}, "serv", 2), "serve");
    EXPECT_EQ(nearest_of({"serve", "seed", "status"}, "sead", 2), "seed");
    EXPECT_EQ(nearest_of({"serve", "seed"}, "attention", 3), "");
}

TEST(SplitForJava, GivesOnePartForAnEmptyText) {
    EXPECT_EQ(split_for_java("", 10), std::vector<std::string>{""});
}

TEST(Clean, DropsNulAndControlsAndRepairsUtf8) {
    EXPECT_EQ(
        clean(std::string_view{
            "a\0b\x01"
            "c",
            5}),
        "abc"
    );
    EXPECT_EQ(clean("a\r\nb\rc\td"), "a\nb\nc\td");
    EXPECT_EQ(
        clean("a\xFF"
              "b"),
        "a\xEF\xBF\xBD"
        "b"
    );
    EXPECT_EQ(clean("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(PercentDecode, KeepsBrokenEscapes) {
    EXPECT_EQ(percent_decode("a%2Bb+c%zz%4"), "a+b c%zz%4");
    EXPECT_EQ(percent_encode("a b/ż"), "a%20b%2F%C5%BC");
}

TEST(ParseInt, TakesTheWholeTextOnly) {
    EXPECT_EQ(parse_int("42"), 42);
    EXPECT_EQ(parse_int("42x"), std::nullopt);
    EXPECT_EQ(parse_int(""), std::nullopt);
    EXPECT_EQ(parse_int("99999999999999999999"), std::nullopt);
}

}  // namespace
}  // namespace oms
