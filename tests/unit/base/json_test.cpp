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

}  // namespace
}  // namespace oms::json
