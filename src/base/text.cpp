#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace oms {
namespace {

/// Bytes of the well-formed UTF-8 character at `at`, 0 where there is none.
std::size_t character_size(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(at);
    if (first < 0x80) return 1;
    std::size_t size = 0;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    if (first >= 0xC2 && first <= 0xDF) size = 2;
    if (first >= 0xE0 && first <= 0xEF) size = 3;
    if (first >= 0xF0 && first <= 0xF4) size = 4;
    if (first == 0xE0) low = 0xA0;   // no overlong forms
    if (first == 0xED) high = 0x9F;  // no surrogates
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;  // nothing past U+10FFFF
    if (size == 0 || at + size > text.size()) return 0;
    if (byte(at + 1) < low || byte(at + 1) > high) return 0;
    for (std::size_t i = at + 2; i < at + size; ++i) {
        if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
    }
    return size;
}

/// The same, but a byte that is no UTF-8 counts as a character of its own.
std::size_t step_at(std::string_view text, std::size_t at) {
    return std::max<std::size_t>(1, character_size(text, at));
}

/// The code point of the well-formed character of `size` bytes at `at`.
std::uint32_t code_point(std::string_view text, std::size_t at, std::size_t size) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (size == 1) return first;
    std::uint32_t point = first & (0x7FU >> size);
    for (std::size_t i = at + 1; i < at + size; ++i)
        point = point << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
    return point;
}

/// Controls of ASCII and of Latin 1, line separators, and what turns the direction of a line.
bool is_invisible(std::uint32_t point) {
    const bool control = point < 0x20 || (point >= 0x7F && point <= 0x9F);
    const bool separator = point == 0x2028 || point == 0x2029;
    const bool turns = point == 0x061C || point == 0x200E || point == 0x200F ||
                       (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
    return control || separator || turns || point == 0xFEFF;
}

/// `text` with its invisible characters given to `escape`, and broken UTF-8 replaced.
template <class Escape>
std::string with_escapes(std::string_view text, Escape escape) {
    std::string shown;
    shown.reserve(text.size() + 2);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = character_size(text, at);
        if (size == 0) {
            shown += "\xEF\xBF\xBD";
            ++at;
            continue;
        }
        const std::uint32_t point = code_point(text, at, size);
        if (!escape(shown, point)) shown += text.substr(at, size);
        at += size;
    }
    return shown;
}

/// `\u001b`; all that is invisible lies below U+10000.
void add_escape(std::string& shown, std::uint32_t point) {
    constexpr std::string_view digits = "0123456789abcdef";
    shown += "\\u";
    for (const unsigned shift : {12U, 8U, 4U, 0U})
        shown += digits[point >> shift & 15U];
}

/// Where to cut so that words stay whole: after the last line feed or space of the second half.
std::size_t pleasant_cut(std::string_view text, std::size_t end) {
    const std::size_t half = end / 2;
    const auto line = text.substr(0, end).rfind('\n');
    if (line != std::string_view::npos && line >= half) return line + 1;
    const auto space = text.substr(0, end).rfind(' ');
    if (space != std::string_view::npos && space >= half) return space + 1;
    return end;
}

bool is_space(char character) {
    return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

/// Most texts that the program makes itself: each byte a character that is printed.
bool is_plain_line(std::string_view text) {
    return std::ranges::all_of(text, [](char byte) { return byte >= ' ' && byte < 0x7F; });
}

std::string without_controls(std::string_view text, char instead) {
    std::string result{text};
    for (char& character : result) {
        if (static_cast<unsigned char>(character) < 0x20 || character == 0x7F) character = instead;
    }
    return result;
}

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
        }
    }
    return row[b.size()];
}

}  // namespace

std::string truncate(std::string_view utf8, std::size_t characters) {
    std::size_t at = 0;
    while (at < utf8.size() && characters > 0) {
        at += step_at(utf8, at);
        --characters;
    }
    return std::string{utf8.substr(0, at)};
}

std::vector<std::string> split_for_java(std::string_view utf8, std::size_t utf16_units) {
    std::vector<std::string> parts;
    while (true) {
        std::size_t at = 0;
        std::size_t units = 0;
        while (at < utf8.size()) {
            const std::size_t step = step_at(utf8, at);
            const std::size_t more = step == 4 ? 2 : 1;
            if (units + more > utf16_units) break;
            units += more;
            at += step;
        }
        if (at == utf8.size() || at == 0) break;
        const std::size_t cut = pleasant_cut(utf8, at);
        parts.emplace_back(utf8.substr(0, cut));
        utf8.remove_prefix(cut);
    }
    parts.emplace_back(utf8);
    return parts;
}

std::size_t utf16_length(std::string_view utf8) {
    std::size_t units = 0;
    for (std::size_t at = 0; at < utf8.size();) {
        const std::size_t step = step_at(utf8, at);
        units += step == 4 ? 2 : 1;
        at += step;
    }
    return units;
}

