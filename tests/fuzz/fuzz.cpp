#include "tests/fuzz/fuzz.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace oms::fuzz {
namespace {

constexpr std::size_t words_max = 2000;

/// The code point that begins at `at`, with its length; -1 where it is no UTF-8.
std::pair<long, std::size_t> code_point(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) -> unsigned {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const unsigned first = byte(at);
    const auto more = [&](std::size_t i) { return (byte(at + i) & 0xC0U) == 0x80U; };
    const auto bits = [&](std::size_t i) { return byte(at + i) & 0x3FU; };
    if (first < 0x80) return {first, 1};
    if ((first & 0xE0U) == 0xC0U && more(1)) {
        const unsigned value = (first & 0x1FU) << 6U | bits(1);
        return {value >= 0x80 ? static_cast<long>(value) : -1, 2};
    }
    if ((first & 0xF0U) == 0xE0U && more(1) && more(2)) {
        const unsigned value = (first & 0x0FU) << 12U | bits(1) << 6U | bits(2);
        const bool surrogate = value >= 0xD800 && value < 0xE000;
        return {value >= 0x800 && !surrogate ? static_cast<long>(value) : -1, 3};
    }
    if ((first & 0xF8U) == 0xF0U && more(1) && more(2) && more(3)) {
        const unsigned value = (first & 0x07U) << 18U | bits(1) << 12U | bits(2) << 6U | bits(3);
        return {value >= 0x10000 && value < 0x110000 ? static_cast<long>(value) : -1, 4};
    }
    return {-1, 1};
}

void add_values(const json::value& value, std::vector<const json::value*>& found) {
    found.push_back(&value);
    for (const auto& element : json::elements(value))
        add_values(element, found);
    const auto* members = value.if_object();
    if (members == nullptr) return;
    for (const auto& member : *members)
        add_values(member.value(), found);
}

}  // namespace

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto [point, length] = code_point(text, at);
        if (point < 0) return false;
        at += length;
    }
    return true;
}

bool has_controls(std::string_view text) {
    return std::ranges::any_of(text, [](char character) {
        return static_cast<unsigned char>(character) < 0x20 || character == 0x7F;
    });
}

void check_words(std::string_view says) {
    OMS_CHECK(!says.empty());
    OMS_CHECK(says.size() <= words_max);
    OMS_CHECK(is_utf8(says));
    OMS_CHECK(!has_controls(says));
}

void check_error(const Error& error, bool write) {
    check_words(error.says);
    // A write that may have happened must not be repeated, and a read may always be.
    const bool surely_not = error.status == 409 || error.status == 410;
    if (write) OMS_CHECK(error.kind != ErrorKind::not_sent || surely_not);
    if (!write) OMS_CHECK(error.kind != ErrorKind::outcome_unknown);
    if (!error.retry_after) return;
    OMS_CHECK(error.retry_after->count() >= 0);
    OMS_CHECK(*error.retry_after <= std::chrono::hours{24});
}

Told told(std::string_view input) {
    Told told;
    const auto take_line = [&] {
        const auto end = input.find('\n');
        const std::string_view line = input.substr(0, end);
        input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
        return std::string{line};
    };
    told.first = take_line();
    while (!input.empty()) {
        const std::string line = take_line();
        if (line.empty()) break;
        const auto colon = line.find(':');
        if (colon == std::string::npos) continue;
        told.headers.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
    }
    told.body = input;
    return told;
}

http::Response answer_of(const Told& told) {
    const auto status = parse_int(told.first).value_or(200);
    return {
        .status = static_cast<int>(std::clamp<std::int64_t>(status, 0, 999)),
        .headers = told.headers,
        .body = told.body};
}

std::vector<const json::value*> values_in(const json::value& document) {
    std::vector<const json::value*> found;
    add_values(document, found);
    return found;
}

}  // namespace oms::fuzz
