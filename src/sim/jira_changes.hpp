#pragma once

#include <string>
#include <variant>

#include "base/json.hpp"
#include "sim/jira_model.hpp"

/// Everything that changes issues and comments, for the API and for people alike: it checks, writes
/// the database, tells the index and the webhooks. Bodies are those of the API.
namespace oms::sim {

using JiraDone = JiraOutcome<std::monostate>;

JiraOutcome<JiraIssue*>
create_issue(JiraModel& model, const JiraUser& actor, const json::value& body);
/// An edit that changes nothing leaves no trace, as in Jira.
JiraDone
edit_issue(JiraModel& model, const JiraUser& actor, JiraIssue& issue, const json::value& body);
void delete_issue(JiraModel& model, const JiraUser& actor, JiraIssue& issue);

/// Those that the issue's status and the person's roles offer now.
std::vector<const JiraTransition*>
transitions_of(const JiraModel& model, const JiraUser* viewer, const JiraRow& row);
JiraDone transition_issue(
    JiraModel& model,
    const JiraUser& actor,
    JiraIssue& issue,
    const json::value& body
);
/// As an administrator's tool does: no transition is needed.
JiraDone
set_status(JiraModel& model, const JiraUser& actor, JiraIssue& issue, const std::string& status);

JiraOutcome<JiraComment*>
add_comment(JiraModel& model, const JiraUser& actor, JiraIssue& issue, const json::value& body);
/// Without `visibility` in the body the comment is for everyone afterwards.
JiraDone edit_comment(
    JiraModel& model,
    const JiraUser& actor,
    JiraIssue& issue,
    JiraComment& comment,
    const json::value& body
);
void delete_comment(
    JiraModel& model,
    const JiraUser& actor,
    JiraIssue& issue,
    const JiraComment& comment
);

/// To another project (made if there is none of that key): a new key, the same id. The old key goes
/// on leading to it.
void move_issue(
    JiraModel& model,
    const JiraUser& actor,
    JiraIssue& issue,
    const std::string& project
);

}  // namespace oms::sim
