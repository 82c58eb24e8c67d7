#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/result.hpp"

/// JSON, with the limits that foreign input needs. No other file calls the library's parser.
namespace oms::json {

using boost::json::array;
using boost::json::object;
using boost::json::value;

/// Atlassian documents nest; nothing real nests deeper than this.
inline constexpr std::size_t depth_max = 64;

/// Room for values that are read and thrown away together: they are taken from a few large pieces, and
/// need not be given back one by one. Lives longer than any of them.
using Arena = boost::json::monotonic_resource;

/// Strict: UTF-8, no comments, no trailing text. The error says at which byte, and quotes nothing:
/// a payload may hold secrets. Half a surrogate pair, which others escape, is read as U+FFFD.
Result<value> parse(std::string_view text);
Result<value> parse(std::string_view text, Arena& arena);

/// Compact. A number that JSON cannot write (infinity) becomes null.
std::string write(const value& value);

/// The member, or a null value where there is none or `from` is no object.
const value& at(const value& from, std::string_view key);
/// Through several levels: at(issue, {"fields", "status", "id"}).
const value& at(const value& from, std::initializer_list<std::string_view> path);

/// What the value says as text: a string as it is, a number in digits ("ids are strings or
/// integers"), true and false as words. Nothing for null, arrays, objects.
std::optional<std::string> text(const value& value);
/// The same, `""` where there is none.
std::string text_or_empty(const value& value);
/// An integer, or a string that is one.
std::optional<std::int64_t> integer(const value& value);
std::optional<bool> boolean(const value& value);

/// The elements, or none where it is no array.
const array& elements(const value& value);

}  // namespace oms::json
