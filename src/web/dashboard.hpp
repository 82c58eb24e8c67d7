#pragma once

#include "web/router.hpp"

namespace oms::web {

/// `/ui/`: the dashboard's page, also for links into it, and its script and style; `/ui/help/`: the
/// documentation. They bear nothing that is not in the program's source: all else comes from /api/v1,
/// for whoever is signed in.
void add_dashboard(Router& router);

}  // namespace oms::web
