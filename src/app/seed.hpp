#pragma once

#include "app/console.hpp"

namespace oms::app {

/// `oms-jira seed FILE`: takes over what the Python adapter's seed file says. All or nothing; the
/// same file twice changes nothing.
int seed(const Settings& settings, const std::filesystem::path& file, const Console& console);

}  // namespace oms::app
