#pragma once

#include <optional>

#include "domain/hint.hpp"
#include "domain/marketplace.hpp"

namespace oms::plan {

/// Where an event says to look; none where it concerns nobody's order (approval requests, secrets,
/// status values without a type).
std::optional<Hint> hint_of(const Event& event);

/// Tells events apart as far as the wire lets us; identical ones in one second are counted.
std::string identity_of(const Event& event);

}  // namespace oms::plan
