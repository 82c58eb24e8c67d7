#pragma once

#include "app/finding.hpp"
#include "app/settings.hpp"

namespace oms::app {

/// Whether the database can be reached, is ours and current; nothing is written.
Finding check_database(const Settings& settings);

}  // namespace oms::app
