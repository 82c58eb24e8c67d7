#pragma once

#include <optional>
#include <string>

#include "app/console.hpp"

namespace oms::app {

struct SandboxOptions {
    std::uint16_t port = 9000;
    std::uint16_t marketplace_port = 0;  ///< 0: one that is free
    std::uint16_t jira_port = 0;
    std::string seed = "demo";  ///< demo, recorded, empty
    std::string jira_profile = "dc-9.12";
    std::string only = {};      ///< "": all; marketplace, jira, both: simulators alone
    std::string database = {};  ///< "": a temporary one, gone at the end
};

/// `oms-jira sandbox`: a simulated marketplace and Jira with the adapter between them, and a page
/// to play both roles. Runs until the process is asked to end.
int sandbox(const SandboxOptions& options, const Environment& environment, const Console& console);

}  // namespace oms::app
