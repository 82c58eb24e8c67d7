#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/hint.hpp"
#include "domain/jira.hpp"
#include "domain/link.hpp"
#include "domain/marketplace.hpp"

namespace oms::plan {

/// One subject as seen in one look: what we know, and what of both sides was read. What was not
/// read is none; what was looked for and is not there is `…_gone`.
struct View {
    Subject subject = {};
    std::optional<Link> link = std::nullopt;
    /// For an order: its project's link.
    std::optional<Link> project_link = std::nullopt;
    /// For an order: its project was looked at, and nothing in Jira came of it.
    bool project_in_vain = false;
    /// Its own; and of the read texts that another subject has, those.
    std::vector<CommentLink> comment_links = {};

    std::optional<Project> project = std::nullopt;  ///< also of an order that is to be created
    std::optional<Order> order = std::nullopt;
    bool marketplace_gone = false;  ///< 404, or 403: not there, or not for us

    std::optional<Issue> issue = std::nullopt;
    bool issue_gone = false;

    /// Those with ids above `messages_from`, in the order of their ids.
    std::optional<std::vector<Message>> messages = std::nullopt;
    int messages_unreadable = 0;  ///< further ones that make no sense to us
    /// All of the issue's, as far as our account sees them, in the order of their ids.
    std::optional<std::vector<Comment>> comments = std::nullopt;

    /// What was just found standing for an unlinked subject, best first; none: not looked for.
    std::optional<std::vector<Issue>> standing = std::nullopt;
    /// The issue was found, not made by us: texts on both sides may already be the same.
    bool adopting = false;
    /// Ours from before this process began, and texts as old are to be carried: a life that the
    /// database knows nothing of, since it was restored, may have carried them. Both sides' texts
    /// are then read whole, and found again by marker, or by author and words.
    bool recollecting = false;
};

/// Facts about this instance that reads of the remotes gave.
struct Facts {
    std::string own_account = {};  ///< whose comments are ours
    std::string own_name = {};
    bool default_oms = true;
    std::string epic_name_field = {};  ///< as Jira has it, where the settings leave it out
};

}  // namespace oms::plan
