#pragma once

#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "store/database.hpp"
#include "web/api_routes.hpp"
#include "web/operator_api.hpp"

namespace oms::web {

/// All that changes something. What needs a remote, or time, becomes a task.
void add_actions(
    std::vector<ApiRoute>& routes,
    store::Database& database,
    Clock& clock,
    ApiBells bells
);

/// What this process writes into its log, until it ends or reads its settings anew.
void add_log_level(std::vector<ApiRoute>& routes, const Log& log);

}  // namespace oms::web
