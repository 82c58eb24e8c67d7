#include "sync/settle.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/planted.hpp"
#include "base/text.hpp"
#include "plan/fields.hpp"
#include "store/journal.hpp"
#include "sync/carry_out.hpp"
#include "sync/look.hpp"

namespace oms::sync {
namespace {

using namespace std::chrono_literals;
using store::Connection;
using store::RemoteWrite;
using store::WriteKind;
using store::WriteState;

/// Looked for after 1, 2, 4, 8… seconds, until it is safe to do it again.
Instant next_look(const RemoteWrite& write, Instant now, Instant safe_at) {
    const Duration waited = now - write.sent_at;
    return std::min(safe_at, now + std::max<Duration>(1s, waited));
}

/// `ready=7` of a transition or a PATCH: the marketplace's status and Jira's id.
struct Target {
    std::optional<Status> status;
    StatusId issue_status;
};

Target target_of(const RemoteWrite& write) {
    const auto parts = split(write.target, '=');
    if (parts.size() != 2) return {};
    return {.status = parse_status(parts[0]), .issue_status = StatusId{parts[1]}};
}

std::string_view happened(WriteKind kind) {
    switch (kind) {
    case WriteKind::create_issue: return "the issue was made";
    case WriteKind::edit_issue: return "the issue was edited";
    case WriteKind::transition: return "the issue was moved";
    case WriteKind::add_comment: return "the comment was added";
    case WriteKind::edit_comment: return "the comment was edited";
    case WriteKind::patch_order: return "the order was set";
    case WriteKind::post_message: return "the message was posted";
    case WriteKind::edit_message: return "the message was edited";
    }
    return "";
}

}  // namespace

Settled Settle::run(
    const std::vector<RemoteWrite>& writes,
    const std::optional<Link>& link,
    const std::vector<CommentLink>& comment_links,
    const std::vector<IssueId>& sightings
) {
    Settled settled;
    for (const RemoteWrite& write : writes) {
        const auto found = settle(write, link, comment_links, sightings);
        if (!found) {
            settled.all = false;
            settled.error = found.error();
            return settled;
        }
        settled.look |= found->look;
        if (found->settled) continue;
        settled.all = false;
        const Instant again = next_look(write, records_.now(), safe_at(write));
        settled.again_at = settled.again_at ? std::min(*settled.again_at, again) : again;
        settled.says = fmt::format(
            "uncertain whether {}: it is looked for, and done again at the earliest at {}",
            happened(write.kind),
            in_utc(safe_at(write))
        );
        records_.record([&](Connection& connection) {
            store::end_write(
                connection,
                write.id,
                {.state = WriteState::uncertain, .says = settled.says, .answered = write.answered},
                records_.now()
            );
        });
    }
    return settled;
}

Duration Settle::grace_of(const RemoteWrite& write) const {
    // An issue may hide behind a lagging index, however dead the request is.
    if (write.kind == WriteKind::create_issue)
        return settle_.create_grace.value_or(remotes_.jira_client.index_grace());
    if (write.answered) return Duration{0};
    // A row that still says `sent` though we live: its outcome could not be recorded, and what timed
    // out may still be on its way.
    const bool sender_died = write.state == WriteState::sent && !shared_.is_our_uncertain(write.id);
    return sender_died ? settle_.orphaned_grace : settle_.grace;
}

Instant Settle::safe_at(const RemoteWrite& write) const {
    Duration grace = grace_of(write);
    if (OMS_PLANTED("settle.no_grace")) grace = Duration{0};
    // By both clocks: the wall clock may have been set meanwhile.
    const Duration steady = remotes_.clock.steady();
    const Duration waited = steady - shared_.uncertain_since(write.id, steady);
    const Instant by_steady = records_.now() + grace - waited;
    // Sent in the future: by a clock that has been set back since, and tells nothing any more.
    if (write.sent_at > records_.now()) return by_steady;
    return std::max(write.sent_at + grace, by_steady);
}

void Settle::end(
    const RemoteWrite& write,
    const std::string& result,
    const std::string& says,
    const store::Work& also
) {
    shared_.forget_uncertain(write.id);
    records_.record([&](Connection& connection) {
        store::end_write(
            connection,
            write.id,
            {.state = WriteState::settled, .result = result, .says = says},
            records_.now()
        );
        if (also) also(connection);
        store::add_journal(
            connection,
            records_.subject(),
            store::JournalKind::decision,
            fmt::format("uncertain {}: {}", to_text(write.kind), says),
            records_.now()
        );
    });
}

Result<Settle::Found> Settle::settle(
    const RemoteWrite& write,
    const std::optional<Link>& link,
    const std::vector<CommentLink>& comment_links,
    const std::vector<IssueId>& sightings
) {
    // As of before the look: what is found missing by a look that began too early may still arrive.
    // That goes for what is idempotent by value too: one that comes late undoes a newer one.
    on_its_way_ = records_.now() < safe_at(write);
    if (write.kind == WriteKind::create_issue) return settle_create(write, sightings);
    if (!link) {
        end(write, "", "its link is gone", {});
        return Found{.settled = true};
    }
    switch (write.kind) {
    case WriteKind::create_issue: break;
    case WriteKind::add_comment: return settle_comment(write, *link, comment_links);
    case WriteKind::post_message: return settle_message(write, comment_links);
    case WriteKind::transition: return settle_transition(write, *link);
    case WriteKind::patch_order: return settle_patch(write);
    case WriteKind::edit_issue:
        if (on_its_way_) return Found{};
        end(write, "", "the same again does no harm: compared anew", {});
        return Found{.settled = true, .look = bits(Aspect::marketplace)};
    case WriteKind::edit_comment:
        if (on_its_way_) return Found{};
        end(write, "", "the same again does no harm: compared anew", {});
        return Found{.settled = true, .look = bits(Aspect::messages)};
    case WriteKind::edit_message:
        if (on_its_way_) return Found{};
        end(write, "", "the same again does no harm: compared anew", {});
        return Found{.settled = true, .look = bits(Aspect::comments)};
    }
    return Found{.settled = true};
}

Result<Settle::Found> Settle::settle_comment(
    const RemoteWrite& write,
    const Link& link,
    const std::vector<CommentLink>& comment_links
) {
    auto comments = remotes_.jira([&](jira::Client& client) {
        return client.comments(link.issue_id, jira::NoteFlags::as_listed);
    });
    if (!comments && comments.error().kind == ErrorKind::missing) {
        OMS_RARE("settle.comment_on_a_deleted_issue");
        end(write, "", "its issue is gone", {});
        return Found{.settled = true, .look = bits(Aspect::issue)};
    }
    if (!comments) return Failure{comments.error()};
    const auto facts = shared_.facts();
    for (const Comment& comment : *comments) {
        const bool linked = std::ranges::any_of(comment_links, [&](const CommentLink& known) {
            return known.comment == comment.id && known.message;
        });
        if (linked) continue;
        // Where properties come back absent: our account, our text, not older than the attempt.
        const bool own = facts && comment.author.account == facts->own_account;
        const bool same = own && comment.marker.empty() &&
                          plan::comment_hash(comment) == write.target &&
                          comment.created > write.sent_at - 5min;
        if (comment.marker != write.marker && !same) continue;
        if (OMS_PLANTED("settle.comment_not_looked_for")) break;
        OMS_RARE("settle.comment_happened");
        const auto marked = plan::parse_message_marker(settings_.oms, write.marker);
        end(write, comment.id.value, "it happened", [&](Connection& connection) {
            // The message's text is compared at the next look: an edit since then is carried.
            store::put_comment_link(
                connection,
                {.subject = records_.subject(),
                 .message = MessageId{write.floor},
                 .part = marked ? marked->part : 0,
                 .comment = comment.id,
                 .origin = Origin::marketplace,
                 .message_hash = write.result,
                 .comment_hash = plan::comment_hash(comment)}
            );
        });
        return Found{.settled = true, .look = bits(Aspect::messages)};
    }
    if (on_its_way_) return Found{};
    OMS_RARE("settle.comment_did_not_happen");
    end(write, "", "it did not happen: the issue's comments do not have it", {});
    return Found{.settled = true, .look = bits(Aspect::messages)};
}

Result<Settle::Found>
Settle::settle_message(const RemoteWrite& write, const std::vector<CommentLink>& comment_links) {
    auto messages = all_messages(remotes_, records_.subject(), write.floor);
    if (!messages && messages.error().kind == ErrorKind::missing) {
        end(write, "", "the marketplace no longer has the order", {});
        return Found{.settled = true, .look = bits(Aspect::marketplace)};
    }
    if (!messages) return Failure{messages.error()};
    const auto hashes = split(write.target, ' ');
    for (const Message& message : messages->messages) {
        const bool linked = std::ranges::any_of(comment_links, [&](const CommentLink& known) {
            return known.message == message.id;
        });
        // A customer's message is never ours; a write of an earlier version kept no author.
        const bool author = message.author.role != "user" &&
                            (hashes.size() < 3 || plan::author_hash(message.author) == hashes[2]);
        const bool ours = author && message.scope == Scope::public_scope &&
                          plan::message_hash(message.content) == hashes[0];
        if (linked || !ours) continue;
        if (OMS_PLANTED("settle.message_not_looked_for")) break;
        OMS_RARE("settle.message_happened");
        end(write, std::to_string(message.id.value), "it happened", [&](Connection& connection) {
            store::put_comment_link(
                connection,
                {.subject = records_.subject(),
                 .message = message.id,
                 .comment = CommentId{write.marker},
                 .origin = Origin::jira,
                 .message_hash = hashes[0],
                 .comment_hash = hashes.size() > 1 ? hashes[1] : ""}
            );
        });
        return Found{.settled = true, .look = bits(Aspect::comments)};
    }
    if (on_its_way_) return Found{};
    OMS_RARE("settle.message_did_not_happen");
    end(write, "", "it did not happen: the messages do not have it", {});
    return Found{.settled = true, .look = bits(Aspect::comments)};
}

Result<Settle::Found> Settle::settle_transition(const RemoteWrite& write, const Link& link) {
    const Target target = target_of(write);
    auto issue =
        remotes_.jira([&](jira::Client& client) { return client.issue(link.issue_id, {}); });
    if (!issue && issue.error().kind != ErrorKind::missing) return Failure{issue.error()};
    const Aspects look = Aspect::marketplace | Aspect::issue;
    if (issue && issue->status == target.issue_status && target.status) {
        OMS_RARE("settle.transition_happened");
        end(write, "", "it happened", [&](Connection& connection) {
            records_.change_link(connection, [&](Link& changed) {
                changed.base_status = target.status;
                changed.base_issue_status = target.issue_status;
            });
        });
        return Found{.settled = true, .look = look};
    }
    if (on_its_way_) return Found{};
    end(write, "", "it did not happen, or the issue has moved on: compared anew", {});
    return Found{.settled = true, .look = look};
}

Result<Settle::Found> Settle::settle_patch(const RemoteWrite& write) {
    const Target target = target_of(write);
    const Aspects look = Aspect::marketplace | Aspect::issue;
    const OrderId id{records_.subject().project, *records_.subject().item};
    auto order =
        remotes_.marketplace([&](marketplace::Client& client) { return client.order(id); });
    const bool gone = !order && (order.error().kind == ErrorKind::missing ||
                                 order.error().kind == ErrorKind::forbidden);
    if (!order && !gone) return Failure{order.error()};
    const bool happened = order && target.status && order->status == *target.status;
    if (happened) OMS_RARE("settle.patch_happened");
    if (!happened && !gone && on_its_way_) return Found{};
    const std::string says =
        happened ? "it happened" : "the same again does no harm: compared anew";
    end(write, "", says, [&](Connection& connection) {
        records_.change_link(connection, [&](Link& changed) {
            if (happened) {
                changed.base_status = target.status;
                changed.base_issue_status = target.issue_status;
            }
            if (write.marker == voucher_marker) changed.base_voucher = plan::uncertain_voucher;
        });
    });
    return Found{.settled = true, .look = look};
}

}  // namespace oms::sync
