#include "base/log.hpp"

#include <gtest/gtest.h>

#include "base/json.hpp"
#include "base/text.hpp"

namespace oms {
namespace {

/// What a header, a name or a path could bring: a line break, a terminal's commands in both spellings,
/// a bell, a delete, marks that turn a line around, what is no UTF-8.
// NOLINTBEGIN(misc-misleading-bidirectional): it is what is tried
constexpr std::string_view hostile =
    "a\r\n2026-01-01T00:00:00.000Z info     forged order=1/1\x1b[2J\x1b]0;t\a\x7f"
    "\xC2\x9B"
    "31m\xE2\x80\xAE\xE2\x80\xA8\xFF\"\\end";
// NOLINTEND(misc-misleading-bidirectional)

std::string logged(LogFormat format, std::string_view event, const std::string& value) {
    std::string line;
    const Log log{LogLevel::info, format, [&](std::string_view text) { line = text; }};
    log.info(event, {{"value", value}, {"last", 1}});
    return line;
}

void expect_harmless(const std::string& line) {
    for (const char character : line) {
        const auto byte = static_cast<unsigned char>(character);
        EXPECT_TRUE(byte >= 0x20 && byte != 0x7F) << static_cast<int>(byte);
    }
    // NOLINTNEXTLINE(misc-misleading-bidirectional): it is what is tried
    for (const char* bytes : {"\xC2\x9B", "\xE2\x80\xAE", "\xE2\x80\xA8", "\xFF"})
        EXPECT_EQ(line.find(bytes), std::string::npos);
    EXPECT_NE(line.find("\\u001b[2J"), std::string::npos) << "it is still seen";
    EXPECT_NE(line.find("\\u009b31m\\u202e\\u2028"), std::string::npos) << line;
}

TEST(Log, KeepsAHostileValueInItsFieldAsText) {
    const std::string line = logged(LogFormat::text, "event", std::string{hostile});
    expect_harmless(line);
    EXPECT_NE(line.find(" value=\"a\\r\\n2026"), std::string::npos) << line;
    EXPECT_TRUE(line.ends_with("\\\"\\\\end\" last=1")) << line;
}

TEST(Log, KeepsAHostileValueInItsFieldAsJson) {
    const std::string line = logged(LogFormat::json, "event", std::string{hostile});
    expect_harmless(line);
    const auto read = json::parse(line);
    ASSERT_TRUE(read) << line;
    EXPECT_EQ(json::text(json::at(*read, "last")), "1");
    EXPECT_TRUE(json::text_or_empty(json::at(*read, "value")).ends_with("\"\\end"));
}

TEST(Log, KeepsAHostileEventOnItsLine) {
    for (const LogFormat format : {LogFormat::text, LogFormat::json})
        expect_harmless(logged(format, hostile, "x"));
}

TEST(Log, LeavesPlainValuesPlain) {
    EXPECT_TRUE(logged(LogFormat::text, "issue created", "12/3")
                    .ends_with(" info     issue created value=12/3 last=1"));
    EXPECT_TRUE(logged(LogFormat::text, "e", "żółw").ends_with(" value=żółw last=1"));
    EXPECT_TRUE(logged(LogFormat::text, "e", "").ends_with(" value=\"\" last=1"));
    EXPECT_TRUE(logged(LogFormat::text, "e", "a=b c").ends_with(" value=\"a=b c\" last=1"));
}

TEST(Visible, LetsNothingReachATerminalButTextAndLines) {
    EXPECT_EQ(visible("one\n\ttwo \"x\" \\"), "one\n\ttwo \"x\" \\");
    EXPECT_EQ(visible("\x1b[31mred\r"), "\\u001b[31mred\\u000d");
    EXPECT_EQ(in_quotes("\x1b[2J\xC2\x9B"), "'?[2J?'");
}

}  // namespace
}  // namespace oms
