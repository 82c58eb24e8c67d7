#pragma once

#include <vector>

#include "base/clock.hpp"
#include "store/database.hpp"
#include "web/api_routes.hpp"
#include "web/live.hpp"
#include "web/operator_api.hpp"

namespace oms::web {

/// All that is only looked at.
void add_views(
    std::vector<ApiRoute>& routes,
    store::Database& database,
    Clock& clock,
    const ops::Facts& facts,
    Live& live,
    ShownSettings settings
);

}  // namespace oms::web
