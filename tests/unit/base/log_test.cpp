#include "base/log.hpp"

#include <gtest/gtest.h>

namespace oms {
namespace {

std::string line_with(const std::string& value) {
    std::string line;
    const Log log{LogLevel::debug, LogFormat::text, [&](std::string_view text) { line = text; }};
    log.info("met", {{"says", value}});
    return line.substr(line.find("says="));
}

TEST(Log, QuotesWhatWouldActOnATerminal) {
    EXPECT_EQ(line_with("plain"), "says=plain");
    EXPECT_EQ(line_with("two words"), "says=\"two words\"");
    EXPECT_EQ(line_with("\x1B[2J"), "says=\"[2J\"");
    EXPECT_EQ(line_with("a\x7F"), "says=\"a?\"");
    EXPECT_EQ(line_with("a\xFF"), "says=\"a\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace oms
