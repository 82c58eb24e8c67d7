#pragma once

#include <functional>
#include <string>

#include "base/clock.hpp"
#include "domain/ids.hpp"

/// What operators see and do, as values and JSON: from the store alone, never from a remote.
namespace oms::ops {

/// What this instance is, for the pages. Never a secret.
struct Facts {
    std::string version = {};
    std::int64_t oms = 0;
    bool shadow = false;
    std::string database = {};  ///< sqlite, postgresql
    std::string jira_url = {};  ///< with its context path
    std::string marketplace_url = {};
    /// Where people see an order, or a project, at the marketplace.
    std::function<std::string(const Subject&)> marketplace_page = {};
    double jira_rate = 0;  ///< requests a second; 0: no limit
    double marketplace_rate = 0;
    Duration sweep_interval = {};
};

}  // namespace oms::ops
