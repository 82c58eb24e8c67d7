#include "domain/link.hpp"

namespace oms {

std::string issue_in_words(const Link& link) {
    return link.issue_key.empty() ? "with id " + link.issue_id.value : link.issue_key.value;
}

std::string_view to_text(LinkState state) {
    switch (state) {
    case LinkState::before: return "before";
    case LinkState::linked: return "linked";
    case LinkState::orphaned: return "orphaned";
    }
    return "";
}

LinkState parse_link_state(std::string_view text) {
    if (text == "before") return LinkState::before;
    return text == "orphaned" ? LinkState::orphaned : LinkState::linked;
}

std::string_view to_text(Origin origin) {
    switch (origin) {
    case Origin::marketplace: return "marketplace";
    case Origin::jira: return "jira";
    }
    return "";
}

std::string_view to_text(CommentState state) {
    switch (state) {
    case CommentState::carried: return "carried";
    case CommentState::skipped: return "skipped";
    case CommentState::withdrawn: return "withdrawn";
    case CommentState::deleted: return "deleted";
    }
    return "";
}

Origin parse_origin(std::string_view text) {
    return text == "jira" ? Origin::jira : Origin::marketplace;
}

CommentState parse_comment_state(std::string_view text) {
    for (const CommentState state :
         {CommentState::carried,
          CommentState::skipped,
          CommentState::withdrawn,
          CommentState::deleted}) {
        if (to_text(state) == text) return state;
    }
    return CommentState::skipped;
}

}  // namespace oms
