#pragma once

#include "app/console.hpp"

namespace oms::app {

/// Asks the web server that runs with these settings on this machine how it is: /healthz, or
/// /readyz. 0 where it answers 200 in time, else 1, with why on standard error.
int healthcheck(const Settings& settings, bool ready, const Console& console);

/// For a process without a port: whether the database of these settings is reached, with a schema
/// that this version works with. 0 or 1, as above.
int healthcheck_database(const Settings& settings, const Console& console);

}  // namespace oms::app
