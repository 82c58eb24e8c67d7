#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "sim/jira_events.hpp"
#include "sim/jira_model.hpp"

/// The body that create, edit and transition share: {"fields": …, "update": …}.
namespace oms::sim {

/// What a body asks for, checked.
struct JiraEdit {
    /// Field id to its new text (an option's id); none clears it.
    std::map<std::string, std::optional<std::string>> texts = {};
    std::map<std::string, json::value> documents = {};  ///< of those texts that came as documents
    std::optional<std::vector<std::string>> labels = std::nullopt;
    std::optional<std::int64_t> epic = std::nullopt;  ///< 0 clears it
    std::vector<json::value> comments = {};           ///< bodies of update.comment.add
};

/// A long text as it came: markup, or a document and what API 2 makes of it.
struct JiraLongText {
    std::string wiki = {};
    json::value document = {};
};

/// The error is Jira's sentence. Whoever speaks API 3 sends documents, and nobody else does.
tl::expected<JiraLongText, std::string>
read_long_text(const JiraModel& model, const json::value& value);

/// Every fault at once, in Jira's words. `screen`: the fields that may be set here. `project` and
/// `issuetype` are left to the caller.
JiraOutcome<JiraEdit> read_edit(
    const JiraModel& model,
    const json::value& body,
    const std::set<std::string>& screen,
    const JiraRow& before
);

/// Carries it out on the row and says what really changed.
std::vector<JiraChange> apply(const JiraModel& model, const JiraEdit& edit, JiraRow& row);

/// `The entered text is too long. It exceeds the allowed limit of 32,767 characters.`
std::string too_long(std::size_t limit);

}  // namespace oms::sim
