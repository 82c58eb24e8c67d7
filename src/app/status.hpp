#pragma once

#include "app/console.hpp"

namespace oms::app {

/// `oms-jira status`: queue, cursor, lag, remotes, sweep; from the database alone.
int status(const Settings& settings, const Console& console);

}  // namespace oms::app
