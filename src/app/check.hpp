#pragma once

#include <vector>

#include "app/console.hpp"
#include "app/finding.hpp"

namespace oms::app {

struct CheckOptions {
    bool offline = false;  ///< configuration, files, database and Redis only
    bool write = false;    ///< also makes, moves and deletes a test order in Jira
    bool webhook = false;  ///< of Jira only its webhook
    bool apply = false;    ///< with `webhook`: makes or repairs it
};

/// What all checks find, in groups. Writes nothing but for `write` and `apply`, and prints nothing;
/// `told` is called with each finding as it is made. Takes as long as the remotes do: seconds where
/// they answer. `faults`: those of the configuration; with any, nothing else is asked.
std::vector<Finding> run_checks(
    const Settings& settings,
    const std::vector<Fault>& faults,
    const CheckOptions& options,
    const Findings::Told& told = {}
);

/// `oms-jira check`: runs them and prints what they find, with the exit code that says it.
int check(
    const Settings& settings,
    const std::vector<Fault>& faults,
    const CheckOptions& options,
    const Console& console
);

}  // namespace oms::app
