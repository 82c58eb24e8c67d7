#include "plan/first_sight.hpp"

#include <algorithm>

#include "plan/text_links.hpp"

namespace oms::plan {
namespace {

const Message* message_of(const View& view, const CommentLink& link) {
    if (!view.messages || !link.message) return nullptr;
    const auto found = std::ranges::find(*view.messages, *link.message, &Message::id);
    return found == view.messages->end() ? nullptr : &*found;
}

const Comment* comment_of(const View& view, const CommentLink& link) {
    if (!view.comments) return nullptr;
    const auto found = std::ranges::find(*view.comments, link.comment, &Comment::id);
    return found == view.comments->end() ? nullptr : &*found;
}

/// Where nothing speaks for Jira, the marketplace's: then nothing of it is ever sent there.
Origin origin_of(const Facts& facts, const Message* message, const Comment* comment) {
    const bool own = comment != nullptr && is_own(facts, comment->author);
    const bool staff = message != nullptr && message->author.role != "user";
    return staff && comment != nullptr && !own ? Origin::jira : Origin::marketplace;
}

/// An older adapter put the whole of a long message into one comment: what would be its further
/// parts here are there already.
void leave_out_parts(const Given& given, const Message& message, std::vector<CommentLink>& told) {
    const std::size_t count = comment_bodies(given.settings, given.forms, message).size();
    for (std::size_t part = 1; part < count; ++part) {
        told.push_back(
            {.subject = given.view.subject,
             .message = message.id,
             .part = static_cast<int>(part),
             .state = CommentState::skipped}
        );
    }
}

/// Adds the link as what is there tells it; false where nothing of it is there.
bool tell(const Given& given, CommentLink link, std::vector<CommentLink>& told) {
    const Message* message = message_of(given.view, link);
    const Comment* comment = comment_of(given.view, link);
    if (message == nullptr && comment == nullptr) return false;
    if (link.message) link.origin = origin_of(given.facts, message, comment);
    if (message != nullptr) link.message_hash = message_hash(message->content);
    if (comment != nullptr) link.comment_hash = comment_hash(*comment);
    told.push_back(link);
    const bool carried = link.origin == Origin::marketplace && link.state == CommentState::carried;
    if (message != nullptr && carried) leave_out_parts(given, *message, told);
    return true;
}

}  // namespace

bool is_untold(const CommentLink& link) {
    return link.message_hash.empty() && link.comment_hash.empty() && !link.comment.empty();
}

View with_first_sight(const Given& given, Plan& plan) {
    View view = given.view;
    const bool both = view.messages && view.comments;
    std::vector<CommentLink> links;
    std::vector<CommentLink> told;
    for (const CommentLink& link : view.comment_links) {
        const bool ours = is_untold(link) && link.subject == view.subject;
        const bool met = ours && tell(given, link, told);
        // What stands on neither side is told where it is met.
        const bool elsewhere = ours && both;
        if (!met && !elsewhere) links.push_back(link);
    }
    links.insert(links.end(), told.begin(), told.end());
    view.comment_links = std::move(links);
    if (!both) return view;
    for (const CommentLink& link : told)
        plan.steps.emplace_back(RecordComment{.link = link});
    return view;
}

}  // namespace oms::plan
