#pragma once

#include "app/environment.hpp"
#include "app/finding.hpp"
#include "app/settings.hpp"

/// What needs no remote: the settings themselves, files, the database, Redis.
namespace oms::app {

void check_settings(const Settings& settings, const std::vector<Fault>& faults, Findings& findings);
void check_files(const Settings& settings, Findings& findings);
void check_database(const Settings& settings, Findings& findings);
void check_redis(const Settings& settings, Findings& findings);

}  // namespace oms::app
