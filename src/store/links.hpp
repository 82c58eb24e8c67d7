#pragma once

#include <map>
#include <optional>
#include <vector>

#include "domain/link.hpp"
#include "store/connection.hpp"

namespace oms::store {

std::optional<Link> find_link(Connection& connection, const Subject& subject);
std::optional<Link> find_link_of_issue(Connection& connection, const IssueId& issue);
/// In the order of their keys, from after `subject` on; all with state `linked` or other.
std::vector<Link> links_after(Connection& connection, const std::string& subject_key, int count);

/// Adds or replaces. Throws DatabaseError::constraint where the issue stands for another subject.
void put_link(Connection& connection, const Link& link);

/// Those of all projects from `first` to `last`, and of their orders.
std::vector<Link> links_of_projects(Connection& connection, ProjectId first, ProjectId last);

/// The highest number in a key of this Jira project that we know (7 of EOSC-7); 0: none.
std::int64_t highest_issue_number(Connection& connection, const std::string& jira_project);
std::map<LinkState, std::int64_t> count_links(Connection& connection);

std::vector<CommentLink> comment_links_of(Connection& connection, const Subject& subject);
std::vector<CommentLink> comment_links_of_message(Connection& connection, MessageId message);
std::optional<CommentLink>
comment_link_of_comment(Connection& connection, const CommentId& comment);
/// Adds, or replaces what is there for that message and part, or for that comment.
void put_comment_link(Connection& connection, const CommentLink& link);

}  // namespace oms::store
