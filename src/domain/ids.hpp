#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/id.hpp"

namespace oms {

using OmsId = Id<struct OmsTag>;
using ProjectId = Id<struct ProjectTag>;
/// What the wire calls `project_item.id`: a sequence number within its project.
using ProjectItemId = Id<struct ProjectItemTag>;
using MessageId = Id<struct MessageTag>;

/// Jira's numeric id, as the text that it is on the wire. It survives a move; the key does not.
using IssueId = Name<struct IssueIdTag>;
using IssueKey = Name<struct IssueKeyTag>;
using CommentId = Name<struct CommentIdTag>;
using StatusId = Name<struct StatusIdTag>;
using TransitionId = Name<struct TransitionIdTag>;

/// The marketplace numbers items per project, so neither half names an order alone.
struct OrderId {
    ProjectId project;
    ProjectItemId item;
    friend auto operator<=>(const OrderId&, const OrderId&) = default;
};

/// What a hint points at and a worker leases: a project, or one of its orders, or (as long as
/// nobody knows whose it is) an issue.
struct Subject {
    ProjectId project = {};
    std::optional<ProjectItemId> item = std::nullopt;
    IssueId issue = {};

    static Subject of(ProjectId project) { return {.project = project}; }
    static Subject of(OrderId order) { return {.project = order.project, .item = order.item}; }
    static Subject of(IssueId issue) { return {.issue = std::move(issue)}; }

    [[nodiscard]] bool is_issue() const { return !issue.empty(); }
    [[nodiscard]] bool is_order() const { return item.has_value(); }
    [[nodiscard]] bool is_project() const { return !is_issue() && !is_order(); }

    friend auto operator<=>(const Subject&, const Subject&) = default;
};

/// `project/12`, `order/12/3`, `issue/10021`: the key in the database and in logs.
std::string key_of(const Subject& subject);
std::optional<Subject> parse_key(std::string_view key);

/// For people: `12/3`, `12`.
std::string to_text(const Subject& subject);
/// Reads what a person types: `12`, `12/3`.
std::optional<Subject> parse_subject(std::string_view text);

/// The label that says for whom an issue stands: `oms-1-order-12-3`, `oms-1-project-12`. The same
/// text is in the issue's property.
std::string marker_of(OmsId oms, const Subject& subject);
/// Whose marker it is; nothing where it is no marker of this OMS.
std::optional<Subject> parse_marker(OmsId oms, std::string_view label);

/// The key of the issue and comment property that bears a marker.
inline constexpr std::string_view property_key = "oms";

}  // namespace oms
