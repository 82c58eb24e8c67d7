#include "base/json.hpp"

#include <cmath>
#include <sstream>

#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>
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

}  // namespace

Result<value> parse(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = depth_max;
    boost::json::stream_parser parser{{}, options};
    boost::json::error_code error;
    const std::size_t read = parser.write_some(text.data(), text.size(), error);
    if (!error && read == text.size()) parser.finish(error);
    if (!error && read < text.size()) {
        // Only white space may follow a complete document.
        const bool blank = text.find_first_not_of(" \t\r\n", read) == std::string_view::npos;
        if (!blank) error = boost::json::error::extra_data;
        if (!error) parser.finish(error);
    }
    if (error) {
        return failure(
            ErrorKind::refused, fmt::format("no JSON: {} at byte {}", error.message(), read)
        );
    }
    value parsed = parser.release();
    // The library reads 1e400 as infinity, which it could not write again.
    if (has_infinity(parsed)) return failure(ErrorKind::refused, "no JSON: a number out of range");
    return parsed;
}

std::string write(const value& value) {
    if (has_infinity(value)) return "null";
    return boost::json::serialize(value);
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
