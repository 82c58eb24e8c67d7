// Texts cut, cleaned, quoted, encoded: UTF-8 stays whole and within its limits.
#include <algorithm>

#include "base/digest.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "base/trace.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace oms::fuzz {
namespace {

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    }));
}

void cut(std::string_view text, std::size_t limit) {
    const std::string shortened = truncate(text, limit);
    OMS_CHECK(text.starts_with(shortened));
    const std::vector<std::string> parts = split_for_java(text, limit);
    OMS_CHECK(!parts.empty());
    OMS_CHECK(join(parts, "") == text);
    if (!is_utf8(text)) return;
    OMS_CHECK(is_utf8(shortened));
    OMS_CHECK(characters(shortened) == std::min(limit, characters(text)));
    for (const std::string& part : parts) {
        OMS_CHECK(is_utf8(part));
        if (limit >= 2) OMS_CHECK(utf16_length(part) <= limit);
    }
}

void log_line(const std::string& text) {
    const auto sink = [&](std::string_view line) {
        OMS_CHECK(is_utf8(line));
        OMS_CHECK(line.find('\n') == std::string_view::npos);
        // Nothing in it acts on a terminal.
        OMS_CHECK(!has_controls(line));
        if (line.starts_with('{')) {
            const auto read = json::parse(line);
            OMS_CHECK(read.has_value());
            const std::string says = json::text_or_empty(json::at(*read, "says"));
            // Escaped, and so all there, unless it was no text.
            if (is_utf8(text)) OMS_CHECK(clean(says) == clean(text));
        }
    };
    Log{LogLevel::debug, LogFormat::text, sink}.info("met", {{"says", text}});
    Log{LogLevel::debug, LogFormat::json, sink}.info("met", {{"says", text}});
}

void traceparent(std::string_view text) {
    const auto context = trace::parse_traceparent(text);
    if (!context) return;
    // What is passed on is what was read, in the version that we speak.
    const std::string passed_on = trace::to_traceparent(*context);
    OMS_CHECK(trace::parse_traceparent(passed_on) == context);
    OMS_CHECK(passed_on.size() == 55 && text.substr(2, 50) == passed_on.substr(2, 50));
}

}  // namespace

void run(std::string_view input) {
    const std::size_t limit = input.empty() ? 0 : static_cast<unsigned char>(input.front());
    const std::string_view text = input.substr(std::min<std::size_t>(1, input.size()));
    cut(text, limit);

    traceparent(text);

    const std::string cleaned = clean(text);
    OMS_CHECK(is_utf8(cleaned));
    OMS_CHECK(clean(cleaned) == cleaned);
    OMS_CHECK(cleaned.find('\0') == std::string::npos && cleaned.find('\r') == std::string::npos);
    if (is_utf8(text) && !has_controls(text)) OMS_CHECK(cleaned == text);

    const std::string quoted = in_quotes(text);
    check_words(quoted);
    OMS_CHECK(quoted.size() <= 80 * 4 + 5);

    const std::string encoded = percent_encode(text);
    OMS_CHECK(percent_decode(encoded) == text && percent_decode(encoded, false) == text);
    OMS_CHECK(encoded.find_first_of(" &=?#/\r\n\"") == std::string::npos);
    OMS_CHECK(from_base64(base64(text)) == text);
    if (const auto bytes = from_base64(text)) OMS_CHECK(from_base64(base64(*bytes)) == *bytes);

    OMS_CHECK(join(split(text, ','), ",") == text);
    const std::string trimmed = trim(text);
    OMS_CHECK(trim(trimmed) == trimmed && text.find(trimmed) != std::string_view::npos);
    if (const auto number = parse_int(text))
        OMS_CHECK(parse_int(std::to_string(*number)) == number);
    log_line(std::string{text});
}

}  // namespace oms::fuzz
