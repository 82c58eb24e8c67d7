#include "plan/plan_texts.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace oms::plan {
namespace {

/// What we know of one message: its parts, in order.
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

CommentLink skipped(const View& view, const Message& message, std::string hash) {
    return {
        .subject = view.subject,
        .message = message.id,
        .state = CommentState::skipped,
        .message_hash = std::move(hash)};
}

CommentLink seen(const View& view, const Comment& comment, CommentState state) {
    return {
        .subject = view.subject,
        .comment = comment.id,
        .origin = Origin::jira,
        .state = state,
        .comment_hash = comment_hash(comment)};
}

/// While adopting: a comment that says what this message says, and that nothing is linked to.
const Comment*
same_text(const Given& given, const Message& message, const std::vector<CommentId>& taken) {
    const View& view = given.view;
    if (!view.adopting || !view.comments) return nullptr;
    const std::string wanted = trim(clean(message.content));
    for (const Comment& comment : *view.comments) {
        const bool used = link_of(view, comment.id) != nullptr ||
                          std::ranges::find(taken, comment.id) != taken.end();
        if (used) continue;
        if (trim(clean(comment.body)) == wanted) return &comment;
        if (trim(given.forms.to_plain_text(comment.body)) == wanted) return &comment;
    }
    return nullptr;
}

void plan_edited_message(
    const Given& given,
    const Message& message,
    const std::vector<const CommentLink*>& parts,
    Plan& plan
) {
    const std::string hash = message_hash(message.content);
    const auto bodies = comment_bodies(given.settings, given.forms, message);
    const auto visibility = visibility_of(given.settings, message);
    const std::size_t count = std::max(bodies.size(), parts.size());
    // The first part bears the hash: it goes last, so that an interrupted edit is done again.
    for (std::size_t i = count; i-- > 0;) {
        const int part = static_cast<int>(i);
        const std::string body =
            i < bodies.size() ? bodies[i] : std::string{"(no longer part of the message)"};
        if (i >= parts.size()) {
            plan.steps.emplace_back(AddComment{
                message.id, part, body, visibility, "", "the message was edited and grew"});
        } else if (parts[i]->state == CommentState::carried) {
            plan.steps.emplace_back(EditComment{
                .comment = parts[i]->comment,
                .message = message.id,
                .part = part,
                .body = body,
                .visibility = visibility,
                .message_hash = hash,
                .why = "the message was edited"});
        }
    }
}

void plan_known_message(
    const Given& given,
    const Message& message,
    const std::vector<const CommentLink*>& parts,
    Plan& plan
) {
    const CommentLink& first = *parts.front();
    const std::string hash = message_hash(message.content);
    const bool carried =
        first.origin == Origin::marketplace && first.state == CommentState::carried;
    const bool hidden = message.scope == Scope::user_direct;
    if (first.message_hash == hash) {
        // Interrupted between two parts of a long message?
        if (!carried || hidden) return;
        const auto bodies = comment_bodies(given.settings, given.forms, message);
        for (std::size_t i = parts.size(); i < bodies.size(); ++i) {
            plan.steps.emplace_back(AddComment{
                message.id,
                static_cast<int>(i),
                bodies[i],
                visibility_of(given.settings, message),
                "",
                "the rest of a long message"});
        }
        return;
    }
    if (carried && !hidden) return plan_edited_message(given, message, parts, plan);
    CommentLink link = first;
    link.message_hash = hash;
    plan.steps.emplace_back(RecordComment{.link = link});
}

void plan_new_message(
    const Given& given,
    const Message& message,
    std::vector<CommentId>& taken,
    Plan& plan
) {
    const View& view = given.view;
    const std::string hash = message_hash(message.content);
    if (message.scope == Scope::user_direct) {
        plan.steps.emplace_back(RecordComment{
            .link = skipped(view, message, hash),
            .why =
                fmt::format("message {} is user_direct: it never reaches Jira", message.id.value)});
        return;
    }
    if (const Comment* same = same_text(given, message, taken)) {
        taken.push_back(same->id);
        const bool customer = message.author.role == "user";
        CommentLink link = seen(view, *same, CommentState::carried);
        link.message = message.id;
        link.origin = customer ? Origin::marketplace : Origin::jira;
        link.message_hash = hash;
        plan.steps.emplace_back(RecordComment{
            .link = link,
            .why = fmt::format(
                "message {} and comment {} say the same", message.id.value, same->id.value
            )});
        return;
    }
    const auto bodies = comment_bodies(given.settings, given.forms, message);
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        plan.steps.emplace_back(AddComment{
            .message = message.id,
            .part = static_cast<int>(i),
            .body = bodies[i],
            .visibility = visibility_of(given.settings, message),
            .message_hash = i == 0 ? hash : "",
            .why = fmt::format("a new {} message", to_text(message.scope))});
    }
}

void plan_carried_comment(
    const Given& given,
    const Comment& comment,
    CommentLink link,
    Plan& plan
) {
    const std::string hash = comment_hash(comment);
    const bool open_to_all = is_public(given.settings, comment);
    if (!open_to_all) {
        if (link.state == CommentState::withdrawn) {
            if (link.comment_hash == hash) return;
            link.comment_hash = hash;
            plan.steps.emplace_back(RecordComment{.link = link});
            return;
        }
        link.state = CommentState::withdrawn;
        link.comment_hash = hash;
        const std::string says = fmt::format(
            "comment {} was restricted after the customer had received it: nothing more of it is "
            "sent",
            comment.id.value
        );
        plan.steps.emplace_back(RecordComment{.link = link, .why = says});
        plan.steps.emplace_back(RaiseAttention{
            .cause = "restricted_comment",
            .says = says,
            .remedy = "The customer keeps what was sent (the marketplace cannot delete). Tell them "
                      "if it matters, then dismiss this."});
        return;
    }
    const std::string content = trim(given.forms.to_plain_text(comment.body));
    if (content.empty()) {
        link.comment_hash = hash;
        plan.steps.emplace_back(RecordComment{
            .link = link,
            .why = fmt::format(
                "comment {} was edited to something without words: its message stays",
                comment.id.value
            )});
        return;
    }
    plan.steps.emplace_back(EditMessage{
        .message = *link.message,
        .comment = comment.id,
        .comment_hash = hash,
        .content = content,
        .why = "the comment was edited"});
}

