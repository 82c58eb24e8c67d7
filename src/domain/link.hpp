#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "domain/ids.hpp"
#include "domain/status.hpp"

namespace oms {

/// The life of a link. There is none until its issue is known.
enum class LinkState {
    before,    ///< older than OMS_SYNC_FROM: left alone until something happens to it
    linked,    ///< an issue stands for it
    orphaned,  ///< its issue was deleted or hidden from us; never silently made again
};

std::string_view to_text(LinkState state);
LinkState parse_link_state(std::string_view text);

/// Which Jira issue stands for a project or an order, and what both sides last agreed on.
struct Link {
    Subject subject = {};
    LinkState state = LinkState::linked;
    IssueId issue_id = {};
    IssueKey issue_key = {};  ///< as last seen: a move changes it
    /// The base: the order's status and the issue's status id when they last agreed (or when it was
    /// decided that they need not). None before the first comparison.
    std::optional<Status> base_status = std::nullopt;
    StatusId base_issue_status = {};
    /// The issue's voucher when last carried or found; none before the first comparison.
    std::optional<std::string> base_voucher = std::nullopt;
    /// Field name to hash of the value last written. Empty: nothing written by us.
    std::map<std::string, std::string> fields_written = {};
    /// The marketplace refused our PATCH with 403: another OMS's order.
    bool not_ours = false;
    std::optional<Instant> gone_at = std::nullopt;  ///< when the marketplace no longer had it
    Instant linked_at = {};
    /// None as long as the texts of an issue that was found, not made, have not been compared.
    Instant synced_at = {};
};

/// For people, behind the word "issue": its key, or its id where no key was seen yet.
std::string issue_in_words(const Link& link);

/// Where a text was born.
enum class Origin { marketplace, jira };

enum class CommentState {
    carried,    ///< both sides have it
    skipped,    ///< seen, and not to be carried as it is
    withdrawn,  ///< was carried, then restricted in Jira: nothing more is sent
    deleted,    ///< was carried, then deleted in Jira
};

std::string_view to_text(Origin origin);
std::string_view to_text(CommentState state);
Origin parse_origin(std::string_view text);
CommentState parse_comment_state(std::string_view text);

/// Message and comment that are one text. A long message has several parts, each a comment.
struct CommentLink {
    Subject subject = {};
    std::optional<MessageId> message = std::nullopt;
    int part = 0;
    CommentId comment = {};  ///< empty where a message was skipped
    Origin origin = Origin::marketplace;
    CommentState state = CommentState::carried;
    std::string message_hash = {};
    std::string comment_hash = {};
    friend bool operator==(const CommentLink&, const CommentLink&) = default;
};

}  // namespace oms
