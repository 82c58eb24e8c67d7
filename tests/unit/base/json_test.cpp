#include "base/json.hpp"

#include <gtest/gtest.h>

namespace oms::json {
namespace {

TEST(Json, ReadsAPath) {
    const auto parsed = parse(R"({"a":{"b":[1,"2",null]}})");
    ASSERT_TRUE(parsed);
    const auto& list = elements(at(*parsed, {"a", "b"}));
    EXPECT_EQ(integer(list[0]), 1);
    EXPECT_EQ(integer(list[1]), 2);
    EXPECT_EQ(text(list[2]), std::nullopt);
    EXPECT_TRUE(at(*parsed, {"a", "nothing", "here"}).is_null());
}

TEST(Json, SaysWhereItIsBrokenAndQuotesNothing) {
    const auto parsed = parse(R"({"password": secret})");
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().says.find("secret"), std::string::npos);
    EXPECT_NE(parsed.error().says.find("at byte"), std::string::npos);
}

TEST(Json, RefusesWhatIsNone) {
    EXPECT_FALSE(parse(""));
    EXPECT_FALSE(parse("{} x"));
    EXPECT_FALSE(parse("[1e400]"));
    EXPECT_FALSE(parse("\"\xFF\""));
    EXPECT_FALSE(parse(std::string(10'000, '[')));
    EXPECT_TRUE(parse(" {} \n"));
}

TEST(Json, ReadsHalfAPairAsTheReplacementCharacter) {
    const auto said = [](std::string_view json) {
        const auto parsed = parse(json);
        return parsed ? text_or_empty(*parsed) : std::string{"refused"};
    };
    EXPECT_EQ(said(R"("a\ud83d b")"), "a\xEF\xBF\xBD b");
    EXPECT_EQ(said(R"("\udE00")"), "\xEF\xBF\xBD");
    EXPECT_EQ(said(R"("\ud83d\ud83d\ude00\ude00")"), "\xEF\xBF\xBD\xF0\x9F\x98\x80\xEF\xBF\xBD");
    // The other half of one is whole, and these six characters are no escape.
    EXPECT_EQ(said(R"("\ud83d\ude00 \\ud83d \ud800")"), "\xF0\x9F\x98\x80 \\ud83d \xEF\xBF\xBD");
    EXPECT_EQ(said(R"("\ud83d)"), "refused");
    EXPECT_EQ(said(R"("\ud8)"), "refused");
}

TEST(Json, KeepsNumbersAsTheyWereWritten) {
    // The library reads some of these a unit in the last place beside, and writes 0.3 as 3E-1.
    for (const char* text :
         {"0.3",
          "19.99",
          "0.9090285458079983",
          "1.844674407000000e+31",
          "-0.0",
          "1.0",
          "18446744073709551615",
          "-9223372036854775808"}) {
        const auto parsed = parse(text);
        ASSERT_TRUE(parsed) << text;
        const auto again = parse(write(*parsed));
        ASSERT_TRUE(again) << text;
        EXPECT_EQ(*again, *parsed) << text;
    }
    EXPECT_EQ(
        write(*parse("[0.3, 19.99, 0.9090285458079983, 1.0, -0.0]")),
        "[0.3,19.99,0.9090285458079983,1.0,-0.0]"
    );
}

}  // namespace
}  // namespace oms::json
