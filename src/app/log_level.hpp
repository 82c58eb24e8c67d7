#pragma once

#include <filesystem>

#include "base/log.hpp"

namespace oms::app {

/// Reads OMS_LOG_LEVEL anew and sets it, where it is one: from the file that OMS_RELOAD_FROM names, else
/// as at the start, from the process's environment, the file of OMS_LOG_LEVEL_FILE, or `folder/.env`.
/// Nothing else is reloaded. Says in the log what came of it; whatever is wrong leaves the level as it
/// is.
void reread_log_level(const std::filesystem::path& folder, const Log& log);

}  // namespace oms::app
