#pragma once

#include <string>
#include <string_view>

#include "base/check.hpp"
#include "base/json.hpp"
#include "http/message.hpp"

/// What the fuzz targets have in common. A broken promise is an OMS_CHECK: libFuzzer keeps the input.
namespace oms::fuzz {

/// One input; each target's file defines it.
void run(std::string_view input);

/// Whether it is UTF-8, by another way than the product's.
bool is_utf8(std::string_view text);
bool has_controls(std::string_view text);

/// What is told to people: there are words, in UTF-8, without control characters, not endless.
void check_words(std::string_view says);
/// The same for an error of a remote; `write`: whether something was to be changed there.
void check_error(const Error& error, bool write);

/// An input as a person would write a message down: a first line, headers, an empty line, a body.
struct Told {
    std::string first = {};
    http::Headers headers = {};
    std::string body = {};
};
Told told(std::string_view input);

/// The input's first line as an answer's status.
http::Response answer_of(const Told& told);

/// All of a JSON document's values, the document first.
std::vector<const json::value*> values_in(const json::value& document);

}  // namespace oms::fuzz
