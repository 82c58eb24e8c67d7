#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "sim/jira_model.hpp"

/// What happened, told to the registered webhooks in the shapes of the profile. Up to Data Center 9
/// a comment's event has no issue, a changelog's items have no fieldId, an issue brings all its
/// comments, and one comment is told twice (comment_created, jira:issue_updated).
namespace oms::sim {

/// One item of a changelog. Empty texts are null on the wire.
struct JiraChange {
    std::string field = {};     ///< its display name, for custom fields
    std::string field_id = {};  ///< where Cloud has one for it
    bool custom = false;
    std::string from = {};
    std::string from_text = {};
    std::string to = {};
    std::string to_text = {};
};

struct JiraEvent {
    std::string_view name = {};  ///< `jira:issue_updated`
    std::string_view type = {};  ///< issue_event_type_name, where it has one
    const JiraIssue* issue = nullptr;
    const JiraUser* actor = nullptr;
    std::vector<JiraChange> changes = {};
    const JiraComment* comment = nullptr;
};

/// Puts one delivery in the outbox for each webhook that listens.
void emit(JiraModel& model, const JiraEvent& event);

/// `comment_created` and the like, and where the profile tells a comment twice, the update of the issue
/// (issue_commented).
void emit_comment(
    JiraModel& model,
    std::string_view name,
    std::string_view type,
    const JiraEvent& event
);

}  // namespace oms::sim
