#include "plan/plan_texts.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/planted.hpp"
#include "base/text.hpp"

namespace oms::plan {
namespace {

using namespace std::chrono_literals;

/// The remotes' clocks may differ by so much.
constexpr Duration clocks_differ_max = 2min;

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

/// Whether the comment is what this message says, or the message what the comment said.
bool says_the_same(const Given& given, const Comment& comment, const Message& message) {
    const std::string wanted = trim(clean(message.content));
    return trim(clean(comment.body)) == wanted ||
           trim(given.forms.to_plain_text(comment.body)) == wanted;
}

/// Whether an earlier life may have made this message of that comment: what is ours from the
/// marketplace bears a marker, so only staff's comments come into question.
bool may_come_from(const Given& given, const Comment& comment, const Message& message) {
    if (message.author.role == "user" || is_own(given.facts, comment.author)) return false;
    const Author author = author_of(given.settings, given.facts.default_oms, comment);
    return author_hash(author) == author_hash(message.author);
}

/// Nothing is linked to it; or it was only passed over, perhaps because it is restricted by now.
bool is_free(const View& view, const Comment& comment, const std::vector<CommentId>& taken) {
    const CommentLink* link = link_of(view, comment.id);
    const bool passed_over =
        link != nullptr && link->state == CommentState::skipped && !link->message;
    return (link == nullptr || passed_over) && std::ranges::find(taken, comment.id) == taken.end();
}

/// While adopting or recollecting: a comment that says what this message says, and that nothing is
/// linked to.
const Comment*
same_text(const Given& given, const Message& message, const std::vector<CommentId>& taken) {
    const View& view = given.view;
    if (!(view.adopting || view.recollecting) || !view.comments) return nullptr;
    for (const Comment& comment : *view.comments) {
        if (!is_free(view, comment, taken)) continue;
        if (view.recollecting && !may_come_from(given, comment, message)) continue;
        if (says_the_same(given, comment, message)) return &comment;
    }
    return nullptr;
}

/// While recollecting: the comment that this message was made of before the comment was edited: the
/// last one of its author that says what no message says, and was there already.
const Comment*
since_edited(const Given& given, const Message& message, const std::vector<CommentId>& taken) {
    const View& view = given.view;
    if (!view.recollecting || !view.comments) return nullptr;
    const Comment* found = nullptr;
    for (const Comment& comment : *view.comments) {
        const bool edited = comment.updated > comment.created;
        if (!edited || comment.created > message.created_at + clocks_differ_max) continue;
        if (!is_free(view, comment, taken) || !may_come_from(given, comment, message)) continue;
        const bool told = std::ranges::any_of(*view.messages, [&](const Message& other) {
            return says_the_same(given, comment, other);
        });
        if (!told) found = &comment;
    }
    return found;
}

/// The comments that bear this message's markers, by part, where nothing is linked to them.
std::map<int, const Comment*> marked_comments(const Given& given, MessageId message) {
    std::map<int, const Comment*> found;
    const View& view = given.view;
    if (!view.comments) return found;
    for (const Comment& comment : *view.comments) {
        const auto marked = parse_message_marker(given.settings.oms, comment.marker);
        if (!marked || marked->message != message || link_of(view, comment.id) != nullptr) continue;
        found.emplace(marked->part, &comment);
    }
    return found;
}

/// A message whose comments stand already, as an earlier life made them: true where it is one. What
/// is missing or differs is told by the next look.
bool plan_marked_message(const Given& given, const Message& message, Plan& plan) {
    const auto marked = marked_comments(given, message.id);
    const auto first = marked.find(0);
    if (first == marked.end()) return false;
    OMS_RARE("plan.recollected_by_marker");
    const auto bodies = comment_bodies(given.settings, given.forms, message);
    const auto visibility = visibility_of(given.settings, message);
    bool same = bodies.size() == marked.size();
    for (const auto& [part, comment] : marked) {
        const auto at = static_cast<std::size_t>(part);
        same = same && at < bodies.size() &&
               comment_hash(bodies[at], visibility) == comment_hash(*comment);
    }
    for (const auto& [part, comment] : marked) {
        CommentLink link = seen(given.view, *comment, CommentState::carried);
        link.message = message.id;
        link.part = part;
        link.origin = Origin::marketplace;
        if (part == 0 && same) link.message_hash = message_hash(message.content);
        plan.steps.emplace_back(RecordComment{
            .link = link,
            .why = fmt::format(
                "comment {} bears the marker of message {}", comment->id.value, message.id.value
            )});
    }
    if (!same) plan.look_again |= bits(Aspect::messages);
    return true;
}

/// A comment that nothing is linked to bears the marker of this part: it is linked first, then
/// compared.
bool is_marked(const Given& given, MessageId message, int part) {
    const View& view = given.view;
    return view.comments && std::ranges::any_of(*view.comments, [&](const Comment& comment) {
               const auto marked = parse_message_marker(given.settings.oms, comment.marker);
               return marked && marked->message == message && marked->part == part &&
                      link_of(view, comment.id) == nullptr;
           });
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

/// While adopting or recollecting: links what says the same on both sides. These records come first, in one
/// transaction with the link's own, after which nothing is taken for the same any more.
std::vector<MessageId> plan_same_texts(const Given& given, Plan& plan) {
    std::vector<MessageId> linked;
    std::vector<CommentId> taken;
    for (const Message& message : *given.view.messages) {
        const bool candidate = message.scope != Scope::user_direct &&
                               !is_marked(given, message.id, 0) &&
                               parts_of(given.view, message.id).empty();
        if (!candidate) continue;
        const Comment* same = same_text(given, message, taken);
        const Comment* found = same != nullptr ? same : since_edited(given, message, taken);
        if (found == nullptr) continue;
        taken.push_back(found->id);
        linked.push_back(message.id);
        const bool customer = message.author.role == "user";
        CommentLink link = seen(given.view, *found, CommentState::carried);
        link.message = message.id;
        link.origin = customer ? Origin::marketplace : Origin::jira;
        link.message_hash = message_hash(message.content);
        if (same == nullptr) {
            // The edit is still to be carried.
            OMS_RARE("plan.recollected_though_edited");
            link.comment_hash.clear();
            plan.look_again |= bits(Aspect::comments);
        }
        plan.steps.emplace_back(RecordComment{
            .link = link,
            .why = fmt::format(
                "message {} and comment {} {}",
                message.id.value,
                found->id.value,
                same != nullptr ? "say the same" : "are by the same, and it was edited"
            )});
    }
    return linked;
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
