#pragma once

#include "ops/wire.hpp"
#include "store/connection.hpp"
#include "store/writes.hpp"

namespace oms::ops {

json::object write_json(const store::RemoteWrite& write);

/// Writes that are not settled, oldest first: how each will be, and when that is tried next. Nothing
/// where the cursor is none.
std::optional<json::object> uncertain_page(store::Connection& connection, const Page& page);

}  // namespace oms::ops
