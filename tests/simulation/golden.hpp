#pragma once

#include "tests/simulation/world.hpp"

namespace oms::simulation {

/// What people and operators do in practice, each told in a few acts. Every one of them is played
/// undisturbed, and then with each single thing going wrong at each point where it can.
const std::vector<GoldenStory>& golden_stories();

}  // namespace oms::simulation
