#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "domain/hint.hpp"
#include "http/message.hpp"

namespace oms::web {

struct WebhookSettings {
    Secret secret = {};
    Secret previous = {};  ///< valid beside it while it is being changed
    OmsId oms = {};
    std::string voucher_field_name = "CP-VoucherID";
    std::string voucher_field_id = {};
};

enum class WebhookAuth {
    right,
    wrong,           ///< 401
    not_configured,  ///< 503: never open by default
};

/// What the header alone shows, before a body is read; nothing where X-Hub-Signature may prove it
/// right.
std::optional<WebhookAuth>
authenticate_by_header(const WebhookSettings& settings, const http::Request& request);

/// By the query's `secret`, or by X-Hub-Signature over the raw body.
WebhookAuth authenticate(const WebhookSettings& settings, const http::Request& request);

/// What a delivery says of one issue. Never believed: it tells where to look.
struct WebhookHint {
    std::string event = {};  ///< `jira:issue_updated`; "" where the body could not be read
    IssueId issue = {};
    /// Whose it is, where the issue's labels bear a marker of ours.
    std::optional<Subject> marked = std::nullopt;
    Aspects aspects = no_aspects;
    std::vector<std::string> claims = {};
    /// The body shows the issue whole, and no marker is on it: nothing to look for if it is not
    /// linked already.
    bool foreign_unless_linked = false;
};

/// Why a delivery is of no interest, for the counter; or the hint.
struct WebhookReading {
    std::optional<WebhookHint> hint = std::nullopt;
    std::string ignored_because = {};
};

/// Never fails: whatever cannot be read is ignored with a reason.
WebhookReading read_webhook(const WebhookSettings& settings, const http::Request& request);

}  // namespace oms::web
