#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tests/property/two_sides_parts.hpp"

/// What people do on either side.
namespace oms::property {
namespace {

/// Few texts, so that several things happen to each.
constexpr int few = 4;

TrueComment* choose(std::vector<TrueComment>& comments, std::size_t which, bool ours) {
    std::vector<TrueComment*> candidates;
    for (TrueComment& comment : comments) {
        if ((comment.comment.author == ourselves) == ours && !comment.deleted)
            candidates.push_back(&comment);
    }
    return candidates.empty() ? nullptr : candidates[which % candidates.size()];
}

}  // namespace

std::string TwoSides::token() { return fmt::format("tok{}x", ++tokens_); }

void TwoSides::note_publicity(const TrueComment& comment) {
    const auto tokens = tokens_in(comment.comment.body);
    if (comment.comment.author == ourselves) return;
    comment_tokens_.insert(tokens.begin(), tokens.end());
    if (is_seen(comment) && is_open(comment.comment))
        public_tokens_.insert(tokens.begin(), tokens.end());
}

std::int64_t TwoSides::write_message(Scope scope, const std::string& decoration) {
    const auto theirs = std::ranges::count_if(messages, [](const TrueMessage& message) {
        return !message.carries;
    });
    if (theirs >= few) return 0;
    const std::string said = token();
    if (scope == Scope::user_direct) secret_tokens_.insert(said);
    messages.push_back(
        {.message =
             {.id = {next_id_++},
              .author = scope == Scope::public_scope ? customer : mediator,
              .content = said + " " + decoration,
              .scope = scope}}
    );
    return messages.back().message.id.value;
}

void TwoSides::edit_message(std::size_t which, const std::string& decoration) {
    std::vector<TrueMessage*> theirs;
    for (TrueMessage& message : messages) {
        if (!message.carries) theirs.push_back(&message);
    }
    if (theirs.empty()) return;
    Message& message = theirs[which % theirs.size()]->message;
    if (!compared()) carried_before_.erase(message.id.value);
    const std::string said = token();
    if (message.scope == Scope::user_direct) secret_tokens_.insert(said);
    message.content = said + " " + decoration;
}

void TwoSides::write_comment(
    std::optional<Visibility> visibility,
    bool desk,
    const std::string& decoration
) {
    const auto theirs = std::ranges::count_if(comments, [](const TrueComment& comment) {
        return comment.comment.author == person && !comment.deleted;
    });
    if (theirs >= few) return;
    comments.push_back(
        {.comment =
             {.id = CommentId{std::to_string(next_id_++)},
              .author = person,
              .body = as_jira_keeps(token() + " " + decoration),
              .visibility = std::move(visibility),
              .service_desk_internal = desk}}
    );
    note_publicity(comments.back());
}

/// What an older integration carried can be told from its text, until the first comparison.
bool TwoSides::compared() const { return link && link->synced_at != Instant{}; }

void TwoSides::forget_carried_before(const CommentId& id) {
    if (compared()) return;
    std::erase_if(carried_before_, [&](const auto& pair) { return pair.second == id; });
}

void TwoSides::edit_comment(std::size_t which, const std::string& decoration) {
    TrueComment* comment = choose(comments, which, false);
    if (comment == nullptr) return;
    forget_carried_before(comment->comment.id);
    const bool without_words = decoration == "{quote}";
    comment->comment.body =
        as_jira_keeps(without_words ? "{quote} {quote}" : token() + " " + decoration);
    note_publicity(*comment);
}

void TwoSides::restrict_comment(std::size_t which, std::optional<Visibility> visibility) {
    TrueComment* comment = choose(comments, which, false);
    if (comment == nullptr) return;
    comment->comment.visibility = std::move(visibility);
    note_publicity(*comment);
}

bool TwoSides::is_known(const TrueComment& comment) const {
    return std::ranges::any_of(comment_links, [&](const CommentLink& known) {
        return known.comment == comment.comment.id;
    });
}

TrueComment* TwoSides::hideable(std::size_t which) {
    // Not ours while we do not know that we wrote it: its absence would say that we did not.
    const bool ours = which % 2 == 1;
    TrueComment* comment = choose(comments, which / 2, ours);
    const bool may = comment != nullptr && compared() && (!ours || is_known(*comment));
    return may ? comment : nullptr;
}

void TwoSides::hide_comment(std::size_t which) {
    TrueComment* comment = hideable(which);
    if (comment == nullptr) return;
    comment->hidden = !comment->hidden;
    note_publicity(*comment);
}

void TwoSides::hide_comment_while(std::size_t which, const std::function<void()>& meanwhile) {
    TrueComment* comment = hideable(which);
    if (comment == nullptr) return;
    const CommentId id = comment->comment.id;
    comment->hidden = true;
    meanwhile();
    comment = find_comment(id);
    comment->hidden = false;
    note_publicity(*comment);
}

void TwoSides::delete_comment(std::size_t which) {
    TrueComment* comment = choose(comments, which, false);
    if (comment == nullptr) return;
    comment->deleted = true;
    forget_carried_before(comment->comment.id);
}

void TwoSides::touch_ours(std::size_t which) {
    TrueComment* comment = choose(comments, which, true);
    if (comment == nullptr || !compared()) return;
    comment->touched = true;
    comment->comment.body += " (edited)";
}

void TwoSides::delete_ours(std::size_t which) {
    // As above.
    TrueComment* comment = choose(comments, which, true);
    if (comment == nullptr || !is_known(*comment) || !compared()) return;
    comment->deleted = true;
}

void TwoSides::set_status(Status status) { order.status = status; }

void TwoSides::set_issue_status(const StatusId& id) {
    if (Issue* issue = followed()) issue->status = id;
}

void TwoSides::set_voucher(const std::string& voucher) {
    if (Issue* issue = followed()) issue->voucher = voucher;
}

}  // namespace oms::property
