#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "sim/jira_changes.hpp"

/// What changes of issues and changes of comments have in common; the comments themselves are changed
/// by what jira_changes.hpp declares.
namespace oms::sim {

/// Updated now; the index hears of it.
void touch(JiraModel& model, JiraIssue& issue);

/// Those of the body's `properties`; the fault is a sentence, or "".
void take_properties(const json::value& body, JiraProperties& properties);
std::string property_fault(const json::value& body);

/// Comments that came along in `update.comment`, checked before anything is written.
JiraDone check_comments(
    const JiraModel& model,
    const JiraUser& actor,
    const std::vector<json::value>& bodies
);

/// A checked body; whom it mentions is told.
JiraComment&
write_comment(JiraModel& model, const JiraUser& actor, JiraIssue& issue, const json::value& body);

}  // namespace oms::sim
