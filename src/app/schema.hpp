#pragma once

#include "app/console.hpp"

namespace oms::app {

/// `oms-jira db …`
/// Takes over a database of the Python adapter; `rehearse`: only tells what would be done.
int db_upgrade(const Settings& settings, bool rehearse, const Console& console);
int db_downgrade(const Settings& settings, const Console& console);
int db_current(const Settings& settings, const Console& console);
int db_history(const Settings& settings, const Console& console);
/// Writes an empty step into `src/store/migrations/` of a checkout.
int db_migrate(const std::string& name, const Console& console);

}  // namespace oms::app
