#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace oms {

/// A marketplace order's `status.type`, spelled as on the wire, so that a search finds code, SQL,
/// tests and traffic alike.
enum class Status {
    created,  ///< not yet registered: the only one without a Jira status
    registered,
    in_progress,
    waiting_for_response,
    approved,
    ready,
    rejected,
    closed,
};

inline constexpr std::array statuses{
    Status::created,
    Status::registered,
    Status::in_progress,
    Status::waiting_for_response,
    Status::approved,
    Status::ready,
    Status::rejected,
    Status::closed};

std::string_view to_text(Status status);
std::optional<Status> parse_status(std::string_view text);

}  // namespace oms
