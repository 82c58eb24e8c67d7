#pragma once

#include "ops/facts.hpp"
#include "ops/wire.hpp"
#include "store/connection.hpp"
#include "store/state.hpp"

namespace oms::ops {

json::object sweep_json(const store::Sweep& sweep);

/// `{"running", "items", "next", "next_at", "interval_seconds"}`; nothing where the cursor is none.
std::optional<json::object>
sweeps_json(store::Connection& connection, const Facts& facts, const Page& page);

/// One begins now, where none is running; false where one is. Whoever sweeps goes on with it.
bool start_sweep(store::Connection& connection, Instant now);

}  // namespace oms::ops