void plan_unseen_comment(const Given& given, const Comment& comment, Plan& plan) {
    const auto& [settings, forms, facts, view] = given;
    if (const auto marked = parse_message_marker(settings.oms, comment.marker)) {
        CommentLink link = seen(view, comment, CommentState::carried);
        link.origin = Origin::marketplace;
        link.message = marked->message;
        link.part = marked->part;
        // Its text is compared at the next look at the messages.
        plan.steps.emplace_back(RecordComment{
            .link = link,
            .why = fmt::format(
                "comment {} bears the marker of message {}", comment.id.value, marked->message.value
            )});
        return;
    }
    const bool own = is_own(facts, comment.author);
    const bool open_to_all = is_public(settings, comment);
    const std::string content = trim(forms.to_plain_text(comment.body));
    if (own || !open_to_all || content.empty()) {
        const std::string why = own               ? "is our own account's"
                                : content.empty() ? "is empty"
                                                  : "is restricted or internal";
        plan.steps.emplace_back(RecordComment{
            .link = seen(view, comment, CommentState::skipped),
            .why = fmt::format("comment {} {}: not carried", comment.id.value, why)});
        return;
    }
    plan.steps.emplace_back(PostMessage{
        .comment = comment.id,
        .comment_hash = comment_hash(comment),
        .author = author_of(settings, facts.default_oms, comment),
        .content = content,
        .why = "a new comment"});
}

void plan_known_comment(
    const Given& given,
    const Comment& comment,
    const CommentLink& known,
    Plan& plan
) {
    const std::string hash = comment_hash(comment);
    CommentLink link = known;
    if (link.state == CommentState::deleted) {
        // It was only hidden from us.
        link.state = CommentState::carried;
        plan.steps.emplace_back(RecordComment{
            .link = link, .why = fmt::format("comment {} is visible again", comment.id.value)});
    }
    if (link.comment_hash == hash && link.state != CommentState::withdrawn) return;
    if (link.origin == Origin::jira && link.message) {
        return plan_carried_comment(given, comment, link, plan);
    }
    const bool own = is_own(given.facts, comment.author);
    const bool skipped_before = link.origin == Origin::jira && !link.message;
    if (skipped_before && !own && is_public(given.settings, comment)) {
        // Restricted before, public now.
        return plan_unseen_comment(given, comment, plan);
    }
    // Somebody edited our comment, or a restricted one: the marketplace's word stays.
    link.comment_hash = hash;
    plan.steps.emplace_back(RecordComment{.link = link});
}

}  // namespace

void plan_messages(const Given& given, Plan& plan) {
    const View& view = given.view;
    if (!view.messages) return;
    if (view.messages_unreadable > 0) {
        plan.steps.emplace_back(RaiseAttention{
            .cause = "unreadable_message",
            .says = fmt::format(
                "{} of its messages cannot be read: no id, or a scope that is not known",
                view.messages_unreadable
            ),
            .remedy = "Look at the order's messages in the marketplace, and tell the maintainers "
                      "of oms-jira what is new about them; the others are carried."});
    }
    std::vector<CommentId> taken;
    for (const Message& message : *view.messages) {
        const auto parts = parts_of(view, message.id);
        if (!parts.empty()) {
            plan_known_message(given, message, parts, plan);
        } else {
            plan_new_message(given, message, taken, plan);
        }
    }
}

void plan_comments(const Given& given, Plan& plan) {
    const View& view = given.view;
    if (!view.comments) return;
    // As the messages' steps leave them: what is recorded of a message says nothing of its comment.
    std::vector<CommentLink> recorded;
    for (const Step& step : plan.steps) {
        if (const auto* record = std::get_if<RecordComment>(&step)) {
            recorded.push_back(record->link);
        }
    }
    for (const Comment& comment : *view.comments) {
        const CommentLink* known = link_of(view, comment.id);
        const auto now = std::ranges::find(recorded, comment.id, &CommentLink::comment);
        const bool linked_now = known == nullptr && now != recorded.end();
        if (linked_now) continue;
        if (known != nullptr) {
            plan_known_comment(given, comment, now != recorded.end() ? *now : *known, plan);
        } else {
            plan_unseen_comment(given, comment, plan);
        }
    }
    for (const CommentLink& link : view.comment_links) {
        const bool followed =
            link.state == CommentState::carried && !link.comment.empty() && link.message;
        if (!followed) continue;
        const bool there = std::ranges::any_of(*view.comments, [&](const Comment& comment) {
            return comment.id == link.comment;
        });
        if (there) continue;
        CommentLink gone = link;
        gone.state = CommentState::deleted;
        plan.steps.emplace_back(RecordComment{
            .link = gone,
            .why = fmt::format(
                "comment {} was deleted in Jira (or hidden from us): its message stays",
                link.comment.value
            )});
    }
}

}  // namespace oms::plan
