#pragma once

#include "base/json.hpp"
#include "sim/faults.hpp"
#include "sim/jira_model.hpp"

/// What GET /sim/state shows of everything; its members are told in jira.hpp.
namespace oms::sim {

json::object webhook_state(const JiraWebhook& webhook);
json::array webhooks_state(const JiraModel& model);
json::array faults_state(const Faults& faults);
json::object site_state(const JiraModel& model);
json::array mentions_state(const JiraModel& model);

/// One issue with everything about it.
json::object issue_state(const JiraModel& model, const JiraIssue& issue);

}  // namespace oms::sim
