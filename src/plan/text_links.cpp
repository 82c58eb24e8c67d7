#include "plan/text_links.hpp"

#include <algorithm>

#include "plan/comments.hpp"

namespace oms::plan {

std::vector<const CommentLink*> parts_of(const View& view, MessageId message) {
    std::vector<const CommentLink*> parts;
    for (const CommentLink& link : view.comment_links) {
        if (link.message == message) parts.push_back(&link);
    }
    std::ranges::sort(parts, {}, &CommentLink::part);
    return parts;
}

const CommentLink* link_of(const View& view, const CommentId& comment) {
    for (const CommentLink& link : view.comment_links) {
        if (link.comment == comment) return &link;
    }
    return nullptr;
}

bool is_own(const Facts& facts, const JiraUser& user) {
    const bool account = !facts.own_account.empty() && user.account == facts.own_account;
    const bool name = !facts.own_name.empty() && user.name == facts.own_name;
    return account || name;
}

CommentLink seen(const View& view, const Comment& comment, CommentState state) {
    return {
        .subject = view.subject,
        .comment = comment.id,
        .origin = Origin::jira,
        .state = state,
        .comment_hash = comment_hash(comment)};
}

bool is_marked(const Given& given, MessageId message, int part) {
    const View& view = given.view;
    return view.comments && std::ranges::any_of(*view.comments, [&](const Comment& comment) {
               const auto marked = parse_message_marker(given.settings.oms, comment.marker);
               return marked && marked->message == message && marked->part == part &&
                      link_of(view, comment.id) == nullptr;
           });
}

}  // namespace oms::plan
