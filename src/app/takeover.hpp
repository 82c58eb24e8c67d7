#pragma once

#include "app/console.hpp"

namespace oms::app {

/// `oms-jira db upgrade` on a database of the Python adapter, and `--rehearse`.
int take_over(store::Database& database, bool rehearse, const Console& console);
/// `oms-jira db give-back`
int db_give_back(const Settings& settings, const Console& console);

}  // namespace oms::app
