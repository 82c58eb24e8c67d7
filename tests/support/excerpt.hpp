#pragma once

#include <algorithm>
#include <span>

#include "base/json_excerpt.hpp"

/// What an excerpt must be, in the plainest words, for who tries json::parse_excerpt().
namespace oms::test {

inline json::value reduced(const json::value& whole, std::span<const json::Wanted> wanted) {
    if (const json::array* list = whole.if_array()) {
        json::array copy;
        for (const json::value& one : *list)
            copy.push_back(reduced(one, wanted));
        return copy;
    }
    const json::object* members = whole.if_object();
    if (members == nullptr || wanted.empty()) return whole;
    json::object copy;
    for (const json::Wanted& one : wanted) {
        if (const json::value* member = members->if_contains(one.name))
            copy[one.name] = reduced(*member, one.members);
    }
    return copy;
}

/// Whether it is of the same document what parse() would give, or the same refusal.
inline bool excerpt_is_right(std::string_view text, std::span<const json::Wanted> wanted) {
    json::Arena arena;
    const auto whole = json::parse(text);
    const auto excerpt = json::parse_excerpt(text, wanted, arena);
    const bool tiny = !whole && whole.error().says.find("exponent overflow") != std::string::npos;
    if (tiny && excerpt) return true;
    if (whole.has_value() != excerpt.has_value()) return false;
    if (!whole) return whole.error().says == excerpt.error().says;
    // Of a document that one parser leaves to the other, all is there.
    return reduced(*excerpt, wanted) == reduced(*whole, wanted);
}

}  // namespace oms::test
