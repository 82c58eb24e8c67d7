#pragma once

#include "app/console.hpp"
#include "domain/ids.hpp"

namespace oms::app {

/// `oms-jira explain`: one project's or order's story, from the database alone.
int explain(const Settings& settings, const Subject& subject, const Console& console);

}  // namespace oms::app
