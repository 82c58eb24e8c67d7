#pragma once

#include <string>

#include "http/message.hpp"
#include "sim/faults.hpp"
#include "sim/jira_access.hpp"
#include "sim/jira_api.hpp"
#include "sim/jira_changes.hpp"

/// The control surface `/sim/…`; its table is in jira.hpp.
namespace oms::sim {

struct JiraControl {
    JiraModel& model;
    JiraAccess& access;
    Faults& faults;
};

/// `path` without `/sim/`. The log of requests is kept, and answered, elsewhere.
http::Response
answer_control(JiraControl control, const http::Request& request, std::string_view path);

/// Those of issues and comments: what a webhook is registered for where nothing is said.
std::set<std::string> all_events();

/// The transition that leads to a status from where the issue is, or an administrator's hand.
JiraDone
go_to(JiraModel& model, const JiraUser& actor, JiraIssue& issue, const std::string& status);

}  // namespace oms::sim
