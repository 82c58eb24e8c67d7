#include "plan/plan_texts.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/planted.hpp"
#include "base/text.hpp"
#include "plan/same_texts.hpp"
#include "plan/text_links.hpp"

namespace oms::plan {
namespace {

CommentLink skipped(const View& view, const Message& message, std::string hash) {
    return {
        .subject = view.subject,
        .message = message.id,
        .state = CommentState::skipped,
        .message_hash = std::move(hash)};
}

/// The parts of a long message that have no comment yet, in their order: the work may have ended
/// between any two of them.
void plan_missing_parts(
    const Given& given,
    const Message& message,
    const std::vector<const CommentLink*>& parts,
    const std::string& why,
    Plan& plan
) {
    const auto bodies = comment_bodies(given.settings, given.forms, message);
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        const int part = static_cast<int>(i);
        const bool there = std::ranges::find(parts, part, &CommentLink::part) != parts.end();
        if (there || is_marked(given, message.id, part)) continue;
        plan.steps.emplace_back(AddComment{
            .message = message.id,
            .part = part,
            .body = bodies[i],
            .visibility = visibility_of(given.settings, message),
            .message_hash = part == 0 ? message_hash(message.content) : "",
            .why = why});
    }
}

void plan_edited_message(
    const Given& given,
    const Message& message,
    const std::vector<const CommentLink*>& parts,
    Plan& plan
) {
    plan_missing_parts(given, message, parts, "the message was edited and grew", plan);
    const auto bodies = comment_bodies(given.settings, given.forms, message);
    // The first part bears the hash: it goes last, so that an interrupted edit is done again.
    for (std::size_t i = parts.size(); i-- > 0;) {
        const CommentLink& link = *parts[i];
        if (link.state != CommentState::carried) continue;
        const auto part = static_cast<std::size_t>(link.part);
        plan.steps.emplace_back(EditComment{
            .comment = link.comment,
            .message = message.id,
            .part = link.part,
            .body = part < bodies.size() ? bodies[part]
                                         : std::string{"(no longer part of the message)"},
            .visibility = visibility_of(given.settings, message),
            .message_hash = message_hash(message.content),
            .why = "the message was edited"});
    }
}

void plan_known_message(
    const Given& given,
    const Message& message,
    const std::vector<const CommentLink*>& parts,
    Plan& plan
) {
    const CommentLink& first = *parts.front();
    // Its comment stands on another issue, such as the project's.
    if (first.subject != given.view.subject) return;
    const std::string hash = message_hash(message.content);
    const bool carried =
        first.origin == Origin::marketplace && first.state == CommentState::carried;
    const bool hidden = message.scope == Scope::user_direct;
    if (first.message_hash == hash) {
        const bool whole = !carried || hidden;
        if (!whole) plan_missing_parts(given, message, parts, "the rest of a long message", plan);
        return;
    }
    if (carried && !hidden) return plan_edited_message(given, message, parts, plan);
    CommentLink link = first;
    link.message_hash = hash;
    plan.steps.emplace_back(RecordComment{.link = link});
}

void plan_new_message(const Given& given, const Message& message, Plan& plan) {
    const View& view = given.view;
    const std::string hash = message_hash(message.content);
    if (message.scope == Scope::user_direct && !OMS_PLANTED("plan.user_direct_is_carried")) {
        plan.steps.emplace_back(RecordComment{
            .link = skipped(view, message, hash),
            .why =
                fmt::format("message {} is user_direct: it never reaches Jira", message.id.value)});
        return;
    }
    if (plan_marked_message(given, message, plan)) return;
    plan_missing_parts(
        given, message, {}, fmt::format("a new {} message", to_text(message.scope)), plan
    );
}

/// Of a comment that customers read: only the audience is named in another way, such as the role that
/// stands for all.
bool says_the_same(const Settings& settings, const Comment& comment, const CommentLink& link) {
    const Visibility everybody{.type = "role", .value = settings.public_role};
    return link.state == CommentState::carried &&
           (link.comment_hash == comment_hash(comment.body, std::nullopt) ||
            link.comment_hash == comment_hash(comment.body, everybody));
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
        OMS_RARE("plan.withdrawn");
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
    if (says_the_same(given.settings, comment, link)) {
        OMS_RARE("plan.audience_named_in_another_way");
        link.comment_hash = hash;
        plan.steps.emplace_back(RecordComment{.link = link});
        return;
    }
    const std::string content = trim(given.forms.to_plain_text(comment.body));
    if (content.empty()) {
        link.state = CommentState::carried;
        link.comment_hash = hash;
        plan.steps.emplace_back(RecordComment{
            .link = link,
            .why = fmt::format(
                "comment {} was edited to something without words: its message stays",
                comment.id.value
            )});
        return;
    }
    if (OMS_PLANTED("plan.edits_are_ignored")) return;
    plan.steps.emplace_back(EditMessage{
        .message = *link.message,
        .comment = comment.id,
        .comment_hash = hash,
        .content = content,
        .why = "the comment was edited"});
}

/// Another comment already stands for what this one's marker names.
bool is_second(const View& view, const Plan& plan, const MarkedMessage& marked) {
    const auto stands = [&](const CommentLink& link) {
        return link.message == marked.message && link.part == marked.part &&
               link.state == CommentState::carried;
    };
    return std::ranges::any_of(view.comment_links, stands) ||
           std::ranges::any_of(plan.steps, [&](const Step& step) {
               const auto* record = std::get_if<RecordComment>(&step);
               return record != nullptr && stands(record->link);
           });
}

void plan_unseen_comment(const Given& given, const Comment& comment, Plan& plan) {
    const auto& [settings, forms, facts, view] = given;
    const auto marked = parse_message_marker(settings.oms, comment.marker);
    if (marked && !OMS_PLANTED("plan.own_comments_are_carried") &&
        !is_second(view, plan, *marked)) {
        OMS_RARE("plan.marked_comment");
        CommentLink link = seen(view, comment, CommentState::carried);
        link.origin = Origin::marketplace;
        link.message = marked->message;
        link.part = marked->part;
        plan.look_again |= bits(Aspect::messages);
        plan.steps.emplace_back(RecordComment{
            .link = link,
            .why = fmt::format(
                "comment {} bears the marker of message {}", comment.id.value, marked->message.value
            )});
        return;
    }
    const bool own = is_own(facts, comment.author) && !OMS_PLANTED("plan.own_comments_are_carried");
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

/// An edit of its message may have passed it by: the first part's hash is what tells.
void compare_anew(const Given& given, CommentLink& link, Plan& plan) {
    link.message_hash = "";
    plan.look_again |= bits(Aspect::messages);
    for (const CommentLink& other : given.view.comment_links) {
        const bool first = other.message == link.message && other.part == 0 &&
                           other.comment != link.comment && other.state == CommentState::carried;
        if (!first) continue;
        CommentLink again = other;
        again.message_hash = "";
        plan.steps.emplace_back(RecordComment{.link = again});
    }
}

void plan_known_comment(
    const Given& given,
    const Comment& comment,
    const CommentLink& known,
    Plan& plan
) {
    const std::string hash = comment_hash(comment);
    CommentLink link = known;
    if (link.subject != given.view.subject) return;
    if (link.state == CommentState::deleted) {
        // It was only hidden from us.
        OMS_RARE("plan.comment_is_back");
        link.state = CommentState::carried;
        if (link.origin == Origin::marketplace) compare_anew(given, link, plan);
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
        OMS_RARE("plan.comment_opened");
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
    const std::vector<MessageId> same = plan_same_texts(given, plan);
    for (const Message& message : *view.messages) {
        if (std::ranges::find(same, message.id) != same.end()) continue;
        const auto parts = parts_of(view, message.id);
        if (!parts.empty()) {
            plan_known_message(given, message, parts, plan);
        } else {
            plan_new_message(given, message, plan);
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
        if (OMS_PLANTED("plan.own_comments_are_carried") && known != nullptr &&
            known->origin == Origin::marketplace) {
            known = nullptr;
        }
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
        const bool followed = link.state == CommentState::carried && !link.comment.empty() &&
                              link.message && link.subject == view.subject;
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
