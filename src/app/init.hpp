#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "app/console.hpp"

namespace oms::app {

struct InitOptions {
    std::filesystem::path file = ".env";
    bool force = false;  ///< an existing file is replaced, and kept beside the new one
    bool yes = false;    ///< nobody is asked: every proposal is taken
    /// Answers by the variable that they are for.
    std::map<std::string, std::string> answers = {};
};

/// `oms-jira init`: asks its way to a complete file of settings, testing each answer as it goes, and
/// finding fields, statuses, types and options by name. Writes nothing until the end, and nothing at
/// all to either remote. Secrets come from the environment or are asked for, never from an argument.
int init(const InitOptions& options, const Environment& environment, const Console& console);

}  // namespace oms::app
