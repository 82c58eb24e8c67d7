#pragma once

#include "app/console.hpp"

namespace oms::app {

struct CheckOptions {
    bool offline = false;  ///< configuration and database only
    bool write = false;    ///< also makes, moves and deletes a test issue
    bool webhook = false;  ///< of Jira only its webhook
    bool apply = false;    ///< with `webhook`: makes or repairs it
};

/// `oms-jira check`: tests every setting and both remotes without writing (but for `write` and `apply`), and
/// says for each fault what to set. `faults`: those of the configuration.
int check(
    const Settings& settings,
    const std::vector<Fault>& faults,
    const CheckOptions& options,
    const Console& console
);

}  // namespace oms::app
