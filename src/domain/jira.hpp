#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "domain/ids.hpp"

/// Jira's side as plain values, the same for every dialect.
namespace oms {

/// One way out of an issue's present status.
struct Transition {
    TransitionId id = {};
    std::string name = {};
    StatusId to = {};  ///< empty where an old Jira does not say; then only the name helps
    friend bool operator==(const Transition&, const Transition&) = default;
};

struct JiraUser {
    std::string account = {};  ///< Cloud accountId, else Data Center key, else name: for comparing
    std::string name = {};     ///< Data Center login name
    std::string display_name = {};
    std::string email = {};  ///< empty where Jira hides it
    friend bool operator==(const JiraUser&, const JiraUser&) = default;
};

struct Visibility {
    std::string type = {};   ///< role, group
    std::string value = {};  ///< a role's or group's name
    friend bool operator==(const Visibility&, const Visibility&) = default;
};

struct Comment {
    CommentId id = {};
    JiraUser author = {};
    std::string body = {};  ///< as Jira stores it: wiki markup on Data Center
    std::optional<Visibility> visibility = std::nullopt;
    bool service_desk_internal = false;
    std::string marker = {};  ///< our property's text, where it bears one
    Instant created = {};
    Instant updated = {};
    friend bool operator==(const Comment&, const Comment&) = default;
};

struct Issue {
    IssueId id = {};
    IssueKey key = {};
    std::string project_key = {};
    std::string issue_type_id = {};
    StatusId status = {};
    std::string status_name = {};
    std::string summary = {};
    std::vector<std::string> labels = {};
    std::string marker = {};           ///< of our issue property, where read and present
    std::string voucher = {};          ///< CP-VoucherID, "" where unset or not configured
    std::string order_reference = {};  ///< Order reference, as above
    std::string project_name = {};     ///< SO-ProjectName, as above
    Instant updated = {};
    bool in_service_desk = false;
    std::vector<Transition> transitions = {};  ///< only where they were asked for
    std::vector<Comment> comments = {};        ///< only where they were asked for
    bool comments_whole = false;               ///< `comments` are all that our account sees
    friend bool operator==(const Issue&, const Issue&) = default;
};

/// The value of a field to be written. Select options go by id, as Jira prefers.
struct FieldValue {
    enum class Kind {
        text,    ///< a string
        option,  ///< {"id": text}
        null,    ///< clears the field
    };
    Kind kind = Kind::text;
    std::string text = {};
    friend bool operator==(const FieldValue&, const FieldValue&) = default;
};

/// Field id (`summary`, `customfield_10100`) to value.
using FieldValues = std::map<std::string, FieldValue>;

/// An issue to be created.
struct IssueDraft {
    std::string project_key = {};
    std::string issue_type_id = {};
    FieldValues fields = {};
    std::string marker = {};  ///< goes into labels and into the issue property
    /// The epic to hang it under (its key on Data Center, its id where `parent` is used).
    std::optional<std::pair<IssueId, IssueKey>> epic = std::nullopt;
};

struct CommentDraft {
    std::string body = {};  ///< ready for the dialect: markup of users neutralised
    std::optional<Visibility> visibility = std::nullopt;
    std::string marker = {};  ///< goes into the comment property
};

struct CreatedIssue {
    IssueId id = {};
    IssueKey key = {};
};

}  // namespace oms
