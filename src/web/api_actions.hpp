#pragma once

#include <vector>

#include "base/clock.hpp"
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

}  // namespace oms::web