std::string clean(std::string_view text) {
    std::string cleaned;
    cleaned.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = character_size(text, at);
        if (size == 0) {
            cleaned += "\xEF\xBF\xBD";
            ++at;
            continue;
        }
        const char first = text[at];
        const bool control = size == 1 && static_cast<unsigned char>(first) < 0x20;
        if (!control || first == '\n' || first == '\t') cleaned += text.substr(at, size);
        const bool lone_return = first == '\r' && (at + 1 == text.size() || text[at + 1] != '\n');
        if (lone_return) cleaned += '\n';
        at += size;
    }
    return cleaned;
}

std::string storable(std::string_view text) {
    std::string kept;
    kept.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = character_size(text, at);
        if (size == 0 || text[at] == '\0') {
            kept += "\xEF\xBF\xBD";
            ++at;
            continue;
        }
        kept += text.substr(at, size);
        at += size;
    }
    return kept;
}

std::string one_line(std::string_view text) {
    if (is_plain_line(text)) return std::string{text};
    return clean(without_controls(text, ' '));
}

std::string trim(std::string_view text) {
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_space(text.back()))
        text.remove_suffix(1);
    return std::string{text};
}

std::string lower(std::string_view ascii) {
    std::string lowered{ascii};
    std::ranges::transform(lowered, lowered.begin(), [](char character) {
        return character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32) : character;
    });
    return lowered;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
    const auto small = [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    };
    return text.size() >= prefix.size() &&
           std::equal(prefix.begin(), prefix.end(), text.begin(), [&](char one, char other) {
               return small(one) == small(other);
           });
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (true) {
        const auto end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) text += separator;
        text += parts[i];
    }
    return text;
}

std::string replace_all(std::string text, std::string_view what, std::string_view with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
        text.replace(at, what.size(), with);
        at += with.size();
    }
    return text;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view marks = "-._~";
    std::string encoded;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        const bool digit = byte >= '0' && byte <= '9';
        if (letter || digit || marks.find(character) != std::string_view::npos) {
            encoded += character;
            continue;
        }
        encoded += '%';
        encoded += digits[byte >> 4U];
        encoded += digits[byte & 15U];
    }
    return encoded;
}

std::string percent_decode(std::string_view text, bool plus_is_space) {
    std::string decoded;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool escape = text[at] == '%' && at + 2 < text.size() &&
                            hex_value(text[at + 1]) >= 0 && hex_value(text[at + 2]) >= 0;
        if (escape) {
            decoded += static_cast<char>(hex_value(text[at + 1]) * 16 + hex_value(text[at + 2]));
            at += 2;
        } else {
            decoded += plus_is_space && text[at] == '+' ? ' ' : text[at];
        }
    }
    return decoded;
}

std::string
nearest_of(const std::vector<std::string>& names, std::string_view given, std::size_t changes_max) {
    std::string nearest;
    std::size_t least = changes_max + 1;
    for (const std::string& name : names) {
        const std::size_t longer = std::max(given.size(), name.size());
        const std::size_t shorter = std::min(given.size(), name.size());
        if (longer - shorter >= least) continue;
        const std::size_t far = distance(given, name);
        if (far >= least) continue;
        least = far;
        nearest = name;
    }
    return nearest;
}

std::string counted(std::int64_t count, std::string_view word) {
    return std::to_string(count) + " " + std::string{word} + (count == 1 ? "" : "s");
}

std::optional<std::int64_t> parse_int(std::string_view text) {
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || text.empty()) return std::nullopt;
    return value;
}

std::string quoted(std::string_view text) {
    const auto escape = [](std::string& shown, std::uint32_t point) {
        if (point == '\n') {
            shown += "\\n";
        } else if (point == '\t') {
            shown += "\\t";
        } else if (point == '\r') {
            shown += "\\r";
        } else if (point == '"' || point == '\\') {
            shown += '\\';
            shown += static_cast<char>(point);
        } else if (is_invisible(point)) {
            add_escape(shown, point);
        } else {
            return false;
        }
        return true;
    };
    return "\"" + with_escapes(text, escape) + "\"";
}

std::string visible(std::string_view text) {
    return with_escapes(text, [](std::string& shown, std::uint32_t point) {
        if (point == '\n' || point == '\t' || !is_invisible(point)) return false;
        add_escape(shown, point);
        return true;
    });
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t shown_max = 80;
    const std::string whole = truncate(text, shown_max);
    const bool cut = whole.size() < text.size();
    const std::string shown = with_escapes(whole, [](std::string& made, std::uint32_t point) {
        if (is_invisible(point)) made += '?';
        return is_invisible(point);
    });
    return "'" + shown + (cut ? "…'" : "'");
}

}  // namespace oms
