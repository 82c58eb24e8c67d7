#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "base/json.hpp"

/// For who reads many large documents and wants little of each.
namespace oms::json {

/// A member that is wanted of an object, or of each object of an array. A name that stands for a
/// scalar or is wanted whole has no members of its own.
struct Wanted {
    std::string_view name;
    std::span<const Wanted> members = {};
};

/// As parse(), for documents of which only `wanted` is looked at: what else is in them may be left
/// out, and mostly is. What is no object or array where members of it are wanted is there as it is.
/// The same documents are refused, with the same errors, but for one: an exponent far below what a
/// number can have, 1e-99999999999, is taken for 0.
Result<value> parse_excerpt(std::string_view text, std::span<const Wanted> wanted, Arena& arena);

}  // namespace oms::json
