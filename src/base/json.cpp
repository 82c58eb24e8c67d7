#include "base/json.hpp"

#include <charconv>
#include <cmath>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_stack.hpp>
#include <fmt/format.h>

#include "base/text.hpp"

namespace oms::json {
namespace {

const value null_value;
const array no_elements;

bool has_infinity(const value& value) {
    if (const double* number = value.if_double()) return !std::isfinite(*number);
    if (const array* list = value.if_array()) {
        for (const auto& element : *list) {
            if (has_infinity(element)) return true;
        }
    }
    if (const object* members = value.if_object()) {
        for (const auto& member : *members) {
            if (has_infinity(member.value())) return true;
        }
    }
    return false;
}

using boost::json::error_code;
using boost::json::string_view;

/// Builds the value as the library's own parser would, but for numbers with a fraction: it reads
/// these up to some units in the last place beside what was written.
struct Builder {
    static constexpr std::size_t max_object_size = object::max_size();
    static constexpr std::size_t max_array_size = array::max_size();
    static constexpr std::size_t max_key_size = boost::json::string::max_size();
    static constexpr std::size_t max_string_size = boost::json::string::max_size();

    bool on_document_begin(error_code& /*error*/) {
        stack.reset(storage);
        return true;
    }
    bool on_document_end(error_code& /*error*/) { return true; }
    bool on_object_begin(error_code& /*error*/) { return true; }
    bool on_object_end(std::size_t size, error_code& /*error*/) {
        stack.push_object(size);
        return true;
    }
    bool on_array_begin(error_code& /*error*/) { return true; }
    bool on_array_end(std::size_t size, error_code& /*error*/) {
        stack.push_array(size);
        return true;
    }
    bool on_key_part(string_view part, std::size_t /*size*/, error_code& /*error*/) {
        stack.push_chars(part);
        return true;
    }
    bool on_key(string_view part, std::size_t /*size*/, error_code& /*error*/) {
        stack.push_key(part);
        return true;
    }
    bool on_string_part(string_view part, std::size_t /*size*/, error_code& /*error*/) {
        stack.push_chars(part);
        return true;
    }
    bool on_string(string_view part, std::size_t /*size*/, error_code& /*error*/) {
        stack.push_string(part);
        return true;
    }
    bool on_number_part(string_view /*part*/, error_code& /*error*/) { return true; }
    bool on_int64(std::int64_t number, string_view /*digits*/, error_code& /*error*/) {
        stack.push_int64(number);
        return true;
    }
    bool on_uint64(std::uint64_t number, string_view /*digits*/, error_code& /*error*/) {
        stack.push_uint64(number);
        return true;
    }
    bool on_double(double number, string_view digits, error_code& /*error*/) {
        // The text was given in one piece, so these are all of its digits.
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
        stack.push_double(number);
        return true;
    }
    bool on_bool(bool truth, error_code& /*error*/) {
        stack.push_bool(truth);
        return true;
    }
    bool on_null(error_code& /*error*/) {
        stack.push_null();
        return true;
    }
    bool on_comment_part(string_view /*part*/, error_code& /*error*/) { return true; }
    bool on_comment(string_view /*part*/, error_code& /*error*/) { return true; }

