#pragma once

#include <chrono>
#include <optional>

#include "app/console.hpp"

namespace oms::app {

struct StatusOptions {
    /// Told again and again, until the process is ended or nobody reads any more; a database that does
    /// not answer is said, and asked again.
    std::optional<std::chrono::milliseconds> watch_every = {};
};

/// `oms-jira status`: queue, cursor, lag, remotes, sweep; from the database alone.
int status(const Settings& settings, const StatusOptions& options, const Console& console);

}  // namespace oms::app
