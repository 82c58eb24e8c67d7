#pragma once

#include "ops/wire.hpp"
#include "store/connection.hpp"
#include "store/tasks.hpp"

namespace oms::ops {

/// Without its result where that is not wanted: it may be long.
json::object task_json(const store::Task& task, bool with_result);

/// Newest first, without results; nothing where the cursor is none.
std::optional<json::object> tasks_page(store::Connection& connection, const Page& page);

/// A dry sweep's differences as a table; nothing where the task has none.
std::optional<std::string> report_csv(const store::Task& task);

}  // namespace oms::ops
