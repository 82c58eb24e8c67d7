#include "sync/strays.hpp"

#include <algorithm>
#include <iterator>

#include "plan/first_sight.hpp"
#include "plan/text_links.hpp"
#include "store/links.hpp"

namespace oms::sync {

namespace {

std::vector<MessageId> unlinked_messages(const plan::View& view) {
    std::vector<MessageId> ids;
    if (!view.messages) return ids;
    for (const Message& message : *view.messages)
        if (plan::parts_of(view, message.id).empty()) ids.push_back(message.id);
    return ids;
}

std::vector<CommentId> unlinked_comments(const plan::View& view) {
    std::vector<CommentId> ids;
    if (!view.comments) return ids;
    for (const Comment& comment : *view.comments)
        if (plan::link_of(view, comment.id) == nullptr) ids.push_back(comment.id);
    return ids;
}

std::vector<CommentLink> links_to(
    store::Connection& connection,
    const std::vector<MessageId>& messages,
    const std::vector<CommentId>& comments
) {
    std::vector<CommentLink> found;
    for (const MessageId message : messages) {
        auto links = store::comment_links_of_message(connection, message);
        std::ranges::move(links, std::back_inserter(found));
    }
    for (const CommentId& comment : comments) {
        auto link = store::comment_link_of_comment(connection, comment);
        if (link && std::ranges::find(found, *link) == found.end())
            found.push_back(std::move(*link));
    }
    return found;
}

}  // namespace

void add_strays(store::Database& database, plan::View& view) {
    const auto messages = unlinked_messages(view);
    const auto comments = unlinked_comments(view);
    if (messages.empty() && comments.empty()) return;
    auto strays = store::read(database, [&](store::Connection& connection) {
        return links_to(connection, messages, comments);
    });
    for (CommentLink& stray : strays) {
        // Where its comment stands, there it is at home.
        const bool here = std::ranges::find(comments, stray.comment) != comments.end();
        if (here && plan::is_untold(stray)) stray.subject = view.subject;
        view.comment_links.push_back(std::move(stray));
    }
}

}  // namespace oms::sync
