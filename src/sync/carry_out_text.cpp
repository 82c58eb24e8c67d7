#include <algorithm>

#include <fmt/format.h>

#include "base/planted.hpp"
#include "base/text.hpp"
#include "plan/comments.hpp"
#include "sync/carry_out.hpp"
#include "sync/text_limits.hpp"

namespace oms::sync {
namespace {

/// A comment and the message that it became, as they are after `step`, a post or an edit.
CommentLink born_in_jira(const Subject& subject, MessageId message, const auto& step) {
    return {
        .subject = subject,
        .message = message,
        .comment = step.comment,
        .origin = Origin::jira,
        .message_hash = plan::message_hash(step.content),
        .comment_hash = step.comment_hash};
}

}  // namespace

using store::Connection;
using store::WriteKind;

Result<std::string> CarryOut::add_comment(const plan::AddComment& step, const plan::View& view) {
    const std::string marker = plan::message_marker(settings_.oms, step.message, step.part);
    if (OMS_PLANTED("carry_out.texts_are_logged")) log_.info("adding", {{"body", step.body}});
    std::string hash;
    return perform(
        {.row =
             {.kind = WriteKind::add_comment,
              .marker = marker,
              .cause = step.why,
              .target = plan::comment_hash(step.body, step.visibility),
              .floor = step.message.value},
         .call = [&]() -> Result<std::string> {
             const auto comment = remotes_.jira([&](jira::Client& client) {
                 return client.add_comment(
                     view.link->issue_id,
                     {.body = step.body, .visibility = step.visibility, .marker = marker}
                 );
             });
             if (!comment) return Failure{comment.error()};
             hash = plan::comment_hash(*comment);
             return comment->id.value;
         },
         .then =
             [&](Connection& connection, const std::string& made) {
                 store::put_comment_link(
                     connection,
                     {.subject = records_.subject(),
                      .message = step.message,
                      .part = step.part,
                      .comment = CommentId{made},
                      .origin = Origin::marketplace,
                      .message_hash = step.message_hash,
                      .comment_hash = hash}
                 );
             }}
    );
}

/// Whom staff let see a comment of ours by now. Sent without it, the edit would open it to all again.
Result<std::optional<Visibility>>
CarryOut::standing_visibility(const CommentId& id, const plan::View& view) {
    if (view.comments) {
        const auto found = std::ranges::find(*view.comments, id, &Comment::id);
        if (found == view.comments->end()) return std::optional<Visibility>{};
        return found->visibility;
    }
    auto comment = remotes_.jira([&](jira::Client& client) {
        return client.comment(view.link->issue_id, id);
    });
    if (comment) return std::move(comment->visibility);
    // Then the edit fails in its own words.
    if (comment.error().kind == ErrorKind::missing) return std::optional<Visibility>{};
    return Failure{comment.error()};
}

Result<std::string> CarryOut::edit_comment(const plan::EditComment& step, const plan::View& view) {
    auto standing = standing_visibility(step.comment, view);
    if (!standing) return Failure{standing.error()};
    const std::optional<Visibility> visibility = *standing ? std::move(*standing) : step.visibility;
    std::string hash;
    return perform(
        {.row =
             {.kind = WriteKind::edit_comment,
              .cause = step.why,
              .target = step.comment.value,
              .floor = step.message.value},
         .call = [&]() -> Result<std::string> {
             const auto comment = remotes_.jira([&](jira::Client& client) {
                 return client.edit_comment(
                     view.link->issue_id,
                     step.comment,
                     {.body = step.body,
                      .visibility = visibility,
                      .marker = plan::message_marker(settings_.oms, step.message, step.part)}
                 );
             });
             if (!comment) return Failure{comment.error()};
             hash = plan::comment_hash(*comment);
             return comment->id.value;
         },
         .then =
             [&](Connection& connection, const std::string&) {
                 store::put_comment_link(
                     connection,
                     {.subject = records_.subject(),
                      .message = step.message,
                      .part = step.part,
                      .comment = step.comment,
                      .origin = Origin::marketplace,
                      .message_hash = step.message_hash,
                      .comment_hash = hash}
                 );
             }}
    );
}

Result<std::string> CarryOut::post(const plan::PostMessage& step, const plan::View& view) {
    std::int64_t floor = 0;
    for (const CommentLink& link : view.comment_links) {
        if (link.message) floor = std::max(floor, link.message->value);
    }
    return perform(
        {.row =
             {.kind = WriteKind::post_message,
              .marker = step.comment.value,
              .cause = step.why,
              .target = fmt::format(
                  "{} {} {}",
                  plan::message_hash(step.content),
                  step.comment_hash,
                  plan::author_hash(step.author)
              ),
              .floor = floor},
         .call = [&]() -> Result<std::string> {
             const auto message = remotes_.marketplace([&](marketplace::Client& client) {
                 return client.post_message(
                     {.subject = view.subject, .author = step.author, .content = step.content}
                 );
             });
             if (!message) return Failure{message.error()};
             return std::to_string(message->id.value);
         },
         .then =
             [&](Connection& connection, const std::string& made) {
                 if (OMS_PLANTED("carry_out.own_message_forgotten")) return;
                 const MessageId message{parse_int(made).value_or(0)};
                 store::put_comment_link(
                     connection, born_in_jira(records_.subject(), message, step)
                 );
             }}
    );
}

Result<std::string> CarryOut::edit_message(const plan::EditMessage& step) {
    return perform(
        {.row =
             {.kind = WriteKind::edit_message,
              .cause = step.why,
              .target = std::to_string(step.message.value)},
         .call = [&]() -> Result<std::string> {
             const auto message = remotes_.marketplace([&](marketplace::Client& client) {
                 return client.edit_message(step.message, step.content);
             });
             if (!message) return Failure{message.error()};
             return std::to_string(step.message.value);
         },
         .then =
             [&](Connection& connection, const std::string&) {
                 store::put_comment_link(
                     connection, born_in_jira(records_.subject(), step.message, step)
                 );
             }}
    );
}

bool CarryOut::learn_limit(const Error& error) {
    if (error.kind != ErrorKind::refused) return false;
    const auto limit = limit_in(error.says);
    if (!limit || *limit < 200) return false;
    const std::size_t known = shared_.comment_units_max;
    if (known != 0 && known <= *limit) return false;
    shared_.comment_units_max = *limit;
    return true;
}

}  // namespace oms::sync
