#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/people.hpp"
#include "tests/simulation/process.hpp"

namespace oms::simulation {

/// What a run of one seed came to.
struct Verdict {
    std::vector<std::string> violations = {};
    std::uint64_t trace = 0;  ///< a hash of everything that happened, in order
    int calls = 0;
    int commits = 0;
    int kills = 0;
    int changes = 0;
    std::string weather = {};
    std::vector<std::string> story = {};  ///< only where it was asked for
};

struct RunOptions {
    std::uint64_t seed = 1;
    int acts = 25;
    bool calm = false;  ///< no weather but the planned fate
    Network::Plan plan = {};
    bool keep_story = false;
    /// Acts of a golden story in place of chance; each is called once, with quiet between.
    std::vector<std::function<std::string(People&)>> golden = {};
};

/// Plays one seed: safety while anything may fail, then liveness in calm weather, then the checkers.
Verdict run_seed(const RunOptions& options);

}  // namespace oms::simulation
