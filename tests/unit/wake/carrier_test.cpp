#include "wake/carrier.hpp"

#include <gtest/gtest.h>

namespace oms::wake {
namespace {

std::vector<std::string> lines_of(const std::string& name) {
    std::vector<std::string> lines;
    Carrier carrier{name, "rings", Log{LogLevel::info, LogFormat::text, [&](std::string_view line) {
                                           lines.emplace_back(line);
                                       }}};
    EXPECT_EQ(carrier.state().says, not_connected_yet);
    carrier.fails("refused");
    carrier.fails("refused");
    carrier.works();
    return lines;
}

// What NOTIFY carries was told as Redis.
TEST(Carrier, IsLoggedAsWhatItIsOnceEachWay) {
    auto lines = lines_of("PostgreSQL's NOTIFY");
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_NE(lines[0].find("notify does not work"), std::string::npos) << lines[0];
    EXPECT_NE(lines[1].find("notify works again"), std::string::npos) << lines[1];
    for (const std::string& line : lines)
        EXPECT_EQ(line.find("redis"), std::string::npos) << line;
    lines = lines_of("Redis at cache:6379");
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_NE(lines[0].find("redis does not work"), std::string::npos) << lines[0];
}

}  // namespace
}  // namespace oms::wake
