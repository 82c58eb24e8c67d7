#pragma once

#include <string>

#include "store/database.hpp"
#include "sync/remotes.hpp"

namespace oms::app {

/// A person says which issue stands for the subject of an entry in attention.
struct LinkByHand {
    std::int64_t attention = 0;
    IssueKey issue = {};
    std::string who = {};
};

/// Asks Jira for the issue and lets it stand for the subject; both sides are compared anew then. What
/// came of it, in words; an Error where there is no such entry or issue, or the issue stands for
/// another. Nobody loses an issue by it.
Result<std::string>
link_by_hand(store::Database& database, sync::Remotes& remotes, const LinkByHand& wanted);

}  // namespace oms::app
