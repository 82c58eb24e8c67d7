#pragma once

#include "tests/simulation/golden.hpp"

namespace oms::simulation {

struct PointOptions {
    int every = 1;  ///< only every so manieth point…
    int first = 0;  ///< …beginning with this one
    std::string story = {};
    std::string only = {};
    bool keep_story = false;
    std::string record = {};
    sim::JiraProfile jira = {};
};

/// Every fate at every call and commit that the undisturbed run made.
std::vector<Network::Plan> points_of(const Verdict& undisturbed);

/// The exhaustive loop: each golden story undisturbed, within its cost; then with every fate at the
/// 1st, 2nd, 3rd… call to a remote and at the 1st, 2nd, 3rd… commit. 0 where nothing was violated.
int try_points(const PointOptions& options);

}  // namespace oms::simulation
