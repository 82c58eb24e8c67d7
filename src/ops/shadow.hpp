#pragma once

#include "ops/facts.hpp"
#include "ops/wire.hpp"
#include "store/connection.hpp"

namespace oms::ops {

/// What shadow mode found: to how many something would be done, and what, most frequent first.
json::object shadow_json(store::Connection& connection, const Facts& facts);

}  // namespace oms::ops
