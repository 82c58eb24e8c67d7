#include "sync/strays.hpp"

#include <algorithm>

#include "plan/first_sight.hpp"
#include "plan/text_links.hpp"
#include "store/links.hpp"

namespace oms::sync {

void add_strays(store::Database& database, plan::View& view) {
    std::vector<MessageId> messages;
    std::vector<CommentId> comments;
    if (view.messages) {
        for (const Message& message : *view.messages)
            if (plan::parts_of(view, message.id).empty()) messages.push_back(message.id);
    }
    if (view.comments) {
        for (const Comment& comment : *view.comments)
            if (plan::link_of(view, comment.id) == nullptr) comments.push_back(comment.id);
    }
    if (messages.empty() && comments.empty()) return;
    auto strays = store::read(database, [&](store::Connection& connection) {
        std::vector<CommentLink> found;
        for (const MessageId message : messages) {
            for (CommentLink& link : store::comment_links_of_message(connection, message))
                found.push_back(std::move(link));
        }
        for (const CommentId& comment : comments) {
            auto link = store::comment_link_of_comment(connection, comment);
            if (link && std::ranges::find(found, *link) == found.end())
                found.push_back(std::move(*link));
        }
        return found;
    });
    for (CommentLink& stray : strays) {
        // Where its comment stands, there it is at home.
        const bool here = std::ranges::find(comments, stray.comment) != comments.end();
        if (here && plan::is_untold(stray)) stray.subject = view.subject;
        view.comment_links.push_back(std::move(stray));
    }
}

}  // namespace oms::sync
