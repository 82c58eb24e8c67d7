#pragma once

#include <string>

#include "sim/jira_site.hpp"

/// Team-managed projects of Cloud (`simplified`, `style: next-gen`). What is theirs is listed among
/// what all share, with a `scope` (recorded: devlake's lists of statuses and types; Atlassian's
/// OpenAPI file), mostly under the same names, and is of no use anywhere else.
namespace oms::sim {

/// The project gets types, custom fields, options, statuses and a workflow of its own, by the names
/// that the shared ones have, with other ids. Epics have no name and no link to them there, only
/// `parent`; each status is reached from any other by a transition of its name.
void make_team_managed(JiraSite& site, const std::string& project_key);

}  // namespace oms::sim
