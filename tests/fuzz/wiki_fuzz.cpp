// Jira's markup both ways: a person's text takes no effect, and reads as it was typed.
#include <cctype>

#include "base/text.hpp"
#include "jira/dialect.hpp"
#include "jira/wiki.hpp"
#include "plan/comments.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace oms::fuzz {
namespace {

constexpr std::string_view zero_width_space = "\xE2\x80\x8B";

/// Whether the character at `at` is escaped: an odd number of backslashes stands before it.
bool is_escaped(std::string_view line, std::size_t at) {
    std::size_t backslashes = 0;
    while (backslashes < at && line[at - 1 - backslashes] == '\\')
        ++backslashes;
    return backslashes % 2 == 1;
}

bool in_word(char character) {
    return std::isalnum(static_cast<unsigned char>(character)) != 0 ||
           static_cast<unsigned char>(character) >= 0x80;
}

/// What Jira would act on wherever it stands: macros, links, mentions, images.
void check_line(std::string_view line) {
    const std::string begun = trim(line);
    const std::string_view start = begun;
    OMS_CHECK(start.find("{{") == std::string_view::npos);
    OMS_CHECK(start.find("[~") == std::string_view::npos);
    OMS_CHECK(start.find("??") == std::string_view::npos);
    for (std::size_t at = 0; at < start.size(); ++at) {
        const char mark = start[at];
        const bool brace = mark == '{' || mark == '}' || mark == '[';
        if (brace) OMS_CHECK(is_escaped(start, at));
        // *bold*, _italic_, -gone-: inside a word they mean nothing, nor where they stand alone.
        const bool hugs = std::string_view{"*_+^~"}.find(mark) != std::string_view::npos;
        if (hugs && !is_escaped(start, at)) {
            const char before = at > 0 ? start[at - 1] : ' ';
            const char after = at + 1 < start.size() ? start[at + 1] : ' ';
            OMS_CHECK(
                (before == ' ' && after == ' ' && at > 0) || (in_word(before) && in_word(after))
            );
        }
        const bool image = mark == '!' && at + 1 < start.size() && start[at + 1] != ' ';
        if (image) OMS_CHECK(is_escaped(start, at));
    }
    if (start.empty()) return;
    // And what acts at a line's beginning: lists, tables, rules, headings, quotes.
    OMS_CHECK(std::string_view{"*#|"}.find(start[0]) == std::string_view::npos);
    OMS_CHECK(!start.starts_with("----"));
    OMS_CHECK(!start.starts_with("- "));
    OMS_CHECK(!start.starts_with("bq."));
    const bool heading = start.size() > 2 && start[0] == 'h' && start[1] >= '1' &&
                         start[1] <= '6' && start[2] == '.';
    OMS_CHECK(!heading);
}

void neutral(const std::string& text) {
    const std::string neutral = jira::wiki::neutralise(text);
    OMS_CHECK(is_utf8(neutral));
    OMS_CHECK(neutral.size() <= text.size() * 8 + 8);
    for (const std::string& line : split(neutral, '\n'))
        check_line(line);
    if (text.find(zero_width_space) != std::string::npos) return;
    OMS_CHECK(jira::wiki::to_plain_text(neutral) == text);
}

void bodies(const std::string& text) {
    const auto dialect = jira::data_center_9_dialect();
    const plan::TextForms forms{
        .neutralise = [&](std::string_view typed) { return dialect->neutralise(typed); },
        .to_plain_text = [&](std::string_view body) { return dialect->to_plain_text(body); }};
    const auto name_end = text.find('\n');
    Message message{
        .id = {7},
        .author = {.name = text.substr(0, name_end), .role = "user"},
        .content = text,
        .scope = text.size() % 2 == 0 ? Scope::public_scope : Scope::internal};
    plan::Settings settings{.oms = {1}, .comment_units_max = 300};
    const auto parts = plan::comment_bodies(settings, forms, message);
    OMS_CHECK(!parts.empty());
    for (const std::string& part : parts) {
        OMS_CHECK(is_utf8(part));
        for (const std::string& line : split(part, '\n'))
            check_line(line);
        // What Jira stores is what was sent.
        OMS_CHECK(dialect->text_of(dialect->body_of(part)) == part);
        if (message.author.name.size() < 30) OMS_CHECK(utf16_length(part) <= 300);
    }
}

}  // namespace

void run(std::string_view input) {
    const std::string plain = jira::wiki::to_plain_text(input);
    OMS_CHECK(plain.size() <= input.size() * 4 + 16);
    if (is_utf8(input)) OMS_CHECK(is_utf8(plain));
    const std::string text = clean(input);
    neutral(text);
    bodies(text);
}

}  // namespace oms::fuzz
