#pragma once

#include "app/console.hpp"
#include "base/json.hpp"
#include "domain/ids.hpp"

namespace oms::app {

/// `oms-jira explain`: one project's or order's story, from the database alone.
int explain(const Settings& settings, const Subject& subject, const Console& console);

/// The same as `--json` shows it, of a database that is open.
json::value explained(store::Database& database, const Subject& subject, Instant now);

}  // namespace oms::app
