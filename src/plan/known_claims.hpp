#pragma once

#include <string>
#include <vector>

#include "domain/hint.hpp"
#include "domain/link.hpp"

namespace oms::plan {

/// What of a hint is left when everything that the link already knows is taken away: our own
/// echoes, repeats, old news.
struct Undecided {
    Aspects aspects = no_aspects;
    /// Messages after this one have to be read: the highest known one before those that claims
    /// named. 0: all messages.
    std::int64_t messages_from = 0;
    /// Issues that a claim says bear the subject's marker.
    std::vector<IssueId> sightings = {};
    /// Those of them that are not the one that the link follows.
    std::vector<IssueId> second_issues = {};
};

Undecided undecided(
    Aspects aspects,
    const std::vector<std::string>& claims,
    const std::optional<Link>& link,
    const std::vector<CommentLink>& comment_links
);

/// The claim itself, for one: true where a look would find nothing new.
bool is_known(
    std::string_view claim,
    const std::optional<Link>& link,
    const std::vector<CommentLink>& comment_links
);

}  // namespace oms::plan