    boost::json::storage_ptr storage = {};  ///< where values live
    boost::json::value_stack stack = {};
};

/// Decimal, as people and other programs write it: the library would write 0.3 as 3E-1.
std::string written_double(double number) {
    std::string digits = fmt::format("{}", number);
    const bool whole = digits.find_first_of(".e") == std::string::npos;
    return whole ? digits + ".0" : digits;
}

void write_to(std::string& text, const value& value) {
    if (const double* number = value.if_double()) {
        text += written_double(*number);
    } else if (const array* list = value.if_array()) {
        text += '[';
        for (std::size_t i = 0; i < list->size(); ++i) {
            if (i > 0) text += ',';
            write_to(text, (*list)[i]);
        }
        text += ']';
    } else if (const object* members = value.if_object()) {
        text += '{';
        bool first = true;
        for (const auto& member : *members) {
            if (!first) text += ',';
            first = false;
            text += boost::json::serialize(member.key()) + ':';
            write_to(text, member.value());
        }
        text += '}';
    } else {
        text += boost::json::serialize(value);
    }
}

Result<value> parse_into(std::string_view text, boost::json::storage_ptr storage) {
    boost::json::parse_options options;
    options.max_depth = depth_max;
    boost::json::basic_parser<Builder> parser{options};
    parser.handler().storage = std::move(storage);
    error_code error;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
    // Only white space may follow a complete document.
    const bool blank = text.find_first_not_of(" \t\r\n", read) == std::string_view::npos;
    if (!error && !blank) error = boost::json::error::extra_data;
    if (error) {
        return failure(
            ErrorKind::refused, fmt::format("no JSON: {} at byte {}", error.message(), read)
        );
    }
    value parsed = parser.handler().stack.release();
    // The library reads 1e400 as infinity, which it could not write again.
    if (has_infinity(parsed)) return failure(ErrorKind::refused, "no JSON: a number out of range");
    return parsed;
}

/// 0xD83D of `\\uD83D` at the front; nothing where no such escape is there.
std::optional<unsigned> escaped_unit(std::string_view text) {
    constexpr std::size_t digits = 4;
    if (!text.starts_with("\\u") || text.size() < 2 + digits) return std::nullopt;
    unsigned unit = 0;
    const char* const end = text.data() + 2 + digits;
    const auto [read_to, error] = std::from_chars(text.data() + 2, end, unit, 16);
    if (error != std::errc{} || read_to != end) return std::nullopt;
    return unit;
}

/// With U+FFFD in place of each half of a surrogate pair that lacks its other half: the grammar lets
/// them be written, other programs do write them, and the library takes none. Nothing where all are
/// whole.
std::optional<std::string> with_whole_pairs(std::string_view text) {
    constexpr std::size_t escape = 6;
    const auto is_first = [](unsigned unit) { return unit >= 0xD800 && unit <= 0xDBFF; };
    const auto is_second = [](unsigned unit) { return unit >= 0xDC00 && unit <= 0xDFFF; };
    std::string mended;
    std::size_t kept = 0;
    for (std::size_t at = text.find('\\'); at < text.size(); at = text.find('\\', at)) {
        const auto unit = escaped_unit(text.substr(at));
        const auto next = unit ? escaped_unit(text.substr(at + escape)) : std::nullopt;
        if (unit && is_first(*unit) && next && is_second(*next)) {
            at += 2 * escape;
        } else if (unit && (is_first(*unit) || is_second(*unit))) {
            mended += text.substr(kept, at - kept);
            mended += "\\uFFFD";
            at += escape;
            kept = at;
        } else {
            at += 2;
        }
    }
    if (kept == 0) return std::nullopt;
    mended += text.substr(kept);
    return mended;
}

Result<value> parse_leniently(std::string_view text, const boost::json::storage_ptr& storage) {
    auto parsed = parse_into(text, storage);
    if (parsed) return parsed;
    const auto mended = with_whole_pairs(text);
    return mended ? parse_into(*mended, storage) : std::move(parsed);
}

}  // namespace

Result<value> parse(std::string_view text) { return parse_leniently(text, {}); }

Result<value> parse(std::string_view text, Arena& arena) { return parse_leniently(text, &arena); }

std::string write(const value& value) {
    if (has_infinity(value)) return "null";
    std::string text;
    write_to(text, value);
    return text;
}

const value& at(const value& from, std::string_view key) {
    const object* members = from.if_object();
    if (members == nullptr) return null_value;
    const value* found = members->if_contains(key);
    return found == nullptr ? null_value : *found;
}

const value& at(const value& from, std::initializer_list<std::string_view> path) {
    const value* here = &from;
    for (const std::string_view key : path)
        here = &at(*here, key);
    return *here;
}

std::optional<std::string> text(const value& value) {
    if (const auto* string = value.if_string()) return std::string{*string};
    if (const auto* number = value.if_int64()) return fmt::format("{}", *number);
    if (const auto* number = value.if_uint64()) return fmt::format("{}", *number);
    if (const auto* number = value.if_double()) return fmt::format("{}", *number);
    if (const auto* truth = value.if_bool()) return *truth ? "true" : "false";
    return std::nullopt;
}

std::string text_or_empty(const value& value) { return text(value).value_or(std::string{}); }

std::optional<std::int64_t> integer(const value& value) {
    if (const auto* number = value.if_int64()) return *number;
    if (const auto* string = value.if_string()) return parse_int(*string);
    return std::nullopt;
}

std::optional<bool> boolean(const value& value) {
    if (const auto* truth = value.if_bool()) return *truth;
    return std::nullopt;
}

const array& elements(const value& value) {
    const array* list = value.if_array();
    return list == nullptr ? no_elements : *list;
}

}  // namespace oms::json
