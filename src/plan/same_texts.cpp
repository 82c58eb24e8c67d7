#include "plan/same_texts.hpp"

#include <algorithm>
#include <map>
#include <ranges>

#include <fmt/format.h>

#include "base/planted.hpp"
#include "base/text.hpp"
#include "plan/comments.hpp"
#include "plan/text_links.hpp"

namespace oms::plan {
namespace {

using namespace std::chrono_literals;

/// The remotes' clocks may differ by so much.
constexpr Duration clocks_differ_max = 2min;

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

/// Edited comments that say what no message says: of these an earlier life may have made messages.
std::vector<const Comment*> edited_comments(const Given& given) {
    std::vector<const Comment*> found;
    const View& view = given.view;
    if (!view.recollecting || !view.comments) return found;
    for (const Comment& comment : *view.comments) {
        const bool told = std::ranges::any_of(*view.messages, [&](const Message& message) {
            return says_the_same(given, comment, message);
        });
        if (comment.updated > comment.created && !told) found.push_back(&comment);
    }
    return found;
}

using Pairs = std::map<MessageId, const Comment*>;

/// Which comment each message was made of, before the comment was edited. Messages are posted in the
/// order of their comments, so the last message takes the last comment that was there before it: no
/// comment is passed over that some message could be of. What a customer may read comes before what
/// only staff may: that was probably never told to anybody, and a wrong choice would be told twice.
Pairs since_edited(
    const Given& given,
    const std::vector<const Message*>& messages,
    std::vector<CommentId> taken
) {
    const auto edited = edited_comments(given);
    Pairs pairs;
    const auto take = [&](bool open, Duration differ) {
        for (const Message* message : messages | std::views::reverse) {
            if (pairs.contains(message->id)) continue;
            const auto comes_from = [&](const Comment* comment) {
                return is_public(given.settings, *comment) == open &&
                       comment->created <= message->created_at + differ &&
                       is_free(given.view, *comment, taken) &&
                       may_come_from(given, *comment, *message);
            };
            const auto last = std::ranges::find_if(edited | std::views::reverse, comes_from);
            if (last == edited.rend()) continue;
            pairs.emplace(message->id, *last);
            taken.push_back((*last)->id);
        }
    };
    for (const bool open : {true, false}) {
        for (const Duration differ : {Duration{}, Duration{clocks_differ_max}})
            take(open, differ);
    }
    return pairs;
}

/// An edit since then is still to be carried.
RecordComment link_as_same(
    const Given& given,
    const Message& message,
    const Comment& comment,
    bool edited,
    Plan& plan
) {
    const bool customer = message.author.role == "user";
    CommentLink link = seen(given.view, comment, CommentState::carried);
    link.message = message.id;
    link.origin = customer ? Origin::marketplace : Origin::jira;
    link.message_hash = message_hash(message.content);
    if (edited) {
        OMS_RARE("plan.recollected_though_edited");
        link.comment_hash.clear();
        plan.look_again |= bits(Aspect::comments);
    }
    return {
        .link = link,
        .why = fmt::format(
            "message {} and comment {} {}",
            message.id.value,
            comment.id.value,
            edited ? "are by the same, and it was edited" : "say the same"
        ),
    };
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

}  // namespace

std::vector<MessageId> plan_same_texts(const Given& given, Plan& plan) {
    std::vector<const Message*> left;
    std::vector<CommentId> taken;
    Pairs pairs;
    for (const Message& message : *given.view.messages) {
        const bool candidate = message.scope != Scope::user_direct &&
                               !is_marked(given, message.id, 0) &&
                               parts_of(given.view, message.id).empty();
        if (!candidate) continue;
        const Comment* same = same_text(given, message, taken);
        if (same == nullptr) {
            left.push_back(&message);
            continue;
        }
        taken.push_back(same->id);
        pairs.emplace(message.id, same);
    }
    const Pairs edited = since_edited(given, left, std::move(taken));
    pairs.insert(edited.begin(), edited.end());

    std::vector<MessageId> linked;
    for (const Message& message : *given.view.messages) {
        const auto pair = pairs.find(message.id);
        if (pair == pairs.end()) continue;
        linked.push_back(message.id);
        plan.steps.emplace_back(
            link_as_same(given, message, *pair->second, edited.contains(message.id), plan)
        );
    }
    return linked;
}

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

}  // namespace oms::plan
