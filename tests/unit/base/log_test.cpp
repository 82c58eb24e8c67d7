#include "base/log.hpp"

#include <thread>

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

TEST(Log, ChangesItsLevelForAllItsCopies) {
    std::vector<std::string> lines;
    const Log log{
        LogLevel::info, LogFormat::text, [&](std::string_view line) { lines.emplace_back(line); }};
    const Log of_a_room = log;
    of_a_room.debug("unseen");
    EXPECT_EQ(lines.size(), 0U);
    log.set_level(LogLevel::debug);
    of_a_room.debug("seen");
    EXPECT_EQ(lines.size(), 1U);
    log.set_level(LogLevel::error);
    of_a_room.warning("unseen");
    EXPECT_EQ(lines.size(), 1U);
    EXPECT_EQ(log.count(LogLevel::debug), 2U) << "written or not";
    EXPECT_EQ(log.count(LogLevel::warning), 1U);
    EXPECT_EQ(log.count(LogLevel::error), 0U);
}

TEST(Log, ToldOfAnErrorAlsoWhereItIsNotWritten) {
    Log log{LogLevel::critical, LogFormat::text, [](std::string_view) { FAIL(); }};
    std::vector<LogField> told;
    log.observe([&](std::string_view, const std::vector<LogField>& fields) { told = fields; });
    const LogScope scope{{{"subject", "order/12/3"}}};
    log.error("unexpected error", {{"kind", "x"}});
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[1].value, "order/12/3");
}

TEST(LogScope, PutsItsFieldsOnEachLineOfItsThread) {
    std::string line;
    const Log log{LogLevel::info, LogFormat::text, [&](std::string_view text) { line = text; }};
    {
        const LogScope outer{{{"subject", "order/12/3"}, {"trace", "abc"}}};
        {
            const LogScope inner{{{"trace", "def"}}};
            log.info("e", {{"a", 1}});
            EXPECT_TRUE(line.ends_with(" e a=1 trace=def subject=order/12/3")) << line;
        }
        log.info("e", {{"subject", "project/12"}});
        EXPECT_TRUE(line.ends_with(" e subject=project/12 trace=abc")) << line;
        std::thread{[&] { log.info("of another thread"); }}.join();
        EXPECT_TRUE(line.ends_with(" of another thread")) << line;
    }
    log.info("e");
    EXPECT_TRUE(line.ends_with(" e")) << line;
}

TEST(LogLevels, AreReadByTheirNames) {
    EXPECT_EQ(parse_log_level("WARNING"), LogLevel::warning);
    for (const LogLevel level : log_levels)
        EXPECT_EQ(parse_log_level(to_text(level)), level);
    EXPECT_FALSE(parse_log_level("loud"));
}

TEST(Visible, LetsNothingReachATerminalButTextAndLines) {
    EXPECT_EQ(visible("one\n\ttwo \"x\" \\"), "one\n\ttwo \"x\" \\");
    EXPECT_EQ(visible("\x1b[31mred\r"), "\\u001b[31mred\\u000d");
    EXPECT_EQ(in_quotes("\x1b[2J\xC2\x9B"), "'?[2J?'");
}

}  // namespace
}  // namespace oms
