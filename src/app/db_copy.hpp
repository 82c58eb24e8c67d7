#pragma once

#include <string>

#include "app/console.hpp"

namespace oms::app {

/// `oms-jira db copy FROM TO`. Each is a database's URL, or the name of a variable that holds one: a
/// password is no argument, since everybody on the machine sees those.
int db_copy(const std::string& from, const std::string& to, const Console& console);
/// `oms-jira db backup FILE`
int db_backup(const Settings& settings, const std::string& file, const Console& console);

}  // namespace oms::app
