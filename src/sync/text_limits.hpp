#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "domain/jira.hpp"

namespace oms::sync {

/// How many UTF-16 units Jira takes, of "It exceeds the allowed limit of 32,767 characters." or
/// "Summary must be less than 255 characters." None where it speaks of something else.
std::optional<std::size_t> limit_in(std::string_view says);

/// Cuts the texts that Jira calls too long to what it takes. False where it spoke of something else.
bool shorten(FieldValues& fields, const std::string& says);

}  // namespace oms::sync
