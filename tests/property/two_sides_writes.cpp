#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <rapidcheck.h>

#include "plan/fields.hpp"
#include "tests/property/two_sides_parts.hpp"

namespace oms::property {

using namespace plan;

namespace {

/// Steps that must not overtake one another share a group.
std::size_t group_of(const Step& step) {
    if (std::holds_alternative<AddComment>(step) || std::holds_alternative<EditComment>(step))
        return 1;
    if (std::holds_alternative<PostMessage>(step) || std::holds_alternative<EditMessage>(step))
        return 2;
    return std::holds_alternative<PatchOrder>(step) ? 3 : 0;
}

}  // namespace

// Carrying out, as src/sync/carry_out does it.

void TwoSides::put_comment_link(const CommentLink& added) {
    std::erase_if(comment_links, [&](const CommentLink& known) {
        const bool part =
            added.message && known.message == added.message && known.part == added.part;
        const bool comment = !added.comment.empty() && known.comment == added.comment;
        return part || comment;
    });
    comment_links.push_back(added);
}

void TwoSides::record(const plan::Step& step) {
    if (const auto* adopt = std::get_if<AdoptIssue>(&step)) {
        link = new_link(adopt->issue);
        link->fields_written = adopt->fields_written;
        link->synced_at = {};
        adopted_ = true;
    } else if (const auto* changed = std::get_if<RecordLink>(&step)) {
        link = changed->link;
    } else if (const auto* comment = std::get_if<RecordComment>(&step)) {
        put_comment_link(comment->link);
    }
}

std::optional<std::string> TwoSides::effect(const plan::Step& step) {
    if (const auto* create = std::get_if<CreateIssue>(&step)) {
        const std::int64_t id = next_id_++;
        Issue issue{
            .id = IssueId{std::to_string(id)},
            .key = IssueKey{fmt::format("EOSC-{}", id)},
            .status = StatusId{"1"},
            .marker = marker_of(settings.oms, subject)};
        issue_fields_ = create->fields;
        issue.voucher = voucher_in(settings, create->fields).value_or("");
        issues.push_back(issue);
        return issue.id.value;
    }
    const bool to_jira = group_of(step) < 2;
    if (to_jira && issue_hidden) return std::nullopt;
    if (!to_jira && order_gone) return std::nullopt;
    if (const auto* edit = std::get_if<EditIssue>(&step)) {
        for (const auto& [field, value] : edit->fields) {
            if (value.kind == FieldValue::Kind::null) {
                issue_fields_.erase(field);
            } else {
                issue_fields_[field] = value;
            }
        }
    } else if (const auto* move = std::get_if<MoveIssue>(&step)) {
        RC_ASSERT(followed()->status != move->to);
        followed()->status = move->to;
    } else if (const auto* patch = std::get_if<PatchOrder>(&step)) {
        RC_ASSERT(!patch_forbidden);
        if (patch->status) RC_ASSERT(order.status != *patch->status);
        if (patch->status) order.status = *patch->status;
        if (patch->voucher) patched_voucher_ = patch->voucher;
    } else if (const auto* add = std::get_if<AddComment>(&step)) {
        comments.push_back(
            {.comment =
                 {.id = CommentId{std::to_string(next_id_++)},
                  .author = ourselves,
                  .body = as_jira_keeps(add->body),
                  .visibility = add->visibility,
                  .marker = message_marker(settings.oms, add->message, add->part)},
             .carries = std::pair{add->message.value, add->part}}
        );
        return comments.back().comment.id.value;
    } else if (const auto* edit_comment = std::get_if<EditComment>(&step)) {
        TrueComment* comment = find_comment(edit_comment->comment);
        RC_ASSERT(comment != nullptr);
        RC_ASSERT(comment->comment.author == ourselves);
        if (!is_seen(*comment)) return std::nullopt;
        comment->comment.body = as_jira_keeps(edit_comment->body);
        comment->comment.visibility = edit_comment->visibility;
        comment->comment.marker =
            message_marker(settings.oms, edit_comment->message, edit_comment->part);
        comment->carries = std::pair{edit_comment->message.value, edit_comment->part};
        comment->touched = false;
        return comment->comment.id.value;
    } else if (const auto* post = std::get_if<PostMessage>(&step)) {
        RC_ASSERT(find_comment(post->comment)->comment.author == person);
        messages.push_back(
            {.message = {.id = {next_id_++}, .author = post->author, .content = post->content},
             .carries = post->comment}
        );
        return std::to_string(messages.back().message.id.value);
    } else if (const auto* edit_message = std::get_if<EditMessage>(&step)) {
        TrueMessage* message = find_message(edit_message->message);
        RC_ASSERT(message != nullptr);
        message->message.content = edit_message->content;
        return std::to_string(edit_message->message.value);
    }
    return "";
}

void TwoSides::done(const plan::Step& step, const std::string& made) {
    if (const auto* create = std::get_if<CreateIssue>(&step)) {
        link = new_link(*followed());
        if (subject.is_order()) {
            link->base_voucher = voucher_in(settings, create->fields);
        } else {
            link->fields_written = hashes_of(create->fields);
        }
    } else if (const auto* edit = std::get_if<EditIssue>(&step)) {
        link->fields_written = edit->fields_written;
    } else if (const auto* move = std::get_if<MoveIssue>(&step)) {
        link->base_status = move->status;
        link->base_issue_status = move->to;
    } else if (const auto* patch = std::get_if<PatchOrder>(&step)) {
        if (patch->status) {
            link->base_status = patch->status;
            link->base_issue_status = patch->issue_status;
        }
        if (patch->voucher) link->base_voucher = patch->voucher;
    } else if (const auto* add = std::get_if<AddComment>(&step)) {
        put_comment_link(
            {.subject = subject,
             .message = add->message,
             .part = add->part,
             .comment = CommentId{made},
             .message_hash = add->message_hash,
             .comment_hash = comment_hash(find_comment(CommentId{made})->comment)}
        );
    } else if (const auto* edit_comment = std::get_if<EditComment>(&step)) {
        put_comment_link(
            {.subject = subject,
             .message = edit_comment->message,
             .part = edit_comment->part,
             .comment = edit_comment->comment,
             .message_hash = edit_comment->message_hash,
             .comment_hash = comment_hash(find_comment(edit_comment->comment)->comment)}
        );
    } else if (const auto* post = std::get_if<PostMessage>(&step)) {
        put_comment_link(
            {.subject = subject,
             .message = MessageId{parse_int(made).value_or(0)},
             .comment = post->comment,
             .origin = Origin::jira,
             .message_hash = message_hash(post->content),
             .comment_hash = post->comment_hash}
        );
    } else if (const auto* edit_message = std::get_if<EditMessage>(&step)) {
        put_comment_link(
            {.subject = subject,
             .message = edit_message->message,
             .comment = edit_message->comment,
             .origin = Origin::jira,
             .message_hash = message_hash(edit_message->content),
             .comment_hash = edit_message->comment_hash}
        );
    }
}

void TwoSides::mark_not_ours(const plan::PatchOrder& step, const plan::View& view) {
    link->not_ours = true;
    if (step.status) {
        if (view.order) link->base_status = view.order->status;
        link->base_issue_status = step.issue_status;
    }
    if (step.voucher) link->base_voucher = step.voucher;
}

TwoSides::Ended TwoSides::carry_out(const plan::Plan& plan, const plan::View& view) {
    std::set<std::size_t> refused;
    const auto next_fault = [&] {
        if (faults.empty()) return Fault::none;
        const Fault fault = faults.front();
        faults.pop_front();
        return fault;
    };
    for (std::size_t at = 0; at < plan.steps.size();) {
        const Step& step = plan.steps[at];
        const Fault fault = next_fault();
        if (fault == Fault::killed) return Ended::stopped;
        if (!writes(step)) {
            // Those in a row share a transaction.
            for (; at < plan.steps.size() && !writes(plan.steps[at]); ++at)
                record(plan.steps[at]);
            continue;
        }
        ++at;
        if (refused.contains(group_of(step))) continue;
        if (fault == Fault::not_sent) return Ended::stopped;
        if (fault == Fault::refused) {
            refused.insert(group_of(step));
            continue;
        }
        std::int64_t floor = 0;
        for (const CommentLink& known : view.comment_links)
            floor = std::max(floor, known.message ? known.message->value : 0);
        const auto* patch = std::get_if<PatchOrder>(&step);
        if (patch != nullptr) RC_ASSERT(!link->not_ours);
        if (fault == Fault::unknown_undone || fault == Fault::unknown_done) {
            open_writes.push_back({step, floor});
            const bool possible = patch == nullptr || !patch_forbidden;
            if (fault == Fault::unknown_done && possible) effect(step);
            check_leaks();
            return Ended::stopped;
        }
        if (patch != nullptr && patch_forbidden) {
            mark_not_ours(*patch, view);
            continue;
        }
        const auto made = effect(step);
        check_leaks();
        if (made) {
            done(step, *made);
        } else {
            refused.insert(group_of(step));
        }
    }
    return refused.empty() ? Ended::through : Ended::stopped;
}

// What became of writes, as src/sync/settle finds out when it is safe to say.

void TwoSides::settle(Aspects& aspects) {
    const auto open = std::exchange(open_writes, {});
    for (const OpenWrite& write : open)
        settle_one(write, aspects);
}

bool TwoSides::settle_one(const OpenWrite& write, Aspects& aspects) {
    const Step& step = write.step;
    if (std::holds_alternative<CreateIssue>(step)) {
        aspects |= Aspect::marketplace | Aspect::issue;
        if (followed() == nullptr) return false;
        done(step, "");
        return true;
    }
    if (!link) return false;
    if (const auto* add = std::get_if<AddComment>(&step)) {
        aspects = aspects | Aspect::messages;
        if (issue_hidden) return false;
        for (const Comment& comment : seen_comments(true)) {
            const bool known = std::ranges::any_of(comment_links, [&](const CommentLink& other) {
                return other.comment == comment.id && other.message;
            });
            const std::string marker = message_marker(settings.oms, add->message, add->part);
            if (known || comment.marker != marker) continue;
            put_comment_link(
                {.subject = subject,
                 .message = add->message,
                 .part = add->part,
                 .comment = comment.id,
                 .comment_hash = comment_hash(comment)}
            );
            return true;
        }
    } else if (const auto* post = std::get_if<PostMessage>(&step)) {
        aspects = aspects | Aspect::comments;
        if (order_gone) return false;
        for (const TrueMessage& message : messages) {
            const Message& said = message.message;
            const bool known = std::ranges::any_of(comment_links, [&](const CommentLink& other) {
                return other.message == said.id;
            });
            const bool ours = said.author.role != "user" &&
                              author_hash(said.author) == author_hash(post->author) &&
                              said.scope == Scope::public_scope &&
                              message_hash(said.content) == message_hash(post->content);
            if (said.id.value <= write.floor || known || !ours) continue;
            done(step, std::to_string(said.id.value));
            return true;
        }
    } else if (const auto* move = std::get_if<MoveIssue>(&step)) {
        aspects |= Aspect::marketplace | Aspect::issue;
        if (!issue_hidden && followed()->status == move->to) done(step, "");
    } else if (const auto* patch = std::get_if<PatchOrder>(&step)) {
        aspects |= Aspect::marketplace | Aspect::issue;
        if (!order_gone && patch->status && order.status == *patch->status) {
            link->base_status = patch->status;
            link->base_issue_status = patch->issue_status;
        }
        if (patch->voucher) link->base_voucher = uncertain_voucher;
    } else if (std::holds_alternative<EditIssue>(step)) {
        aspects = aspects | Aspect::marketplace;
    } else if (std::holds_alternative<EditComment>(step)) {
        aspects = aspects | Aspect::messages;
    } else {
        aspects = aspects | Aspect::comments;
    }
    return false;
}

}  // namespace oms::property
