#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oms {

/// The first `characters` Unicode characters, never a part of one.
std::string truncate(std::string_view utf8, std::size_t characters);

/// Cuts into parts of at most `utf16_units` each (what Java counts), never inside a character,
/// at a line end or a space where one is near. Joined, the parts are the text. At least one part.
std::vector<std::string> split_for_java(std::string_view utf8, std::size_t utf16_units);

/// The length that Java, and so Jira's limits, would count.
std::size_t utf16_length(std::string_view utf8);

/// Valid UTF-8 without NUL and other C0 controls except tab and line feed; CR LF becomes LF,
/// what is no UTF-8 becomes U+FFFD. Neither remote stores the rest.
std::string clean(std::string_view text);

/// The same text as a database takes it that stores neither NUL nor what is no UTF-8: U+FFFD for
/// each. Everything else stays as it is.
std::string storable(std::string_view text);

/// Valid UTF-8 in one line, controls as spaces: a remote's words in an error, a claim, a cause.
std::string one_line(std::string_view text);

std::string trim(std::string_view text);
std::string lower(std::string_view ascii);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string replace_all(std::string text, std::string_view what, std::string_view with);

/// RFC 3986: everything but unreserved characters.
std::string percent_encode(std::string_view text);
/// `plus_is_space` for forms and queries. Broken escapes are kept as they stand.
std::string percent_decode(std::string_view text, bool plus_is_space = true);

/// `1 write`, `2 writes`: for words that take an s.
std::string counted(std::int64_t count, std::string_view word);

/// The one that differs least from a misspelled word: by letters put in, left out or changed, at most
/// `changes_max`. "" where none is that near.
std::string
nearest_of(const std::vector<std::string>& names, std::string_view given, std::size_t changes_max);

/// The whole text as a decimal number; nothing where it is not, or does not fit.
std::optional<std::int64_t> parse_int(std::string_view text);

/// A JSON string of it with its quotes: one line of visible characters, whatever the text. What a
/// terminal or a reader could take for something else (controls, line separators, marks that turn
/// the direction) is escaped as `\u001b`; what is no UTF-8 becomes U+FFFD.
std::string quoted(std::string_view text);
/// For a terminal: the same escapes, but line feeds, quotes and backslashes as they are.
std::string visible(std::string_view text);

/// For messages about bad input: quoted, controls shown as `?`, cut at 80 characters.
std::string in_quotes(std::string_view text);

}  // namespace oms
